#include "events/rules/visible.h"

#include <algorithm>
#include <unordered_map>

namespace events {

bool is_correction(schema::Payload type) {
    return type == schema::Payload::EventCorrected || type == schema::Payload::EventRetracted;
}

bool is_verdict(schema::Payload type) {
    return type == schema::Payload::ActionApproved || type == schema::Payload::ActionRejected;
}

namespace {

Position target_of(const Fact& fact) {
    const auto* ref = fact.type == schema::Payload::EventCorrected
                          ? fact.as<schema::EventCorrected>().target()
                          : fact.as<schema::EventRetracted>().target();
    return {ref ? ref->position() : fact.position.value};
}

Id command_named_by(const Fact& fact) {
    const auto* command = fact.type == schema::Payload::ActionApproved
                              ? fact.as<schema::ActionApproved>().command()
                              : fact.as<schema::ActionRejected>().command();
    return command ? Id::of(*command) : Id{};
}

/// A fact that outlives the visit: stored bytes are copied, drafts live as long as their command.
void keep_alive(VisibleFact& visible) {
    if (!visible.fact.stored) return;
    ENSURE(!visible.fact.bytes.empty(), "a history hands out facts with their bytes");
    visible.bytes = std::make_shared<const std::string>(visible.fact.bytes);
    const auto* placement = visible.fact.placement;
    visible.fact = Fact::of(std::string_view(*visible.bytes));
    visible.fact.placement = placement;
}

/// Works out what became of each event: verdicts first, then corrections from the newest target
/// back, since a correction may itself be corrected or retracted, but only by a later event.
class Resolution {
public:
    explicit Resolution(std::vector<VisibleFact>& facts) : facts_(facts) {}

    void run() {
        apply_verdicts();
        collect_corrections();
        for (std::size_t i = facts_.size(); i-- > 0;) resolve(i);
    }

private:
    void apply_verdicts() {
        struct Verdict { Position position; bool approved; };
        std::unordered_map<Id, Verdict, IdHash> verdicts;
        for (const auto& visible : facts_) {
            if (!is_verdict(visible.fact.type) || visible.fact.proposed) continue;
            const bool approved = visible.fact.type == schema::Payload::ActionApproved;
            verdicts.try_emplace(command_named_by(visible.fact),
                                 Verdict{visible.fact.position, approved});
        }
        for (auto& visible : facts_) {
            visible.counts_from = visible.fact.position;
            if (!visible.fact.proposed) continue;
            visible.standing = Standing::proposed;
            const auto verdict = verdicts.find(visible.fact.command);
            if (verdict == verdicts.end()) continue;
            visible.decided_by = verdict->second.position;
            visible.standing = verdict->second.approved ? Standing::in_force : Standing::rejected;
            if (verdict->second.approved) visible.counts_from = verdict->second.position;
        }
    }

    void collect_corrections() {
        std::unordered_map<std::uint64_t, std::size_t> index_at;
        for (std::size_t i = 0; i < facts_.size(); ++i) {
            const auto& fact = facts_[i].fact;
            index_at.emplace(fact.position.value, i);
            if (!is_correction(fact.type) || facts_[i].standing != Standing::in_force) continue;
            const auto target = index_at.find(target_of(fact).value);
            if (target == index_at.end() || target->second == i) continue;
            corrections_[target->second].push_back(i);
        }
    }

    /// Every correction of `index` comes later in the log and has been resolved before.
    void resolve(std::size_t index) {
        auto& visible = facts_[index];
        visible.effective = visible.fact;
        if (visible.standing != Standing::in_force) return;
        const auto found = corrections_.find(index);
        if (found == corrections_.end()) return;
        const VisibleFact* winner = nullptr;
        for (const auto candidate : found->second) {
            const auto& correction = facts_[candidate];
            if (correction.standing == Standing::retracted) continue;
            if (!winner || winner->counts_from <= correction.counts_from) winner = &correction;
        }
        if (winner) correct(visible, *winner);
    }

    static void correct(VisibleFact& visible, const VisibleFact& correction) {
        visible.changed_by = correction.fact.position;
        if (correction.fact.type == schema::Payload::EventRetracted) {
            visible.standing = Standing::retracted;
            return;
        }
        visible.standing = Standing::replaced;
        const auto& change = correction.effective.as<schema::EventCorrected>();
        if (change.replacement() && change.replacement_type() == visible.fact.type) {
            visible.effective.payload = change.replacement();
            visible.replacement_bytes =
                correction.replacement_bytes ? correction.replacement_bytes : correction.bytes;
        }
        if (const auto* dates = change.dates()) {
            visible.effective.from = Date::of(*dates->from());
            visible.effective.to = dates->to() ? Date::of(*dates->to()) : forever;
        }
    }

    std::vector<VisibleFact>& facts_;
    std::unordered_map<std::size_t, std::vector<std::size_t>> corrections_;
};

}  // namespace

std::vector<VisibleFact> visible_facts(std::span<const StreamId> streams, const History& history,
                                       const std::function<bool(const Fact&)>& wanted) {
    std::vector<VisibleFact> facts;
    for (const auto& stream : streams) {
        history.each(stream, [&](const Fact& fact) {
            if (wanted && !wanted(fact)) return;
            VisibleFact visible;
            visible.fact = fact;
            keep_alive(visible);
            facts.push_back(std::move(visible));
        });
    }
    const auto by_position = [](const VisibleFact& a, const VisibleFact& b) {
        return a.fact.position < b.fact.position;
    };
    const auto same_position = [](const VisibleFact& a, const VisibleFact& b) {
        return a.fact.position == b.fact.position;
    };
    if (streams.size() > 1) {
        std::stable_sort(facts.begin(), facts.end(), by_position);
        facts.erase(std::unique(facts.begin(), facts.end(), same_position), facts.end());
    }
    Resolution(facts).run();
    return facts;
}

std::vector<const VisibleFact*> in_order_of_effect(const std::vector<VisibleFact>& facts) {
    std::vector<const VisibleFact*> ordered;
    for (const auto& visible : facts) {
        const bool counts =
            visible.standing == Standing::in_force || visible.standing == Standing::replaced;
        if (counts) ordered.push_back(&visible);
    }
    std::stable_sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
        return a->counts_from < b->counts_from;
    });
    return ordered;
}

}  // namespace events
