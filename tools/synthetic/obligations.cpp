// Agreed years of service and bans on competing: they warn, and in hardship counties the former
// hold people back.
#include "tools/synthetic/state.h"

namespace synthetic {

void Generator::State::declare_obligation(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const bool scripted = person.script == Script::service_years;
    if (!has_home(person) || (!scripted && !idle(person))) return next_life(number);
    if (person.obligation.to > today) return next_life(number);  // one at a time
    // Those in hardship counties would be refused their transfers: only where that is wanted.
    const bool hard = world.county_of(person.home.employer, person.home.site).hardship;
    const bool service = scripted || (!hard && chance.happens(600'000));
    const bool runs_out = scripted && number % 2 == 1;
    const int days = runs_out ? chance.between(100, 200) : chance.between(300, 900);
    person.obligation = {today, today + days, service, {}};
    person.obligation.declared =
        say(Who::employer, number,
            {{.type = "ObligationDeclared",
              .on = talent(number),
              .payload = fmt::format(R"({{"kind":"{}","employer":"{}","affiliation":"{}"}})",
                                     service ? "SERVICE_PERIOD" : "NON_COMPETE",
                                     employer_id(person.home.employer).text(),
                                     ref_text(person.home.opened)),
              .from = today,
              .to = person.obligation.to}});
    count("obligation_declared");
    if (scripted) {
        return later(number, chance.between(10, 50), &State::service_years, Who::host);
    }
    if (chance.happens(300'000)) {
        later(number, chance.between(20, 80), &State::release_obligation, Who::employer);
    }
    next_life(number);
}

/// The employer lets go early: the declaration is given an earlier end.
void Generator::State::release_obligation(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    if (person.life != Life::active) return;
    person.obligation.to = today;
    say(Who::employer, number,
        {corrects_dates(talent(number), person.obligation.declared, person.obligation.from,
                        today)});
    count("obligation_released");
}

/// Leaving a hardship county by consent is refused while the years run. Some wait until they are
/// over; the others resign, which is always open to them.
void Generator::State::service_years(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    Transfer wish;
    wish.category = person.category;
    wish.to = world.employer_in(world.trunk, person.home.employer, chance);
    wish.on = today + 40;
    begin(Who::host);
    add(requests(number, stranger(), wish, person.home.employer));
    refuse("E_SERVICE_YEARS");
    count("service_years_hold");
    const bool waits = number % 2 == 1;
    if (!waits) return plan_transfer(number);
    at(number, person.obligation.to + 1, &State::plan_later, Who::fate);
}

/// The rules warn at the request and when it takes effect.
void Generator::State::warn_of_obligation(const Talent& person) {
    if (person.obligation.binds(person.transfer.on)) ++plan.warned["W_OBLIGATION"];
}

}  // namespace synthetic
