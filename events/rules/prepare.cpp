// What is asked of every draft before its family looks at it.
#include "events/rules/deciding.h"
#include "events/rules/visible.h"

namespace events {
namespace {

using schema::Payload;

base::Result<void> check_role(const Deciding& deciding, const TypeInfo& type) {
    const auto role = deciding.command.actor.role;
    if (type.may_record(role)) return {};
    // A first load is done by the offices for everybody (settled.md 2.5).
    const bool loads = deciding.command.first_load && type.home != StreamKind::ops &&
                       type.home != StreamKind::none && (role == Role::P || role == Role::S);
    if (loads) return {};
    return base::Error{
        base::Fault::invalid, "E_ROLE",
        "Role " + std::string(schema::EnumNameRole(role)) + " may not record " + type.name + "."};
}

base::Error no_event(std::string what) {
    return refusal("E_NO_EVENT", std::move(what));
}

/// The `index`th event of a command, this one or a recorded one. An event's id follows from its
/// command's, so nothing has to be read.
base::Result<EventName> resolve(const Deciding& deciding, const Reference::Of& of) {
    const auto& placements = deciding.decision.placements;
    if (of.command == deciding.command.id) {
        if (of.index >= placements.size()) return no_event("The command has no such event.");
        return EventName{placements[of.index].position, placements[of.index].event_id};
    }
    const auto block = deciding.standings.history().find(of.command);
    if (!block || of.index >= block->count) {
        return no_event("No such command, or it has fewer events.");
    }
    return EventName{{block->first.value + of.index},
                     event_id_of(deciding.moment.ledger, of.command, of.index)};
}

base::Result<EventName> resolve(const Deciding& deciding, const Reference::At& at) {
    EventName found{at.position, {}};
    const bool there = deciding.standings.history().at(
        at.position, [&](const Fact& fact) { found.event = fact.event; });
    if (!there) return no_event("There is no event at that position.");
    if (at.event && *at.event != found.event) {
        return no_event("Another event stands at that position.");
    }
    return found;
}

base::Result<EventName> resolve(const Deciding& deciding, std::size_t index,
                                const Reference& reference) {
    if (const auto* of = std::get_if<Reference::Of>(&reference.target)) {
        return resolve(deciding, *of);
    }
    if (const auto* at = std::get_if<Reference::At>(&reference.target)) {
        return resolve(deciding, *at);
    }
    const auto here = std::get<Reference::Here>(reference.target).index;
    const auto& placements = deciding.decision.placements;
    if (here >= placements.size() || here == index) {
        return no_event("The command has no other event of that number.");
    }
    return EventName{placements[here].position, placements[here].event_id};
}

base::Result<void> resolve_references(Deciding& deciding, std::size_t index) {
    auto& draft = deciding.draft(index);
    for (const auto& reference : draft.references) {
        const auto found = resolve(deciding, index, reference);
        if (!found) {
            auto error = found.error();
            error.what += " (" + reference.path + ")";
            return error;
        }
        ENSURE(reference.offset + sizeof(schema::EventRef) <= draft.payload.size(),
               "a reference lies inside its payload");
        auto* stored = reinterpret_cast<schema::EventRef*>(draft.payload.data() + reference.offset);
        stored->mutate_position(found->position.value);
        stored->mutable_id() = found->event.stored();
    }
    return {};
}

base::Error dates_not_allowed(const TypeInfo& type) {
    return {base::Fault::invalid, "E_DATES_NOT_ALLOWED",
            type.name + " takes no effective date there."};
}

/// Defaults and order (INV-T6) by how the type uses its dates.
base::Result<void> settle_dates(Deciding& deciding, std::size_t index, const TypeInfo& type) {
    const auto& draft = deciding.draft(index);
    auto& place = deciding.placement(index);
    place.from = draft.from.value_or(deciding.moment.today);
    place.to = draft.to;
    switch (type.dates) {
        case DateUse::none:
            if (draft.from || draft.to) return dates_not_allowed(type);
            return {};
        case DateUse::from:
            if (draft.to) return dates_not_allowed(type);
            return {};
        case DateUse::period:
            if (!draft.from || !draft.to) {
                return base::Error{base::Fault::invalid, "E_MISSING_FIELD",
                                   type.name + " needs a first and a last effective date."};
            }
            break;
        case DateUse::open_period:
            break;
        case DateUse::month:
            if (!draft.from || place.from != place.from.first_of_month() ||
                (draft.to && *draft.to != place.from.first_of_next_month())) {
                return base::Error{base::Fault::invalid, "E_BAD_MONTH",
                                   type.name + " covers exactly one calendar month."};
            }
            place.to = place.from.first_of_next_month();
    }
    if (place.to && *place.to <= place.from) {
        return refusal("E_DATE_ORDER", "The effective period ends before it begins.");
    }
    return {};
}

/// INV-X6: what lies far in the past or future needs a second pair of eyes.
void check_window(Deciding& deciding, std::size_t index, const TypeInfo& type) {
    const bool exempt = deciding.command.first_load || type.dates == DateUse::none ||
                        type.home == StreamKind::reference || type.home == StreamKind::policy ||
                        type.home == StreamKind::ops;
    if (exempt) return;
    const auto today = deciding.moment.today;
    const auto from = deciding.placement(index).from;
    const bool inside = from - today <= deciding.parameter("x6_future_days") &&
                        today - from <= deciding.parameter("x6_past_days");
    if (inside) return;
    deciding.needs_approval = true;
    deciding.warn(index, "W_OUTSIDE_WINDOW", "The date is far from today: approval is needed.");
}

base::Error no_subject() {
    return {base::Fault::invalid, "E_MISSING_FIELD", "The event needs a subject.", "/subject"};
}

/// Home streams that follow from the ledger or the list, whatever the caller named.
base::Result<void> fixed_home(Deciding& deciding, std::size_t index, StreamId home) {
    const auto& named = deciding.draft(index).home;
    if (named && *named != home.id) {
        return base::Error{base::Fault::invalid, "E_WRONG_SUBJECT",
                           "This type of event belongs to " + home.text() + ".", "/subject"};
    }
    deciding.stand_in(index, home);
    return {};
}

base::Result<void> settle_home(Deciding& deciding, std::size_t index, const TypeInfo& type) {
    const auto& draft = deciding.draft(index);
    if (type.home == StreamKind::none) return {};  // that of the target
    if (type.home == StreamKind::ops) {
        return fixed_home(deciding, index, {StreamKind::ops, deciding.moment.ledger});
    }
    if (type.home == StreamKind::reference) {
        const auto list = type.type == Payload::CodeListPublished
                              ? draft.as<schema::CodeListPublished>().list()->str()
                              : type.list;
        return fixed_home(deciding, index, reference_stream(list));
    }
    if (!draft.home) return no_subject();
    StreamId home{type.home, *draft.home};
    if (type.opens) {
        if (deciding.standings.exists(home)) {
            return refusal("E_STREAM_EXISTS", "The stream " + home.text() + " has events already.");
        }
    } else if (home.kind == StreamKind::talent) {
        if (const auto* found = deciding.standings.person(home.id)) {
            if (found->id != home.id) deciding.placement(index).named_as = home.id;
            home.id = found->id;
        } else if (!deciding.standings.exists(home)) {
            return refusal("E_NO_STREAM", "There is no stream " + home.text() + ".");
        }
    } else if (home.kind == StreamKind::employer && !deciding.standings.employer(home.id) &&
               !deciding.standings.exists(home)) {
        return refusal("E_NO_STREAM", "There is no stream " + home.text() + ".");
    }
    deciding.stand_in(index, home);
    return {};
}

base::Result<void> check_legal_basis(const Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.command.drafts[index];
    if (draft.personal.empty() || draft.legal_basis != schema::LegalBasis::none) return {};
    return base::Error{base::Fault::invalid, "E_LEGAL_BASIS", "Personal fields need a legal basis.",
                       "/data/legal_basis"};
}

}  // namespace

base::Result<void> prepare_draft(Deciding& deciding, std::size_t index) {
    const auto* type = deciding.catalogue.find(deciding.draft(index).type);
    ENSURE(type != nullptr, "a draft is of a type of the catalogue");
    if (auto ok = check_role(deciding, *type); !ok) return ok;
    if (auto ok = check_legal_basis(deciding, index); !ok) return ok;
    if (auto ok = resolve_references(deciding, index); !ok) return ok;
    if (auto ok = settle_dates(deciding, index, *type); !ok) return ok;
    if (auto ok = settle_home(deciding, index, *type); !ok) return ok;
    if (type->approval == ApprovalUse::always) deciding.needs_approval = true;
    if (!is_correction(type->type)) check_window(deciding, index, *type);
    return {};
}

}  // namespace events
