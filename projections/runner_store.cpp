// The part of the Runner that talks to the store: taking up again, and writing batches.
#include <algorithm>
#include <cstring>

#include "ledger/unreadable.h"
#include "projections/runner.h"

namespace projections {

namespace {

constexpr std::string_view dictionary_names = "tpx";  // texts, places, traits

Dictionary& dictionary(Dictionaries& words, char name) {
    return name == 't' ? words.texts : name == 'p' ? words.places : words.traits;
}

events::Id stored_id(std::string_view bytes, std::size_t offset) {
    events::Id id;
    std::memcpy(id.bytes.data(), bytes.data() + offset, 16);
    return id;
}

}  // namespace

base::Result<void> Runner::load() {
    const auto checkpoint = store_.checkpoint();
    if (!checkpoint) return checkpoint.error();
    const bool usable = *checkpoint && (*checkpoint)->version == version &&
                        (*checkpoint)->ledger == log_.id() &&
                        (*checkpoint)->position <= log_.size();
    if (!usable) return start_anew();
    const std::uint64_t position = (*checkpoint)->position;
    const auto summed = buckets_.restore(store_, position);
    if (!summed) return summed.error();
    if (!*summed) return start_anew();
    const auto restored = ledger::unless_unreadable([this] { return restore(); });
    // Without the reference data no kept row can be read; folding stops where they are damaged.
    if (!restored && restored.error().fault == base::Fault::corrupt) return start_anew();
    if (!restored) return restored.error();
    // Notes that do not fit together mean a damaged store, which is worth nothing: fold again.
    if (!*restored) return start_anew();
    folded_ = position;
    position_.store(folded_, std::memory_order_release);
    return {};
}

base::Result<void> Runner::start_anew() {
    if (auto cleared = store_.clear(); !cleared) return cleared;
    for (char name : dictionary_names) dictionary(shelves_.words, name).clear();
    shelves_.employers.clear();
    shelves_.reference.clear();
    shelves_.agenda.clear();
    breaches_.clear();
    reference_ = shelves_.reference.newest();
    people_.clear();
    kinship_.clear();
    planned_.clear();
    words_noted_ = {1, 1, 1};
    batch_.clear();
    staff_noted_.clear();
    buckets_.clear();
    folded_ = 0;
    position_.store(0, std::memory_order_release);
    return {};
}

base::Result<bool> Runner::restore() {
    bool good = true;
    for (std::size_t i = 0; i < dictionary_names.size(); ++i) {
        const char name = dictionary_names[i];
        auto done =
            store_.notes(std::string("D") + name, [&](std::string_view key, std::string_view text) {
                good = text.size() >= 8 && good;
                if (!good) return;
                good = dictionary(shelves_.words, name).word(text.substr(8)) ==
                       get_u32(key.substr(2));
            });
        if (!done) return done.error();
        words_noted_[i] = dictionary(shelves_.words, name).size();
    }
    auto employers = store_.notes("E", [&](std::string_view key, std::string_view bytes) {
        auto employer = unpack_employer(bytes);
        good = good && employer;
        if (!employer) return;
        shelves_.employers.add(get_u64(key.substr(17)),
                               std::make_shared<events::Employer>(std::move(*employer)));
    });
    if (!employers) return employers.error();
    auto kin = store_.notes("K", [&](std::string_view, std::string_view bytes) {
        std::vector<events::Id> group;
        for (std::size_t at = 0; at + 16 <= bytes.size(); at += 16)
            group.push_back(stored_id(bytes, at));
        kinship_.unite(std::move(group));
    });
    if (!kin) return kin.error();
    auto planned = store_.notes("P", [&](std::string_view key, std::string_view) {
        planned_[static_cast<int>(get_u32(key.substr(1)))].insert(stored_id(key, 5));
    });
    if (!planned) return planned.error();
    auto breaches = store_.notes("Q", [&](std::string_view key, std::string_view rows) {
        good = breaches_.restore(key, rows) && good;
    });
    if (!breaches) return breaches.error();
    auto due = store_.notes("A", [&](std::string_view key, std::string_view day) {
        good = shelves_.agenda.restore(key, day) && good;
    });
    if (!due) return due.error();
    auto books = store_.notes("R", [&](std::string_view key, std::string_view) {
        const std::uint64_t size = get_u64(key.substr(1));
        shelves_.reference.add(size, std::make_shared<events::ReferenceBook>(events::fold_reference(
                                         *log_.history(size), log_.codes())));
    });
    if (!books) return books.error();
    reference_ = shelves_.reference.newest();
    return good;
}

void Runner::note_words() {
    for (std::size_t i = 0; i < dictionary_names.size(); ++i) {
        const Dictionary& words = dictionary(shelves_.words, dictionary_names[i]);
        for (; words_noted_[i] < words.size(); ++words_noted_[i]) {
            std::string key = std::string("D") + dictionary_names[i];
            put_u32(key, words_noted_[i]);
            std::string entry;
            put_u64(entry, row_position_);
            batch_.notes.emplace_back(std::move(key),
                                      entry.append(words.text(words_noted_[i])));
        }
    }
}

base::Result<void> Runner::commit(std::uint64_t size) {
    breaches_.take_changes(batch_.notes, batch_.dropped);
    shelves_.agenda.take_changes(batch_.notes, batch_.dropped);
    batch_.checkpoint = {version, log_.id(), size};
    buckets_.seal(batch_, size);
    if (auto written = store_.write(batch_); !written) return written;
    buckets_.keep();
    batch_.clear();
    staff_noted_.clear();
    position_.store(size, std::memory_order_release);
    return {};
}

}  // namespace projections
