// Engagements that are proposed and agreed to like any other, but that the rules must not let
// begin: too much work, the same half day, a second secondment, a second station.
#include "tools/synthetic/engagement_kinds.h"
#include "tools/synthetic/state.h"

namespace synthetic {

void Generator::State::attempt_propose(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const bool overload = person.script == Script::overload;
    Engagement wish = overload ? Engagement{} : person.engagement;
    wish.from = today + 20;
    wish.to = wish.from + 40;
    if (overload) wish.kind = part_time;
    if (person.script == Script::second_secondment) wish.kind = expert_team;
    wish.host = world.employer_in(world.trunk, person.home.employer, chance);
    wish.county = world.employers[wish.host].county[0];
    person.attempt = new_process();
    person.attempt_from = wish.from;
    EventText proposed = proposes(number, person.attempt, wish);
    if (overload) {  // five half days of a week instead of one
        const std::string_view one = "\"WED_PM\"";
        proposed.payload.replace(proposed.payload.find(one), one.size(),
                                 R"("MON_AM","MON_PM","TUE_AM","TUE_PM","WED_PM")");
    }
    say(Who::host, number, {proposed});
    later(number, 2, &State::attempt_consent, Who::talent, 't');
}

/// `party`: its letter in engagement_kinds.h.
void Generator::State::attempt_consent(std::uint32_t number, unsigned party) {
    const Talent& person = talents[number];
    say(voice_of(static_cast<char>(party)), number,
        {consents(person.attempt, static_cast<char>(party))});
    if (party == 't' && person.script != Script::slot_clash) {
        return later(number, 2, &State::attempt_consent, Who::employer, 'h');
    }
    later(number, 2, &State::attempt_activate, Who::host);
}

void Generator::State::attempt_activate(std::uint32_t number, unsigned) {
    const Talent& person = talents[number];
    begin(Who::host);
    guard(number);
    add({.type = "EngagementActivated",
         .on = engagement(person.attempt),
         .from = person.attempt_from});
    refuse(person.script == Script::overload            ? "E_OVERLOAD"
           : person.script == Script::slot_clash        ? "E_SLOT_CLASH"
           : person.script == Script::second_secondment ? "E_SECOND_SECONDMENT"
                                                        : "E_STATION_CAP");
    later(number, 1, &State::attempt_cancel, Who::host);
}

void Generator::State::attempt_cancel(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    say(Who::host, number,
        {{.type = "EngagementCancelled", .on = engagement(person.attempt)}});
    if (person.script != Script::overload) return;
    person.script = Script::none;
    next_life(number);
}

}  // namespace synthetic
