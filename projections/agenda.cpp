#include "projections/agenda.h"

#include <algorithm>
#include <cstring>

#include "projections/storage/store.h"

namespace projections {

namespace {

constexpr std::uint32_t day_zero = 0x80000000u;  // days before 1970 sort before later ones
constexpr std::size_t id_size = 16;

std::string agenda_key(const events::Id& talent) {
    std::string key = "A";
    key.append(reinterpret_cast<const char*>(talent.bytes.data()), id_size);
    return key;
}

}  // namespace

void Agenda::put(const events::Id& talent, std::optional<events::Date> due) {
    const auto known = by_talent_.find(talent);
    if (known != by_talent_.end()) {
        by_day_.erase({known->second, talent});
        if (!due) by_talent_.erase(known);
    }
    if (!due) return;
    by_talent_.insert_or_assign(talent, *due);
    by_day_.insert({*due, talent});
}

void Agenda::set(const events::Id& talent, std::optional<events::Date> due) {
    const std::lock_guard lock(mutex_);
    const auto known = by_talent_.find(talent);
    const bool same = known == by_talent_.end() ? !due : due == known->second;
    if (same) return;
    put(talent, due);
    changed_.insert(talent);
}

std::vector<Agenda::Entry> Agenda::due(events::Date upto) const {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> out;
    for (const Entry& entry : by_day_) {
        if (entry.due > upto) break;
        out.push_back(entry);
    }
    return out;
}

std::vector<events::Id> Agenda::people() const {
    const std::lock_guard lock(mutex_);
    std::vector<events::Id> out;
    for (const auto& [talent, day] : by_talent_) out.push_back(talent);
    std::sort(out.begin(), out.end());
    return out;
}

void Agenda::clear() {
    const std::lock_guard lock(mutex_);
    by_talent_.clear();
    by_day_.clear();
    changed_.clear();
}

void Agenda::take_changes(std::vector<std::pair<std::string, std::string>>& notes,
                          std::vector<std::string>& dropped) {
    const std::lock_guard lock(mutex_);
    for (const events::Id& talent : changed_) {
        const auto known = by_talent_.find(talent);
        if (known == by_talent_.end()) {
            dropped.push_back(agenda_key(talent));
            continue;
        }
        std::string day;
        put_u32(day, static_cast<std::uint32_t>(known->second.days) + day_zero);
        notes.emplace_back(agenda_key(talent), std::move(day));
    }
    changed_.clear();
}

bool Agenda::restore(std::string_view key, std::string_view value) {
    if (key.size() != 1 + id_size || value.size() != 4) return false;
    events::Id talent;
    std::memcpy(talent.bytes.data(), key.data() + 1, id_size);
    const std::lock_guard lock(mutex_);
    put(talent, events::Date{static_cast<std::int32_t>(get_u32(value) - day_zero)});
    return true;
}

}  // namespace projections
