// Corrections and retractions (INV-Q1 to Q4 as settled.md 2.2 and 2.3 read them).
#include "events/rules/correction.h"

#include "events/rules/waiting.h"

namespace events {
namespace {

using schema::Payload;

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
        const auto why = unless_waiting(deciding, target.fact.position, {});
        return refusal("E_NOT_IN_FORCE", "The event is not in force. " + why.what);
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

}  // namespace

base::Result<void> recheck_correction(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    const auto target = look_up(deciding, {target_of(draft).position()});
    if (!target) return refusal("E_NO_EVENT", "There is no such event.");
    if (auto ok = check_target(deciding, *target, draft.type); !ok) return ok;
    if (draft.type != Payload::EventCorrected) return {};
    const auto& correction = draft.as<schema::EventCorrected>();
    const auto* dates = correction.dates();
    return check_sites(deciding, correction,
                       dates ? Date::of(*dates->from()) : target->fact.from);
}

base::Result<void> decide_correction(Deciding& deciding, std::size_t index) {
    if (is_correction(deciding.draft(index).type)) return decide_change(deciding, index);
    return decide_verdict(deciding, index);
}

}  // namespace events
