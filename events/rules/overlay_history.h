// The log with the facts of the command at hand behind it, as if they were recorded already.
// Internal to events/rules.
#pragma once

#include <algorithm>
#include <vector>

#include "events/fact.h"

namespace events {

/// Lifetime: the base, and the drafts behind the pending facts, must outlive it.
class OverlayHistory final : public History {
public:
    explicit OverlayHistory(const History& base) : base_(base) {}

    void push(const Fact& fact, const std::vector<StreamId>& streams) {
        pending_.push_back({fact, streams});
    }
    void clear() { pending_.clear(); }

    void each(const StreamId& stream, const Visit& visit) const override {
        base_.each(stream, visit);
        for (const auto& pending : pending_) {
            if (pending.stands_in(stream)) visit(pending.fact);
        }
    }
    bool at(Position position, const Visit& visit) const override {
        for (const auto& pending : pending_) {
            if (pending.fact.position != position) continue;
            visit(pending.fact);
            return true;
        }
        return base_.at(position, visit);
    }
    std::optional<Block> find(const CommandId& command) const override {
        if (!pending_.empty() && pending_.front().fact.command == command) {
            const auto& first = pending_.front().fact;
            return Block{first.position, static_cast<std::uint16_t>(pending_.size())};
        }
        return base_.find(command);
    }
    bool has(const StreamId& stream) const {
        return std::any_of(pending_.begin(), pending_.end(),
                           [&](const Pending& pending) { return pending.stands_in(stream); });
    }

private:
    struct Pending {
        Fact fact;
        std::vector<StreamId> streams;

        bool stands_in(const StreamId& stream) const {
            return std::find(streams.begin(), streams.end(), stream) != streams.end();
        }
    };

    const History& base_;
    std::vector<Pending> pending_;
};

}  // namespace events
