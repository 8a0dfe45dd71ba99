// What a correction may say: its dates, its replacement, and what the replacement names.
#include "events/rules/correction.h"
#include "events/rules/identity.h"

namespace events {
namespace {

using schema::Payload;

base::Result<void> check_new_dates(const Deciding& deciding, const schema::CorrectedDates& dates,
                                   const Fact& target) {
    const auto use = deciding.catalogue.find(target.type)->dates;
    const auto from = Date::of(*dates.from());
    const bool has_end = dates.to() != nullptr;
    const bool allowed = use != DateUse::none && !(use == DateUse::from && has_end);
    if (!allowed) {
        return base::Error{base::Fault::invalid, "E_DATES_NOT_ALLOWED",
                           "The corrected event takes no such date.", "/data/payload/dates"};
    }
    if (use == DateUse::period && !has_end) {
        return base::Error{base::Fault::invalid, "E_MISSING_FIELD",
                           "The corrected event needs a last date.", "/data/payload/dates"};
    }
    if (has_end && Date::of(*dates.to()) <= from) {
        return refusal("E_DATE_ORDER", "The corrected period ends before it begins.");
    }
    const bool month = use != DateUse::month ||
                       (has_end && from == from.first_of_month() &&
                        Date::of(*dates.to()) == from.first_of_next_month());
    if (!month) {
        return base::Error{base::Fault::invalid, "E_BAD_MONTH",
                           "The corrected event covers exactly one month.", "/data/payload/dates"};
    }
    return {};
}

/// Membership is fixed when an event is recorded: a correction cannot give it to somebody else.
base::Result<void> check_same_talent(const schema::EventCorrected& correction,
                                     const Fact& target) {
    const auto differs = [](const schema::Id* a, const schema::Id* b) {
        return Id::of(*a) != Id::of(*b);
    };
    bool moved = false;
    if (target.type == Payload::TransferRequested) {
        moved = differs(correction.replacement_as_TransferRequested()->talent(),
                        target.as<schema::TransferRequested>().talent());
    } else if (target.type == Payload::EngagementProposed) {
        moved = differs(correction.replacement_as_EngagementProposed()->talent(),
                        target.as<schema::EngagementProposed>().talent());
    } else if (target.type == Payload::EventCorrected) {
        moved = correction.replacement_as_EventCorrected()->target()->position() !=
                target.as<schema::EventCorrected>().target()->position();
    }
    if (!moved) return {};
    return refusal("E_CORRECTION_TYPE", "A correction cannot give an event to somebody else.");
}

/// What a corrected registration claims anew; the old claim stays, in case the correction goes.
base::Result<void> claim_anew(Deciding& deciding, std::size_t index,
                              const schema::EventCorrected& correction, const Fact& target) {
    if (const auto* employer = correction.replacement_as_EmployerRegistered()) {
        return claim_uscc(deciding, employer->uscc()->str(), target.home.id);
    }
    const schema::IdentityDocument* document = nullptr;
    std::string path = "replacement.doc.number";
    if (const auto* talent = correction.replacement_as_TalentRegistered()) {
        document = talent->doc();
    } else if (const auto* replaced = correction.replacement_as_IdentityDocumentReplaced()) {
        document = replaced->new_doc();
        path = "replacement.new_doc.number";
    }
    if (!document) return {};
    const auto* owner = deciding.standings.person(target.home.id);
    const auto claimed = claim_document(deciding, index, *document, path,
                                        owner ? owner->id : target.home.id);
    if (!claimed) return claimed.error();
    return {};
}

}  // namespace

base::Result<void> check_sites(Deciding& deciding, const schema::EventCorrected& correction,
                               Date from) {
    Id employer, site;
    if (const auto* started = correction.replacement_as_AffiliationStarted()) {
        employer = Id::of(*started->employer());
        site = Id::of(*started->site());
    } else if (const auto* proposed = correction.replacement_as_EngagementProposed()) {
        employer = Id::of(*proposed->host_employer());
        site = Id::of(*proposed->host_site());
    } else {
        return {};
    }
    const auto found = deciding.living_employer(employer, from);
    if (!found) return found.error();
    if (auto open = deciding.open_site(**found, site, from); !open) return open.error();
    return {};
}

base::Result<void> check_content(Deciding& deciding, std::size_t index, const VisibleFact& target) {
    auto& correction = deciding.draft(index).as_mutable<schema::EventCorrected>();
    const auto& fact = target.fact;
    if (!correction.replacement() && !correction.dates()) {
        return refusal("E_NOTHING_CHANGES", "A correction changes the content, the dates or both.");
    }
    Date from = fact.from;
    if (const auto* dates = correction.dates()) {
        if (auto ok = check_new_dates(deciding, *dates, fact); !ok) return ok;
        from = Date::of(*dates->from());
    }
    if (!correction.replacement()) return {};
    if (correction.replacement_type() != fact.type) {
        return refusal("E_CORRECTION_TYPE", "The replacement is of another type than the target.");
    }
    if (auto ok = check_same_talent(correction, fact); !ok) return ok;
    fill_replacement(correction, fact);
    if (auto ok = check_sites(deciding, correction, from); !ok) return ok;
    return claim_anew(deciding, index, correction, fact);
}

}  // namespace events
