// Single steps of a career: particulars, posts, jobs, the way out of the province and back.
#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {

void Generator::State::amend(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    if (!idle(person)) return next_life(number);
    const auto day = today - std::min(draw_lag(), 300);
    const bool moves = chance.happens(500'000);
    if (moves) {
        person.residence = static_cast<std::uint8_t>(chance.weighted(world.destination_weights));
    }
    const auto& residence = world.prefectures[person.residence].code;
    say(Who::office, number,
        {{.type = "TalentAmended",
          .on = talent(number),
          .payload = moves ? fmt::format(R"({{"residence":"{}"}})", residence)
                           : fmt::format(R"({{"degree":"3","contact":[{{"kind":"PHONE",)"
                                         R"("value":"028-{:08}"}}]}})",
                                         number),
          .from = day,
          .legal_basis = moves ? std::string_view{} : "STATUTORY_DUTY"}});
    next_life(number);
}

void Generator::State::qualify(std::uint32_t number, unsigned) {
    if (!idle(talents[number])) return next_life(number);
    say(Who::employer, number,
        {{.type = "QualificationRecorded",
          .on = talent(number),
          .payload = R"({"kind":"TITLE","code":"083","issuer":"评审委员会"})",
          .from = today - chance.between(0, 60)}});
    next_life(number);
}

void Generator::State::change_post(std::uint32_t number, unsigned) {
    const Talent& person = talents[number];
    if (!idle(person) || !has_home(person)) return next_life(number);
    say_guarded(Who::employer, number,
                {{.type = "PostChanged",
                  .on = talent(number),
                  .payload = fmt::format(R"({{"affiliation":"{}","fte":900}})",
                                         ref_text(person.home.opened)),
                  .from = std::max(today - 5, person.home.since + 1)}});
    next_life(number);
}

void Generator::State::relocate(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const bool scripted = person.script == Script::site_relocated;
    if (!has_home(person) || (!scripted && !idle(person)) ||
        world.employers[person.home.employer].sites < 2) {
        return next_life(number);
    }
    const unsigned to = 1u - person.home.site;
    const auto day = std::max(today - std::min(draw_lag(), 60), person.home.since + 1);
    say_guarded(Who::employer, number,
                {{.type = "SiteRelocated",
                  .on = talent(number),
                  .payload = fmt::format(
                      R"({{"affiliation":"{}","from_site":"{}","to_site":"{}"}})",
                      ref_text(person.home.opened),
                      site_id(person.home.employer, person.home.site).text(),
                      site_id(person.home.employer, to).text()),
                  .from = day}});
    person.home.site = static_cast<std::uint8_t>(to);
    person.home.since = today;  // nothing later may be dated before this day
    if (!scripted) return next_life(number);
    count("site_relocated");
    if (person.step++ > 0) return;
    later(number, chance.between(60, 400), &State::relocate, Who::employer);
}

void Generator::State::retire(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    if (!idle(person) || !has_home(person)) return next_life(number);
    const auto day = std::max(today - 2, person.home.since + 1);
    say_guarded(Who::office, number,
                {ends_home(number, "RETIRE", day), changes_status(number, "RETIRED", day)});
    person.home.employer = nobody;
    person.life = Life::retired;
    next_life(number);
}

void Generator::State::die(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    if (person.busy || person.transfer.number != 0 || person.engagement.number != 0) {
        return next_life(number);
    }
    begin(Who::office);
    guard(number);
    if (has_home(person)) add(ends_home(number, "DEATH", today));
    add(changes_status(number, "DECEASED", today));
    record({number});
    person.home.employer = nobody;
    person.life = Life::dead;
}

void Generator::State::depart(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const bool scripted = person.script == Script::departure_and_arrival;
    if (!has_home(person) || (!scripted && !idle(person))) return next_life(number);
    const auto day = std::max(today - std::min(draw_lag(), 60), person.home.since + 1);
    say_guarded(Who::office, number,
                {{.type = "DepartureRecorded",
                  .on = talent(number),
                  .payload = R"({"external_region":"440000"})",
                  .from = day},
                 ends_home(number, "RESIGN", day)});
    person.home.employer = nobody;
    person.home.since = day;
    person.life = Life::left;
    if (!scripted) return next_life(number);
    later(number, chance.between(60, 170), &State::arrive, Who::office);
}

void Generator::State::arrive(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    if (person.life != Life::left || person.busy) return next_life(number);
    const auto prefecture = chance.weighted(world.destination_weights);
    const auto to = world.employer_in(prefecture, nobody, chance);
    Ref opened = say_guarded(Who::office, number,
                             {{.type = "ArrivalRecorded",
                               .on = talent(number),
                               .payload = R"({"external_region":"440000"})",
                               .from = today},
                              starts_home(number, to, person.category, today)});
    opened.index = 1;
    person.home = {to, 0, opened, today, person.category};
    person.life = Life::active;
    if (person.script == Script::departure_and_arrival) return count("arrival_and_departure");
    next_life(number);
}

/// `gap`: days until the next job.
void Generator::State::leave_job(std::uint32_t number, unsigned gap) {
    Talent& person = talents[number];
    const bool scripted = person.script != Script::none;
    if (!has_home(person) || (!scripted && !idle(person))) return next_life(number);
    say_guarded(Who::employer, number, {ends_home(number, "RESIGN", today)});
    person.home.employer = nobody;
    person.home.since = today + static_cast<int>(gap);  // the day of the next start
    person.busy = true;
    later(number, static_cast<int>(gap), &State::take_job, Who::employer);
}

void Generator::State::take_job(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    const auto prefecture = chance.weighted(world.destination_weights);
    const auto to = world.employer_in(prefecture, nobody, chance);
    const Ref opened =
        say_guarded(Who::employer, number,
                    {starts_home(number, to, person.category, person.home.since)});
    person.home = {to, 0, opened, person.home.since, person.category};
    person.busy = false;
    if (person.script == Script::gap_180) return count("gap_of_180_days");
    if (person.script == Script::gap_181) return count("gap_of_181_days");
    next_life(number);
}

}  // namespace synthetic
