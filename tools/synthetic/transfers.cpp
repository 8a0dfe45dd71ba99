// Transfers from request to hand-over, with those that fail, are corrected or reversed.
#include <fmt/format.h>

#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

enum Mode : std::uint8_t { consent, resign, order, channel };
enum Fate : std::uint8_t { effected, refused, withdrawn, lapsed };

constexpr std::uint16_t withdrawal = 99;  // in place of a step's number
constexpr std::string_view mode_names[] = {"CONSENT", "RESIGN", "ORDER", "CHANNEL"};

// The steps of each mode after the request, in order; `a` only where a post is public.
constexpr std::string_view steps_of[] = {"trha", "nh", "A", "trhA"};

struct StepText {
    char letter;
    std::string_view type;
    Who who;
};
constexpr StepText step_texts[] = {
    {'t', "TalentAgreed", Who::talent},       {'r', "ReleaseGranted", Who::employer},
    {'n', "ResignationNoticed", Who::talent}, {'h', "AcceptanceGranted", Who::host},
    {'a', "AuthorityApproved", Who::office},  {'A', "AuthorityApproved", Who::province},
};

const StepText& step_text(char letter) {
    for (const auto& text : step_texts) {
        if (text.letter == letter) return text;
    }
    return step_texts[0];
}

bool public_post(const Employer& employer) {
    return employer.civil() || employer.public_institution();
}

}  // namespace

void Generator::State::plan_transfer(std::uint32_t number) {
    Talent& talent = talents[number];
    if (!has_home(talent)) return next_life(number);
    const auto home = world.prefecture_index(talent.home.employer);
    Transfer& transfer = talent.transfer;
    transfer = {};
    auto to = home;
    const auto scope = chance.weighted({720'000, 90'000, 120'000});
    const bool scripted = talent.script != Script::none;
    for (int tries = 0; (scope != 0 || scripted) && tries < 20; ++tries) {
        to = chance.weighted(world.destination_weights);
        const bool same_zone = world.prefectures[to].zone == world.prefectures[home].zone;
        if (to != home && (scripted || same_zone == (scope == 1))) break;
    }
    do {
        transfer.to = world.employer_in(to, talent.home.employer, chance);
    } while (talent.engagement.number != 0 && transfer.to == talent.engagement.host);
    transfer.mode = static_cast<std::uint8_t>(chance.weighted(modes.weights));
    transfer.category = talent.category;
    if (transfer.mode == channel) {
        if (talent.category > 2) {
            transfer.mode = consent;
        } else {
            transfer.category = static_cast<std::uint8_t>((talent.category + 1) % 3);
        }
    }
    if (talent.script == Script::home_change_in_month) transfer.mode = order;
    const auto fate = chance.weighted(
        {1'000'000 - parameters.millionths("transfer.refused") -
             parameters.millionths("transfer.withdrawn") - parameters.millionths("transfer.lapsed"),
         parameters.millionths("transfer.refused"), parameters.millionths("transfer.withdrawn"),
         parameters.millionths("transfer.lapsed")});
    transfer.fate = static_cast<std::uint8_t>(scripted ? 0 : fate);
    talent.busy = true;
    const auto who = transfer.mode == order    ? Who::province
                     : transfer.mode == resign ? Who::talent
                                               : Who::host;
    later(number, chance.between(1, 10), Act::transfer_request, who);
}

std::string Generator::State::request_payload(const Talent& talent, std::uint32_t index,
                                              std::uint32_t from) const {
    const Transfer& transfer = talent.transfer;
    return fmt::format(
        R"({{"talent":"{}","mode":"{}","from_employer":"{}","to_employer":"{}","to_site":"{}",)"
        R"("target_team":"{}","target_staffing":"{}"{}}})",
        talent_id(index).text(), mode_names[transfer.mode], employer_id(from).text(),
        employer_id(transfer.to).text(), site_id(transfer.to, 0).text(),
        category_codes[transfer.category], world.employers[transfer.to].staffing(),
        transfer.mode == channel
            ? fmt::format(R"(,"pilot":"{}")", id_of(options.seed, Space::pilot, 1).text())
            : "");
}

void Generator::State::transfer_request(std::uint32_t number) {
    Talent& talent = talents[number];
    Transfer& transfer = talent.transfer;
    transfer.number = new_process();
    transfer.on = today + chance.between(35, 60);
    if (talent.script == Script::home_change_in_month) {  // inside a month, within 60 days
        transfer.on = (today + 20).first_of_next_month() + chance.between(4, 8);
    }
    const auto who = transfer.mode == order    ? Who::province
                     : transfer.mode == resign ? Who::talent
                                               : Who::host;
    begin(who);
    add({.type = "TransferRequested",
         .kind = "transfer",
         .home = process_id(transfer.number),
         .payload = request_payload(talent, number, talent.home.employer),
         .from = transfer.on});
    record({number});
    later(number, chance.between(1, 5), Act::transfer_step,
          step_text(steps_of[transfer.mode][0]).who, 0);
}

void Generator::State::transfer_step(std::uint32_t number, unsigned step) {
    Talent& talent = talents[number];
    Transfer& transfer = talent.transfer;
    if (step == withdrawal) return transfer_withdraw(number);
    const auto steps = steps_of[transfer.mode];
    const StepText& said = step_text(steps[step]);
    const bool last = step + 1 == steps.size() ||
                      (steps[step + 1] == 'a' && !public_post(world.employers[transfer.to]) &&
                       !public_post(world.employers[talent.home.employer]));
    std::string_view type = said.type;
    std::string payload = "{}";
    std::string_view basis = {};
    events::Date from = {};
    if (steps[step] == 'n') {
        payload = R"({"days":30})";
        from = today;
    }
    if (transfer.fate == refused && last) {
        type = said.letter == 'h' ? "AcceptanceRefused" : "AuthorityRejected";
        payload = R"({"reason":"名额已满"})";
        basis = "CONTRACT_HR";
    } else if (transfer.fate == refused && said.letter == 'r' && transfer.mode == consent) {
        type = "ReleaseRefused";
        payload = R"({"reason":"岗位无人接替"})";
        basis = "CONTRACT_HR";
    } else if (transfer.fate == withdrawn && step == 0) {
        later(number, chance.between(1, 20), Act::transfer_step, Who::talent, withdrawal);
    }
    begin(said.who);
    add({.type = type,
         .kind = "transfer",
         .home = process_id(transfer.number),
         .payload = payload,
         .from = from,
         .legal_basis = basis});
    record({number});
    ++transfer.step;
    const bool over =
        type == "AcceptanceRefused" || type == "AuthorityRejected" || type == "ReleaseRefused";
    if (over) {
        transfer_over(number);
    } else if (transfer.fate == withdrawn) {
        return;
    } else if (transfer.fate == lapsed && step == 0) {
        later(number, 90, Act::transfer_lapse, Who::system);
    } else if (!last) {
        const auto next = step + 1;
        later(number, chance.between(1, steps[next] == 'r' ? 15 : 6), Act::transfer_step,
              step_text(steps[next]).who, static_cast<std::uint16_t>(next));
    } else {
        const auto day = std::max(transfer.on + std::min(draw_lag(), 55), today + 1);
        at(number, day, Act::transfer_effect, Who::office);
    }
}

void Generator::State::transfer_over(std::uint32_t number) {
    talents[number].transfer.number = 0;
    talents[number].busy = false;
    later(number, chance.between(60, 400), Act::life, Who::system);
}

void Generator::State::transfer_withdraw(std::uint32_t number) {
    begin(Who::talent);
    add({.type = "TransferWithdrawn",
         .kind = "transfer",
         .home = process_id(talents[number].transfer.number)});
    record({number});
    transfer_over(number);
}

void Generator::State::transfer_lapse(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::system);
    add({.type = "TransferLapsed",
         .kind = "transfer",
         .home = process_id(talent.transfer.number),
         .payload = R"({"idle_days":90})"});
    record({number});
    transfer_over(number);
}

void Generator::State::transfer_effect(std::uint32_t number) {
    Talent& talent = talents[number];
    Transfer& transfer = talent.transfer;
    begin(Who::office);
    guard(number);
    add({.type = "TransferEffected",
         .kind = "transfer",
         .home = process_id(transfer.number),
         .from = transfer.on});
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","reason":"TRANSFER"}})",
                                ref_text(talent.home.opened)),
         .from = transfer.on});
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = talent_id(number),
         .payload = affiliation(transfer.to, 0, transfer.category),
         .from = transfer.on});
    transfer.effect = record({number});
    transfer.before = talent.home;
    Ref opened = transfer.effect;
    opened.index = 2;
    talent.home = {transfer.to, 0, opened, transfer.on, transfer.category};
    talent.category = transfer.category;
    if (talent.script == Script::home_change_in_month) count("home_change_inside_a_month");
    if (talent.script == Script::reversal) {
        return later(number, chance.between(30, 60), Act::transfer_reverse, Who::province);
    }
    later(number, chance.between(3, 14), Act::transfer_file, Who::employer);
}

void Generator::State::transfer_file(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::employer);
    add({.type = "FileHandedOver",
         .kind = "transfer",
         .home = process_id(talent.transfer.number),
         .payload = R"({"custodian_from":"甲市人才服务中心","custodian_to":"乙市人才服务中心"})",
         .from = today});
    record({number});
    later(number, chance.between(1, 5), Act::transfer_insurance, Who::office);
}

void Generator::State::transfer_insurance(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::office);
    add({.type = "InsuranceTransferred",
         .kind = "transfer",
         .home = process_id(talent.transfer.number),
         .payload = R"({"scheme":"PENSION"})",
         .from = today});
    record({number});
    const bool to_correct = talent.script == Script::leshan_recast || chance.happens(60'000);
    if (to_correct && today - talent.transfer.on < 60) {
        return later(number, chance.between(2, 15), Act::transfer_correct, Who::office);
    }
    transfer_done(number);
}

void Generator::State::transfer_done(std::uint32_t number) {
    Talent& talent = talents[number];
    talent.transfer.number = 0;
    if (talent.engagement.number != 0) return;  // its end goes on with the life
    talent.busy = false;
    talent.script = Script::none;
    next_life(number);
}

void Generator::State::transfer_correct(std::uint32_t number, int days) {
    Talent& talent = talents[number];
    Transfer& transfer = talent.transfer;
    const auto right = std::max(transfer.on - days, transfer.before.since + 1);
    begin(Who::office);
    for (std::uint16_t i = 0; i < 3; ++i) {
        Ref target = transfer.effect;
        target.index = i;
        add({.type = "EventCorrected",
             .kind = i == 0 ? "transfer" : "talent",
             .home = i == 0 ? process_id(transfer.number) : talent_id(number),
             .payload =
                 fmt::format(R"({{"target":"{}","dates":{{"from":"{}"}},"reason":"WRONG_DATE"}})",
                             ref_text(target), date_text(right)),
             .evidence = true});
    }
    talent.pending = record({number});
    transfer.on = right;
    const bool two_regions =
        world.prefecture_today(transfer.before.employer, transfer.before.site) !=
        world.prefecture_today(talent.home.employer, 0);
    if (two_regions) return later(number, chance.between(1, 4), Act::approve, Who::approver);
    approved(number);
}

void Generator::State::transfer_reverse(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::province);
    add({.type = "TransferReversed",
         .kind = "transfer",
         .home = process_id(talent.transfer.number),
         .payload = R"({"reason":"依据失效"})",
         .legal_basis = "STATUTORY_DUTY"});
    for (std::uint16_t i = 1; i < 3; ++i) {
        Ref target = talent.transfer.effect;
        target.index = i;
        add({.type = "EventRetracted",
             .kind = "talent",
             .home = talent_id(number),
             .payload = fmt::format(R"({{"target":"{}","reason":"COURT"}})", ref_text(target)),
             .evidence = true});
    }
    talent.pending = record({number});
    later(number, chance.between(1, 10), Act::approve, Who::approver);
}

void Generator::State::approve(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::approver);
    add({.type = "ActionApproved",
         .payload =
             fmt::format(R"({{"command":"{}"}})",
                         id_of(options.seed, Space::command, talent.pending.command).text())});
    record({number});
    approved(number);
}

void Generator::State::approved(std::uint32_t number) {
    Talent& talent = talents[number];
    if (talent.script == Script::reversal) {
        talent.home = talent.transfer.before;
        talent.category = talent.home.category;
        count("reversal");
    } else {
        talent.home.since = talent.transfer.on;
    }
    transfer_done(number);
}

}  // namespace synthetic
