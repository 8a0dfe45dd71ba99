#include "tools/synthetic/state.h"

#include <fmt/format.h>

#include <algorithm>

namespace synthetic {
namespace {

// One hour of the day for each actor, so that a person's steps of one day keep their order.
constexpr int minute_of[] = {5, 480, 540, 600, 660, 780, 900, 960};

events::Actor actor_of(std::uint64_t seed, std::size_t who) {
    using events::Role;
    constexpr Role roles[] = {Role::Y, Role::S, Role::T, Role::H,
                              Role::E, Role::M, Role::P, Role::P};
    events::Actor actor;
    actor.id = id_of(seed, Space::actor, who);
    actor.role = roles[who];
    if (actor.role == Role::P || actor.role == Role::S) actor.region = "510000";
    actor.assurance = events::schema::Assurance::ASSERTED;
    return actor;
}

}  // namespace

Generator::State::State(Options wanted)
    : options(wanted),
      chance(wanted.seed),
      world(parameters, chance, std::max(63u, wanted.talents / 10)),
      today(wanted.start),
      last_day(wanted.start + wanted.years * 365),
      kinds(parameters.below("engagement.kind.")),
      modes(parameters.below("transfer.mode.")),
      categories(parameters.below("category.")),
      transfer_months(parameters.below("month.transfer.").weights),
      registration_months(parameters.below("month.registration.").weights) {
    for (std::size_t who = 0; who < std::size(minute_of); ++who) {
        actors.push_back(actor_of(options.seed, who));
    }
    initial = std::max(200u, options.talents * 84 / 100);
    doubles = std::max(initial, options.talents);
    each_case = std::max(3u, options.talents / 1'000);
    const auto second_records = static_cast<std::uint32_t>(
        options.talents * parameters.millionths("duplicate.registration") / 1'000'000);
    talents.resize(doubles + std::max(second_records, 24u));
    calendar_.resize(static_cast<std::size_t>(last_day - today) + 1);
}

bool Generator::State::next(Step& step) {
    if (replay_) {
        replay_ = false;
        ++plan.commands;
        ++plan.replayed;
        step = {*json_, &actors[static_cast<std::size_t>(who_)], "replayed", text.events()};
        return true;
    }
    made_ = false;
    while (!made_) {
        if (first_load()) continue;
        if (day_ == calendar_.size()) return false;
        advance();
    }
    step = {*json_, &actors[static_cast<std::size_t>(who_)], outcome_, text.events()};
    return true;
}

void Generator::State::advance() {
    auto& items = calendar_[day_];
    if (at_ == 0) {
        std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
            return a.who != b.who ? a.who < b.who : a.order < b.order;
        });
    }
    if (at_ < items.size()) {
        run(items[at_++]);
        return;
    }
    std::vector<Item>().swap(items);
    at_ = 0;
    ++day_;
    today = today + 1;
}

void Generator::State::at(std::uint32_t talent, events::Date day, Act act, Who who,
                          std::uint16_t detail) {
    const int index = day - options.start;
    if (index <= static_cast<int>(day_) || index >= static_cast<int>(calendar_.size())) return;
    calendar_[static_cast<std::size_t>(index)].push_back({talent, act, who, detail, orders_++});
}

void Generator::State::later(std::uint32_t talent, int days, Act act, Who who,
                             std::uint16_t detail) {
    at(talent, today + std::max(days, 1), act, who, detail);
}

void Generator::State::begin(Who who) {
    who_ = who;
    types_.clear();
    const bool first_day = day_ == 0;  // nothing else happens on it
    text.begin(id_of(options.seed, Space::command, ++commands_), today,
               first_day ? 60 : minute_of[static_cast<std::size_t>(who)], loading);
}

void Generator::State::begin_as_before(Who who) {
    begin(who);
    --commands_;
    text.begin(id_of(options.seed, Space::command, last_recorded_), today,
               minute_of[static_cast<std::size_t>(who)], false);
}

void Generator::State::guard(std::uint32_t talent) {
    text.expect("talent", talent_id(talent), talents[talent].revision);
}

Ref Generator::State::record(std::initializer_list<std::uint32_t> people) {
    json_ = &text.finish();
    outcome_ = "recorded";
    made_ = true;
    ++plan.commands;
    plan.events += text.events();
    for (const auto type : types_) ++plan.recorded[std::string(type)];
    for (const auto talent : people) talents[talent].revision += text.events();
    replay_ = chance.happens(parameters.millionths("bad_command.replayed"));
    last_recorded_ = commands_;
    return {commands_, 0};
}

void Generator::State::refuse(std::string_view code) {
    json_ = &text.finish();
    outcome_ = code;
    made_ = true;
    ++plan.commands;
    ++plan.refused[std::string(code)];
}

events::Id Generator::State::talent_id(std::uint32_t talent) const {
    return id_of(options.seed, Space::talent, talent);
}

events::Id Generator::State::employer_id(std::uint32_t employer) const {
    return id_of(options.seed, Space::employer, employer);
}

events::Id Generator::State::site_id(std::uint32_t employer, unsigned site) const {
    return id_of(options.seed, Space::site, employer * 4ull + site);
}

events::Id Generator::State::process_id(std::uint64_t number) const {
    return id_of(options.seed, Space::process, number);
}

std::string Generator::State::ref_text(const Ref& ref) const {
    return fmt::format("{}#{}", id_of(options.seed, Space::command, ref.command).text(), ref.index);
}

int Generator::State::draw_lag() {
    // recording_lag.* of the parameters: same day, a week, a month, most of a year.
    static constexpr int upto[] = {0, 7, 30, 300};
    static constexpr int least[] = {0, 1, 8, 31};
    const auto lags = parameters.below("recording_lag.");
    const auto at = chance.weighted(lags.weights);
    return chance.between(least[at], upto[at]);
}

void Generator::State::run(const Item& item) {
    const auto t = item.talent;
    switch (item.act) {
        case Act::life:
            return live(t);
        case Act::newcomer:
            return newcomer(t);
        case Act::transfer_request:
            return transfer_request(t);
        case Act::transfer_step:
            return transfer_step(t, item.detail);
        case Act::transfer_effect:
            return transfer_effect(t);
        case Act::transfer_file:
            return transfer_file(t);
        case Act::transfer_insurance:
            return transfer_insurance(t);
        case Act::transfer_lapse:
            return transfer_lapse(t);
        case Act::transfer_correct:
            return transfer_correct(t, 7);
        case Act::transfer_reverse:
            return transfer_reverse(t);
        case Act::approve:
            return approve(t);
        case Act::engagement_propose:
            return engagement_propose(t, item.detail);
        case Act::engagement_consent:
            return engagement_consent(t, item.detail);
        case Act::engagement_activate:
            return engagement_activate(t, item.detail);
        case Act::service:
            return service(t);
        case Act::engagement_end:
            return engagement_end(t);
        case Act::engagement_suspend:
            return engagement_suspend(t);
        case Act::engagement_resume:
            return engagement_resume(t);
        case Act::attempt_propose:
            return attempt_propose(t);
        case Act::attempt_consent:
            return attempt_consent(t, item.detail);
        case Act::attempt_activate:
            return attempt_activate(t);
        case Act::attempt_cancel:
            return attempt_cancel(t);
        case Act::correct_service:
            return correct_service(t);
        case Act::correct_service_again:
            return correct_service_again(t);
        case Act::retract_correction:
            return retract_correction(t);
        case Act::retract_service:
            return retract_service(t);
        case Act::amend:
            return amend(t);
        case Act::qualify:
            return qualify(t);
        case Act::change_post:
            return change_post(t);
        case Act::relocate:
            return relocate(t);
        case Act::retire:
            return retire(t);
        case Act::die:
            return die(t);
        case Act::depart:
            return depart(t);
        case Act::arrive:
            return arrive(t);
        case Act::leave_job:
            return leave_job(t, item.detail);
        case Act::take_job:
            return take_job(t);
        case Act::register_double:
            return register_double(t);
        case Act::suspect:
            return suspect(t);
        case Act::dismiss:
            return dismiss(t);
        case Act::merge:
            return merge(t);
        case Act::approve_merge:
            return approve_merge(t);
        case Act::split:
            return split(t);
        case Act::approve_split:
            return approve_split(t);
        case Act::amend_by_alias:
            return amend_by_alias(t);
        case Act::script:
            return script(t);
        case Act::bad:
            return bad(t, item.detail);
    }
}

}  // namespace synthetic
