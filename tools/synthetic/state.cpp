#include "tools/synthetic/state.h"

#include <algorithm>

namespace synthetic {
namespace {

constexpr int minute_of[] = {5, 480, 540, 600, 660, 780, 900, 960};

events::Actor actor_of(std::uint64_t seed, std::size_t who) {
    using events::Role;
    constexpr Role roles[] = {Role::none, Role::S, Role::T, Role::H,
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
      world(parameters, chance, wanted.talents),
      today(wanted.start),
      last_day(wanted.start + wanted.years * 365),
      kinds(parameters.below("engagement.kind.")),
      modes(parameters.below("transfer.mode.")),
      categories(parameters.below("category.")),
      ages(parameters.below("age.")),
      degrees(parameters.below("degree.")),
      titles(parameters.below("title.")),
      lags(parameters.below("recording_lag.")),
      hosts(parameters.below("engagement.host.")),
      seasons(parameters.below("season.window.")),
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
        const Item item = items[at_++];
        return (this->*item.act)(item.number, item.detail);
    }
    std::vector<Item>().swap(items);
    at_ = 0;
    ++day_;
    today = today + 1;
}

void Generator::State::at(std::uint32_t number, events::Date day, Act State::*act, Who who,
                          unsigned detail) {
    const int index = day - options.start;
    if (index <= static_cast<int>(day_) || index >= static_cast<int>(calendar_.size())) return;
    calendar_[static_cast<std::size_t>(index)].push_back(
        {number, who, static_cast<std::uint16_t>(detail), orders_++, act});
}

void Generator::State::later(std::uint32_t number, int days, Act State::*act, Who who,
                             unsigned detail) {
    at(number, today + std::max(days, 1), act, who, detail);
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

Ref Generator::State::say(Who who, std::uint32_t talent,
                          std::initializer_list<EventText> events) {
    begin(who);
    for (const auto& event : events) add(event);
    return record({talent});
}

Ref Generator::State::say_guarded(Who who, std::uint32_t talent,
                                  std::initializer_list<EventText> events) {
    begin(who);
    guard(talent);
    for (const auto& event : events) add(event);
    return record({talent});
}

events::Id Generator::State::talent_id(std::uint32_t number) const {
    return id_of(options.seed, Space::talent, number);
}

events::Id Generator::State::employer_id(std::uint32_t number) const {
    return id_of(options.seed, Space::employer, number);
}

events::Id Generator::State::site_id(std::uint32_t number, unsigned site) const {
    return id_of(options.seed, Space::site, number * 4ull + site);
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
    const auto at = chance.weighted(lags.weights);
    return chance.between(least[at], upto[at]);
}

}  // namespace synthetic
