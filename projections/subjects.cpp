#include "projections/subjects.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

namespace projections {

namespace {

constexpr std::array<std::string_view, 9> engagement_states = {
    "PROPOSED",   "CONSENTED", "ACTIVE",   "SUSPENDED", "COMPLETED",
    "TERMINATED", "CONVERTED", "DECLINED", "CANCELLED"};
constexpr std::array<std::string_view, 10> transfer_states = {
    "REQUESTED", "COLLECTING", "READY",     "EFFECTIVE", "HANDED_OVER",
    "REFUSED",   "REJECTED",   "WITHDRAWN", "LAPSED",    "REVERSED"};

}  // namespace

base::Result<FoundPerson> find_person(const Asking& asking) {
    const auto id = events::Id::parse(asking.ask.subject);
    if (!id) {
        return base::Error{base::Fault::invalid, "E_BAD_ID",
                           "a talent is named by 32 hexadecimal digits"};
    }
    FoundPerson found{events::fold_person(*id, asking.history), std::nullopt};
    // Chains end at one survivor; the bound only keeps a damaged log from looping.
    for (int step = 0; found.person.absorbed_into && step < 1'000; ++step) {
        found.resolved_from = *id;
        found.person = events::fold_person(*found.person.absorbed_into, asking.history);
    }
    if (!found.person.registered) {
        return base::Error{
            base::Fault::not_found, "E_NO_TALENT",
            fmt::format("no talent {} is known as of {}", id->text(), asking.ask.known_at)};
    }
    return found;
}

boost::json::value json_of(const std::optional<events::Date>& day) {
    if (!day || *day == events::forever) return nullptr;
    return boost::json::value(day->text());
}

boost::json::value json_of(events::Date day) {
    return json_of(std::optional(day));
}

boost::json::value json_of(const events::Period& period) {
    return boost::json::object{{"from", json_of(period.from)}, {"to", json_of(period.to)}};
}

std::string text_of(const events::EventName& name) {
    return fmt::format("{}:{}", name.position.value, name.event.text());
}

std::string_view name_of(events::EngagementState state) {
    return engagement_states[static_cast<std::size_t>(state)];
}

std::string_view name_of(events::TransferState state) {
    return transfer_states[static_cast<std::size_t>(state)];
}

std::string site_region(const Asking& asking, const events::Id& employer, const events::Id& site) {
    const auto known = asking.shelves.employers.at(employer, asking.ask.size);
    const auto* found = known ? known->site(site) : nullptr;
    return found != nullptr ? found->region : "UNK";
}

}  // namespace projections
