#include "ledger/recovery.h"

#include <fmt/format.h>

namespace ledger {
namespace {

using Root = std::function<std::optional<events::Hash>(std::uint64_t)>;

base::Error damaged(const char* code, std::string what) {
    return {base::Fault::corrupt, code, std::move(what)};
}

bool root_agrees(const Root& root, const Anchor& anchor) {
    const auto found = root(anchor.size);
    return found && same(*found, anchor.root);
}

base::Error other_history(const Anchor& anchor) {
    return damaged("E_LOG_DAMAGED",
                   fmt::format("positions 0 to {} are not what was recorded: their root differs "
                               "from the head anchor's",
                               anchor.size - 1));
}

base::Result<Verdict> without_anchor(const LogEnd& log, const AnchorFile::Found& anchors) {
    if (!anchors.exists) {
        if (log.size == 0) return Verdict{};
        return damaged("E_ANCHOR_MISSING",
                       fmt::format("the head anchor is missing; nothing proves that the log, which "
                                   "ends at position {}, is whole",
                                   log.size - 1));
    }
    // Fresh slots are zero, which is how they are until the first block's anchor is on disk.
    if (anchors.damaged_slots == 0 && log.blocks <= 1) return Verdict{};
    return damaged("E_ANCHOR_DAMAGED",
                   fmt::format("neither slot of the head anchor can be read; nothing proves that "
                               "the log, which holds {} events, is whole",
                               log.size));
}

base::Result<Verdict> log_is_short(const LogEnd& log, const AnchorFile::Found& anchors,
                                   const Root& root) {
    const auto& anchor = *anchors.newest;
    if (anchor.blocks != log.blocks + 1 || anchor.previous_size != log.size) {
        return damaged("E_LOG_LOST",
                       fmt::format("positions {} to {} were acknowledged and are not in the log",
                                   log.size, anchor.size - 1));
    }
    if (anchors.older && anchors.older->blocks == log.blocks &&
        !root_agrees(root, *anchors.older)) {
        return other_history(*anchors.older);
    }
    Verdict out;
    out.lost = LostBlock{anchor.size, log.size, anchor.blocks - 1};
    out.what = fmt::format("the last block (number {}, positions {} to {}) is not in the log; it "
                           "may have been in flight when the machine stopped",
                           anchor.blocks - 1, log.size, anchor.size - 1);
    return out;
}

/// The log ends where the anchor says.
base::Result<Verdict> log_agrees(const LogEnd& log, const Anchor& anchor, const Root& root) {
    if (anchor.size != log.size || !root_agrees(root, anchor)) return other_history(anchor);
    Verdict out;
    if (anchor.lost_size > log.size) {
        out.lost = LostBlock{anchor.lost_size, log.size, anchor.blocks};
        out.what = fmt::format("an earlier start gave up positions {} to {} of the last block",
                               log.size, anchor.lost_size - 1);
    } else if (log.cut || anchor.lost_size > 0) {
        out.lost = LostBlock{anchor.size, log.size, anchor.blocks};
        out.what = fmt::format("damage behind position {}, the last one acknowledged, was cut off",
                               log.size - 1);
    }
    return out;
}

base::Result<Verdict> log_is_long(const LogEnd& log, const Anchor& anchor, const Root& root) {
    if (log.blocks > anchor.blocks + 1) {
        return damaged("E_ANCHOR_DAMAGED",
                       fmt::format("the head anchor names block {}, but the log has {} blocks: it "
                                   "comes from an earlier time",
                                   anchor.blocks, log.blocks));
    }
    if (log.last_first != anchor.size || !root_agrees(root, anchor)) return other_history(anchor);
    Verdict out;
    if (log.cut) out.what = fmt::format("damage behind position {} was cut off", log.size - 1);
    return out;
}

}  // namespace

base::Result<Verdict> judge(const LogEnd& log, const AnchorFile::Found& anchors,
                            const Root& root) {
    if (!anchors.newest) return without_anchor(log, anchors);
    const auto& anchor = *anchors.newest;
    auto verdict = log.blocks < anchor.blocks    ? log_is_short(log, anchors, root)
                   : log.blocks == anchor.blocks ? log_agrees(log, anchor, root)
                                                 : log_is_long(log, anchor, root);
    if (verdict && anchors.damaged_slots > 0) {
        if (!verdict->what.empty()) verdict->what += "; ";
        verdict->what += "one slot of the head anchor was damaged";
    }
    return verdict;
}

bool only_last_block_damaged(const LogEnd& readable, const AnchorFile::Found& anchors) {
    return anchors.newest && readable.blocks + 1 >= anchors.newest->blocks &&
           readable.size >= anchors.newest->previous_size;
}

}  // namespace ledger
