#include "ledger/rehearsal.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <future>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/rules/decide.h"
#include "ledger/admission.h"
#include "ledger/core.h"
#include "ledger/ledger.h"
#include "ledger/registrar.h"
#include "ledger/unreadable.h"

namespace ledger {
namespace {

/// The log as it was at the start, with the rehearsed events behind it.
class RehearsedHistory final : public events::History {
public:
    explicit RehearsedHistory(const Core& core)
        : first_(core.board.size()), base_(make_history(core, first_)), core_(core) {}

    void add(const events::CommandId& command, const std::vector<events::Placement>& placements,
             std::vector<std::string> bytes) {
        commands_[command] = {events::Position{next()}, static_cast<std::uint16_t>(bytes.size())};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            for (const auto& stream : placements[i].streams) {
                streams_[stream.id].push_back(events_.size());
            }
            events_.push_back(std::move(bytes[i]));
        }
    }
    std::uint64_t next() const { return first_ + events_.size(); }
    std::size_t events() const { return events_.size(); }
    events::Revision newest(const events::StreamId& stream) const {
        auto revision = core_.index->newest(stream, first_);
        const auto found = streams_.find(stream);
        if (found != streams_.end()) {
            revision.value += static_cast<std::uint32_t>(found->second.size());
        }
        return revision;
    }

    void each(const events::StreamId& stream, const Visit& visit) const override {
        base_->each(stream, visit);
        const auto found = streams_.find(stream);
        if (found == streams_.end()) return;
        for (const auto event : found->second) {
            visit(events::Fact::of(std::string_view(events_[event])));
        }
    }
    bool at(events::Position position, const Visit& visit) const override {
        if (position.value < first_) return base_->at(position, visit);
        if (position.value >= next()) return false;
        visit(events::Fact::of(std::string_view(events_[position.value - first_])));
        return true;
    }
    std::optional<Block> find(const events::CommandId& command) const override {
        const auto found = commands_.find(command);
        return found == commands_.end() ? base_->find(command) : found->second;
    }

private:
    const std::uint64_t first_;
    const std::unique_ptr<events::History> base_;
    const Core& core_;
    std::deque<std::string> events_;  // never moved: folds look into them
    std::unordered_map<events::StreamId, std::vector<std::size_t>, events::IdHash> streams_;
    std::unordered_map<events::CommandId, Block, events::IdHash> commands_;
};

/// Who holds what, with what was claimed and given up in the rehearsal.
class RehearsedClaims final : public events::Claims {
public:
    explicit RehearsedClaims(const Core& core) : base_(make_claims(core)) {}

    /// Of one command. A release of everything spares what is claimed beside it.
    void add(const std::vector<events::Claim>& claims) {
        ++commands_;
        for (const auto& claim : claims) {
            if (claim.release && claim.key.empty()) {
                gave_up_all_[claim.owner] = commands_;
            } else {
                changes_[name_of(claim.kind, claim.key)].push_back(
                    {commands_, claim.owner, claim.release});
            }
        }
    }

    std::vector<events::Id> holders(events::Claim::Kind kind,
                                    const std::string& key) const override {
        auto out = base_->holders(kind, key);
        std::erase_if(out, [&](const auto& owner) { return gave_up_after(kind, owner, 0); });
        const auto found = changes_.find(name_of(kind, key));
        if (found == changes_.end()) return out;
        for (const auto& change : found->second) {
            std::erase(out, change.owner);
            const bool holds =
                !change.release && !gave_up_after(kind, change.owner, change.command);
            if (holds) out.push_back(change.owner);
        }
        return out;
    }

private:
    struct Change {
        std::uint64_t command;
        events::Id owner;
        bool release;
    };

    static std::string name_of(events::Claim::Kind kind, const std::string& key) {
        return (kind == events::Claim::Kind::document ? "d" : "u") + key;
    }
    bool gave_up_after(events::Claim::Kind kind, const events::Id& owner,
                       std::uint64_t command) const {
        const auto found = gave_up_all_.find(owner);
        return kind == events::Claim::Kind::document && found != gave_up_all_.end() &&
               found->second > command;
    }

    const std::unique_ptr<events::Claims> base_;
    std::uint64_t commands_ = 0;
    std::unordered_map<std::string, std::vector<Change>> changes_;
    std::unordered_map<events::Id, std::uint64_t, events::IdHash> gave_up_all_;
};

}  // namespace

struct Rehearsal::State {
    State(Ledger& given, Core& its_core)
        : ledger(given),
          core(its_core),
          history(core),
          claims(core),
          standings(history, claims, events::CodeLists::built_in(), {events_max}),
          last(core.board.head().recorded_at) {}

    base::Result<Receipt> take(events::Command& command);
    base::Result<Receipt> ask_registrar(events::Command command);
    void give_homes(events::Command& command);
    void place(const events::Command& command, events::Instant at, events::Decision& decision);
    base::Result<std::vector<std::string>> encode(const events::Command& command,
                                                  const events::Decision& decision);

    Ledger& ledger;
    Core& core;
    RehearsedHistory history;
    RehearsedClaims claims;
    events::Standings standings;
    events::EventEncoder encoder;
    events::Instant last;  // recorded_at of the newest rehearsed event
    std::unordered_map<events::CommandId, std::pair<std::string, Receipt>, events::IdHash> taken;
};

base::Result<Receipt> Rehearsal::State::ask_registrar(events::Command command) {
    std::promise<base::Result<Receipt>> promise;
    auto answer = promise.get_future();
    ledger.registrar().rehearse(std::move(command), [&](base::Result<Receipt> result) {
        promise.set_value(std::move(result));
    });
    return answer.get();
}

void Rehearsal::State::give_homes(events::Command& command) {
    for (auto& draft : command.drafts) {
        const auto* type = core.catalogue().find(draft.type);
        if (type == nullptr || !type->opens || draft.home) continue;
        // Nobody sees it; it only has to be another one each time.
        draft.home = events::event_id_of(core.info.id, command.id,
                                         static_cast<std::uint16_t>(&draft - &command.drafts[0]));
    }
}

void Rehearsal::State::place(const events::Command& command, events::Instant at,
                             events::Decision& decision) {
    std::unordered_map<events::StreamId, std::uint32_t, events::IdHash> newest;
    for (std::size_t i = 0; i < decision.placements.size(); ++i) {
        auto& placement = decision.placements[i];
        placement.position.value = history.next() + i;
        placement.command_index = static_cast<std::uint16_t>(i);
        placement.command_size = static_cast<std::uint16_t>(decision.placements.size());
        placement.event_id = events::event_id_of(core.info.id, command.id, placement.command_index);
        placement.recorded_at = at;
        for (auto& stream : placement.streams) {
            const auto known = newest.try_emplace(stream.id, history.newest(stream.id).value).first;
            stream.revision.value = ++known->second;
        }
    }
}

/// Nothing is sealed: folds and rules rest on clear fields only.
base::Result<std::vector<std::string>> Rehearsal::State::encode(const events::Command& command,
                                                                const events::Decision& decision) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < decision.placements.size(); ++i) {
        const auto bytes = encoder.encode(command, command.drafts[i], decision.placements[i], {},
                                          {}, std::uint8_t{1});
        if (!bytes) return bytes.error();
        out.emplace_back(*bytes);
    }
    return out;
}

base::Result<Receipt> Rehearsal::State::take(events::Command& command) {
    if (const auto known = taken.find(command.id); known != taken.end()) {
        if (known->second.first == command.canonical) {
            auto receipt = known->second.second;
            receipt.replayed = true;
            return receipt;
        }
        return base::Error{
            base::Fault::refused, "E_COMMAND_REUSED",
            fmt::format("command {} was rehearsed before with other content", command.id.text())};
    }
    if (core.index->find(command.id, everything)) return ask_registrar(std::move(command));
    if (history.events() >= events_max) {
        return base::Error{base::Fault::refused, "E_REHEARSAL_FULL",
                           fmt::format("a dry run keeps {} events at most", events_max)};
    }
    const auto at = recording_time(core, last, command);
    if (!at) return at.error();
    const auto newest = [this](const events::StreamId& stream) { return history.newest(stream); };
    if (auto fresh = check_expectations(command, newest); !fresh) return fresh.error();
    give_homes(command);
    const events::Moment moment{core.info.id, core.info.kind, *at, core.zone.civil_date(*at),
                                events::Position{history.next()}};
    auto decision = events::decide(standings, core.catalogue(), command, moment);
    if (!decision) return decision.error();
    place(command, *at, *decision);
    auto bytes = encode(command, *decision);
    if (!bytes) {
        standings.drop();
        return bytes.error();
    }
    history.add(command.id, decision->placements, *std::move(bytes));
    claims.add(decision->claims);
    standings.keep();
    last = *at;

    auto receipt = receipt_of(command, *at, *decision);
    taken.emplace(command.id, std::pair(command.canonical, receipt));
    return receipt;
}

Rehearsal::Rehearsal(Ledger& ledger) : state_(std::make_unique<State>(ledger, ledger.core())) {}
Rehearsal::~Rehearsal() = default;

base::Result<Receipt> Rehearsal::take(events::Command command) {
    try {
        return state_->take(command);
    } catch (const Unreadable& damage) {
        state_->standings.drop();
        return damage.error();
    }
}

}  // namespace ledger
