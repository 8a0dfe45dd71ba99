// The part of the Runner that turns changes of people into differences of rows.
#include <algorithm>
#include <limits>

#include "events/rules/decide.h"
#include "projections/runner.h"

namespace projections {

using events::Id;

void Runner::settle_person(PersonAtHand& at_hand) {
    if (at_hand.all_rows) {
        PersonAtHand before;
        before.homes = std::move(at_hand.homes);
        before.services = std::move(at_hand.services);
        before.late = std::move(at_hand.late);
        compute_all(at_hand);
        write_difference(before.homes, at_hand.homes);
        write_difference(before.late, at_hand.late);
        for (const auto& was : before.services) {
            const auto is = std::find_if(
                at_hand.services.begin(), at_hand.services.end(),
                [&](const auto& engaged) { return engaged.engagement == was.engagement; });
            write_difference(was.rows,
                             is == at_hand.services.end() ? std::vector<Row>() : is->rows);
        }
        for (const auto& is : at_hand.services) {
            const bool is_new =
                std::none_of(before.services.begin(), before.services.end(),
                             [&](const auto& was) { return was.engagement == is.engagement; });
            if (is_new) write_difference({}, is.rows);
        }
    } else {
        for (const auto& [engagement, month] : at_hand.engagements) {
            compute_engagement(at_hand, engagement, month);
        }
    }
    // What was done in a month, most of the log, brings nobody anywhere.
    const auto is_more = [](const auto& engaged) { return !engaged.second; };
    if (at_hand.all_rows || std::any_of(at_hand.engagements.begin(), at_hand.engagements.end(),
                                        is_more)) {
        note_planned(at_hand);
        note_staff(at_hand);
    }
    if (at_hand.handovers && !at_hand.all_rows) settle_handovers(at_hand);
    // A breach may also be healed by whatever comes to the person; nothing else brings one.
    if (at_hand.breaches || breaches_.find(at_hand.person.id)) settle_breaches(at_hand.person);
    if (at_hand.duties) settle_duties(at_hand.person);
    at_hand.breaches = at_hand.handovers = false;
    at_hand.touched = at_hand.refold = at_hand.all_rows = at_hand.duties = false;
    at_hand.engagements.clear();
}

void Runner::settle_duties(const events::Person& person) {
    constexpr events::Date before_all{std::numeric_limits<std::int32_t>::min()};
    std::optional<events::Date> due;
    // The processes of an absorbed record are the survivor's.
    const bool stands = !person.absorbed_into;
    if (stands && (!person.transfers.empty() || !person.engagements.empty()))
        due = events::next_duty(person, before_all, *reference_);
    shelves_.agenda.set(person.id, due);
}

PersonAtHand& Runner::at_hand(const Id& talent, bool is_new) {
    if (PersonAtHand* found = people_.find(talent)) return *found;
    PersonAtHand& added = *people_.add(talent);
    added.all_noted = is_new;
    if (is_new) return added;
    added.person = events::fold_person(talent, *log_.history(touched_.first));
    added.person.id = talent;
    compute_all(added);
    return added;
}

void Runner::touch(PersonAtHand& at_hand) {
    if (at_hand.touched) return;
    at_hand.touched = true;
    touched_.people.push_back(&at_hand);
}

void Runner::compute_all(PersonAtHand& at_hand) {
    at_hand.homes.clear();
    at_hand.services.clear();
    accountant_.add_homes(at_hand.person, at_hand.homes);
    std::sort(at_hand.homes.begin(), at_hand.homes.end());
    at_hand.late = handovers_of(at_hand.person);
    for (const auto& engagement : at_hand.person.engagements) {
        std::vector<Row> rows;
        accountant_.add_services(at_hand.person, engagement, *reference_, rows);
        if (rows.empty()) continue;
        std::sort(rows.begin(), rows.end());
        at_hand.services.push_back({engagement.id, std::move(rows)});
    }
    // One order however the rows came together: their ordinals rest on it.
    std::sort(at_hand.services.begin(), at_hand.services.end(),
              [](const auto& a, const auto& b) { return a.engagement < b.engagement; });
}

void Runner::compute_engagement(PersonAtHand& at_hand, const Id& engagement,
                                const std::optional<events::Date>& month) {
    auto& services = at_hand.services;
    auto found = std::lower_bound(
        services.begin(), services.end(), engagement,
        [](const auto& engaged, const Id& wanted) { return engaged.engagement < wanted; });
    if (found == services.end() || found->engagement != engagement) {
        found = services.insert(found, {engagement, {}});
    }
    // The rows of one month stand together, because rows are sorted by day.
    auto first = found->rows.begin();
    auto last = found->rows.end();
    if (month) {
        first = std::find_if(first, last, [&](const Row& row) { return row.day >= month->days; });
        last = std::find_if(first, last, [&](const Row& row) { return row.day > month->days; });
    }
    const std::vector<Row> before(first, last);
    rows_scratch_.clear();
    if (const auto* now = at_hand.person.engagement(engagement)) {
        accountant_.add_services(at_hand.person, *now, *reference_, rows_scratch_, month);
        std::sort(rows_scratch_.begin(), rows_scratch_.end());
    }
    write_difference(before, rows_scratch_);
    const auto gap = found->rows.erase(first, last);
    found->rows.insert(gap, rows_scratch_.begin(), rows_scratch_.end());
}

void Runner::write_difference(const std::vector<Row>& before, const std::vector<Row>& after) {
    const auto write = [&](const Row& row, std::int32_t sign) {
        batch_.rows.push_back({row, row_position_, row_ordinal_++, sign});
    };
    auto was = before.begin();
    auto is = after.begin();
    while (was != before.end() || is != after.end()) {
        if (is == after.end() || (was != before.end() && *was < *is)) {
            write(*was++, -1);
        } else if (was == before.end() || *is < *was) {
            write(*is++, 1);
        } else {
            ++was;
            ++is;
        }
    }
}

}  // namespace projections
