// What happens to people from year to year, and the special lives of the worked cases.
#include <algorithm>

#include "tools/synthetic/engagement_kinds.h"
#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr int days_between_decisions = 365;  // on average
constexpr std::string_view multipliers[] = {"transfer.multiplier.DZ", "transfer.multiplier.QY",
                                            "transfer.multiplier.ZJ", "transfer.multiplier.GJN",
                                            "transfer.multiplier.NC", "transfer.multiplier.SG"};

}  // namespace

void Generator::State::next_life(std::uint32_t number) {
    // A day of the coming year, likelier in months in which much happens.
    int days = 0;
    for (int tries = 0; tries < 8; ++tries) {
        days = chance.between(2, 2 * days_between_decisions);
        const auto month = (today + days).month();
        if (chance.happens(transfer_months[month - 1] * 6)) break;
    }
    later(number, days, &State::live, Who::fate);
}

void Generator::State::live(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    if (person.life == Life::dead || person.life == Life::absorbed) return;
    if (person.busy || person.transfer.number != 0 || person.engagement.number != 0) {
        return next_life(number);
    }
    if (person.life == Life::left) {
        if (chance.happens(250'000)) return later(number, 5, &State::arrive, Who::office);
        return next_life(number);
    }
    if (person.life == Life::retired || !has_home(person)) {
        if (chance.happens(8'000)) return later(number, 3, &State::die, Who::office);
        if (chance.happens(150'000)) return plan_engagement(number, -1, false);
        return next_life(number);
    }
    if (today - person.birth >= 60 * 365) return later(number, 3, &State::retire, Who::office);
    if (!decides_at_home(number)) next_life(number);
}

/// Whether anything comes of it for somebody who has a home.
bool Generator::State::decides_at_home(std::uint32_t number) {
    const Talent& person = talents[number];
    const auto rate = parameters.millionths("transfer.rate") / 1'000 *
                      (parameters.millionths(multipliers[person.category]) / 1'000);
    if (chance.happens(rate)) {
        if (chance.happens(parameters.millionths("transfer.scope.province_border"))) {
            later(number, chance.between(1, 20), &State::depart, Who::office);
        } else {
            plan_transfer(number);
        }
        return true;
    }
    if (chance.happens(parameters.millionths("engagement.rate"))) {
        plan_engagement(number, -1, false);
        return true;
    }
    struct Chore {
        std::int64_t millionths;
        Act State::*act;
        Who who;
    };
    static constexpr Chore chores[] = {
        {60'000, &State::amend, Who::office},
        {50'000, &State::qualify, Who::employer},
        {40'000, &State::change_post, Who::employer},
        {15'000, &State::declare_obligation, Who::employer},
        {10'000, &State::leave_job, Who::employer},
        {10'000, &State::second_post, Who::employer},
        {5'000, &State::own_business, Who::employer},
        {5'000, &State::relocate, Who::employer},
        {2'000, &State::die, Who::office},
    };
    for (const auto& chore : chores) {
        if (!chance.happens(chore.millionths)) continue;
        const auto gap = static_cast<unsigned>(chance.between(20, 400));  // between two jobs
        later(number, chance.between(1, 9), chore.act, chore.who, gap);
        return true;
    }
    return false;
}

void Generator::State::newcomer(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    draw_person(person, true);
    const auto at = world.employer_in(person.residence, nobody, chance);
    const auto since = today - std::min(draw_lag(), 120);
    const bool from_elsewhere = chance.happens(150'000);
    begin(Who::office);
    guard(number);
    add(registers(number, false, since));
    if (from_elsewhere) {
        add({.type = "ArrivalRecorded",
             .on = talent(number),
             .payload = chance.happens(800'000) ? R"({"external_region":"500000"})"
                                                : R"({"external_region":"EXT-SGP"})",
             .from = since});
    }
    add(starts_home(number, at, person.category, since));
    Ref opened = record({number});
    opened.index = from_elsewhere ? 2 : 1;
    person.home = {at, 0, opened, since, person.category};
    next_life(number);
}

void Generator::State::script(std::uint32_t number, unsigned) {
    const auto soon = [&](Act State::*act, Who who, unsigned detail = 0) {
        later(number, 1, act, who, detail);
    };
    switch (talents[number].script) {
        case Script::home_change_in_month:
        case Script::slot_clash:
        case Script::rescheduled: return plan_engagement(number, sunday_engineer, true);
        case Script::correction_of_correction:
        case Script::range_cut_in_month:
        case Script::extended: return plan_engagement(number, part_time, true);
        case Script::second_secondment: return plan_engagement(number, temporary, true);
        case Script::station_cap: return plan_engagement(number, station, true);
        case Script::reversal:
        case Script::leshan_recast: return plan_transfer(number);
        case Script::gap_180: return soon(&State::leave_job, Who::employer, 180);
        case Script::gap_181: return soon(&State::leave_job, Who::employer, 181);
        case Script::site_relocated: return soon(&State::relocate, Who::employer);
        case Script::departure_and_arrival: return soon(&State::depart, Who::office);
        case Script::overload: return soon(&State::attempt_propose, Who::host);
        case Script::second_post: return soon(&State::second_post, Who::employer);
        case Script::own_business: return soon(&State::own_business, Who::employer);
        case Script::service_years: return soon(&State::declare_obligation, Who::employer);
        case Script::none:
        case Script::count_: return;
    }
}

}  // namespace synthetic
