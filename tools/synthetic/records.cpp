// Two records of one person: how they come about, are merged, and sometimes split again.
#include <fmt/format.h>

#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr std::uint32_t split_every = 8;  // of the merges

}  // namespace

/// Every third second record comes with the first load and an earlier home of its own, so that
/// the merge brings to light a move that neither record showed.
void Generator::State::load_double(std::uint32_t number) {
    const std::uint32_t first_scripted =
        each_case * (static_cast<std::uint32_t>(Script::count_) - 1);
    const std::uint32_t room = initial - first_scripted;
    std::uint32_t original = first_scripted + (number - doubles) * 37 % room;
    while (talents[original].double_of != nobody || talents[original].life != Life::active ||
           !has_home(talents[original])) {
        original = first_scripted + (original + 1 - first_scripted) % room;
    }
    Talent& talent = talents[number];
    const Talent& first = talents[original];
    talents[original].double_of = number;
    talent.double_of = original;
    talent.residence = static_cast<std::uint8_t>(chance.weighted(world.prefecture_weights));
    talent.category = first.category;
    talent.sex = first.sex;
    talent.birth = first.birth;
    const auto ended = first.home.since - chance.between(10, 150);
    const auto began = ended - chance.between(200, 400);
    const bool earlier_home = (number - doubles) % 3 == 0 && began - first.birth > 20 * 366 &&
                              began > events::Date::of(1985, 1, 1);
    if (!earlier_home) return;
    const auto employer = world.employer_in(talent.residence, first.home.employer, chance);
    begin(Who::province);
    const auto id = talent_id(number);
    add({.type = "TalentRegistered",
         .kind = "talent",
         .home = id,
         .payload = registration(number, true),
         .from = began,
         .legal_basis = "STATUTORY_DUTY"});
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = id,
         .payload = affiliation(employer, 0, talent.category),
         .from = began});
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = id,
         .payload = R"({"affiliation":"#1","reason":"RESIGN"})",
         .from = ended});
    record({number});
    talent.life = Life::active;
}

void Generator::State::register_double(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::office);
    add({.type = "TalentRegistered",
         .kind = "talent",
         .home = talent_id(number),
         .payload = registration(number, true),
         .from = today,
         .legal_basis = "STATUTORY_DUTY"});
    record({number});
    talent.life = Life::active;
    later(number, chance.between(5, 60), Act::suspect, Who::steward);
}

void Generator::State::suspect(std::uint32_t number) {
    const auto original = talents[number].double_of;
    Talent& first = talents[original];
    if (!idle(first) || !has_home(first)) {
        return later(number, 30, Act::suspect, Who::steward);
    }
    first.busy = true;
    begin(Who::steward);
    add({.type = "DuplicateSuspected",
         .kind = "talent",
         .home = talent_id(original),
         .payload = fmt::format(R"({{"others":["{}"],"rule":"name-and-birth","score":950}})",
                                talent_id(number).text())});
    record({original, number});
    const bool merges = chance.happens(parameters.millionths("merge.within_90d"));
    later(number, chance.between(5, 80), merges ? Act::merge : Act::dismiss, Who::steward);
}

void Generator::State::dismiss(std::uint32_t number) {
    const auto original = talents[number].double_of;
    begin(Who::steward);
    add({.type = "DuplicateDismissed",
         .kind = "talent",
         .home = talent_id(original),
         .payload =
             fmt::format(R"({{"others":["{}"],"reason":"并非同一人"}})", talent_id(number).text()),
         .legal_basis = "STATUTORY_DUTY"});
    record({original, number});
    talents[original].busy = false;
    talents[original].double_of = nobody;
}

void Generator::State::merge(std::uint32_t number) {
    const auto original = talents[number].double_of;
    begin(Who::steward);
    guard(original);
    guard(number);
    add({.type = "TalentRecordsMerged",
         .kind = "talent",
         .home = talent_id(original),
         .payload = fmt::format(R"({{"absorbed":["{}"]}})", talent_id(number).text())});
    talents[number].merge = talents[number].pending = record({original, number});
    later(number, chance.between(1, 10), Act::approve_merge, Who::approver);
}

void Generator::State::say_approval(std::uint32_t number) {
    begin(Who::approver);
    add({.type = "ActionApproved",
         .payload = fmt::format(
             R"({{"command":"{}"}})",
             id_of(options.seed, Space::command, talents[number].pending.command).text())});
    record({talents[number].double_of, number});
}

void Generator::State::approve_merge(std::uint32_t number) {
    say_approval(number);
    count("merge");
    const auto original = talents[number].double_of;
    talents[number].life = Life::absorbed;
    if ((number - doubles) % split_every == 0 || (number - doubles) < each_case) {
        return later(number, chance.between(20, 90), Act::split, Who::steward);
    }
    talents[original].busy = false;
    if (chance.happens(300'000)) later(number, 9, Act::amend_by_alias, Who::office);
}

/// A command that names the absorbed record is recorded in the survivor's stream.
void Generator::State::amend_by_alias(std::uint32_t number) {
    const auto original = talents[number].double_of;
    if (!idle(talents[original])) return;
    begin(Who::office);
    add({.type = "TalentAmended",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"skills":["SK01","SK02"]})",
         .from = today});
    record({original});
    count("named_by_an_absorbed_id");
}

void Generator::State::split(std::uint32_t number) {
    const auto original = talents[number].double_of;
    begin(Who::steward);
    guard(original);
    guard(number);
    add({.type = "TalentRecordsSplit",
         .kind = "talent",
         .home = talent_id(original),
         .payload = fmt::format(R"({{"merge":"{}","restored":["{}"]}})",
                                ref_text(talents[number].merge), talent_id(number).text())});
    talents[number].pending = record({original, number});
    later(number, chance.between(1, 10), Act::approve_split, Who::approver);
}

void Generator::State::approve_split(std::uint32_t number) {
    say_approval(number);
    count("split_after_merge");
    talents[number].life = Life::active;
    talents[talents[number].double_of].busy = false;
}

}  // namespace synthetic
