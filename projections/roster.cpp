// V2: who is at an employer on effective_at: staff, guests, and staff lent elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "projections/staff.h"
#include "projections/subjects.h"

namespace projections {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// Everyone who was ever at one of the employers, in order of id, after the cursor; perhaps more
/// than as of K.
base::Result<std::set<events::Id>> people_of(const Asking& asking,
                                             const std::set<events::Id>& employers,
                                             const std::optional<events::Id>& after) {
    std::set<events::Id> people;
    for (const auto& employer : employers) {
        auto read = asking.store.notes(
            staff_key(employer), [&](std::string_view key, std::string_view) {
                const events::Id talent = talent_of_staff(key);
                if (!after || *after < talent) people.insert(people.end(), talent);
            });
        if (!read) return read.error();
    }
    return people;
}

class Roster {
public:
    Roster(const Asking& asking, std::set<events::Id> employers)
        : asking_(asking), day_(asking.ask.effective_at), employers_(std::move(employers)) {}

    void add(const events::Person& person) {
        if (person.absorbed_into) return;
        bool is_staff = false;
        for (const auto& affiliation : person.affiliations) {
            if (!affiliation.period.contains(day_) || !is_ours(affiliation.employer)) continue;
            add_staff(person, affiliation);
            is_staff = true;
        }
        for (const auto& engagement : person.engagements) {
            if (!engagement.active_on(day_)) continue;
            if (is_ours(engagement.host_employer)) {
                add_engaged(person, engagement, "guest");
            } else if (is_staff) {
                add_engaged(person, engagement, "lent");
            }
        }
    }
    array rows;

private:
    bool is_ours(const events::Id& employer) const { return employers_.contains(employer); }

    void add_staff(const events::Person& person, const events::Affiliation& affiliation) {
        const events::Post& post = affiliation.post_on(day_);
        const events::Id& site = affiliation.site_on(day_);
        object row;
        row["relation"] = "staff";
        row["talent"] = person.id.text();
        row["employer"] = affiliation.employer.text();
        row["site"] = site.text();
        row["region"] = site_region(asking_, affiliation.employer, site);
        row["kind"] = events::schema::EnumNameAffiliationKind(affiliation.kind);
        row["team"] = post.team;
        row["staffing"] = events::schema::EnumNameStaffing(post.staffing);
        row["since"] = json_of(affiliation.period.from);
        row["affiliation"] = text_of(affiliation.opened);
        rows.push_back(std::move(row));
    }
    void add_engaged(const events::Person& person, const events::EngagementCase& engagement,
                     std::string_view relation) {
        object row;
        row["relation"] = relation;
        row["talent"] = person.id.text();
        row["employer"] = engagement.host_employer.text();
        row["site"] = engagement.host_site.text();
        row["region"] = engagement.region_served;
        row["kind"] = engagement.kind;
        const auto* home = person.home_on(day_);
        row["home_employer"] = home != nullptr ? value(home->employer.text()) : value(nullptr);
        row["since"] = json_of(engagement.period.from);
        row["engagement"] = engagement.id.text();
        rows.push_back(std::move(row));
    }

    const Asking& asking_;
    events::Date day_;
    std::set<events::Id> employers_;
};

}  // namespace

base::Result<void> answer_roster(const Asking& asking, object& out) {
    const auto id = events::Id::parse(asking.ask.subject);
    if (!id) {
        return base::Error{base::Fault::invalid, "E_BAD_ID",
                           "an employer is named by 32 hexadecimal digits"};
    }
    if (!asking.shelves.employers.at(*id, asking.ask.size)) {
        return base::Error{
            base::Fault::not_found, "E_NO_EMPLOYER",
            fmt::format("no employer {} is known as of {}", id->text(), asking.ask.known_at)};
    }
    std::optional<events::Id> after;
    if (!asking.ask.cursor.empty()) {
        after = events::Id::parse(asking.ask.cursor);
        if (!after) {
            return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                               "parameter cursor: give the next_cursor of the page before"};
        }
    }
    std::set<events::Id> employers = {*id};
    for (const auto& merged :
         asking.shelves.employers.merged_into(*id, asking.ask.effective_at, asking.ask.size)) {
        employers.insert(merged);
    }
    Roster roster(asking, employers);
    // People are folded until the page is full, so a page costs what it shows.
    value next = nullptr;
    const auto people = people_of(asking, employers, after);
    if (!people) return people.error();
    for (const auto& talent : *people) {
        if (roster.rows.size() >= asking.ask.limit) {
            next = after->text();
            break;
        }
        roster.add(events::fold_person(talent, asking.history));
        after = talent;
    }
    out["employer"] = id->text();
    out["rows"] = std::move(roster.rows);
    out["next_cursor"] = std::move(next);
    return {};
}

}  // namespace projections
