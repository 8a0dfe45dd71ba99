// What every draft gets after its family has accepted it: the streams it stands in, the guard
// that must come with it, the people whose keys seal its personal fields.
#include <algorithm>

#include "events/rules/deciding.h"

namespace events {
namespace {

using schema::Payload;
using Ids = flatbuffers::Vector<const schema::Id*>;

/// Calls `visit` for each id in a field that names a stream.
template <class F>
void each_named(const flatbuffers::Table& table, const FieldInfo& field, F&& visit) {
    if (field.list) {
        const auto* ids = table.GetPointer<const Ids*>(field.slot());
        if (!ids) return;
        for (const auto* id : *ids) visit(Id::of(*id));
    } else if (const auto* id = table.GetStruct<const schema::Id*>(field.slot())) {
        if (!Id::of(*id).is_zero()) visit(Id::of(*id));
    }
}

base::Result<void> join_named(Deciding& deciding, std::size_t index, const TypeInfo& type,
                              const flatbuffers::Table& payload) {
    const bool splits = type.type == Payload::TalentRecordsSplit;
    for (const auto& field : type.table->fields) {
        if (field.concerns == StreamKind::none) continue;
        base::Result<void> ok;
        each_named(payload, field, [&](const Id& id) {
            StreamId stream{field.concerns, id};
            if (stream.kind == StreamKind::talent && !splits) {
                if (const auto* person = deciding.standings.person(id)) stream.id = person->id;
            }
            if (!deciding.standings.exists(stream) && !deciding.opened_here(index, stream)) {
                ok = refusal("E_NO_STREAM", "There is no stream " + stream.text() + ".");
            }
            deciding.stand_in(index, stream);
        });
        if (!ok) return ok;
    }
    return {};
}

/// Replacements of corrections name streams too.
base::Result<void> join_replacement(Deciding& deciding, std::size_t index) {
    const auto& correction = deciding.draft(index).as<schema::EventCorrected>();
    const auto* payload = static_cast<const flatbuffers::Table*>(correction.replacement());
    if (!payload) return {};
    const auto* type = deciding.catalogue.find(correction.replacement_type());
    ENSURE(type != nullptr, "a replacement is of a type of the catalogue");
    return join_named(deciding, index, *type, *payload);
}

/// What stands in the opening event of a process holds for all its later events.
void join_process(Deciding& deciding, std::size_t index) {
    const auto home = deciding.home(index);
    if (home.kind != StreamKind::transfer && home.kind != StreamKind::engagement) return;
    const auto* process = deciding.standings.process(home);
    if (!process) return;
    const auto employers = process->employers;
    if (const auto* person = deciding.standings.person(process->talent)) {
        deciding.stand_in(index, {StreamKind::talent, person->id});
    }
    for (const auto& employer : employers) {
        deciding.stand_in(index, {StreamKind::employer, employer});
    }
}

bool needs_guard(Payload type) {
    switch (type) {
        case Payload::AffiliationStarted:
        case Payload::AffiliationEnded:
        case Payload::TransferEffected:
        case Payload::EngagementActivated:
        case Payload::TalentRecordsMerged:
        case Payload::TalentRecordsSplit:
            return true;
        default:
            return false;
    }
}

/// INV-G1: such a command says which revision of the talent's stream it has read. Whether that is
/// still the newest is for the registrar.
base::Result<void> require_guard(const Deciding& deciding, std::size_t index) {
    if (deciding.command.first_load || !needs_guard(deciding.command.drafts[index].type)) return {};
    for (const auto& place : deciding.decision.placements[index].streams) {
        if (place.id.kind != StreamKind::talent) continue;
        if (deciding.opened_here(index, place.id)) return {};
        const auto& expect = deciding.command.expect;
        const bool given = std::any_of(expect.begin(), expect.end(), [&](const Expectation& one) {
            return one.stream == place.id;
        });
        if (given) return {};
        return base::Error{base::Fault::invalid, "E_GUARD_REQUIRED",
                           "The expected revision of " + place.id.text() + " is needed.",
                           "/data/expect"};
    }
    return {};
}

/// The survivor stands in the payload of what opens a process, whichever id the caller used.
void name_survivor(Deciding& deciding, std::size_t index) {
    auto& draft = deciding.draft(index);
    schema::Id* talent = nullptr;
    if (draft.type == Payload::TransferRequested) {
        talent = draft.as_mutable<schema::TransferRequested>().mutable_talent();
    } else if (draft.type == Payload::EngagementProposed) {
        talent = draft.as_mutable<schema::EngagementProposed>().mutable_talent();
    }
    if (!talent) return;
    const auto named = Id::of(*talent);
    const auto* person = deciding.standings.person(named);
    if (!person || person->id == named) return;
    deciding.placement(index).named_as = named;
    *talent = person->id.stored();
}

/// Personal fields are about the talent; where no talent is concerned, about the home stream's
/// subject.
void name_subject(Deciding& deciding, std::size_t index) {
    auto& place = deciding.placement(index);
    place.subjects.clear();
    if (deciding.draft(index).personal.empty()) return;
    for (const auto& stream : place.streams) {
        if (stream.id.kind != StreamKind::talent) continue;
        place.subjects.push_back(stream.id.id);
        return;
    }
    place.subjects.push_back(deciding.home(index).id);
}

}  // namespace

base::Result<void> complete_draft(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    const auto* type = deciding.catalogue.find(draft.type);
    name_survivor(deciding, index);
    const auto* payload = flatbuffers::GetRoot<flatbuffers::Table>(draft.payload.data());
    if (auto ok = join_named(deciding, index, *type, *payload); !ok) return ok;
    if (draft.type == Payload::EventCorrected) {
        if (auto ok = join_replacement(deciding, index); !ok) return ok;
    }
    join_process(deciding, index);
    if (deciding.placement(index).streams.size() > event_streams_max) {
        return refusal("E_TOO_MANY_STREAMS", "An event may stand in at most 128 streams.");
    }
    if (auto ok = require_guard(deciding, index); !ok) return ok;
    name_subject(deciding, index);
    return {};
}

}  // namespace events
