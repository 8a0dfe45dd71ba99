// Corrections and retractions (INV-Q1 to Q4 as settled.md 2.2 and 2.3 read them).
#include "events/rules/correction.h"

#include <algorithm>

#include "events/rules/identity.h"

namespace events {
namespace {

using schema::Payload;

bool is_correction(Payload type) {
    return type == Payload::EventCorrected || type == Payload::EventRetracted;
}

/// INV-Q3, and what has a way back of its own.
base::Result<void> check_target(const Deciding& deciding, const VisibleFact& target, Payload type) {
    const auto number = static_cast<unsigned>(target.fact.type);
    const bool fixed = number >= static_cast<unsigned>(Payload::ActionApproved) ||
                       target.fact.type == Payload::TalentRecordsMerged ||
                       target.fact.type == Payload::TalentRecordsSplit ||
                       target.fact.type == Payload::TransferReversed;
    if (fixed) return refusal("E_NOT_CORRECTABLE", "Events of this type are not corrected.");
    if (target.fact.position >= deciding.moment.next) {
        return refusal("E_NOT_CORRECTABLE", "An event of the same command is not corrected.");
    }
    if (target.standing == Standing::proposed || target.standing == Standing::rejected) {
        return refusal("E_NOT_IN_FORCE", "The event is not in force.");
    }
    if (type == Payload::EventRetracted && target.standing == Standing::retracted) {
        return refusal("E_ALREADY_RETRACTED", "The event has been retracted already.");
    }
    return {};
}

/// Same stream as the target, and all the others it stands in (INV-Q1, settled.md 1.9).
base::Result<void> join_target(Deciding& deciding, std::size_t index, const Fact& target) {
    deciding.placement(index).streams.clear();
    deciding.stand_in(index, target.home);
    Id survivor;
    target.each_stream([&](const StreamId& stream) {
        deciding.stand_in(index, stream);
        if (stream.kind != StreamKind::talent) return;
        const auto* person = deciding.standings.person(stream.id);
        if (!person) return;
        if (person->id != stream.id) survivor = person->id;
        deciding.stand_in(index, {StreamKind::talent, person->id});
    });
    const auto& named = deciding.draft(index).home;
    if (named && *named != target.home.id && *named != survivor) {
        return base::Error{base::Fault::invalid, "E_WRONG_SUBJECT",
                           "A correction belongs to the stream of its target.", "/subject"};
    }
    return {};
}

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

/// Corrections of old events need an approval (settled.md 2.2).
bool is_old(const Deciding& deciding, const Fact& target) {
    constexpr std::int64_t micros_per_day = 86'400'000'000;
    const auto age = deciding.moment.recorded_at.micros - target.recorded_at.micros;
    return age / micros_per_day > deciding.parameter("q_approval_days");
}

/// The fact as it would count with the correction.
Fact corrected(const Draft& draft, const VisibleFact& target) {
    Fact after = target.effective;
    if (draft.type != Payload::EventCorrected) return after;
    const auto& correction = draft.as<schema::EventCorrected>();
    if (correction.replacement()) after.payload = correction.replacement();
    if (const auto* dates = correction.dates()) {
        after.from = Date::of(*dates->from());
        after.to = dates->to() ? Date::of(*dates->to()) : forever;
    }
    return after;
}

void note_regions(Deciding& deciding, std::size_t index, const VisibleFact& target) {
    const auto* person = deciding.standings.person(talent_of(target.fact));
    if (!person) return;
    deciding.touch(person->id);
    auto& prefectures = deciding.corrected_in[person->id];
    prefectures.merge(prefectures_of(deciding, *person, target.effective));
    prefectures.merge(
        prefectures_of(deciding, *person, corrected(deciding.draft(index), target)));
}

void warn_of_dependants(Deciding& deciding, std::size_t index, const Fact& target) {
    const auto found = dependants_of(deciding, target);
    if (found.empty()) return;
    std::string positions;
    for (std::size_t i = 0; i < found.size() && i < 20; ++i) {
        positions += (i == 0 ? "" : ", ") + std::to_string(found[i].value);
    }
    deciding.warn(index, "W_DEPENDANTS",
                  std::to_string(found.size()) + " later events rest on it: " + positions + ".");
}

base::Result<void> decide_change(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    const auto target = look_up(deciding, {target_of(draft).position()});
    if (!target) return refusal("E_NO_EVENT", "There is no such event.");
    if (auto ok = check_target(deciding, *target, draft.type); !ok) return ok;
    if (auto ok = join_target(deciding, index, target->fact); !ok) return ok;
    if (draft.type == Payload::EventCorrected) {
        if (auto ok = check_content(deciding, index, *target); !ok) return ok;
    } else {
        warn_of_dependants(deciding, index, target->fact);
    }
    if (is_old(deciding, target->fact)) deciding.needs_approval = true;
    if (deciding.breaks_as.empty()) deciding.breaks_as = "E_CORRECTION_BREAKS";
    const auto kind = target->fact.home.kind;
    if (kind != StreamKind::employer && kind != StreamKind::reference) {
        note_regions(deciding, index, *target);
    }
    return {};
}

/// One of the events that only make sense together.
struct Born {
    Position position;
    Payload type;
    Id talent;
    bool by_transfer = false;  ///< an ending with reason TRANSFER
};

std::vector<Born> born_with(const Deciding& deciding, const Fact& target) {
    std::vector<Born> born;
    CommandId command;
    static_cast<Id&>(command) = target.command;
    const auto block = deciding.standings.history().find(command);
    if (!block) return born;
    for (std::uint16_t i = 0; i < block->count; ++i) {
        deciding.standings.history().at({block->first.value + i}, [&](const Fact& fact) {
            const bool by_transfer =
                fact.type == Payload::AffiliationEnded &&
                fact.as<schema::AffiliationEnded>().reason() == schema::EndReason::TRANSFER;
            born.push_back({fact.position, fact.type, talent_of(fact), by_transfer});
        });
    }
    return born;
}

/// The events of the target's command that INV-X5 binds to it, the target included.
std::vector<Position> bound_to(const std::vector<Born>& born, const Fact& target) {
    const auto talent = talent_of(target);
    const auto has = [&](Payload type) {
        return std::any_of(born.begin(), born.end(), [&](const Born& one) {
            return one.type == type && one.talent == talent;
        });
    };
    const bool transfer = has(Payload::TransferEffected);
    const bool arrival = has(Payload::ArrivalRecorded);
    const bool departure = has(Payload::DepartureRecorded);
    const bool reversal = has(Payload::TransferReversed);
    std::vector<Position> bound;
    for (const auto& one : born) {
        if (one.talent != talent) continue;
        const bool start = one.type == Payload::AffiliationStarted && (transfer || arrival);
        const bool end = one.type == Payload::AffiliationEnded &&
                         ((transfer && one.by_transfer) || departure);
        const bool cause = one.type == Payload::TransferEffected ||
                           one.type == Payload::ArrivalRecorded ||
                           one.type == Payload::DepartureRecorded;
        if (start || end || cause || (reversal && is_correction(one.type))) {
            bound.push_back(one.position);
        }
    }
    const bool member = std::find(bound.begin(), bound.end(), target.position) != bound.end();
    return member ? bound : std::vector<Position>{target.position};
}

/// A TransferEffected that this very command reverses needs no retraction of its own.
bool is_reversed(const Deciding& deciding, Position effected) {
    bool reversed = false;
    deciding.standings.history().at(effected, [&](const Fact& fact) {
        if (fact.type != Payload::TransferEffected) return;
        for (std::size_t i = 0; i < deciding.command.drafts.size(); ++i) {
            reversed |= deciding.command.drafts[i].type == Payload::TransferReversed &&
                        deciding.home(i) == fact.home;
        }
    });
    return reversed;
}

}  // namespace

base::Result<void> check_corrections(Deciding& deciding) {
    std::set<std::uint64_t> targets;
    for (const auto& draft : deciding.command.drafts) {
        if (is_correction(draft.type)) targets.insert(target_of(draft).position());
    }
    if (targets.empty()) return {};
    for (const auto position : targets) {
        base::Result<void> ok;
        deciding.standings.history().at({position}, [&](const Fact& target) {
            if (target.command_size == 1) return;
            for (const auto& bound : bound_to(born_with(deciding, target), target)) {
                if (targets.contains(bound.value) || is_reversed(deciding, bound)) continue;
                ok = refusal("E_BATCH_CORRECTION", "The event at position " +
                                                       std::to_string(bound.value) +
                                                       " was recorded together with it.");
            }
        });
        if (!ok) return ok;
    }
    for (const auto& [talent, prefectures] : deciding.corrected_in) {
        if (prefectures.size() > 1) deciding.needs_approval = true;
    }
    return {};
}

base::Result<void> decide_correction(Deciding& deciding, std::size_t index) {
    if (is_correction(deciding.draft(index).type)) return decide_change(deciding, index);
    return decide_verdict(deciding, index);
}

}  // namespace events
