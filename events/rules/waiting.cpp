#include "events/rules/waiting.h"

#include "events/rules/correction.h"

namespace events {
namespace {

using schema::Payload;

/// Roles that may approve, as the catalogue says: `P`.
std::string approvers(const Deciding& deciding) {
    const auto* approval = deciding.catalogue.find(Payload::ActionApproved);
    std::string names;
    for (const auto role : schema::EnumValuesRole()) {
        if (role == Role::none || !approval->may_record(role)) continue;
        names += std::string(names.empty() ? "" : ", ") + schema::EnumNameRole(role);
    }
    return names;
}

std::string named(const VisibleFact& opened) {
    return "Command " + opened.fact.command.text() + " (position " +
           std::to_string(opened.fact.position.value) + ")";
}

}  // namespace

base::Error unless_waiting(const Deciding& deciding, Position opened, base::Error otherwise) {
    const auto found = look_up(deciding, opened);
    if (found && found->standing == Standing::proposed) {
        return refusal("E_AWAITS_APPROVAL",
                       named(*found) + " still waits for approval and holds nothing until then: "
                                       "an actor of role " + approvers(deciding) +
                           " other than its recorder records ActionApproved for it.");
    }
    if (found && found->standing == Standing::rejected) {
        return refusal("E_PROPOSAL_REJECTED",
                       named(*found) + " was rejected at position " +
                           std::to_string(found->decided_by->value) + " and holds nothing.");
    }
    return otherwise;
}

base::Error unless_waiting(const Deciding& deciding, const StreamId& stream,
                           base::Error otherwise) {
    std::optional<Position> opened;
    deciding.standings.history().each(stream, [&](const Fact& fact) {
        if (!opened && fact.home == stream) opened = fact.position;
    });
    return opened ? unless_waiting(deciding, *opened, std::move(otherwise)) : otherwise;
}

base::Error unless_site_waits(const Deciding& deciding, const Id& employer, const Id& site,
                              base::Error otherwise) {
    std::optional<Position> opened;
    deciding.standings.history().each({StreamKind::employer, employer}, [&](const Fact& fact) {
        if (fact.type == Payload::SiteOpened &&
            Id::of(*fact.as<schema::SiteOpened>().site()) == site) {
            opened = fact.position;
        }
    });
    return opened ? unless_waiting(deciding, *opened, std::move(otherwise)) : otherwise;
}

}  // namespace events
