// What the generator remembers of each person: enough to know which commands will be accepted.
#pragma once

#include <cstdint>

#include "events/dates.h"

namespace synthetic {

constexpr std::uint32_t nobody = 0xffffffffu;

/// An event by the number of its command and its place in it.
struct Ref {
    std::uint64_t command = 0;
    std::uint16_t index = 0;
};

enum class Life : std::uint8_t { unregistered, active, retired, left, dead, absorbed };

/// Special lives that the worked cases of settled.md 8 call for, and others that must not be left
/// to chance; the rest live an ordinary one.
enum class Script : std::uint8_t {
    none,
    home_change_in_month,
    gap_180,
    gap_181,
    site_relocated,
    reversal,
    departure_and_arrival,
    leshan_recast,
    correction_of_correction,
    range_cut_in_month,
    overload,
    slot_clash,
    second_secondment,
    station_cap,
    second_post,
    own_business,
    service_years,
    extended,
    rescheduled,
    count_
};

struct Home {
    std::uint32_t employer = nobody;
    std::uint8_t site = 0;
    Ref opened;
    events::Date since;
    std::uint8_t category = 0;
};

/// A second post or an own business beside the home.
struct SidePost {
    std::uint32_t employer = nobody;
    bool own_business = false;
    Ref consent, opened;
};

/// Years of service owed, or a ban on competing.
struct Obligation {
    events::Date from, to;
    bool service = false;
    Ref declared;

    bool binds(events::Date day) const { return from <= day && day < to; }
};

struct Transfer {
    std::uint64_t number = 0;   ///< 0: none open
    std::uint8_t mode = 0;      ///< 0 CONSENT, 1 RESIGN, 2 ORDER, 3 CHANNEL
    std::uint8_t step = 0;      ///< consents given so far
    std::uint8_t fate = 0;      ///< how it will end, drawn when it is requested
    std::uint8_t category = 0;  ///< of the post to come
    bool left = false;          ///< for the system to lapse
    std::uint32_t to = nobody;
    events::Date on;  ///< the day it takes effect
    Ref effect;
    Home before;  ///< for a reversal
};

/// Another end or schedule that waits for consents.
struct Change {
    bool extends = false;
    bool declined = false;
    events::Date from, to;
};

struct Engagement {
    std::uint64_t number = 0;  ///< 0: none open
    std::uint8_t kind = 0;
    std::uint8_t step = 0;
    std::uint8_t fate = 0;
    std::uint8_t season = 0;
    bool other_days = false;  ///< a new schedule is in force
    std::uint16_t county = 0;
    std::uint32_t host = nobody;
    events::Date from, to;
    events::Date next_month;  ///< first day of the month to be reported next
    bool active = false;
    Change change;
};

struct Service {
    Ref recorded;
    std::uint64_t engagement = 0;
    events::Date month;
    std::uint32_t host = nobody;
    std::uint16_t county = 0;
    std::uint8_t half_days = 0;
    bool rest_days = false;
    Ref correction;
};

struct Talent {
    std::uint32_t revision = 0;
    Life life = Life::unregistered;
    Script script = Script::none;
    bool busy = false;  ///< a process runs that would clash with another
    std::uint8_t sex = 1;
    std::uint8_t category = 2;
    std::uint8_t residence = 0;            ///< prefecture
    std::uint8_t step = 0;                 ///< of the script
    std::uint8_t residence_of_number = 0;  ///< prefecture in the citizen number
    std::uint16_t sequence = 0;            ///< of the citizen number
    events::Date birth;
    Home home;
    SidePost post;
    Obligation obligation;
    Transfer transfer;
    Engagement engagement;
    Service service;
    std::uint64_t attempt = 0;  ///< engagement that will be refused
    events::Date attempt_from;
    std::uint32_t double_of = nobody;  ///< the other record of the same person
    Ref pending;                       ///< command that waits for approval
    Ref merge;
};

}  // namespace synthetic
