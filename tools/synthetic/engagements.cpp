// Flexible engagements from proposal to end, with a record of service for every month.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

enum Party : std::uint8_t { of_talent, of_home, of_authority };
enum Fate : std::uint8_t { runs, declined, cancelled, terminated, interrupted };

struct Kind {
    std::string_view code;
    std::string_view consents;  ///< t talent, h home, a authority; the proposing host is implied
    int load;                   ///< permille
    int months_least, months_most;
    bool rest_days;
    bool secondment;  ///< full time, nothing else beside it
};
// In the order of the parameters engagement.kind.*.
constexpr Kind kind_table[] = {
    {"SUN", "t", 200, 3, 11, true, false},    {"PRJ", "th", 200, 6, 24, false, false},
    {"CON", "t", 100, 3, 18, false, false},   {"PTW", "th", 100, 3, 12, false, false},
    {"SEA", "th", 300, 6, 18, false, false},  {"EXP", "th", 1000, 2, 4, false, true},
    {"MPP", "t", 100, 3, 12, false, false},   {"SEC", "th", 1000, 6, 12, false, true},
    {"REM", "th", 200, 3, 12, false, false},  {"DEP", "tha", 1000, 12, 24, false, true},
    {"DSP", "ta", 1000, 12, 18, false, true}, {"ENC", "th", 200, 6, 18, false, false},
    {"PDJ", "th", 1000, 12, 24, false, true}, {"LVS", "th", 1000, 12, 30, false, true},
    {"TFS", "th", 200, 24, 34, false, false}, {"STN", "th", 500, 12, 24, false, false},
};

/// The most that DAYS may hold so that no week of a short part of a year is overfull.
int budget_of(const Engagement& engagement) {
    int least = 366;
    for (int year = engagement.from.year(); year <= (engagement.to - 1).year(); ++year) {
        const auto first = std::max(engagement.from, events::Date::of(year, 1, 1));
        const auto end = std::min(engagement.to, events::Date::of(year + 1, 1, 1));
        least = std::min(least, end - first);
    }
    return least * 150;
}

std::string dates_from(events::Date first) {
    std::string out;
    for (int i = 0; i < 5; ++i) {
        const auto day = date_text(first + i);
        if (i > 0) out += ',';
        out += fmt::format(R"({{"date":"{}","half":"AM"}},{{"date":"{}","half":"PM"}})", day, day);
    }
    return out;
}

std::string schedule_of(const Engagement& engagement, Script script) {
    switch (engagement.kind) {
        case 0:
            if (script == Script::slot_clash) {
                return fmt::format(R"({{"kind":"WEEKLY","slots":["SAT_AM"],"anchor":"{}"}})",
                                   date_text(engagement.from));
            }
            return fmt::format(R"({{"kind":"WEEKLY","slots":["SAT_AM","SAT_PM"],)"
                               R"("every_n_weeks":2,"anchor":"{}"}})",
                               date_text(engagement.from));
        case 3:
        case 6:
            return fmt::format(R"({{"kind":"WEEKLY","slots":["{}"],"anchor":"{}"}})",
                               engagement.kind == 3 ? "WED_PM" : "FRI_AM",
                               date_text(engagement.from));
        case 4:
            return R"({"kind":"SEASONAL","windows":[{"from":"11-01","to":"03-31"}]})";
        case 5:
            return fmt::format(R"({{"kind":"DATES","dates":[{}]}})", dates_from(engagement.from));
        case 1:
        case 2:
        case 8:
        case 14:
        case 15:
            return fmt::format(R"({{"kind":"DAYS","budget_mday":{}}})", budget_of(engagement));
        default:
            return R"({"kind":"CONTINUOUS"})";
    }
}

std::string_view party_name(char letter) {
    return letter == 't' ? "TALENT" : letter == 'h' ? "HOME" : "AUTHORITY";
}

Who party_voice(char letter) {
    return letter == 't' ? Who::talent : letter == 'h' ? Who::employer : Who::province;
}

}  // namespace

void Generator::State::plan_engagement(std::uint32_t number, int kind, std::uint16_t scripted) {
    Talent& talent = talents[number];
    auto drawn = kind >= 0 ? static_cast<std::size_t>(kind) : chance.weighted(kinds.weights);
    if (!has_home(talent) && (kind_table[drawn].secondment || drawn == 15)) drawn = 2;
    Engagement& engagement = talent.engagement;
    engagement = {};
    engagement.kind = static_cast<std::uint8_t>(drawn);
    const auto home = has_home(talent) ? talent.home.employer : nobody;
    const auto where = chance.weighted({180'000, 570'000, 250'000});
    for (int tries = 0; tries < 60; ++tries) {
        const auto prefecture = where == 0 ? world.trunk : chance.below(world.prefectures.size());
        engagement.host = world.employer_in(prefecture, home, chance);
        if (where != 2 || world.counties[world.employers[engagement.host].county[0]].hardship) {
            break;
        }
    }
    engagement.county = world.employers[engagement.host].county[0];
    const auto fate = chance.weighted({840'000, 30'000, 30'000, 50'000, 50'000});
    engagement.fate = static_cast<std::uint8_t>(scripted != 0 ? 0 : fate);
    talent.busy = true;
    later(number, chance.between(1, 8), Act::engagement_propose, Who::host, scripted);
}

std::string Generator::State::proposal(std::uint32_t number, const Engagement& engagement) const {
    const Kind& kind = kind_table[engagement.kind];
    const auto& region = world.counties[engagement.county].code;
    return fmt::format(
        R"({{"talent":"{}","host_employer":"{}","host_site":"{}","region_served":"{}",)"
        R"("place_of_work":"{}","kind":"{}","schedule":{},"load":{}{}}})",
        talent_id(number).text(), employer_id(engagement.host).text(),
        site_id(engagement.host, 0).text(), region, region, kind.code,
        schedule_of(engagement, talents[number].script), kind.load,
        engagement.kind == 15 ? R"(,"home_leave":true)" : "");
}

void Generator::State::engagement_propose(std::uint32_t number, std::uint16_t scripted) {
    Engagement& engagement = talents[number].engagement;
    const Kind& kind = kind_table[engagement.kind];
    engagement.number = new_process();
    engagement.from = today + chance.between(22, 40);
    const int months = chance.between(kind.months_least, kind.months_most);
    engagement.to = engagement.from + months * 30;
    if (scripted != 0) {  // long enough for what is to happen meanwhile, cut inside a month
        engagement.from = (today + 14).first_of_next_month() + 9;
        engagement.to = engagement.from + (engagement.kind == 0 ? 320 : 200);
    }
    engagement.next_month = engagement.from.first_of_month();
    begin(Who::host);
    add({.type = "EngagementProposed",
         .kind = "engagement",
         .home = process_id(engagement.number),
         .payload = proposal(number, engagement),
         .from = engagement.from,
         .to = engagement.to});
    record({number});
    later(number, chance.between(1, 4), Act::engagement_consent, Who::talent, 0);
}

void Generator::State::engagement_consent(std::uint32_t number, std::uint16_t step) {
    Talent& talent = talents[number];
    Engagement& engagement = talent.engagement;
    auto consents = kind_table[engagement.kind].consents;
    if (!has_home(talent)) consents = consents.substr(0, 1);
    const bool declines = engagement.fate == declined && step == 0;
    const char letter = consents[step];
    begin(party_voice(letter));
    add({.type = declines ? "EngagementDeclined" : "EngagementConsented",
         .kind = "engagement",
         .home = process_id(engagement.number),
         .payload = fmt::format(R"({{"party":"{}"}})", party_name(letter))});
    record({number});
    if (declines) return engagement_over(number);
    if (step + 1u < consents.size()) {
        return later(number, chance.between(1, 6), Act::engagement_consent,
                     party_voice(consents[step + 1u]), static_cast<std::uint16_t>(step + 1));
    }
    later(number, chance.between(1, 4), Act::engagement_activate, Who::host, 0);
}

void Generator::State::engagement_over(std::uint32_t number) {
    talents[number].engagement.number = 0;
    talents[number].engagement.active = false;
    talents[number].script = Script::none;
    if (talents[number].transfer.number == 0) talents[number].busy = false;
    next_life(number);
}

void Generator::State::engagement_activate(std::uint32_t number, std::uint16_t) {
    Talent& talent = talents[number];
    Engagement& engagement = talent.engagement;
    begin(Who::host);
    const auto home = process_id(engagement.number);
    if (engagement.fate == cancelled) {
        add({.type = "EngagementCancelled", .kind = "engagement", .home = home});
        record({number});
        return engagement_over(number);
    }
    guard(number);
    add({.type = "EngagementActivated",
         .kind = "engagement",
         .home = home,
         .from = engagement.from});
    record({number});
    engagement.active = true;
    plan_service(number);
    if (engagement.fate == interrupted) {
        later(number, engagement.from - today + chance.between(20, 50), Act::engagement_suspend,
              Who::employer);
    }
    at(number, engagement.to, Act::engagement_end, Who::office);
    switch (talent.script) {
        case Script::home_change_in_month:
            return plan_transfer(number);
        case Script::slot_clash:
        case Script::second_secondment:
        case Script::station_cap:
            return later(number, chance.between(30, 60), Act::attempt_propose, Who::host);
        default:
            return;
    }
}

/// The month is recorded on its last day or soon after, the last one on the day of the end.
void Generator::State::plan_service(std::uint32_t number) {
    const Engagement& engagement = talents[number].engagement;
    const auto end = engagement.next_month.first_of_next_month();
    const auto day = end >= engagement.to ? engagement.to : end - 1 + chance.between(0, 4);
    at(number, std::min(day, engagement.to), Act::service, Who::host);
}

std::string Generator::State::service_payload(unsigned half_days, bool rest_days,
                                              std::uint16_t county) const {
    const auto& region = world.counties[county].code;
    return fmt::format(R"({{"workday_mday":{},"restday_mday":{},"region_served":"{}",)"
                       R"("place":"{}"}})",
                       rest_days ? 0 : half_days * 500, rest_days ? half_days * 500 : 0, region,
                       region);
}

void Generator::State::service(std::uint32_t number) {
    Talent& talent = talents[number];
    Engagement& engagement = talent.engagement;
    if (!engagement.active || engagement.next_month >= engagement.to) return;
    const auto first = engagement.next_month;
    const auto end = first.first_of_next_month();
    int days = std::min(end, engagement.to) - std::max(first, engagement.from);
    if (engagement.fate == interrupted) days = std::min(days, 5);
    const Kind& kind = kind_table[engagement.kind];
    const int usual = kind.secondment && engagement.kind != 5 ? 36 : kind.rest_days ? 4 : 9;
    const auto half_days =
        static_cast<unsigned>(std::clamp(usual + chance.between(-2, 4), 1, std::max(1, days)));
    begin(Who::host);
    add({.type = "ServiceRendered",
         .kind = "engagement",
         .home = process_id(engagement.number),
         .payload = service_payload(half_days, kind.rest_days, engagement.county),
         .from = first,
         .to = end,
         .evidence = true});
    const Ref recorded = record({number});
    talent.service = {recorded,
                      engagement.number,
                      first,
                      engagement.host,
                      engagement.county,
                      static_cast<std::uint8_t>(half_days),
                      kind.rest_days,
                      {}};
    if (first < engagement.from || end > engagement.to) count("service_of_part_of_a_month");
    engagement.next_month = end;
    if (engagement.next_month < engagement.to) plan_service(number);
    if (engagement.fate == terminated && engagement.next_month.month() % 4 == 0) {
        return later(number, chance.between(1, 9), Act::engagement_end, Who::office);
    }
    const bool twice = talent.script == Script::correction_of_correction;
    if (twice || chance.happens(parameters.millionths("correction.rate"))) {
        later(number, chance.between(2, 9), Act::correct_service, Who::host);
    } else if (chance.happens(parameters.millionths("retraction.rate"))) {
        later(number, chance.between(2, 20), Act::retract_service, Who::host);
    }
}

void Generator::State::engagement_end(std::uint32_t number) {
    Engagement& engagement = talents[number].engagement;
    if (!engagement.active) return;
    const bool early = today < engagement.to;
    begin(Who::office);
    add({.type = early ? "EngagementTerminated" : "EngagementCompleted",
         .kind = "engagement",
         .home = process_id(engagement.number),
         .payload = early ? R"({"reason":"项目调整"})" : "{}",
         .from = today,
         .legal_basis = early ? "CONTRACT_HR" : std::string_view{}});
    record({number});
    engagement_over(number);
}

void Generator::State::engagement_suspend(std::uint32_t number) {
    Engagement& engagement = talents[number].engagement;
    if (!engagement.active || today + 25 >= engagement.to) return;
    begin(Who::employer);
    add({.type = "EngagementSuspended",
         .kind = "engagement",
         .home = process_id(engagement.number),
         .payload = R"({"reason":"本单位任务"})",
         .from = today,
         .legal_basis = "CONTRACT_HR"});
    record({number});
    later(number, 12, Act::engagement_resume, Who::employer);
}

void Generator::State::engagement_resume(std::uint32_t number) {
    Engagement& engagement = talents[number].engagement;
    if (!engagement.active) return;
    begin(Who::employer);
    add({.type = "EngagementResumed",
         .kind = "engagement",
         .home = process_id(engagement.number),
         .from = today});
    record({number});
}

// -- engagements that the rules must refuse -----------------------------------------------------

/// A second engagement that is proposed and agreed to like any other, but cannot be activated.
void Generator::State::attempt_propose(std::uint32_t number) {
    Talent& talent = talents[number];
    Engagement wish = talent.engagement;
    if (talent.script == Script::overload) wish = {};
    wish.from = today + 20;
    wish.to = wish.from + 40;
    if (talent.script == Script::overload) wish.kind = 3;
    if (talent.script == Script::second_secondment) wish.kind = 5;
    wish.host = world.employer_in(world.trunk, talent.home.employer, chance);
    wish.county = world.employers[wish.host].county[0];
    talent.attempt = new_process();
    std::string payload = proposal(number, wish);
    if (talent.script == Script::overload) {  // five half days of a week instead of one
        const std::string_view one = "\"WED_PM\"";
        payload.replace(payload.find(one), one.size(),
                        R"("MON_AM","MON_PM","TUE_AM","TUE_PM","WED_PM")");
    }
    begin(Who::host);
    add({.type = "EngagementProposed",
         .kind = "engagement",
         .home = process_id(talent.attempt),
         .payload = payload,
         .from = wish.from,
         .to = wish.to});
    record({number});
    talent.attempt_from = wish.from;
    later(number, 2, Act::attempt_consent, Who::talent, 't');
}

void Generator::State::attempt_consent(std::uint32_t number, std::uint16_t letter) {
    Talent& talent = talents[number];
    const auto said = static_cast<char>(letter);
    begin(party_voice(said));
    add({.type = "EngagementConsented",
         .kind = "engagement",
         .home = process_id(talent.attempt),
         .payload = fmt::format(R"({{"party":"{}"}})", party_name(said))});
    record({number});
    if (said == 't' && talent.script != Script::slot_clash) {
        return later(number, 2, Act::attempt_consent, Who::employer, 'h');
    }
    later(number, 2, Act::attempt_activate, Who::host);
}

void Generator::State::attempt_activate(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::host);
    guard(number);
    add({.type = "EngagementActivated",
         .kind = "engagement",
         .home = process_id(talent.attempt),
         .from = talent.attempt_from});
    refuse(talent.script == Script::overload            ? "E_OVERLOAD"
           : talent.script == Script::slot_clash        ? "E_SLOT_CLASH"
           : talent.script == Script::second_secondment ? "E_SECOND_SECONDMENT"
                                                        : "E_STATION_CAP");
    later(number, 1, Act::attempt_cancel, Who::host);
}

void Generator::State::attempt_cancel(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::host);
    add({.type = "EngagementCancelled", .kind = "engagement", .home = process_id(talent.attempt)});
    record({number});
    if (talent.script != Script::overload) return;
    talent.script = Script::none;
    next_life(number);
}

}  // namespace synthetic
