// What follows the last consent: the effect, papers, and effects put right or undone.
#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {

void Generator::State::transfer_effect(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    Transfer& wish = person.transfer;
    begin(Who::office);
    guard(number);
    add_effect(number);
    wish.effect = record({number});
    warn_of_obligation(person);
    wish.before = person.home;
    Ref opened = wish.effect;
    opened.index = 2;
    person.home = {wish.to, 0, opened, wish.on, wish.category};
    person.category = wish.category;
    const auto from = world.prefecture_index(wish.before.employer);
    const auto to = world.prefecture_index(wish.to);
    if (to == world.trunk && from != to) ++plan.into_trunk[world.prefectures[from].code];
    if (person.script == Script::reversal) {
        return later(number, chance.between(30, 60), &State::transfer_reverse, Who::province);
    }
    later(number, chance.between(3, 14), &State::transfer_file, Who::employer);
}

void Generator::State::transfer_file(std::uint32_t number, unsigned) {
    say(Who::employer, number,
        {{.type = "FileHandedOver",
          .on = transfer(number),
          .payload = R"({"custodian_from":"甲市人才服务中心","custodian_to":"乙市人才服务中心"})",
          .from = today}});
    later(number, chance.between(1, 5), &State::transfer_insurance, Who::office);
}

void Generator::State::transfer_insurance(std::uint32_t number, unsigned) {
    const Talent& person = talents[number];
    say(Who::office, number,
        {{.type = "InsuranceTransferred",
          .on = transfer(number),
          .payload = R"({"scheme":"PENSION"})",
          .from = today}});
    const bool to_correct = person.script == Script::leshan_recast || chance.happens(60'000);
    if (to_correct && today - person.transfer.on < 60) {
        return later(number, chance.between(2, 15), &State::transfer_correct, Who::office);
    }
    transfer_done(number);
}

void Generator::State::transfer_done(std::uint32_t number) {
    Talent& person = talents[number];
    person.transfer.number = 0;
    if (person.engagement.number != 0) return;  // its end goes on with the life
    if (person.script == Script::service_years) count("service_years_over");
    person.busy = false;
    person.script = Script::none;
    next_life(number);
}

void Generator::State::transfer_correct(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    Transfer& done = person.transfer;
    const auto right = std::max(done.on - 7, done.before.since + 1);
    begin(Who::office);
    for (std::uint16_t i = 0; i < 3; ++i) {
        Ref target = done.effect;
        target.index = i;
        add(corrects_dates(i == 0 ? transfer(number) : talent(number), target, right));
    }
    person.pending = record({number});
    done.on = right;
    const bool two_regions = world.prefecture_today(done.before.employer, done.before.site) !=
                             world.prefecture_today(person.home.employer, 0);
    if (!two_regions) return approved(number);
    later(number, chance.between(1, 4), &State::approve, Who::approver);
}

void Generator::State::transfer_reverse(std::uint32_t number, unsigned) {
    Talent& person = talents[number];
    begin(Who::province);
    add({.type = "TransferReversed",
         .on = transfer(number),
         .payload = R"({"reason":"依据失效"})",
         .legal_basis = "STATUTORY_DUTY"});
    for (std::uint16_t i = 1; i < 3; ++i) {
        Ref target = person.transfer.effect;
        target.index = i;
        add(retracts(talent(number), target, "COURT"));
    }
    person.pending = record({number});
    later(number, chance.between(1, 10), &State::approve, Who::approver);
}

void Generator::State::approve(std::uint32_t number, unsigned) {
    say(Who::approver, number, {approves(talents[number].pending)});
    approved(number);
}

void Generator::State::approved(std::uint32_t number) {
    Talent& person = talents[number];
    if (person.script == Script::reversal) {
        person.home = person.transfer.before;
        person.category = person.home.category;
        count("reversal");
    } else {
        person.home.since = person.transfer.on;
    }
    transfer_done(number);
}

}  // namespace synthetic
