// The first day: everybody known so far, and what is planned for the years.
#include <algorithm>
#include <iterator>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr std::size_t scheme_commands = 2, list_commands = 9;
struct Band {
    std::string_view name;
    int least, most;  ///< age on the first day
};
constexpr Band bands[] = {{"18-24", 20, 24}, {"25-34", 25, 34}, {"35-44", 35, 44},
                          {"45-54", 45, 54}, {"55-60", 55, 58}, {"61-75", 61, 75}};
constexpr std::size_t young = 0, middle = 2, old = 5;

}  // namespace

bool Generator::State::first_load() {
    const std::size_t opened = scheme_commands + list_commands;
    const std::size_t employers = opened + 1;
    const std::size_t people = employers + world.employers.size();
    const std::size_t second = people + initial;
    const std::size_t closed = second + (talents.size() - doubles);
    const std::size_t index = loaded_;
    if (index > closed) return false;
    ++loaded_;
    loading = index >= employers && index < closed;
    if (index < opened) {
        publish_lists(index);
    } else if (index == opened) {
        open_first_load();
    } else if (index < people) {
        register_employer(static_cast<std::uint32_t>(index - employers));
    } else if (index < second) {
        load_talent(static_cast<std::uint32_t>(index - people));
    } else if (index < closed) {
        load_double(doubles + static_cast<std::uint32_t>(index - second));
    } else {
        close_first_load();
        plan_years();
    }
    return true;
}

void Generator::State::draw_person(Talent& talent, bool newcomer) {
    const bool scripted = talent.script != Script::none;
    const std::size_t band = newcomer   ? young
                             : scripted ? middle
                                        : chance.weighted(ages.weights);
    talent.residence = static_cast<std::uint8_t>(chance.weighted(world.prefecture_weights));
    if (talent.script == Script::leshan_recast) {
        talent.residence = static_cast<std::uint8_t>(world.leshan);
    }
    talent.residence_of_number = talent.residence;
    talent.category = static_cast<std::uint8_t>(chance.weighted(categories.weights));
    talent.sex = chance.happens(parameters.millionths("sex.male")) ? 1 : 2;
    if (numbers.empty()) numbers.resize(world.prefectures.size() * std::size(bands));
    // No two people get the same number: birthdays are dealt out, then the sequence moves on.
    const auto dealt = numbers[talent.residence * std::size(bands) + band]++;
    const Band& span = bands[band];
    const auto days = static_cast<std::uint32_t>((span.most - span.least) * 365 + 300);
    talent.birth = options.start - span.least * 366 - 60 - static_cast<int>(dealt * 7919ull % days);
    talent.sequence = static_cast<std::uint16_t>(10 + dealt / days * 2 + (talent.sex == 1 ? 1 : 0));
    talent.life = band == old ? Life::retired : Life::active;
}

/// Where a person works before the years begin; special lives need special places.
std::uint32_t Generator::State::first_employer(std::uint32_t number) {
    const Talent& person = talents[number];
    switch (person.script) {
        case Script::site_relocated:
            return number * 4 % (world.lasting / 4 * 4);  // every fourth has two sites
        case Script::service_years:
            return world.employer_where(
                number, [&](std::uint32_t i) { return world.county_of(i, 0).hardship; });
        case Script::own_business:  // every second one is not allowed to
            return world.employer_where(number / 2, [&](std::uint32_t i) {
                return world.employers[i].civil() == (number % 2 == 0);
            });
        case Script::none: return world.prefectures[person.residence].known.draw(chance);
        default: return world.employer_in(person.residence, nobody, chance);
    }
}

void Generator::State::load_talent(std::uint32_t number) {
    Talent& person = talents[number];
    const auto script_of = number / each_case + 1;
    if (script_of < static_cast<std::uint32_t>(Script::count_)) {
        person.script = static_cast<Script>(script_of);
    }
    draw_person(person, false);
    if (person.life == Life::retired) {
        const auto since = options.start - chance.between(30, 300);
        say(Who::province, number,
            {registers(number, false, since), changes_status(number, "RETIRED", since)});
        return;
    }
    const int working_days = (options.start - person.birth) - 20 * 366;
    auto since = options.start - chance.between(40, std::max(60, working_days));
    const bool leshan = person.script == Script::leshan_recast;
    if (leshan) since = events::Date::of(2010, 7, 1);
    std::uint32_t at = first_employer(number);
    begin(Who::province);
    add(registers(number, false, since));
    add(starts_home(number, at, person.category, since));
    std::uint16_t opening = 1;
    if (leshan) {  // moved to the trunk while Leshan still belonged to the south
        since = events::Date::of(2014, 7, 1);
        at = world.employer_in(world.trunk, nobody, chance);
        add({.type = "AffiliationEnded",
             .on = talent(number),
             .payload = R"({"affiliation":"#1","reason":"RESIGN"})",
             .from = since});
        add(starts_home(number, at, person.category, since));
        opening = 3;
        count("leshan_recast");
    }
    Ref opened = record({number});
    opened.index = opening;
    person.home = {at, 0, opened, since, person.category};
}

void Generator::State::plan_years() {
    for (std::uint32_t t = 0; t < initial; ++t) {
        if (talents[t].script != Script::none) {
            later(t, chance.between(20, 400), &State::script, Who::fate);
        } else {
            next_life(t);
        }
    }
    for (std::uint32_t t = initial; t < doubles; ++t) {
        const int month = static_cast<int>(chance.weighted(registration_months));
        const int year = chance.between(0, options.years - 1);
        later(t, year * 365 + month * 30 + chance.between(1, 30), &State::newcomer, Who::office);
    }
    for (auto t = doubles; t < static_cast<std::uint32_t>(talents.size()); ++t) {
        const bool loaded = talents[t].life == Life::active;
        later(t, chance.between(30, 365 * options.years - 300),
              loaded ? &State::suspect : &State::register_double,
              loaded ? Who::steward : Who::office);
    }
    for (auto e = world.lasting; e < world.employers.size(); ++e) {
        later(e, chance.between(100, 365 * options.years - 100), &State::end_employer,
              Who::province);
    }
    plan_bad_commands();
}

}  // namespace synthetic
