#include "tools/audit/copy_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "events/event.h"
#include "tools/audit/copy_entries.h"

namespace tools {
namespace {

using Fault = std::optional<ledger::EntryFault>;

CheckResult result_of(std::uint64_t checked, const Fault& fault) {
    CheckResult out{"log", checked, {}, {}};
    if (!fault) return out;
    out.fault = fault->what.empty() ? "not what it must be" : fault->what;
    out.position = fault->position;
    return out;
}

Fault at(std::optional<std::uint64_t> position, std::string what) {
    return ledger::EntryFault{position, std::move(what)};
}

}  // namespace

CopyAudit::CopyAudit(LogCopy& copy, const proof::Checkpoint& checkpoint, const AuditScope& scope)
    : copy_(copy),
      checkpoint_(checkpoint),
      scope_(scope),
      reader_(copy, checkpoint.size),
      recorded_([this](std::uint64_t size) { return reader_.root(size); },
                scope.with_map && scope.whole()) {
    fix_range();
}

/// A range begins and ends where tiles do.
void CopyAudit::fix_range() {
    constexpr auto width = proof::tile_width;
    first_ = std::min(scope_.from.value_or(0), checkpoint_.size) / width * width;
    const auto end = std::min(scope_.upto.value_or(checkpoint_.size), checkpoint_.size);
    upto_ = std::min((end + width - 1) / width * width, checkpoint_.size);
}

base::Result<CheckResult> CopyAudit::run(const std::function<void(std::uint64_t)>& progress,
                                         const std::atomic<bool>& stop, std::string* cursor) {
    if (checkpoint_.size == 0 || first_ > upto_) return CheckResult{"log", 0, {}, {}};
    auto opened = find_ledger();
    if (!opened) return opened.error();
    if (*opened) return result_of(0, *opened);
    return scope_.sample > 0 ? run_sample(progress, stop) : run_pass(progress, stop, cursor);
}

/// Ids of events are made with the ledger's, which the first event tells.
base::Result<Fault> CopyAudit::find_ledger() {
    const auto bytes = reader_.entry(0);
    if (!bytes && !is_evidence(bytes.error())) return bytes.error();
    if (!bytes) return at(0, bytes.error().what);
    const auto event = events::read_event(*bytes);
    if (!event) return at(0, event.error().what);
    const auto* opened = (*event)->payload_as_LedgerOpened();
    if (opened == nullptr) return at(0, "the log does not begin with the opening of a ledger");
    ledger_ = events::Id::of(*opened->ledger());
    return Fault();
}

base::Result<CheckResult> CopyAudit::run_pass(const std::function<void(std::uint64_t)>& progress,
                                              const std::atomic<bool>& stop, std::string* cursor) {
    const bool whole = scope_.whole();
    CopyEntries entries(copy_, reader_, checkpoint_.root, whole);
    ledger::LogPass pass(entries, ledger_,
                         {first_, upto_, whole, scope_.jobs, whole ? &recorded_ : nullptr});
    if (cursor != nullptr && !cursor->empty() && !pass.decode(*cursor)) {
        return base::Error{base::Fault::invalid, "E_BAD_CURSOR",
                           "the cursor is damaged or is of another log"};
    }
    auto passed = pass.run(progress, stop);
    // Also where the way to the log broke off.
    if (cursor != nullptr && (!passed || passed->stopped)) *cursor = pass.encoded();
    if (!passed) return passed.error();
    if (passed->stopped) {
        return base::Error{base::Fault::cancelled, "E_STOPPING", "the check was stopped"};
    }
    streams_ = pass.chain().tally().size();
    auto fault = passed->fault;
    if (!fault && whole && pass.root() != checkpoint_.root) {
        fault = at({}, fmt::format("the events and tiles are at one with each other, but give root "
                                   "{}; the checkpoint signs {}",
                                   events::hex(pass.root()), events::hex(checkpoint_.root)));
    }
    return result_of(pass.chain().next() - first_, fault);
}

base::Result<CheckResult> CopyAudit::run_sample(const std::function<void(std::uint64_t)>& progress,
                                                const std::atomic<bool>& stop) {
    // Which events are looked at must not be known beforehand, but be the same for the same seed.
    std::mt19937_64 random(scope_.seed);
    std::set<std::uint64_t> chosen;
    const auto range = upto_ - first_;
    const auto wanted = std::min(scope_.sample, range);
    if (wanted == range) {
        for (auto position = first_; position < upto_; ++position) chosen.insert(position);
    }
    while (chosen.size() < wanted) chosen.insert(first_ + random() % range);
    std::uint64_t done = 0;
    for (const auto position : chosen) {
        if (stop) {
            return base::Error{base::Fault::cancelled, "E_STOPPING", "the check was stopped"};
        }
        const auto fault = check_one(position);
        if (!fault) return fault.error();
        if (*fault) return result_of(done, *fault);
        progress(++done);
    }
    return result_of(done, {});
}

base::Result<Fault> CopyAudit::check_one(std::uint64_t position) {
    const auto bytes = reader_.entry(position);
    if (!bytes && !is_evidence(bytes.error())) return bytes.error();
    if (!bytes) return at(position, bytes.error().what);
    const auto path = reader_.inclusion(position, checkpoint_.size);
    if (!path && !is_evidence(path.error())) return path.error();
    if (!path) return at(position, path.error().what);
    const auto leaf = proof::leaf_hash(*bytes);
    if (!proof::verify_inclusion(leaf, position, checkpoint_.size, *path, checkpoint_.root))
        return at(position, "the event is not in the tree that was signed");
    const auto event = events::read_event(*bytes);
    if (!event) return at(position, event.error().what);
    if ((*event)->position() != position)
        return at(position, "the event was recorded at another position");
    const events::CommandId command{events::Id::of(*(*event)->command_id())};
    if (events::Id::of(*(*event)->event_id()) !=
        events::event_id_of(ledger_, command, (*event)->command_index()))
        return at(position, "the event's id does not follow from its command");
    return Fault();
}

base::Result<CheckResult> CopyAudit::continues(const proof::Checkpoint& older) {
    CheckResult out{"continues", older.size, {}, {}};
    if (older.origin != checkpoint_.origin) {
        out.fault = fmt::format("the checkpoint kept is of {}, this log is {}", older.origin,
                                checkpoint_.origin);
        return out;
    }
    if (older.size > checkpoint_.size) {
        out.fault = fmt::format("{} events were signed before, now there are {}: the log was "
                                "rolled back, or this copy is older than the last one checked",
                                older.size, checkpoint_.size);
        out.position = checkpoint_.size;
        return out;
    }
    const auto path = reader_.consistency(older.size, checkpoint_.size);
    if (!path && !is_evidence(path.error())) return path.error();
    if (!path) out.fault = path.error().what;
    if (path && !proof::verify_consistency(older.size, checkpoint_.size, older.root,
                                           checkpoint_.root, *path)) {
        out.fault = fmt::format("the first {} events are not those of the checkpoint kept: the "
                                "log was forked or rewritten",
                                older.size);
    }
    return out;
}

}  // namespace tools
