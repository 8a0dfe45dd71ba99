// Events born in one batch are corrected in one batch (INV-Q3).
#include <algorithm>

#include "events/rules/correction.h"

namespace events {
namespace {

using schema::Payload;

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

}  // namespace events
