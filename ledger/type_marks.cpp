#include "ledger/type_marks.h"

#include <algorithm>

#include "events/base/ensure.h"
#include "ledger/index_entries.h"

namespace ledger {

using storage::Part;
using namespace index_entries;

TypeMarks::TypeMarks()
    : shelves_(std::make_unique<std::array<std::atomic<Shelf*>, shelves_max>>()) {}

TypeMarks::~TypeMarks() {
    for (auto& shelf : *shelves_) delete shelf.load();
}

const TypeMarks::Mark* TypeMarks::find(std::uint64_t run) const {
    if (run / shelf_marks >= shelves_max) return nullptr;
    const auto* shelf = (*shelves_)[run / shelf_marks].load(std::memory_order_acquire);
    return shelf == nullptr ? nullptr : &(*shelf)[run % shelf_marks];
}

TypeMarks::Mark& TypeMarks::make(std::uint64_t run) {
    ENSURE(run / shelf_marks < shelves_max, "a log of 68 thousand million events is too long");
    auto& place = (*shelves_)[run / shelf_marks];
    auto* shelf = place.load(std::memory_order_relaxed);
    if (shelf == nullptr) {
        shelf = new Shelf{};
        place.store(shelf, std::memory_order_release);
    }
    return (*shelf)[run % shelf_marks];
}

bool TypeMarks::may_hold(const TypeSet& types, std::uint64_t position) const {
    const auto* mark = find(position / run_events);
    if (mark == nullptr) return false;
    for (std::size_t i = 0; i < TypeSet::words; ++i) {
        if ((types.bits[i] & (*mark)[i].load(std::memory_order_relaxed)) != 0) return true;
    }
    return false;
}

std::uint64_t TypeMarks::first(const TypeSet& types, std::uint64_t from,
                               std::uint64_t upto) const {
    while (from < upto && !may_hold(types, from)) from = (from / run_events + 1) * run_events;
    return std::min(from, upto);
}

void TypeMarks::note(std::uint64_t position, events::schema::Payload type) {
    auto& word = make(position / run_events)[TypeSet::word_of(type)];
    // One thread notes at a time, so no atomic read-modify-write is needed.
    const auto was = word.load(std::memory_order_relaxed);
    word.store(was | TypeSet::bit_of(type), std::memory_order_relaxed);
}

base::Result<void> TypeMarks::load(const storage::Database& database) {
    const std::string tag(1, mask_tag);
    auto cursor = database.walk(Part::index);
    for (cursor.seek(tag); cursor.valid() && cursor.key().starts_with(tag); cursor.next()) {
        ByteReader key(cursor.key().substr(1));
        const auto run = key.number<std::uint64_t>();
        ByteReader value(cursor.value());
        std::array<std::uint64_t, TypeSet::words> bits{};
        for (auto& word : bits) word = value.number<std::uint64_t>();
        if (!key.finished() || !value.finished() || run / shelf_marks >= shelves_max) {
            return base::Error{base::Fault::corrupt, "E_INDEX_DAMAGED",
                               "a mark of event types cannot be read"};
        }
        auto& mark = make(run);
        for (std::size_t i = 0; i < bits.size(); ++i) mark[i] = bits[i];
    }
    return cursor.status();
}

void TypeMarks::append_entries(std::uint64_t begin, std::uint64_t end, Entries& out) const {
    for (auto run = begin / run_events; run * run_events < end; ++run) {
        const auto* mark = find(run);
        ENSURE(mark != nullptr, "every event of the index is marked");
        std::string key(1, mask_tag), value;
        append_number(key, run);
        for (const auto& word : *mark) append_number(value, word.load(std::memory_order_relaxed));
        out.emplace_back(std::move(key), std::move(value));
    }
}

}  // namespace ledger
