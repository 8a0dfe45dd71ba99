#include "events/rules/identity.h"

#include <algorithm>

#include "events/rules/birth.h"
#include "events/rules/visible.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Payload;

/// A registration that waits for approval keeps others from taking the same number meanwhile.
bool registration_waits(const Deciding& deciding, const Id& talent) {
    const StreamId stream{StreamKind::talent, talent};
    const auto facts = visible_facts(std::span(&stream, 1), deciding.standings.history());
    return std::any_of(facts.begin(), facts.end(), [](const VisibleFact& visible) {
        return visible.fact.type == Payload::TalentRegistered &&
               visible.standing == Standing::proposed;
    });
}

bool held_by_another(const Deciding& deciding, const std::string& key, const Id& owner) {
    for (const auto& claim : deciding.decision.claims) {
        const bool taken = claim.kind == Claim::Kind::document && !claim.release;
        if (taken && claim.key == key && claim.owner != owner) return true;
    }
    for (const auto& holder : deciding.standings.holders(Claim::Kind::document, key)) {
        if (holder == owner) continue;
        const auto* person = deciding.standings.person(holder);
        if (!person && registration_waits(deciding, holder)) return true;
        if (person && person->id != owner && !person->closed()) return true;
    }
    return false;
}

base::Result<void> replace_document(Deciding& deciding, std::size_t index, const Person& person) {
    const auto& draft = deciding.draft(index);
    const auto& payload = draft.as<schema::IdentityDocumentReplaced>();
    const auto owner = person.id;
    Claim released{Claim::Kind::document, {}, owner, true};
    if (const auto* old = payload.old_doc()) {
        const auto number = personal_text(draft, "old_doc.number").value_or("");
        const auto kind = old->kind()->str();
        const auto issuer = old->issuer()->str();
        const auto checked = check_document(kind, issuer, number, true);
        if (!checked) return checked.error();
        released.key = kind + "|" + issuer + "|" + checked->normalised;
    }
    const auto taken = claim_document(deciding, index, *payload.new_doc(), "new_doc.number", owner);
    if (!taken) return taken.error();
    // What only waits for approval gives nothing up yet.
    if (!deciding.needs_approval) deciding.decision.claims.push_back(std::move(released));
    return {};
}

template <class Payload>
base::Result<void> check_others(Deciding& deciding, const Payload& payload, const Id& self) {
    for (const auto* other : *payload.others()) {
        const auto* person = deciding.standings.person(Id::of(*other));
        if (!person) {
            return unless_waiting(
                deciding, StreamId{StreamKind::talent, Id::of(*other)},
                refusal("E_NO_TALENT", "One of the other talents is not registered."));
        }
        if (person->id == self) {
            return refusal("E_SAME_TALENT", "A talent is no duplicate of itself.");
        }
    }
    return {};
}

}  // namespace

base::Result<DocumentNumber> claim_document(Deciding& deciding, std::size_t index,
                                            const schema::IdentityDocument& document,
                                            std::string_view path, const Id& owner) {
    const auto number = personal_text(deciding.draft(index), path);
    if (!number) {
        return base::Error{base::Fault::invalid, "E_MISSING_FIELD", "The number is missing.",
                           "/data/payload/" + std::string(path)};
    }
    const auto kind = document.kind()->str();
    const auto issuer = document.issuer()->str();
    auto checked = check_document(kind, issuer, *number);
    if (!checked) return checked.error();
    auto key = kind + "|" + issuer + "|" + checked->normalised;
    if (held_by_another(deciding, key, owner)) {
        return refusal("E_DUPLICATE_IDENTITY", "A living record holds this document.");
    }
    deciding.decision.claims.push_back({Claim::Kind::document, std::move(key), owner, false});
    return checked;
}

base::Result<void> decide_identity(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    if (draft.type == Payload::TalentRecordsMerged) return decide_merge(deciding, index);
    if (draft.type == Payload::TalentRecordsSplit) return decide_split(deciding, index);
    const auto person = deciding.person(index, deciding.home(index).id);
    if (!person) return person.error();
    switch (draft.type) {
        case Payload::IdentityDocumentReplaced:
            return replace_document(deciding, index, **person);
        case Payload::DuplicateSuspected:
            return check_others(deciding, draft.as<schema::DuplicateSuspected>(), (*person)->id);
        case Payload::DuplicateDismissed:
            return check_others(deciding, draft.as<schema::DuplicateDismissed>(), (*person)->id);
        default:
            return {};
    }
}

}  // namespace events
