// Flexible engagements from proposal to end, with a record of service for every month.
#include <algorithm>

#include "tools/synthetic/engagement_kinds.h"
#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

enum Fate : std::uint8_t { runs, declined, cancelled, terminated, interrupted };
constexpr unsigned early = 1;

}  // namespace

std::uint32_t Generator::State::draw_host(std::uint32_t number) {
    const auto home = talents[number].home.employer;
    const auto& where = hosts.names[chance.weighted(hosts.weights)];
    std::uint32_t host = nobody;
    for (int tries = 0; tries < 60; ++tries) {
        const auto prefecture =
            where == "trunk" ? world.trunk : chance.below(world.prefectures.size());
        host = world.employer_in(prefecture, home, chance);
        if (where != "hardship" || world.county_of(host, 0).hardship) break;
    }
    return host;
}

void Generator::State::plan_engagement(std::uint32_t number, int kind, bool scripted) {
    Talent& person = talents[number];
    auto drawn = kind >= 0 ? static_cast<std::size_t>(kind) : chance.weighted(kinds.weights);
    const bool needs_home = kind_table[drawn].secondment || drawn == station;
    if (!has_home(person) && needs_home) drawn = consulting;
    Engagement& wish = person.engagement;
    wish = {};
    wish.kind = static_cast<std::uint8_t>(drawn);
    wish.host = draw_host(number);
    wish.county = world.employers[wish.host].county[0];
    wish.season = static_cast<std::uint8_t>(chance.weighted(seasons.weights));
    const auto fate = chance.weighted({840'000, 30'000, 30'000, 50'000, 50'000});
    wish.fate = static_cast<std::uint8_t>(scripted ? 0 : fate);
    person.busy = true;
    later(number, chance.between(1, 8), &State::engagement_propose, Who::host, scripted ? 1 : 0);
}

/// `scripted`: long enough for what is to happen meanwhile, and cut inside a month.
void Generator::State::engagement_propose(std::uint32_t number, unsigned scripted) {
    Engagement& wish = talents[number].engagement;
    const Kind& kind = kind_table[wish.kind];
    wish.number = new_process();
    wish.from = today + chance.between(22, 40);
    wish.to = wish.from + chance.between(kind.months_least, kind.months_most) * 30;
    if (scripted != 0) {
        wish.from = (today + 14).first_of_next_month() + 9;
        wish.to = wish.from + (wish.kind == sunday_engineer ? 320 : 200);
    }
    wish.next_month = wish.from.first_of_month();
    say(Who::host, number, {proposes(number, wish.number, wish)});
    later(number, chance.between(1, 4), &State::engagement_consent, Who::talent, 0);
}

/// `step`: which of the kind's consents.
void Generator::State::engagement_consent(std::uint32_t number, unsigned step) {
    const Talent& person = talents[number];
    const auto asked = consents_asked(person);
    const bool declines = person.engagement.fate == declined && step == 0;
    say(voice_of(asked[step]), number,
        {consents(person.engagement.number, asked[step], declines)});
    if (declines) return engagement_over(number);
    if (step + 1 < asked.size()) {
        return later(number, chance.between(1, 6), &State::engagement_consent,
                     voice_of(asked[step + 1]), step + 1);
    }
    later(number, chance.between(1, 4), &State::engagement_activate, Who::host);
}

void Generator::State::engagement_over(std::uint32_t number) {
    Talent& person = talents[number];
    person.engagement.number = 0;
    person.engagement.active = false;
    person.script = Script::none;
    if (person.transfer.number == 0) person.busy = false;
    next_life(number);
}

void Generator::State::engagement_activate(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    Engagement& begun = person.engagement;
    const auto on = engagement(begun.number);
    if (begun.fate == cancelled) {
        say(Who::host, number, {{.type = "EngagementCancelled", .on = on}});
        return engagement_over(number);
    }
    say_guarded(Who::host, number,
                {{.type = "EngagementActivated", .on = on, .from = begun.from}});
    begun.active = true;
    plan_service(number);
    plan_changes(number);
    if (begun.fate == interrupted) {
        later(number, begun.from - today + chance.between(20, 50), &State::engagement_suspend,
              Who::employer);
    }
    at(number, begun.to, &State::engagement_end, Who::office);
    switch (person.script) {
        case Script::home_change_in_month:  // once it runs, so that the month has both homes
            return at(number, begun.from, &State::plan_later, Who::fate);
        case Script::slot_clash:
        case Script::second_secondment:
        case Script::station_cap:
            return later(number, chance.between(30, 60), &State::attempt_propose, Who::host);
        default: return;
    }
}

/// The month is recorded on its last day or soon after, the last one on the day of the end.
void Generator::State::plan_service(std::uint32_t number) {
    const Engagement& running = talents[number].engagement;
    const auto end = running.next_month.first_of_next_month();
    const auto day = end >= running.to ? running.to : end - 1 + chance.between(0, 4);
    at(number, std::min(day, running.to), &State::service, Who::host);
}

void Generator::State::service(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    Engagement& running = person.engagement;
    if (!running.active || running.next_month >= running.to) return;
    const auto first = running.next_month;
    const auto end = first.first_of_next_month();
    if (today < std::min(end, running.to) - 1) return plan_service(number);  // was extended
    int days = std::min(end, running.to) - std::max(first, running.from);
    if (running.fate == interrupted) days = std::min(days, 5);
    const Kind& kind = kind_table[running.kind];
    const int usual = kind.rhythm == Rhythm::always && kind.secondment ? 36
                      : kind.rest_days()                               ? 4
                                                                       : 9;
    const auto half_days =
        static_cast<unsigned>(std::clamp(usual + chance.between(-2, 4), 1, std::max(1, days)));
    const Ref recorded =
        say(Who::host, number,
            {{.type = "ServiceRendered",
              .on = engagement(running.number),
              .payload = service_payload(half_days, kind.rest_days(), running.county),
              .from = first,
              .to = end,
              .evidence = true}});
    person.service = {recorded,       running.number, first,
                      running.host,   running.county, static_cast<std::uint8_t>(half_days),
                      kind.rest_days(), {}};
    running.next_month = end;
    note_service(number, first, end);
    if (end < running.to) plan_service(number);
    if (running.fate == terminated && end.month() % 4 == 0) {
        return later(number, chance.between(1, 9), &State::engagement_end, Who::office, early);
    }
    if (person.script == Script::correction_of_correction ||
        chance.happens(parameters.millionths("correction.rate"))) {
        later(number, chance.between(2, 6), &State::correct_service, Who::host);
    } else if (chance.happens(parameters.millionths("retraction.rate"))) {
        later(number, chance.between(2, 20), &State::retract_service, Who::host);
    }
}

/// Worked cases that show in a month of service.
void Generator::State::note_service(std::uint32_t number, events::Date first, events::Date end) {
    const Talent& person = talents[number];
    const auto moved = person.transfer.effect.command == 0 ? end : person.transfer.on;
    if (person.script == Script::home_change_in_month &&
        std::max(first, person.engagement.from) < moved && moved < end) {
        count("home_change_inside_a_month");
    }
    if (first < person.engagement.from || end > person.engagement.to) {
        count("range_cut_inside_a_month");
    }
}

/// On its last day, before the system would; `early` before that.
void Generator::State::engagement_end(std::uint32_t number, unsigned when) {
    const Engagement& running = talents[number].engagement;
    if (!running.active || (when != early && today != running.to)) return;  // was extended
    const bool stops = when == early && today < running.to;
    say(Who::office, number,
        {{.type = stops ? "EngagementTerminated" : "EngagementCompleted",
          .on = engagement(running.number),
          .payload = stops ? R"({"reason":"项目调整"})" : "{}",
          .from = today,
          .legal_basis = stops ? "CONTRACT_HR" : std::string_view{}}});
    engagement_over(number);
}

void Generator::State::engagement_suspend(std::uint32_t number, unsigned) {
    const Engagement& running = talents[number].engagement;
    if (!running.active || today + 25 >= running.to) return;
    say(Who::employer, number,
        {{.type = "EngagementSuspended",
          .on = engagement(running.number),
          .payload = R"({"reason":"本单位任务"})",
          .from = today,
          .legal_basis = "CONTRACT_HR"}});
    later(number, 12, &State::engagement_resume, Who::employer);
}

void Generator::State::engagement_resume(std::uint32_t number, unsigned) {
    const Engagement& running = talents[number].engagement;
    if (!running.active) return;
    say(Who::employer, number,
        {{.type = "EngagementResumed", .on = engagement(running.number), .from = today}});
}

}  // namespace synthetic
