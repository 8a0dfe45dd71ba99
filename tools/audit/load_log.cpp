#include "tools/audit/load_log.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>

#include "ledger/grown_tree.h"
#include "ledger/proof/entry_bundle.h"
#include "tools/audit/copy_reader.h"

namespace tools {
namespace {

using namespace std::chrono_literals;

constexpr int rounds_max = 40;  // of a quarter of a second: a checkpoint follows within one

base::Error corrupt(const char* code, std::string what) {
    return {base::Fault::corrupt, code, std::move(what)};
}

/// That the loaded events are those of the signed tree.
base::Result<void> check_root(LogCopy& copy, const proof::Checkpoint& checkpoint,
                              std::uint64_t size, const proof::Hash& root) {
    CopyReader reader(copy, checkpoint.size);
    const auto path = reader.consistency(size, checkpoint.size);
    if (!path) return path.error();
    if (proof::verify_consistency(size, checkpoint.size, root, checkpoint.root, *path)) return {};
    return corrupt("E_VERIFY", fmt::format("the first {} events of {} are not those of the "
                                           "checkpoint of {} events",
                                           size, copy.describe(), checkpoint.size));
}

}  // namespace

base::Result<std::string> note_covering(LogCopy& copy, std::uint64_t size) {
    for (int round = 0;; ++round) {
        auto bytes = copy.checkpoint();
        if (!bytes) return bytes;
        const auto checkpoint = checkpoint_in(*bytes);
        if (!checkpoint) return checkpoint.error();
        if (checkpoint->size >= size) return bytes;
        if (round == rounds_max) {
            return base::Error{base::Fault::overloaded, "E_NOT_PUBLISHED",
                               fmt::format("the newest checkpoint covers {} events, not {}",
                                           checkpoint->size, size)};
        }
        std::this_thread::sleep_for(250ms);
    }
}

base::Result<std::unique_ptr<CopiedLog>> load_log(
    LogCopy& copy, const proof::Checkpoint& checkpoint, std::uint64_t size,
    const std::function<bool(std::uint64_t)>& progress) {
    auto log = CopiedLog::make();
    if (!log) return log.error();
    ledger::GrownTree tree;
    ledger::TileNodes nodes;
    while ((*log)->size() < size) {
        proof::TilePath path{true, 0, (*log)->size() / proof::tile_width};
        path.width = proof::width_in(path, checkpoint.size);
        const auto bundle = copy.tile(path);
        if (!bundle) return bundle.error();
        const auto entries = proof::split_bundle(*bundle);
        if (!entries || entries->size() != path.width)
            return corrupt("E_EVENT_BYTES", fmt::format("{} breaks off or goes on", path.text()));
        if (nodes.full()) tree.append(nodes, [](ledger::TileName, std::string_view) {});
        nodes.clear();
        for (const auto entry : *entries) {
            if ((*log)->size() == size) break;
            if (auto added = (*log)->add(entry); !added) return added.error();
            nodes.add(proof::leaf_hash(entry));
        }
        if (!progress((*log)->size()))
            return base::Error{base::Fault::cancelled, "E_INTERRUPTED", "interrupted"};
    }
    auto good = check_root(copy, checkpoint, size, tree.root(nodes, nodes.size()));
    if (!good) return good.error();
    if (auto sealed = (*log)->seal(); !sealed) return sealed.error();
    return log;
}

}  // namespace tools
