#include "tools/audit/recorded_proofs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "ledger/bytes.h"
#include "ledger/notary.h"
#include "ledger/proof/stream_map.h"

namespace tools {
namespace {

using events::schema::Payload;

events::Hash hash_of(const events::schema::Digest& digest) {
    events::Hash out;
    std::memcpy(out.data(), digest.bytes()->data(), out.size());
    return out;
}

/// A type byte and a public key, as events carry keys.
std::optional<proof::VerifierKey> key_of(const std::string& origin,
                                         const flatbuffers::Vector<std::uint8_t>& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    proof::VerifierKey key;
    key.name = origin;
    key.type = static_cast<proof::KeyType>(bytes.Get(0));
    key.key.assign(reinterpret_cast<const char*>(bytes.data()) + 1, bytes.size() - 1);
    return key;
}

std::string_view text_of(const flatbuffers::Vector<std::uint8_t>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append_text(std::string& out, std::string_view text) {
    ledger::append_number(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

std::string take_text(ledger::ByteReader& reader) {
    return std::string(reader.take(reader.number<std::uint32_t>()));
}

}  // namespace

std::optional<std::string> RecordedProofs::see(const events::schema::Event& event,
                                               ledger::EntryChain& chain) {
    switch (event.payload_type()) {
        case Payload::LedgerOpened:
            origins_.push_back(event.payload_as_LedgerOpened()->origin()->str());
            if (with_map_) chain.remember_changes();
            return std::nullopt;
        case Payload::CheckpointRecorded: {
            const auto& recorded = *event.payload_as_CheckpointRecorded();
            ++checkpoints_;
            if (*recorded.size() > event.position()) return "a checkpoint of events yet to come";
            return check_root(*recorded.size(), hash_of(*recorded.root()));
        }
        case Payload::StreamMapRecorded: {
            const auto& recorded = *event.payload_as_StreamMapRecorded();
            ++maps_;
            if (*recorded.size() > event.position()) return "a list of streams yet to come";
            map_ = Map{event.position(), *recorded.size(), *recorded.streams(),
                       hash_of(*recorded.root())};
            chain.forget_changes(map_->size);
            return std::nullopt;
        }
        case Payload::SigningKeyRotated: return take_rotation(event);
        case Payload::LogRestored:
            origins_.push_back(event.payload_as_LogRestored()->new_origin()->str());
            return std::nullopt;
        default: return std::nullopt;
    }
}

std::optional<std::string> RecordedProofs::check_root(std::uint64_t size,
                                                      const events::Hash& root) {
    const auto again = root_of_(size);
    if (!again) return again.error().what;
    if (*again == root) return std::nullopt;
    return fmt::format("the event says that the first {} events have root {}; theirs is {}", size,
                       events::hex(root), events::hex(*again));
}

std::optional<std::string> RecordedProofs::take_rotation(const events::schema::Event& event) {
    const auto& recorded = *event.payload_as_SigningKeyRotated();
    const auto origin = recorded.origin()->str();
    const auto older = key_of(origin, *recorded.older());
    const auto newer = key_of(origin, *recorded.newer());
    if (!older || !newer) return "a key of the rotation is too short";
    const auto statement = ledger::rotation_statement(*older, *newer, *recorded.size());
    if (!proof::verify_ed25519(*older, statement, text_of(*recorded.by_older())))
        return "the old key has not signed its own replacement";
    if (!proof::verify_ed25519(*newer, statement, text_of(*recorded.by_newer())))
        return "the new key has not signed that it follows the old one";
    rotations_.push_back({event.position(), *older, *newer});
    return std::nullopt;
}

std::optional<ledger::EntryFault> RecordedProofs::done(const ledger::EntryChain& chain) {
    if (!map_ || !with_map_) return std::nullopt;
    const auto tally = chain.tally_at(map_->size);
    if (!tally) return std::nullopt;
    std::vector<proof::MapEntry> streams;
    tally->each([&](const ledger::RevisionTally::Entry& entry) {
        streams.push_back(
            {proof::stream_key({entry.kind, entry.id}), {entry.revision, entry.last}});
    });
    std::sort(streams.begin(), streams.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    map_checked_ = true;
    if (streams.size() == map_->streams && proof::map_root(streams) == map_->root)
        return std::nullopt;
    return ledger::EntryFault{
        map_->position, fmt::format("the event's list of streams after {} events is not theirs",
                                    map_->size)};
}

std::vector<proof::VerifierKey> RecordedProofs::heirs_of(
    std::vector<proof::VerifierKey> trusted) const {
    for (const auto& rotation : rotations_) {
        const bool known =
            std::find(trusted.begin(), trusted.end(), rotation.older) != trusted.end();
        if (known) trusted.push_back(rotation.newer);
    }
    return trusted;
}

std::string RecordedProofs::encoded() const {
    std::string out;
    ledger::append_number(out, checkpoints_);
    ledger::append_number(out, maps_);
    const Map map = map_.value_or(Map{});
    ledger::append_number(out, map.position);
    ledger::append_number(out, map.size);
    ledger::append_number(out, map.streams);
    ledger::append_bytes(out, map.root);
    ledger::append_number(out, static_cast<std::uint32_t>(rotations_.size()));
    for (const auto& one : rotations_) {
        ledger::append_number(out, one.position);
        append_text(out, one.older.text());
        append_text(out, one.newer.text());
    }
    for (const auto& origin : origins_) append_text(out, origin);
    return out;
}

bool RecordedProofs::decode(std::string_view bytes) {
    ledger::ByteReader reader(bytes);
    checkpoints_ = reader.number<std::uint64_t>();
    maps_ = reader.number<std::uint64_t>();
    Map map;
    map.position = reader.number<std::uint64_t>();
    map.size = reader.number<std::uint64_t>();
    map.streams = reader.number<std::uint64_t>();
    map.root = reader.array<32>();
    if (maps_ > 0) map_ = map;
    for (auto left = reader.number<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        const auto position = reader.number<std::uint64_t>();
        const auto older = proof::VerifierKey::parse(take_text(reader));
        const auto newer = proof::VerifierKey::parse(take_text(reader));
        if (!older || !newer) return false;
        rotations_.push_back({position, *older, *newer});
    }
    while (reader.ok() && !reader.rest().empty()) origins_.push_back(take_text(reader));
    return reader.ok();
}

}  // namespace tools
