// A second post or an own business beside the home.
#include "tools/synthetic/state.h"

namespace synthetic {

/// The home employer is asked first. A special life tries it once without.
void Generator::State::second_post(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const bool scripted = person.script == Script::second_post;
    if (!has_home(person) || (!scripted && !idle(person))) return next_life(number);
    person.busy = true;
    person.post = {};
    person.post.employer = neighbour(person.home.employer);
    if (!scripted) return ask_second_post(number, 0);
    begin(Who::employer);
    guard(number);
    add(starts_beside(number, person.post, today));
    refuse("E_CONSENT_MISSING");
    later(number, chance.between(2, 20), &State::ask_second_post, Who::employer);
}

void Generator::State::ask_second_post(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    person.post.consent =
        say(Who::employer, number,
            {{.type = "SecondaryPostConsented",
              .on = talent(number),
              .payload = fmt::format(R"({{"affiliation":"{}","other_employer":"{}"}})",
                                     ref_text(person.home.opened),
                                     employer_id(person.post.employer).text()),
              .from = today,
              .to = today + 800}});
    later(number, chance.between(1, 20), &State::start_second_post, Who::employer);
}

void Generator::State::start_second_post(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    person.post.opened =
        say_guarded(Who::employer, number, {starts_beside(number, person.post, today)});
    count("second_post");
    later(number, chance.between(60, 600), &State::end_post, Who::employer);
}

/// Civil servants may not have one.
void Generator::State::own_business(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const bool scripted = person.script == Script::own_business;
    if (!has_home(person) || (!scripted && !idle(person))) return next_life(number);
    person.post = {};
    person.post.own_business = true;
    person.post.employer = neighbour(person.home.employer);
    begin(Who::employer);
    guard(number);
    add(starts_beside(number, person.post, today));
    if (world.employers[person.home.employer].civil()) {
        refuse("E_SELF_CIVIL");
        person.script = Script::none;
        return next_life(number);
    }
    person.post.opened = record({number});
    person.busy = true;
    count("own_business");
    later(number, chance.between(60, 900), &State::end_post, Who::employer);
}

void Generator::State::end_post(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    say_guarded(Who::employer, number, {ends(number, person.post.opened, "EXPIRY", today)});
    person.post.employer = nobody;
    person.busy = false;
    person.script = Script::none;
    next_life(number);
}

}  // namespace synthetic
