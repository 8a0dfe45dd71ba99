// The family Talent: who is registered, with what particulars, in what status.
#include "events/rules/birth.h"
#include "events/rules/identity.h"
#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Payload;
using schema::TalentStatus;

base::Error birth_mismatch(std::string what) {
    return refusal("E_BIRTH_MISMATCH", std::move(what));
}

/// The exact date of birth is checked once, here; later rules know the year only.
base::Result<void> check_birth(Deciding& deciding, std::size_t index, int year,
                               const std::optional<Date>& in_document) {
    const auto stated = personal_date(deciding.draft(index), "birth_date");
    if (stated && stated->year() != year) {
        return birth_mismatch("The year of birth is not that of the date of birth.");
    }
    if (in_document && in_document->year() != year) {
        return birth_mismatch("The year of birth is not that of the document number.");
    }
    if (in_document && stated && *in_document != *stated) {
        return birth_mismatch("The date of birth is not that of the document number.");
    }
    const auto from = deciding.placement(index).from;
    const bool born = in_document ? *in_document < from
                      : stated    ? *stated < from
                                  : from.year() >= year;
    if (!born) return refusal("E_DATE_ORDER", "The effective date lies before the birth.");
    return {};
}

template <class Payload>
base::Result<void> check_held_since(const Deciding& deciding, const Payload& payload, int year) {
    const auto check = [&](Date day) -> base::Result<void> {
        if (year != 0 && day.year() < year) {
            return refusal("E_DATE_ORDER", "A title or honour lies before the year of birth.");
        }
        return require_issued(deciding, day);
    };
    if (payload.titles()) {
        for (const auto* title : *payload.titles()) {
            if (!title->awarded_on()) continue;
            if (auto ok = check(Date::of(*title->awarded_on())); !ok) return ok;
        }
    }
    if (payload.honours()) {
        for (const auto* honour : *payload.honours()) {
            if (auto ok = check(Date::of(*honour->since())); !ok) return ok;
        }
    }
    return {};
}

base::Result<void> register_talent(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    const auto& payload = draft.as<schema::TalentRegistered>();
    if (!draft.find_personal("name.zh") && !draft.find_personal("name.latin")) {
        return base::Error{base::Fault::invalid, "E_MISSING_FIELD",
                           "A name in Chinese or Latin script is needed.", "/data/payload/name"};
    }
    if (draft.legal_basis == schema::LegalBasis::CONSENT && !payload.consent_ref()) {
        return refusal("E_CONSENT_REF", "Consent as the legal basis has to be named.");
    }
    const auto number =
        claim_document(deciding, index, *payload.doc(), "doc.number", deciding.home(index).id);
    if (!number) return number.error();
    const int year = payload.birth_year().value();
    if (auto ok = check_birth(deciding, index, year, number->birth); !ok) return ok;
    return check_held_since(deciding, payload, year);
}

bool is_empty(const Deciding& deciding, const Draft& draft) {
    const auto* table = flatbuffers::GetRoot<flatbuffers::Table>(draft.payload.data());
    for (const auto& field : deciding.catalogue.find(draft.type)->table->fields) {
        if (table->CheckField(field.slot())) return false;
    }
    return draft.personal.empty();
}

base::Result<void> check_cleared(const schema::TalentAmended& payload) {
    using Amended = schema::TalentAmended;
    if (!payload.cleared()) return {};
    for (const auto id : *payload.cleared()) {
        switch (id * 2 + 4) {  // where FlatBuffers keeps the field of this id
            case Amended::VT_CATEGORY:
            case Amended::VT_NAME:
            case Amended::VT_BIRTH_YEAR:
            case Amended::VT_NATIONALITY:
            case Amended::VT_RESIDENCE:
            case Amended::VT_CLEARED:
                return refusal("E_CLEARED_FIELD", "A field that every record needs is cleared.");
            default:
                break;
        }
    }
    return {};
}

base::Result<void> amend_talent(Deciding& deciding, std::size_t index, const Person& person) {
    const auto& draft = deciding.draft(index);
    const auto& payload = draft.as<schema::TalentAmended>();
    if (is_empty(deciding, draft)) return refusal("E_NOTHING_CHANGES", "Nothing is amended.");
    if (auto ok = check_cleared(payload); !ok) return ok;
    const int year = payload.birth_year().value_or(
        static_cast<std::uint16_t>(birth_year_of(person)));
    if (payload.birth_year() || draft.find_personal("birth_date")) {
        deciding.touch(person.id);  // the age rules look at it
        if (auto ok = check_birth(deciding, index, year, std::nullopt); !ok) return ok;
    }
    return check_held_since(deciding, payload, year);
}

base::Result<void> revoke_qualification(Deciding& deciding, std::size_t index,
                                        const Person& person) {
    const auto& payload = deciding.draft(index).as<schema::QualificationRevoked>();
    const auto wanted = Id::of(payload.qualification()->id());
    for (const auto& held : person.qualifications) {
        if (held.opened.event != wanted) continue;
        if (held.revoked) return refusal("E_ALREADY_REVOKED", "It has been revoked already.");
        if (deciding.placement(index).from < held.period.from) {
            return refusal("E_DATE_ORDER", "It cannot be revoked before it was given.");
        }
        return {};
    }
    return unless_waiting(
        deciding, {payload.qualification()->position()},
        refusal("E_NO_QUALIFICATION", "The talent has no such qualification on record."));
}

/// ACTIVE and RETIRED change into each other, either into LEFT_SCOPE and back, all into DECEASED.
base::Result<void> change_status(Deciding& deciding, std::size_t index, const Person& person) {
    const auto to = deciding.draft(index).as<schema::TalentStatusChanged>().status().value();
    const auto before = person.status_on(deciding.placement(index).from);
    deciding.touch(person.id);
    if (before == TalentStatus::DECEASED || (to == TalentStatus::DECEASED && person.died_on())) {
        return refusal("E_CLOSED_PERSON", "A death is on record; only a correction changes it.");
    }
    if (before == to) {
        return refusal("E_TALENT_STATE", "The talent has that status already on that day.");
    }
    return {};
}

base::Result<void> decide_person(Deciding& deciding, std::size_t index, const Person& person) {
    const auto from = deciding.placement(index).from;
    switch (deciding.draft(index).type) {
        case Payload::TalentAmended:
            return amend_talent(deciding, index, person);
        case Payload::QualificationRecorded:
            if (auto ok = require_born(person, from); !ok) return ok;
            return require_issued(deciding, from);
        case Payload::QualificationRevoked:
            return revoke_qualification(deciding, index, person);
        case Payload::TalentStatusChanged:
            return change_status(deciding, index, person);
        default:
            return require_born(person, from);
    }
}

}  // namespace

base::Result<void> decide_talent(Deciding& deciding, std::size_t index) {
    const auto type = deciding.draft(index).type;
    if (type >= Payload::IdentityVerified) return decide_identity(deciding, index);
    if (type == Payload::TalentRegistered) return register_talent(deciding, index);
    const auto person = deciding.person(index, deciding.home(index).id);
    if (!person) return person.error();
    return decide_person(deciding, index, **person);
}

}  // namespace events
