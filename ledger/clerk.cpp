#include "ledger/clerk.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/base/log.h"
#include "ledger/admission.h"
#include "ledger/fail_stop.h"
#include "ledger/scribe.h"
#include "ledger/unreadable.h"
#include "ledger/writing.h"

namespace ledger {
namespace {

events::Standings::Limits limits_of(const Core& core) {
    return {core.options.people_max};
}

}  // namespace

Clerk::Clerk(Core& core, base::Random& random, Scribe& scribe)
    : core_(core),
      random_(random),
      scribe_(scribe),
      history_(make_history(core, everything)),
      claims_(make_claims(core)),
      standings_(*history_, *claims_, events::CodeLists::built_in(), limits_of(core)) {
    const auto head = core.board.head();
    last_ = head.recorded_at;
    next_ = block_first_ = head.size;
    blocks_ = head.blocks;
}

Clerk::~Clerk() = default;

void Clerk::take(events::Command command, Registrar::Answer answer, bool rehearsal, Block& block) {
    std::optional<events::History::Block> known;
    auto result = attempt(command, rehearsal, block, known);
    Block::Outcome outcome{std::move(answer), std::move(result), false, nullptr};
    auto& counters = core_.counters;
    if (!outcome.result) {
        ++counters.refused;
    } else if (known) {
        outcome.repeated = std::make_unique<Block::Repeated>(std::move(command), *known);
    } else if (!rehearsal) {
        ++counters.commands;
        outcome.recorded = true;
    }
    block.outcomes.push_back(std::move(outcome));
}

base::Result<Receipt> Clerk::attempt(events::Command& command, bool rehearsal, Block& block,
                                     std::optional<events::History::Block>& known) try {
    // Its receipt rests on bytes that may not be made yet: whoever writes the block out repeats it.
    known = core_.index->find(command.id, everything);
    if (known) return Receipt{};
    return outcome(command, rehearsal, block);
} catch (const Unreadable& damage) {
    standings_.drop();  // nothing of the command was kept yet
    base::log(base::LogLevel::error, "command {} is refused: {} {}", command.id.text(),
              damage.error().code, damage.error().what);
    return damage.error();
}

base::Result<Receipt> Clerk::outcome(events::Command& command, bool rehearsal, Block& block) {
    const auto at = recording_time(core_, last_, command);
    if (!at) return at.error();
    const auto newest = [this](const events::StreamId& stream) {
        return core_.index->newest(stream, everything);
    };
    if (auto fresh = check_expectations(command, newest); !fresh) return fresh.error();
    give_homes(command);
    const events::Moment moment{core_.info.id, core_.info.kind, *at, core_.zone.civil_date(*at),
                                events::Position{next_}};
    auto decision = events::decide(standings_, core_.catalogue(), command, moment);
    if (!decision) return decision.error();
    number_revisions(*decision);
    if (auto fit = check_sizes(encoder_, command, decision->placements); !fit) {
        standings_.drop();
        return fit.error();
    }
    (void)standings_.reference();  // read now: from here on nothing may turn out unreadable
    if (rehearsal) {
        standings_.drop();
        return receipt_of(command, *at, *decision);
    }
    standings_.keep();
    return record(std::move(command), std::move(*decision), block);
}

Receipt Clerk::record(events::Command&& command, events::Decision&& decision, Block& block) {
    last_ = decision.placements.front().recorded_at;
    auto receipt = receipt_of(command, last_, decision);
    keep_claims(command, decision, block);
    for (const auto& draft : command.drafts) core_.marks.note(next_++, draft.type);
    block.record.count += static_cast<std::uint32_t>(decision.placements.size());
    core_.pending.decided(next_);
    scribe_.add({std::move(command), std::move(decision.placements), &block});
    return receipt;
}

// -- a new command --------------------------------------------------------------------------------

void Clerk::give_homes(events::Command& command) {
    for (auto& draft : command.drafts) {
        const auto* type = core_.catalogue().find(draft.type);
        if (type == nullptr || !type->opens || draft.home) continue;
        draft.home.emplace();
        random_.fill(draft.home->bytes);
    }
}

void Clerk::number_revisions(events::Decision& decision) const {
    std::vector<std::pair<events::StreamId, std::uint32_t>> newest;
    for (auto& placement : decision.placements) {
        ENSURE(!placement.streams.empty() && placement.streams.size() <= events::event_streams_max,
               "an event stands in 1 to 128 streams");
        for (auto& stream : placement.streams) {
            const auto known = std::find_if(newest.begin(), newest.end(), [&](const auto& entry) {
                return entry.first == stream.id;
            });
            if (known != newest.end()) {
                stream.revision.value = ++known->second;
                continue;
            }
            stream.revision = core_.index->newest(stream.id, everything);
            newest.emplace_back(stream.id, ++stream.revision.value);
        }
    }
}

void Clerk::keep_claims(const events::Command& command, const events::Decision& decision,
                        Block& block) {
    VaultChanges vault;
    std::vector<OwnerChange> owners;
    for (std::size_t i = 0; i < decision.claims.size(); ++i) {
        const auto& claim = decision.claims[i];
        const auto index = static_cast<std::uint16_t>(i);
        if (claim.kind == events::Claim::Kind::document) {
            vault.holders.push_back({core_.vault->hash_of(claim.key), next_, index, claim.owner,
                                     command.id, claim.release});
        } else {
            owners.push_back({claim.key, next_, index, claim.owner, claim.release});
        }
    }
    core_.vault->claim(vault);
    core_.index->add({command.id, events::Position{next_},
                      static_cast<std::uint16_t>(decision.placements.size())},
                     decision.placements, owners);
    std::move(owners.begin(), owners.end(), std::back_inserter(block.record.owners));
    block.vault.append(std::move(vault));
}

void Clerk::close(Block& block) {
    if (block.record.count == 0) return;
    block.number = blocks_++;
    block.previous_size = block_first_;
    block.record.first = block_first_;
    block.record.time = last_;
    block.record.side_section = empty_root();
    block_first_ = next_;
    scribe_.close(block);
}

}  // namespace ledger
