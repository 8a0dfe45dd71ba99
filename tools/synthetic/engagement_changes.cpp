// A later end or another schedule for a running engagement: the parties consent again, and
// sometimes one of them does not.
#include "tools/synthetic/engagement_kinds.h"
#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr unsigned extends = 0, reschedules = 1;

}  // namespace

std::string_view Generator::State::consents_asked(const Talent& person) const {
    const auto all = kind_table[person.engagement.kind].consents;
    return has_home(person) ? all : all.substr(0, 1);
}

Who Generator::State::voice_of(char party) {
    return party == 't' ? Who::talent : party == 'h' ? Who::employer : Who::province;
}

/// Only schedules that no extension can overfill, and only engagements that run undisturbed.
void Generator::State::plan_changes(std::uint32_t number) {
    const Talent& person = talents[number];
    const Engagement& running = person.engagement;
    const Kind& kind = kind_table[running.kind];
    const bool scripted = person.script != Script::none;
    const bool extended = scripted ? person.script == Script::extended : chance.happens(200'000);
    const bool moved = scripted ? person.script == Script::rescheduled : chance.happens(150'000);
    if (running.fate != 0 || running.to - running.from < 80) return;
    const bool has_room = running.to + 95 < running.from.plus_months(kind.term);
    if (extended && kind.rhythm != Rhythm::budget && has_room) {
        at(number, running.to - chance.between(30, 45), &State::change_ask, Who::host, extends);
    } else if (moved && kind.weekly()) {
        at(number, running.from + chance.between(5, 20), &State::change_ask, Who::host,
           reschedules);
    }
}

void Generator::State::change_ask(std::uint32_t number, unsigned what) {
    Talent& person = talents[number];
    Engagement& running = person.engagement;
    if (!running.active) return;
    Change& change = running.change;
    change = {};
    change.extends = what == extends;
    change.declined = person.script == Script::none && chance.happens(150'000);
    EventText asked{.type = "EngagementExtended", .on = engagement(running.number)};
    if (change.extends) {
        change.from = running.to;
        change.to = running.to + chance.between(30, 90);
        asked.to = change.to;
    } else {
        const auto soon = today + 15;
        change.from = soon + (7 - soon.weekday()) % 7;  // a Monday: no week holds both
        Engagement wish = running;
        wish.other_days = true;
        asked.type = "EngagementRescheduled";
        asked.payload =
            fmt::format(R"({{"schedule":{},"load":{}}})",
                        schedule_of(wish, person.script, seasons.names[wish.season]),
                        kind_table[running.kind].load);
    }
    asked.from = change.from;
    say(Who::host, number, {asked});
    later(number, chance.between(1, 3), &State::change_consent, Who::talent, 0);
}

/// `step`: which of the kind's consents.
void Generator::State::change_consent(std::uint32_t number, unsigned step) {
    Talent& person = talents[number];
    Engagement& running = person.engagement;
    const auto asked = consents_asked(person);
    const bool declines = running.change.declined && step == 0;
    say(voice_of(asked[step]), number, {consents(running.number, asked[step], declines)});
    if (declines) return count("change_declined");
    if (step + 1 < asked.size()) {
        return later(number, chance.between(1, 3), &State::change_consent,
                     voice_of(asked[step + 1]), step + 1);
    }
    if (!running.change.extends) {
        running.other_days = true;
        return count("engagement_rescheduled");
    }
    running.to = running.change.to;
    at(number, running.to, &State::engagement_end, Who::office);
    count("engagement_extended");
}

}  // namespace synthetic
