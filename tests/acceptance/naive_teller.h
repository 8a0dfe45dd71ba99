// One person's life, told event by event: what naive_people.cpp and naive_processes.cpp share.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "tests/acceptance/naive.h"

namespace naive {

template <class T>
void put_by_day(std::vector<T>& entries, T entry) {
    entries.push_back(std::move(entry));
    std::stable_sort(entries.begin(), entries.end(),
                     [](const T& a, const T& b) { return a.from < b.from; });
}
template <class T>
void put_pair(std::vector<std::pair<Date, T>>& entries, Date from, T value) {
    entries.emplace_back(from, std::move(value));
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
}

class Teller {
public:
    explicit Teller(Person& person) : person_(person) {}

    /// `own`: the event is of the surviving record itself.
    void tell(const Known& one, bool own);

private:
    void status(std::string is) { put_pair(person_.statuses, event_->from, std::move(is)); }
    void register_talent(const fb::TalentRegistered& payload);
    void amend(const fb::TalentAmended& payload);
    bool clear(Says& says, int field);
    void honours(const flatbuffers::Vector<flatbuffers::Offset<fb::Honour>>* list);
    void qualify();
    void revoke();
    void start();
    Affiliation* named(const fb::EventRef* reference);
    void end();
    void change_post();
    void relocate();
    void request();
    void step_transfer();
    void propose();
    void step_engagement();
    void ask_change(Engagement& engagement);
    void settle_change(Engagement& engagement);
    std::set<std::string> needed(const Engagement& engagement, bool has_home) const;
    std::string implied() const;

    Person& person_;
    const Known* event_ = nullptr;
};

}  // namespace naive
