// What happens to people from year to year, and the special lives of the worked cases.
#include <fmt/format.h>

#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr int days_between_decisions = 365;  // on average
constexpr std::string_view multipliers[] = {"transfer.multiplier.DZ", "transfer.multiplier.QY",
                                            "transfer.multiplier.ZJ", "transfer.multiplier.GJN",
                                            "transfer.multiplier.NC", "transfer.multiplier.SG"};

}  // namespace

void Generator::State::next_life(std::uint32_t talent) {
    // A day of the coming year, likelier in months in which much happens.
    int days = 0;
    for (int tries = 0; tries < 8; ++tries) {
        days = chance.between(2, 2 * days_between_decisions);
        const auto month = (today + days).month();
        if (chance.happens(transfer_months[month - 1] * 6)) break;
    }
    later(talent, days, Act::life, Who::system);
}

void Generator::State::live(std::uint32_t number) {
    Talent& talent = talents[number];
    if (talent.life == Life::dead || talent.life == Life::absorbed) return;
    if (talent.busy || talent.transfer.number != 0 || talent.engagement.number != 0) {
        return next_life(number);
    }
    if (talent.life == Life::left) {
        if (chance.happens(250'000)) return later(number, 5, Act::arrive, Who::office);
        return next_life(number);
    }
    const auto one_in = [&](std::int64_t millionths) { return chance.happens(millionths); };
    if (talent.life == Life::retired || !has_home(talent)) {
        if (one_in(8'000)) return later(number, 3, Act::die, Who::office);
        if (one_in(150'000)) return plan_engagement(number, -1, 0);
        return next_life(number);
    }
    const int age = (today - talent.birth) / 365;
    if (age >= 60) return later(number, 3, Act::retire, Who::office);
    const auto rate = parameters.millionths("transfer.rate") / 1'000 *
                      (parameters.millionths(multipliers[talent.category]) / 1'000);
    if (one_in(rate)) {
        if (one_in(parameters.millionths("transfer.scope.province_border"))) {
            return later(number, chance.between(1, 20), Act::depart, Who::office);
        }
        return plan_transfer(number);
    }
    if (one_in(parameters.millionths("engagement.rate"))) return plan_engagement(number, -1, 0);
    if (one_in(60'000)) return later(number, chance.between(1, 9), Act::amend, Who::office);
    if (one_in(50'000)) return later(number, chance.between(1, 9), Act::qualify, Who::employer);
    if (one_in(40'000)) return later(number, chance.between(1, 9), Act::change_post, Who::employer);
    if (one_in(10'000)) {
        return later(number, 3, Act::leave_job, Who::employer,
                     static_cast<std::uint16_t>(chance.between(20, 400)));
    }
    if (world.employers[talent.home.employer].sites == 2 && one_in(20'000)) {
        return later(number, 3, Act::relocate, Who::employer);
    }
    if (one_in(2'000)) return later(number, 3, Act::die, Who::office);
    next_life(number);
}

void Generator::State::newcomer(std::uint32_t number) {
    Talent& talent = talents[number];
    draw_person(talent, true);
    const auto employer = world.employer_in(talent.residence, nobody, chance);
    const auto since = today - std::min(draw_lag(), 120);
    const bool from_elsewhere = chance.happens(150'000);
    begin(Who::office);
    guard(number);
    const auto id = talent_id(number);
    add({.type = "TalentRegistered",
         .kind = "talent",
         .home = id,
         .payload = registration(number, false),
         .from = since,
         .legal_basis = "STATUTORY_DUTY"});
    if (from_elsewhere) {
        add({.type = "ArrivalRecorded",
             .kind = "talent",
             .home = id,
             .payload = chance.happens(800'000) ? R"({"external_region":"500000"})"
                                                : R"({"external_region":"EXT-SGP"})",
             .from = since});
    }
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = id,
         .payload = affiliation(employer, 0, talent.category),
         .from = since});
    Ref command = record({number});
    command.index = from_elsewhere ? 2 : 1;
    talent.home = {employer, 0, command, since, talent.category};
    next_life(number);
}

void Generator::State::script(std::uint32_t number) {
    Talent& talent = talents[number];
    const auto after = [&](int days, Act act, Who who, int detail = 0) {
        later(number, days, act, who, static_cast<std::uint16_t>(detail));
    };
    switch (talent.script) {
        case Script::home_change_in_month:
            return plan_engagement(number, 0, 1);
        case Script::gap_180:
            return after(1, Act::leave_job, Who::employer, 180);
        case Script::gap_181:
            return after(1, Act::leave_job, Who::employer, 181);
        case Script::site_relocated:
            return after(1, Act::relocate, Who::employer);
        case Script::reversal:
        case Script::leshan_recast:
            return plan_transfer(number);
        case Script::departure_and_arrival:
            return after(1, Act::depart, Who::office);
        case Script::correction_of_correction:
            return plan_engagement(number, 3, 1);
        case Script::range_cut_in_month:
            return plan_engagement(number, 3, 1);
        case Script::slot_clash:
            return plan_engagement(number, 0, 1);
        case Script::second_secondment:
            return plan_engagement(number, 7, 1);
        case Script::station_cap:
            return plan_engagement(number, 15, 1);
        case Script::overload:
            return after(1, Act::attempt_propose, Who::host);
        case Script::none:
        case Script::count_:
            return;
    }
}

void Generator::State::amend(std::uint32_t number) {
    Talent& talent = talents[number];
    if (!idle(talent)) return next_life(number);
    begin(Who::office);
    const auto day = today - std::min(draw_lag(), 300);
    if (chance.happens(500'000)) {
        talent.residence = static_cast<std::uint8_t>(chance.weighted(world.destination_weights));
        add({.type = "TalentAmended",
             .kind = "talent",
             .home = talent_id(number),
             .payload =
                 fmt::format(R"({{"residence":"{}"}})", world.prefectures[talent.residence].code),
             .from = day});
    } else {
        add({.type = "TalentAmended",
             .kind = "talent",
             .home = talent_id(number),
             .payload = fmt::format(R"({{"degree":"3","contact":[{{"kind":"PHONE",)"
                                    R"("value":"028-{:08}"}}]}})",
                                    number),
             .from = day,
             .legal_basis = "STATUTORY_DUTY"});
    }
    record({number});
    next_life(number);
}

void Generator::State::qualify(std::uint32_t number) {
    if (!idle(talents[number])) return next_life(number);
    begin(Who::employer);
    add({.type = "QualificationRecorded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"kind":"TITLE","code":"083","issuer":"评审委员会"})",
         .from = today - chance.between(0, 60)});
    record({number});
    next_life(number);
}

void Generator::State::change_post(std::uint32_t number) {
    Talent& talent = talents[number];
    if (!idle(talent) || !has_home(talent)) return next_life(number);
    begin(Who::employer);
    guard(number);
    add({.type = "PostChanged",
         .kind = "talent",
         .home = talent_id(number),
         .payload =
             fmt::format(R"({{"affiliation":"{}","fte":900}})", ref_text(talent.home.opened)),
         .from = std::max(today - 5, talent.home.since + 1)});
    record({number});
    next_life(number);
}

void Generator::State::relocate(std::uint32_t number) {
    Talent& talent = talents[number];
    const bool scripted = talent.script == Script::site_relocated;
    if (!has_home(talent) || (!scripted && !idle(talent)) ||
        world.employers[talent.home.employer].sites < 2) {
        return next_life(number);
    }
    const unsigned to = 1u - talent.home.site;
    begin(Who::employer);
    guard(number);
    add({.type = "SiteRelocated",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","from_site":"{}","to_site":"{}"}})",
                                ref_text(talent.home.opened),
                                site_id(talent.home.employer, talent.home.site).text(),
                                site_id(talent.home.employer, to).text()),
         .from = std::max(today - std::min(draw_lag(), 60), talent.home.since + 1)});
    record({number});
    talent.home.site = static_cast<std::uint8_t>(to);
    talent.home.since = today;  // nothing later may be dated before this day
    if (scripted) {
        count("site_relocated");
        if (talent.step++ > 0) return;
        return later(number, chance.between(60, 400), Act::relocate, Who::employer);
    }
    next_life(number);
}

void Generator::State::retire(std::uint32_t number) {
    Talent& talent = talents[number];
    if (!idle(talent) || !has_home(talent)) return next_life(number);
    begin(Who::office);
    guard(number);
    const auto day = std::max(today - 2, talent.home.since + 1);
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","reason":"RETIRE"}})",
                                ref_text(talent.home.opened)),
         .from = day});
    add({.type = "TalentStatusChanged",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"status":"RETIRED"})",
         .from = day});
    record({number});
    talent.home.employer = nobody;
    talent.life = Life::retired;
    next_life(number);
}

void Generator::State::die(std::uint32_t number) {
    Talent& talent = talents[number];
    if (talent.busy || talent.transfer.number != 0 || talent.engagement.number != 0) {
        return next_life(number);
    }
    begin(Who::office);
    guard(number);
    auto day = today;
    if (has_home(talent)) {
        add({.type = "AffiliationEnded",
             .kind = "talent",
             .home = talent_id(number),
             .payload = fmt::format(R"({{"affiliation":"{}","reason":"DEATH"}})",
                                    ref_text(talent.home.opened)),
             .from = day});
    }
    add({.type = "TalentStatusChanged",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"status":"DECEASED"})",
         .from = day});
    record({number});
    talent.home.employer = nobody;
    talent.life = Life::dead;
}

void Generator::State::depart(std::uint32_t number) {
    Talent& talent = talents[number];
    const bool scripted = talent.script == Script::departure_and_arrival;
    if (!has_home(talent) || (!scripted && !idle(talent))) return next_life(number);
    begin(Who::office);
    guard(number);
    const auto day = std::max(today - std::min(draw_lag(), 60), talent.home.since + 1);
    add({.type = "DepartureRecorded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"external_region":"440000"})",
         .from = day});
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","reason":"RESIGN"}})",
                                ref_text(talent.home.opened)),
         .from = day});
    record({number});
    talent.home.employer = nobody;
    talent.home.since = day;
    talent.life = Life::left;
    if (scripted) return later(number, chance.between(60, 170), Act::arrive, Who::office);
    next_life(number);
}

void Generator::State::arrive(std::uint32_t number) {
    Talent& talent = talents[number];
    if (talent.life != Life::left || talent.busy) return next_life(number);
    const auto employer =
        world.employer_in(chance.weighted(world.destination_weights), nobody, chance);
    begin(Who::office);
    guard(number);
    add({.type = "ArrivalRecorded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"external_region":"440000"})",
         .from = today});
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = talent_id(number),
         .payload = affiliation(employer, 0, talent.category),
         .from = today});
    Ref command = record({number});
    command.index = 1;
    talent.home = {employer, 0, command, today, talent.category};
    talent.life = Life::active;
    if (talent.script == Script::departure_and_arrival) return count("arrival_and_departure");
    next_life(number);
}

void Generator::State::leave_job(std::uint32_t number, int gap) {
    Talent& talent = talents[number];
    const bool scripted = talent.script != Script::none;
    if (!has_home(talent) || (!scripted && !idle(talent))) return next_life(number);
    begin(Who::employer);
    guard(number);
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","reason":"RESIGN"}})",
                                ref_text(talent.home.opened)),
         .from = today});
    record({number});
    talent.home.employer = nobody;
    talent.home.since = today + gap;  // the day of the next start
    talent.busy = true;
    later(number, gap, Act::take_job, Who::employer);
}

void Generator::State::take_job(std::uint32_t number) {
    Talent& talent = talents[number];
    const auto to = chance.weighted(world.destination_weights);
    const auto employer = world.employer_in(to, nobody, chance);
    begin(Who::employer);
    guard(number);
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = talent_id(number),
         .payload = affiliation(employer, 0, talent.category),
         .from = talent.home.since});
    Ref command = record({number});
    command.index = 0;
    talent.home = {employer, 0, command, talent.home.since, talent.category};
    talent.busy = false;
    if (talent.script == Script::gap_180) return count("gap_of_180_days");
    if (talent.script == Script::gap_181) return count("gap_of_181_days");
    next_life(number);
}

}  // namespace synthetic
