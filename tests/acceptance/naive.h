// The views once more, written straight from the definitions: read the stored events, decide what
// counts, walk over people and days, add up. Plain and slow, and it shares no code with the
// rules' folds nor with the projections, so that a common mistake is unlikely.
//
// This header is the world as the events tell it: people, employers, divisions, zones, calendars.
// naive_counts.h counts it, naive_subjects.h tells of one person or employer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/dates.h"
#include "events/ids.h"
#include "events/schema/event_generated.h"

namespace naive {

namespace fb = events::schema;
using events::Date;
using events::Id;

/// An event with what became of it as of K.
struct Known {
    const fb::Event* event = nullptr;
    fb::Payload type = fb::Payload::NONE;
    const void* payload = nullptr;  ///< as it counts now
    bool counts = false;
    std::uint64_t since = 0;  ///< the position from which it counts: its own or the approval's
    std::optional<std::uint64_t> decided_by, changed_by;
    bool approved = false;
    Date from;  ///< as they count now
    Date to = events::forever;

    std::uint64_t position() const { return event->position(); }
    Id home() const { return Id::of(event->streams()->Get(0)->id()); }
    template <class T>
    const T& as() const {
        return *static_cast<const T*>(payload);
    }
};

/// What one event says of who a person is.
struct Says {
    Date from;
    std::optional<std::string> category, nationality, residence, degree, education;
    std::optional<int> sex, birth_year;
    std::optional<std::vector<std::string>> titles, skills;
};

struct PostSays {
    Date from;
    std::optional<std::string> staffing, team, post_code, rank_code;
    std::optional<int> fte;
};

struct EmployerSays {
    Date from;
    std::optional<std::string> section, ownership;
};

/// What holds of a field on a day: of the sayings that mention it the last one by then, or the
/// first of all if none is that old. `sayings` are in order of their days.
template <class T, class Saying>
T field_on(const std::vector<Saying>& sayings, std::optional<T> Saying::*field, Date day) {
    const std::optional<T>* found = nullptr;
    for (const auto& saying : sayings) {
        if (!(saying.*field)) continue;
        if (found == nullptr || saying.from <= day) found = &(saying.*field);
    }
    return found == nullptr ? T{} : **found;
}

struct Affiliation {
    std::uint64_t position = 0;
    Id event, employer;
    fb::AffiliationKind kind{};
    Date from, to = events::forever;
    std::vector<PostSays> posts;
    std::vector<std::pair<Date, Id>> sites;

    bool on(Date day) const { return from <= day && day < to; }
    Id site_on(Date day) const {
        Id site = sites.front().second;
        for (const auto& [since, at] : sites) {
            if (since <= day) site = at;
        }
        return site;
    }
};

/// A full-time home at one site of one employer.
struct Stay {
    Date from, to;
    std::size_t affiliation = 0;  ///< among the person's
    Id site;
};

struct Crossing {
    Date on;
    bool arrival = true;
    std::string region;
};

struct Transfer {
    Id id;
    std::string state = "REQUESTED";
    fb::TransferMode mode{};
    Id from_employer, to_employer;
    Date proposed;
    bool official = false;  ///< the post to come is CIVIL or ESTABLISHMENT
    bool agreed = false, released = false, accepted = false, authority = false, notice = false;
    bool file = false, insurance = false;
    std::optional<Date> effected_on;
    std::uint64_t opened_home = 0;  ///< position of the affiliation it started

    bool is_open() const {
        return state == "REQUESTED" || state == "COLLECTING" || state == "READY";
    }
    bool holds() const { return state == "EFFECTIVE" || state == "HANDED_OVER"; }
};

/// A schedule from a day on.
struct Planned {
    Date from;
    const fb::Schedule* schedule = nullptr;
    std::int64_t load = 0;
};

struct Service {
    Date month;
    std::int64_t workday = 0, restday = 0;
    std::string region;
};

struct Engagement {
    Id id;
    std::string state = "PROPOSED";
    std::string kind, region_served, place_of_work;
    Id host_employer, host_site;
    bool has_home = false;
    Date from, to;
    std::set<std::string> consents;
    std::vector<Planned> schedules;
    std::vector<std::pair<Date, bool>> switches;  ///< from that day on active or not, by day
    std::vector<Service> services;
    struct Change {
        std::set<std::string> consents;
        std::optional<Date> to;
        std::optional<Planned> schedule;
    };
    std::optional<Change> change;

    bool active(Date day) const {
        bool on = false;
        for (const auto& [since, active] : switches) {
            if (since <= day) on = active;
        }
        return on && from <= day && day < to;
    }
    const Planned& schedule_on(Date day) const {
        const Planned* found = &schedules.front();
        for (const auto& one : schedules) {
            if (one.from <= day) found = &one;
        }
        return *found;
    }
};

struct Qualification {
    std::uint64_t position = 0;
    Id event;
    std::string kind, code;
    Date from, to;
    std::optional<Date> revoked;
};

struct Person {
    Id id;
    std::vector<Says> says;  ///< of the surviving record, by day
    std::vector<std::pair<Date, std::string>> statuses;
    std::vector<std::pair<std::string, Date>> honours;
    std::vector<Affiliation> affiliations;
    std::vector<Transfer> transfers;
    std::vector<Engagement> engagements;
    std::vector<Qualification> qualifications;
    std::vector<Crossing> crossings;
    std::vector<Stay> stays;          ///< full-time homes in order of time
    std::vector<Id> absorbed;
    std::vector<const Known*> timeline;  ///< of the person's streams, in log order

    const Affiliation* home_on(Date day) const {
        for (const auto& one : affiliations) {
            if (one.kind == fb::AffiliationKind::FULL_TIME_HOME && one.on(day)) return &one;
        }
        return nullptr;
    }
    const Stay* stay_on(Date day) const {
        for (const Stay& stay : stays) {
            if (stay.from <= day && day < stay.to) return &stay;
        }
        return nullptr;
    }
    std::string status_on(Date day) const {
        std::string status = "ACTIVE";
        for (const auto& [since, is] : statuses) {
            if (since <= day) status = is;
        }
        return status;
    }
};

struct Employer {
    std::vector<EmployerSays> says;  ///< by day
    std::optional<Date> merged_on;
    Id merged_into;
};

struct Scheme {
    std::string name;
    Date from, to;
    std::map<std::string, std::string> zone_of;
};

/// Everything as known after the first so many events.
class Model {
public:
    /// `log` holds the bytes of the first events, in order; they must outlive the model.
    explicit Model(const std::vector<std::string>& log, std::size_t known);

    const std::map<Id, Person>& people() const { return people_; }
    const std::map<Id, Employer>& employers() const { return employers_; }
    const std::vector<Scheme>& schemes() const { return schemes_; }
    /// The record that stands for this one.
    Id root(Id talent) const;
    /// The record that a split gave this event to.
    std::optional<Id> given_to(std::uint64_t position) const;
    std::string region_of(const Id& site) const;

    /// The code that a division has on that day.
    std::string division(std::string region, Date day) const;
    /// Days on which codes or zones change.
    std::set<Date> recodings() const;
    bool is_workday(Date day) const;
    std::int64_t parameter(const std::string& name, Date day) const;
    std::string section(const Id& employer, Date day) const;
    std::string ownership(const Id& employer, Date day) const;

private:
    void read(const std::vector<std::string>& log, std::size_t known);
    void judge();
    void settle(std::size_t index, std::vector<int>& state);
    void join_records(const std::vector<const Known*>& in_effect);
    void collect_reference(const std::vector<const Known*>& in_effect);
    void collect_employers(const std::vector<const Known*>& in_effect);
    Id owner(const Known& event) const;

    std::vector<Known> events_;
    std::map<Id, Id> absorbed_into_;
    std::map<std::uint64_t, Id> given_;
    std::unordered_map<Id, std::string, events::IdHash> site_region_;
    std::map<Id, Employer> employers_;
    std::vector<Scheme> schemes_;
    struct Step {
        Date from;
        std::string old_code, new_code;
    };
    std::vector<Step> steps_;
    std::map<int, std::map<Date, bool>> calendars_;  ///< year → day → working day
    std::map<std::string, std::vector<std::pair<Date, std::int64_t>>> parameters_;
    std::map<Id, Person> people_;
};

/// Fills in what the person's events say. `in_effect` are those that count, in the order in which
/// they do; `own` says whether the event is of the surviving record itself.
void tell_life(Person& person, const std::vector<std::pair<const Known*, bool>>& in_effect);

}  // namespace naive
