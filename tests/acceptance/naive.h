// The counted views once more, written straight from the definitions: read the stored events,
// decide what counts, walk over people and days, add up. Plain and slow, and it shares no code
// with the rules' folds nor with the projections, so that a common mistake is unlikely.
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

using events::Date;
using events::Id;

/// How regions are told apart in an answer.
struct Coding {
    bool by_zone = true;      ///< else by prefecture
    bool recast = false;      ///< as divided on `effective_at`, not on the counted day
    Date effective_at;
    std::string scheme = {};  ///< by name; empty: the one in force
};

/// An event with what became of it as of K.
struct Known {
    const events::schema::Event* event = nullptr;
    events::schema::Payload type = events::schema::Payload::NONE;
    const void* payload = nullptr;
    bool counts = false;
    Date from;
    Date to = events::forever;

    std::uint64_t position() const { return event->position(); }
    template <class T>
    const T& as() const {
        return *static_cast<const T*>(payload);
    }
};

/// A full-time home at one site of one employer.
struct Stay {
    Date from, to;
    std::uint64_t affiliation = 0;  ///< position of its start
    std::string region;             ///< of the site, as the employer gave it
};

struct Service {
    Date month;
    std::int64_t workday = 0, restday = 0;
    std::string region;
    std::set<Date> days;  ///< of ACTIVE time in the month
};

struct Crossing {
    Date on;
    bool arrival = true;
    std::string region;
};

struct Person {
    std::vector<Stay> stays;  ///< in order of time
    std::set<std::uint64_t> by_transfer;  ///< affiliations that a transfer started
    std::vector<Crossing> crossings;
    std::vector<Service> services;
    std::vector<std::pair<Date, std::string>> residences;  ///< by day, then log order
};

using Cell = std::pair<std::string, std::string>;
struct Mdays {
    std::int64_t workday = 0, restday = 0;
    bool operator==(const Mdays&) const = default;
};
struct Balance {
    std::int64_t in = 0, out = 0, stock_before = 0, stock_last = 0, person_days = 0;
    bool operator==(const Balance&) const = default;
};

/// Everything as known after the first so many events.
class Model {
public:
    /// `log` holds the bytes of the first events, in order; they must outlive the model.
    explicit Model(const std::vector<std::string>& log, std::size_t known);

    std::map<std::string, std::int64_t> stock(const Coding& coding) const;
    std::map<Cell, std::int64_t> flow(const Coding& coding, Date from, Date to) const;
    std::map<Cell, Mdays> use(const Coding& coding, Date from, Date to) const;
    std::map<std::string, Balance> net_inflow(const Coding& coding, Date from, Date to) const;
    std::size_t people() const { return people_.size(); }

private:
    struct Scheme {
        std::string name;
        Date from, to;
        std::map<std::string, std::string> zone_of;
    };

    void read(const std::vector<std::string>& log, std::size_t known);
    void judge();
    void settle(std::size_t index, std::vector<int>& state);
    void merge_records();
    void collect_reference();
    void collect_people();
    void collect_homes(const Id& talent, const std::vector<const Known*>& events);
    void collect_services(const Id& talent, const std::vector<const Known*>& events);
    Id root(Id talent) const;

    std::string prefecture(std::string region, Date day) const;
    std::string column(const std::string& region, Date day, const Coding& coding) const;
    const std::string& column_of(const std::string& region, Date day, const Coding& coding) const;
    static bool inside(const std::string& column) { return column != "EXT" && column != "UNK"; }

    std::vector<Known> events_;
    std::map<std::uint64_t, std::uint64_t> since_;  ///< approved event → position of the approval
    std::map<Id, Id> absorbed_into_;
    std::map<Id, std::string> site_region_;
    std::vector<Scheme> schemes_;
    struct Step { Date from; std::string old_code, new_code; };
    std::vector<Step> steps_;
    std::map<Id, Person> people_;
    mutable std::unordered_map<std::string, std::unordered_map<std::int32_t, std::string>> cache_;
    mutable Coding cached_for_;
};

/// Home moves of a person: day, place left, place come to.
struct Move {
    Date on;
    std::string from, to;
};
std::vector<Move> moves_of(const Person& person, int gap_days = 180);

}  // namespace naive
