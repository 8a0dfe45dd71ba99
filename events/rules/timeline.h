// Entries of a timeline, each holding from a day on until the next one. Internal to events/rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "events/dates.h"

namespace events {

/// Puts the entry behind those of the same or an earlier day, so that of two facts of one day the
/// one that counts later wins; returns its index.
template <class Entry>
std::size_t insert_by_day(std::vector<Entry>& entries, Entry entry) {
    const auto place = std::upper_bound(
        entries.begin(), entries.end(), entry.from,
        [](Date day, const Entry& other) { return day < other.from; });
    const auto index = place - entries.begin();
    entries.insert(place, std::move(entry));
    return static_cast<std::size_t>(index);
}

/// Inserts a change of some fields (`entry.given` says which; the others carry over from the entry
/// before, or, in front of all others, from the first one known). A change that is learnt late
/// also reaches the later entries, as far as they did not set the same field themselves.
/// `copy(to, from, fields)` copies the fields of the mask.
template <class Entry, class Copy>
void insert_change(std::vector<Entry>& entries, Entry entry, Copy copy) {
    const auto given = entry.given;
    const auto index = insert_by_day(entries, std::move(entry));
    if (index > 0) copy(entries[index], entries[index - 1], ~given);
    else if (entries.size() > 1) copy(entries[index], entries[index + 1], ~given);
    auto reach = given;
    for (std::size_t later = index + 1; later < entries.size() && reach != 0; ++later) {
        reach &= ~entries[later].given;
        copy(entries[later], entries[index], reach);
    }
}

}  // namespace events
