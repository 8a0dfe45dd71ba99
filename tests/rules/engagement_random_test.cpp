// Whatever is tried, in whatever order: what the ledger accepts never clashes and never overloads.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>
#include <random>

#include "tests/rules/desk.h"

using namespace events;
using tests::Asked;
using tests::Desk;

namespace {

struct Dice {
    std::mt19937 source;
    int below(int bound) { return static_cast<int>(source() % static_cast<unsigned>(bound)); }
    template <class List>
    const auto& of(const List& list) {
        return list[static_cast<std::size_t>(below(static_cast<int>(std::size(list))))];
    }
};

struct Kind {
    const char* code;
    const char* schedule;
    int load;
};

/// Schedules without a budget, so that every day's work can be said without rounding.
constexpr Kind kinds[] = {
    {"SUN", R"({"kind":"WEEKLY","slots":["SAT_AM","SAT_PM"]})", 200},
    {"SUN", R"({"kind":"WEEKLY","slots":["SAT_PM","SUN_AM"]})", 200},
    {"SUN", R"({"kind":"WEEKLY","slots":["SUN_AM","SUN_PM"],"every_n_weeks":2,)"
            R"("anchor":"2019-04-01"})", 200},
    {"PTW", R"({"kind":"WEEKLY","slots":["MON_AM","MON_PM"]})", 200},
    {"PTW", R"({"kind":"WEEKLY","slots":["MON_PM","THU_AM"]})", 200},
    {"PTW", R"({"kind":"WEEKLY","slots":["TUE_AM","FRI_PM"],"every_n_weeks":3,)"
            R"("anchor":"2019-04-01"})", 400},
    {"MPP", R"({"kind":"WEEKLY","slots":["WED_AM"]})", 100},
    {"ENC", R"({"kind":"CONTINUOUS"})", 200},
    {"SEC", R"({"kind":"CONTINUOUS"})", 1000},
    {"SEC", R"({"kind":"CONTINUOUS"})", 500},
    {"LVS", R"({"kind":"CONTINUOUS"})", 300},
    {"EXP", R"({"kind":"DATES","dates":[{"date":"2019-06-18","half":"AM"},{"date":"2019-06-20",)"
            R"("half":"PM"}]})", 1000},
};

/// Tries one step after another on two people; counts what came of them.
class Trials {
public:
    explicit Trials(unsigned seed) : dice_{std::mt19937(seed)} {
        desk.person("A", "E1", "S1");
        desk.person("B");
        desk.on("2019-04-10");
    }

    void step() {
        if (dice_.below(4) == 0) desk.on((desk.today() + dice_.below(12)).text());
        switch (names_.empty() ? 0 : dice_.below(7)) {
            case 0: return propose();
            case 1:
            case 2: return consent();
            case 3:
            case 4: return on_one("EngagementActivated", Role::H, "{}");
            case 5:
                return on_one(dice_.below(2) ? "EngagementSuspended" : "EngagementTerminated",
                              Role::H, R"({"reason":"x"})");
            default: return dice_.below(2) ? on_one("EngagementResumed", Role::H, "{}") : change();
        }
    }

    Desk desk;
    std::map<std::string, int> codes;

private:
    std::string some_day() { return (desk.today() + (dice_.below(60) - 5)).text(); }
    void count(const std::string& code) { ++codes[code]; }

    void propose() {
        const auto& kind = dice_.of(kinds);
        const Date from = std::max(Date::of(2019, 4, 15), desk.today() + (dice_.below(50) - 10));
        const bool listed = std::string_view(kind.code) == "EXP";
        const auto name = fmt::format("F{}", names_.size());
        const bool to_third = dice_.below(2) == 0;
        const auto code = desk.tell(
            dice_.below(2) ? Role::H : Role::T,
            Asked{"EngagementProposed", "engagement/" + name,
                  fmt::format(R"({{"talent":'{}',"host_employer":'{}',"host_site":'{}',)"
                              R"("region_served":"513401","place_of_work":"513401","kind":"{}",)"
                              R"("schedule":{},"load":{},"home_leave":{}}})",
                              dice_.below(2) ? "A" : "B", to_third ? "E3" : "E2",
                              to_third ? "S3" : "S2", kind.code, kind.schedule, kind.load,
                              dice_.below(6) == 0),
                  listed ? "2019-06-01" : from.text(),
                  listed ? "2019-07-01" : (from + 20 + dice_.below(200)).text()});
        count(code);
        if (code.empty()) names_.push_back(name);
    }
    /// All parties, whatever is asked of them.
    void consent() {
        const auto name = dice_.of(names_);
        struct Voice { const char* party; Role role; };
        for (const auto& voice : {Voice{"TALENT", Role::T}, Voice{"HOST", Role::H},
                                  Voice{"HOME", Role::E}})
            count(desk.tell(voice.role,
                            Asked{"EngagementConsented", "engagement/" + name,
                                  fmt::format(R"({{"party":"{}"}})", voice.party)}));
    }
    void on_one(const char* type, Role role, const char* payload) {
        count(desk.tell(role, Asked{type, "engagement/" + dice_.of(names_), payload, some_day()}));
    }
    void change() {
        const auto& kind = dice_.of(kinds);
        count(desk.tell(Role::H,
                        Asked{"EngagementRescheduled", "engagement/" + dice_.of(names_),
                              fmt::format(R"({{"schedule":{},"load":{}}})", kind.schedule,
                                          std::min(kind.load, 100)),
                              some_day()}));
    }

    Dice dice_;
    std::vector<std::string> names_;
};

/// Half-days of a schedule on a day, written again from domain.md 2.5 and settled.md 2.6.
int halves_of(const EngagementCase& engagement, Date day, const ReferenceBook& book) {
    const auto& schedule = engagement.schedule_on(day);
    const bool workday = book.is_workday(day);
    int halves = 0;
    if (schedule.kind == schema::ScheduleKind::WEEKLY) {
        const int weeks =
            (day.days - day.weekday() - (schedule.anchor.days - schedule.anchor.weekday())) / 7;
        if (weeks % schedule.every_n_weeks == 0)
            halves = schedule.mask14 >> (2 * day.weekday()) & 3;
    } else if (schedule.kind == schema::ScheduleKind::DATES) {
        for (const auto& slot : schedule.dates)
            if (slot.day == day) halves |= 1 << slot.half;
    } else if (workday && (schedule.load == 1000 || engagement.home_leave)) {
        halves = 3;
    }
    if (engagement.kind == "SUN") return workday ? 0 : halves;
    return engagement.home_leave && workday && halves != 0 ? 3 : halves;
}

struct Week {
    std::int64_t workday = 0, restday = 0;
    bool home = false, away = false;
};

void check_person(const Person& person, const ReferenceBook& book) {
    std::map<Date, Week> weeks;
    std::map<int, std::int64_t> years;
    for (Date day = Date::of(2019, 4, 1); day < Date::of(2020, 6, 1); day = day + 1) {
        int held = 0;
        int posts = 0;
        const bool home = person.home_on(day) != nullptr;
        std::vector<const EngagementCase*> counted;
        for (const auto& engagement : person.engagements) {
            if (!engagement.active_on(day)) continue;
            const int halves = halves_of(engagement, day, book);
            REQUIRE((held & halves) == 0);
            held |= halves;
            const bool post = engagement.kind == "SEC" ||
                              engagement.kind == "LVS" || engagement.kind == "EXP";
            posts += post;
            if (!post && !engagement.home_leave) counted.push_back(&engagement);
        }
        REQUIRE(posts <= 1);
        if (counted.empty()) continue;
        auto& week = weeks[day - day.weekday()];
        week.home |= home;
        week.away |= posts > 0;
        for (const auto* engagement : counted) {
            const auto& schedule = engagement->schedule_on(day);
            const int halves = halves_of(*engagement, day, book);
            std::int64_t work = 500 * ((halves & 1) + (halves >> 1));
            if (schedule.kind == schema::ScheduleKind::CONTINUOUS)
                work = book.is_workday(day) ? schedule.load : 0;
            if (engagement->kind == "SUN" && book.is_workday(day)) work = 0;
            (book.is_workday(day) ? week.workday : week.restday) += work;
            if (home) years[day.year()] += work;
        }
    }
    for (const auto& [monday, week] : weeks) {
        INFO("week of " << monday.text());
        REQUIRE(week.workday <= (week.away ? 500 : week.home ? 2000 : 5000));
        REQUIRE(week.restday <= 1000);
    }
    for (const auto& [year, total] : years) REQUIRE(total <= 90'000);
}

}  // namespace

TEST_CASE("no sequence of commands leaves a person with clashing slots or too much work") {
    std::map<std::string, int> codes;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        Trials trials(seed);
        for (int i = 0; i < 120; ++i) trials.step();
        for (const auto* name : {"A", "B"})
            check_person(trials.desk.who(name), trials.desk.reference());
        for (const auto& [code, count] : trials.codes) codes[code] += count;
        // A fold from scratch sees the same people as the standings that were kept.
        for (const auto* name : {"A", "B"}) {
            const auto folded = fold_person(Desk::id(name), trials.desk.log());
            const auto& kept = trials.desk.who(name);
            REQUIRE(folded.events == kept.events);
            REQUIRE(folded.engagements.size() == kept.engagements.size());
            for (std::size_t i = 0; i < kept.engagements.size(); ++i) {
                REQUIRE(folded.engagements[i].state == kept.engagements[i].state);
                REQUIRE(folded.engagements[i].active_time() == kept.engagements[i].active_time());
            }
        }
    }
    // The trials are worth something only if they run into the rules and past them.
    for (const auto* code : {"", "E_SLOT_CLASH", "E_OVERLOAD", "E_SECOND_SECONDMENT",
                             "E_CONSENT_MISSING", "E_ENGAGEMENT_STATE", "E_ENGAGEMENT_PERIOD"}) {
        INFO("code " << code);
        CHECK(codes[code] > 5);
    }
}
