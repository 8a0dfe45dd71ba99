#include "ledger/revision_tally.h"

#include <cstring>
#include <utility>

namespace ledger {
namespace {

constexpr std::size_t encoded_bytes = 16 + 8 + 4 + 1;

}  // namespace

std::size_t RevisionTally::start(const events::Id& id, events::StreamKind kind) const {
    std::uint64_t low, high;
    std::memcpy(&low, id.bytes.data(), sizeof low);
    std::memcpy(&high, id.bytes.data() + sizeof low, sizeof high);
    std::uint64_t hash = (low ^ static_cast<std::uint64_t>(kind)) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 32 ^ high) * 0xd6e8feb86659fd93u;
    return (hash ^ hash >> 32) & (places_.size() - 1);
}

RevisionTally::Entry& RevisionTally::at(const events::Id& id, events::StreamKind kind) {
    if (used_ + used_ / 3 >= places_.size()) grow();
    for (std::size_t i = start(id, kind);; i = (i + 1) & (places_.size() - 1)) {
        auto& place = places_[i];
        if (!place.taken) {
            place.id = id;
            place.kind = kind;
            place.taken = true;
            ++used_;
            return place;
        }
        if (place.kind == kind && place.id == id) return place;
    }
}

void RevisionTally::grow() {
    const auto before = std::exchange(places_, std::vector<Entry>(places_.size() * 2));
    used_ = 0;
    for (const auto& entry : before) {
        if (entry.taken) at(entry.id, entry.kind) = entry;
    }
}

void RevisionTally::put_back(const Entry& entry) {
    auto& place = at(entry.id, entry.kind);
    place.revision = entry.revision;
    place.last = entry.last;
}

void RevisionTally::each(const std::function<void(const Entry&)>& visit) const {
    for (const auto& entry : places_) {
        if (entry.revision != 0) visit(entry);
    }
}

std::string RevisionTally::encoded() const {
    std::string out;
    out.reserve(used_ * encoded_bytes);
    each([&](const Entry& entry) { append(out, entry); });
    return out;
}

void RevisionTally::append(std::string& out, const Entry& entry) {
    append_bytes(out, entry.id.bytes);
    append_number(out, entry.last);
    append_number(out, entry.revision);
    append_number(out, static_cast<std::uint8_t>(entry.kind));
}

RevisionTally::Entry RevisionTally::take(ByteReader& reader) {
    Entry entry;
    entry.id = events::Id{reader.array<16>()};
    entry.last = reader.number<std::uint64_t>();
    entry.revision = reader.number<std::uint32_t>();
    entry.kind = static_cast<events::StreamKind>(reader.number<std::uint8_t>());
    return entry;
}

bool RevisionTally::decode(std::string_view bytes) {
    *this = RevisionTally();
    if (bytes.size() % encoded_bytes != 0) return false;
    ByteReader reader(bytes);
    while (!reader.rest().empty()) {
        const auto stored = take(reader);
        if (stored.revision == 0 || at(stored.id, stored.kind).revision != 0) return false;
        put_back(stored);
    }
    return true;
}

}  // namespace ledger
