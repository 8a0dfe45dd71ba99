// How folds read the log, and what the rules ask about claims.
#include <algorithm>
#include <span>

#include "ledger/block.h"
#include "ledger/core.h"
#include "ledger/unreadable.h"

namespace ledger {
namespace {

/// Events read from the store in one go.
constexpr std::size_t chunk_events = 256;

class LogHistory final : public events::History {
public:
    LogHistory(const Core& core, std::optional<std::uint64_t> limit) : core_(core), limit_(limit) {}

    void each(const events::StreamId& stream, const Visit& visit) const override {
        const auto size = seen();
        std::vector<std::uint64_t> chunk;
        for (std::uint32_t from = 1;; from += chunk_events) {
            chunk.clear();
            core_.index->positions(stream, events::Revision{from}, chunk_events, size, chunk);
            read(chunk, visit);
            if (chunk.size() < chunk_events) return;
        }
    }

    bool at(events::Position position, const Visit& visit) const override {
        if (position.value >= seen()) return false;
        const auto pending = core_.pending.find(position.value);
        if (pending) {
            visit(events::Fact::of(std::string_view(*pending)));
            return true;
        }
        const auto bytes = core_.durable_event(position.value);
        if (!bytes && bytes.error().fault == base::Fault::not_found) return false;
        if (!bytes) throw Unreadable(bytes.error());
        visit(events::Fact::of(bytes->bytes()));
        return true;
    }

    std::optional<Block> find(const events::CommandId& command) const override {
        return core_.index->find(command, seen());
    }

private:
    std::uint64_t seen() const {
        if (!limit_) return core_.board.size();
        return *limit_ == everything ? everything : std::min(*limit_, core_.board.size());
    }

    /// Pending events lie behind durable ones. What is pending now may be durable a moment later,
    /// never the other way, so they are looked for from the newest down to the first durable one.
    void read(const std::vector<std::uint64_t>& positions, const Visit& visit) const {
        std::vector<Pending::Bytes> pending;
        while (limit_ == everything && pending.size() < positions.size()) {
            auto bytes = core_.pending.find(positions[positions.size() - 1 - pending.size()]);
            if (!bytes) break;
            pending.push_back(std::move(bytes));
        }
        read_durable({positions.data(), positions.size() - pending.size()}, visit);
        for (; !pending.empty(); pending.pop_back()) {
            visit(events::Fact::of(std::string_view(*pending.back())));
        }
    }

    void read_durable(std::span<const std::uint64_t> positions, const Visit& visit) const {
        if (positions.empty()) return;
        std::vector<std::string> keys;
        for (const auto position : positions) keys.push_back(position_key(position));
        std::size_t next = 0;
        const auto done = core_.log->get_many(storage::Part::events, keys,
                                              [&](std::size_t i, std::string_view bytes) {
                                                  if (i != next) missing(positions[next]);
                                                  visit(events::Fact::of(bytes));
                                                  ++next;
                                              });
        if (!done) throw Unreadable(at_position(positions[next], done.error()));
        if (next != keys.size()) missing(positions[next]);
    }

    [[noreturn]] static void missing(std::uint64_t position) {
        throw Unreadable({base::Fault::corrupt, "E_LOG_DAMAGED",
                          "position " + std::to_string(position) + " is missing"});
    }

    const Core& core_;
    const std::optional<std::uint64_t> limit_;
};

class RecordedClaims final : public events::Claims {
public:
    explicit RecordedClaims(const Core& core) : core_(core) {}

    std::vector<events::Id> holders(events::Claim::Kind kind,
                                    const std::string& key) const override {
        if (kind == events::Claim::Kind::uscc) return core_.index->owners(key, everything);
        auto found = core_.vault->holders(key, [this](const events::CommandId& command) {
            return core_.index->find(command, everything).has_value();
        });
        if (!found) throw Unreadable(found.error());
        return std::move(*found);
    }

private:
    const Core& core_;
};

}  // namespace

std::unique_ptr<events::History> make_history(const Core& core,
                                              std::optional<std::uint64_t> limit) {
    return std::make_unique<LogHistory>(core, limit);
}

std::unique_ptr<events::Claims> make_claims(const Core& core) {
    return std::make_unique<RecordedClaims>(core);
}

}  // namespace ledger
