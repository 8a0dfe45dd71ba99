// Two records of one person: how they come about, are merged, and sometimes split again.
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
    Talent& person = talents[number];
    const Talent& first = talents[original];
    talents[original].double_of = number;
    person.double_of = original;
    person.residence = static_cast<std::uint8_t>(chance.weighted(world.prefecture_weights));
    person.category = first.category;
    person.sex = first.sex;
    person.birth = first.birth;
    const auto ended = first.home.since - chance.between(10, 150);
    const auto began = ended - chance.between(200, 400);
    const bool earlier_home = (number - doubles) % 3 == 0 && began - first.birth > 20 * 366 &&
                              began > events::Date::of(1985, 1, 1);
    if (!earlier_home) return;
    const auto at = world.employer_in(person.residence, first.home.employer, chance);
    say(Who::province, number,
        {registers(number, true, began), starts_home(number, at, person.category, began),
         {.type = "AffiliationEnded",
          .on = talent(number),
          .payload = R"({"affiliation":"#1","reason":"RESIGN"})",
          .from = ended}});
    person.life = Life::active;
}

void Generator::State::register_double(std::uint32_t number, unsigned) {
    say(Who::office, number, {registers(number, true, today)});
    talents[number].life = Life::active;
    later(number, chance.between(5, 60), &State::suspect, Who::steward);
}

/// A command about both records; `guarded` with both revisions.
Ref Generator::State::say_of_both(Who who, std::uint32_t number, const EventText& event,
                                  bool guarded) {
    const auto original = talents[number].double_of;
    begin(who);
    if (guarded) guard(original);
    if (guarded) guard(number);
    add(event);
    return record({original, number});
}

void Generator::State::suspect(std::uint32_t number, unsigned) {
    const auto original = talents[number].double_of;
    Talent& first = talents[original];
    if (!idle(first) || !has_home(first)) {
        return later(number, 30, &State::suspect, Who::steward);
    }
    first.busy = true;
    say_of_both(Who::steward, number,
                {.type = "DuplicateSuspected",
                 .on = talent(original),
                 .payload = fmt::format(
                     R"({{"others":["{}"],"rule":"name-and-birth","score":950}})",
                     talent_id(number).text())});
    const bool merges = chance.happens(parameters.millionths("merge.within_90d"));
    later(number, chance.between(5, 80), merges ? &State::merge : &State::dismiss, Who::steward);
}

void Generator::State::dismiss(std::uint32_t number, unsigned) {
    const auto original = talents[number].double_of;
    say_of_both(Who::steward, number,
                {.type = "DuplicateDismissed",
                 .on = talent(original),
                 .payload = fmt::format(R"({{"others":["{}"],"reason":"并非同一人"}})",
                                        talent_id(number).text()),
                 .legal_basis = "STATUTORY_DUTY"});
    talents[original].busy = false;
    talents[original].double_of = nobody;
}

void Generator::State::merge(std::uint32_t number, unsigned) {
    Talent& second = talents[number];
    second.merge = second.pending =
        say_of_both(Who::steward, number,
                    {.type = "TalentRecordsMerged",
                     .on = talent(second.double_of),
                     .payload =
                         fmt::format(R"({{"absorbed":["{}"]}})", talent_id(number).text())},
                    true);
    later(number, chance.between(1, 10), &State::approve_merge, Who::approver);
}

void Generator::State::approve_merge(std::uint32_t number, unsigned) {
    say_of_both(Who::approver, number, approves(talents[number].pending));
    count("merge");
    const auto original = talents[number].double_of;
    talents[number].life = Life::absorbed;
    if ((number - doubles) % split_every == 0 || (number - doubles) < each_case) {
        return later(number, chance.between(20, 90), &State::split, Who::steward);
    }
    talents[original].busy = false;
    if (chance.happens(300'000)) later(number, 9, &State::amend_by_alias, Who::office);
}

/// A command that names the absorbed record is recorded in the survivor's stream.
void Generator::State::amend_by_alias(std::uint32_t number, unsigned) {
    const auto original = talents[number].double_of;
    if (!idle(talents[original])) return;
    say(Who::office, original,
        {{.type = "TalentAmended",
          .on = talent(number),
          .payload = R"({"skills":["SK01","SK02"]})",
          .from = today}});
    count("named_by_an_absorbed_id");
}

void Generator::State::split(std::uint32_t number, unsigned) {
    Talent& second = talents[number];
    second.pending = say_of_both(Who::steward, number,
                                 {.type = "TalentRecordsSplit",
                                  .on = talent(second.double_of),
                                  .payload = fmt::format(
                                      R"({{"merge":"{}","restored":["{}"]}})",
                                      ref_text(second.merge), talent_id(number).text())},
                                 true);
    later(number, chance.between(1, 10), &State::approve_split, Who::approver);
}

void Generator::State::approve_split(std::uint32_t number, unsigned) {
    say_of_both(Who::approver, number, approves(talents[number].pending));
    count("split_after_merge");
    talents[number].life = Life::active;
    talents[talents[number].double_of].busy = false;
}

}  // namespace synthetic
