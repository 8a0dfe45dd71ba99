// Transfers from the wish to the last consent, with those that come to nothing.
#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

enum Mode : std::uint8_t { consent, resign, order, channel };
enum TransferFate : std::uint8_t { effected, refused, withdrawn, lapsed };

constexpr int lapse_days = 90;  // the ledger's parameter of that name

// The steps of each mode after the request, in order; `a` only where a post is public.
constexpr std::string_view steps_of[] = {"trha", "nh", "A", "trhA"};

struct StepText {
    char letter;
    std::string_view type, refusal;
    Who who;
};
constexpr StepText step_texts[] = {
    {'t', "TalentAgreed", "", Who::talent},
    {'r', "ReleaseGranted", "ReleaseRefused", Who::employer},
    {'n', "ResignationNoticed", "", Who::talent},
    {'h', "AcceptanceGranted", "AcceptanceRefused", Who::host},
    {'a', "AuthorityApproved", "AuthorityRejected", Who::office},
    {'A', "AuthorityApproved", "AuthorityRejected", Who::province},
};

const StepText& step_text(char letter) {
    for (const auto& text : step_texts) {
        if (text.letter == letter) return text;
    }
    return step_texts[0];
}

Who asker(std::uint8_t mode) {
    return mode == order ? Who::province : mode == resign ? Who::talent : Who::host;
}

}  // namespace

/// An employer by the shares of the parameters: near by, in the zone, elsewhere, in the trunk.
std::uint32_t Generator::State::draw_destination(std::uint32_t number) {
    const Talent& person = talents[number];
    const auto home = world.prefecture_index(person.home.employer);
    const bool scripted = person.script != Script::none;  // always to another prefecture
    auto to = home;
    if (chance.happens(world.into_trunk[home]) && !scripted) {
        to = world.trunk;
    } else {
        const auto scope = chance.weighted({parameters.millionths("transfer.scope.same_prefecture"),
                                            parameters.millionths("transfer.scope.same_zone"),
                                            parameters.millionths("transfer.scope.other_zone")});
        auto weights = world.destination_weights;
        weights[world.trunk] = 0;
        const auto& zone = world.prefectures[home].zone;
        std::int64_t left = 0;
        for (std::size_t p = 0; p < weights.size(); ++p) {
            const bool fits = scripted || (world.prefectures[p].zone == zone) == (scope == 1);
            if (p == home || !fits) weights[p] = 0;
            left += weights[p];
        }
        if ((scope != 0 || scripted) && left > 0) to = chance.weighted(weights);
    }
    return world.employer_in(to, person.home.employer, chance);
}

void Generator::State::plan_transfer(std::uint32_t number) {
    Talent& person = talents[number];
    if (!has_home(person)) return next_life(number);
    Transfer& wish = person.transfer;
    wish = {};
    do {
        wish.to = draw_destination(number);
    } while (person.engagement.number != 0 && wish.to == person.engagement.host);
    wish.mode = static_cast<std::uint8_t>(chance.weighted(modes.weights));
    wish.category = person.category;
    if (wish.mode == channel) {
        if (person.category > 2) {
            wish.mode = consent;
        } else {
            wish.category = static_cast<std::uint8_t>((person.category + 1) % 3);
        }
    }
    const bool still_bound = person.script == Script::service_years &&
                             person.obligation.binds(today);
    if (person.script == Script::home_change_in_month) wish.mode = order;
    if (person.script == Script::service_years) wish.mode = still_bound ? resign : consent;
    if (person.script == Script::service_years) wish.category = person.category;
    const auto fails = parameters.millionths("transfer.refused"),
               returns = parameters.millionths("transfer.withdrawn"),
               stalls = parameters.millionths("transfer.lapsed");
    const auto fate =
        chance.weighted({1'000'000 - fails - returns - stalls, fails, returns, stalls});
    wish.fate = static_cast<std::uint8_t>(person.script != Script::none ? 0 : fate);
    person.busy = true;
    later(number, chance.between(1, 10), &State::transfer_request, asker(wish.mode));
}

void Generator::State::plan_later(std::uint32_t number, unsigned) {
    plan_transfer(number);
}

void Generator::State::transfer_request(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    Transfer& wish = person.transfer;
    wish.number = new_process();
    wish.on = today + chance.between(35, 60);
    if (person.script == Script::home_change_in_month) {  // inside a month, within 60 days
        wish.on = (today + 20).first_of_next_month() + chance.between(4, 8);
    }
    say(asker(wish.mode), number,
        {requests(number, process_id(wish.number), wish, person.home.employer)});
    warn_of_obligation(person);
    later(number, chance.between(1, 5), &State::transfer_step,
          step_text(steps_of[wish.mode][0]).who, 0);
}

/// `step`: number of the step in its mode's row of `steps_of`.
void Generator::State::transfer_step(std::uint32_t number, unsigned step) {
    Talent& person = talents[number];
    Transfer& wish = person.transfer;
    const auto steps = steps_of[wish.mode];
    const StepText& said = step_text(steps[step]);
    const bool last = step + 1 == steps.size() ||
                      (steps[step + 1] == 'a' && !world.employers[wish.to].public_posts() &&
                       !world.employers[person.home.employer].public_posts());
    const bool refuses =
        wish.fate == refused && (last || (said.letter == 'r' && wish.mode == consent));
    const bool notice = said.letter == 'n';
    say(said.who, number,
        {{.type = refuses ? said.refusal : said.type,
          .on = transfer(number),
          .payload = refuses  ? R"({"reason":"名额已满"})"
                     : notice ? R"({"days":30})"
                              : "{}",
          .from = notice ? today : events::Date{},
          .legal_basis = refuses ? "CONTRACT_HR" : std::string_view{}}});
    ++wish.step;
    if (refuses) return transfer_over(number);
    if (wish.fate == withdrawn && step == 0) {
        return later(number, chance.between(1, 20), &State::transfer_withdraw, Who::talent);
    }
    if (wish.fate == lapsed && step == 0) {
        return later(number, lapse_days, &State::transfer_left, Who::fate);
    }
    if (last) {
        // Before the system would let it lapse for want of a step.
        const auto lag = std::min(draw_lag(), 55);
        const auto day = std::clamp(wish.on + lag, today + 1, today + lapse_days - 10);
        return at(number, std::max(day, wish.on), &State::transfer_effect, Who::office);
    }
    const char next = steps[step + 1];
    // transfer.days_to_release_median and ..._accept_median: lognormal, sigma 0.9 and 0.7.
    const auto days = next == 'r'   ? chance.lognormal(12, 900)
                      : next == 'h' ? chance.lognormal(5, 700)
                                    : chance.between(1, 6);
    later(number, static_cast<int>(std::min<std::int64_t>(days, 45)), &State::transfer_step,
          step_text(next).who, step + 1);
}

void Generator::State::transfer_over(std::uint32_t number) {
    talents[number].transfer.number = 0;
    talents[number].busy = false;
    later(number, chance.between(60, 400), &State::live, Who::fate);
}

void Generator::State::transfer_withdraw(std::uint32_t number, unsigned) {
    say(Who::talent, number, {{.type = "TransferWithdrawn", .on = transfer(number)}});
    transfer_over(number);
}

/// Nobody has moved for so long that the system lets it lapse. When exactly, before which other
/// command, is the system's; so nothing more is said about this person, and a ledger without
/// timers answers all else the same.
void Generator::State::transfer_left(std::uint32_t number, unsigned) {
    talents[number].transfer.left = true;
    ++plan.left_to_system["TransferLapsed"];
}

}  // namespace synthetic
