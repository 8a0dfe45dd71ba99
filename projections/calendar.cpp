// V11: what a person's engagements hold, day by day in [from, to).
#include <fmt/format.h>

#include <algorithm>

#include "events/rules/engagement.h"
#include "projections/subjects.h"

namespace projections {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// One engagement with its ACTIVE time, worked out once.
struct Engaged {
    const events::EngagementCase* engagement;
    std::vector<events::Period> active;
    bool rest_days_only;
};

bool holds(const Engaged& engaged, events::Date day) {
    return std::any_of(engaged.active.begin(), engaged.active.end(),
                       [&](const auto& period) { return period.contains(day); });
}

class Calendar {
public:
    Calendar(const Asking& asking, const events::Person& person) : reference_(*asking.book) {
        for (const auto& engagement : person.engagements) {
            if (engagement.spans.empty()) continue;
            const auto* kind = events::engagement_kind(engagement.kind);
            engaged_.push_back(
                {&engagement, engagement.active_time(), kind != nullptr && kind->rest_days_only});
        }
    }

    void add_day(events::Date day) {
        const bool workday = reference_.is_workday(day);
        array held;
        array skipped;
        int taken = 0;
        bool clash = false;
        std::int64_t planned = 0;
        for (const Engaged& engaged : engaged_) {
            if (!holds(engaged, day)) continue;
            const auto& schedule = engaged.engagement->schedule_on(day);
            const int slots = schedule.slots_on(day, reference_);
            // A rest-day slot that a make-up day turned into work is skipped and shown as such.
            if (engaged.rest_days_only && workday) {
                if (slots != 0) skipped.emplace_back(engaged.engagement->id.text());
                continue;
            }
            const events::Mdays plan =
                events::planned(*engaged.engagement, engaged.active, {day, day + 1}, reference_);
            if (slots == 0 && plan.total() == 0) continue;
            clash = clash || (taken & slots) != 0;
            taken |= slots;
            planned += plan.total();
            held.push_back(describe(engaged, slots, plan));
        }
        if (held.empty() && skipped.empty()) return;
        object row;
        row["day"] = day.text();
        row["workday"] = workday;
        row["am"] = (taken & 1) != 0;
        row["pm"] = (taken & 2) != 0;
        row["clash"] = clash;
        row["planned_mday"] = planned;
        row["free_mday"] = std::max<std::int64_t>(0, 1'000 - planned);
        row["engagements"] = std::move(held);
        row["skipped"] = std::move(skipped);
        rows.push_back(std::move(row));
    }
    array rows;

private:
    object describe(const Engaged& engaged, int slots, const events::Mdays& plan) const {
        const auto& engagement = *engaged.engagement;
        object out;
        out["engagement"] = engagement.id.text();
        out["kind"] = engagement.kind;
        out["host_employer"] = engagement.host_employer.text();
        out["place_of_work"] = engagement.place_of_work;
        out["region_served"] = engagement.region_served;
        out["am"] = (slots & 1) != 0;
        out["pm"] = (slots & 2) != 0;
        out["workday_mday"] = plan.workday;
        out["restday_mday"] = plan.restday;
        return out;
    }

    const events::ReferenceBook& reference_;
    std::vector<Engaged> engaged_;
};

}  // namespace

base::Result<void> answer_calendar(const Asking& asking, object& out) {
    const auto found = find_person(asking);
    if (!found) return found.error();
    const events::Period range = asking.ask.range;
    constexpr int days_max = 366 * 10;
    if (range.to - range.from > days_max) {
        return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                           "parameter to: a calendar shows at most ten years"};
    }
    Calendar calendar(asking, found->person);
    for (events::Date day = range.from; day < range.to; day = day + 1) calendar.add_day(day);
    out["talent"] = found->person.id.text();
    out["resolved_from"] =
        found->resolved_from ? value(found->resolved_from->text()) : value(nullptr);
    out["rows"] = std::move(calendar.rows);
    return {};
}

}  // namespace projections
