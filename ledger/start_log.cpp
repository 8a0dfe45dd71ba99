// The part of a start that finds the log, its end and its tree.
#include <fmt/format.h>

#include "ledger/bytes.h"
#include "ledger/start.h"
#include "ledger/unreadable.h"

namespace ledger {

using storage::Database;
using storage::Kind;
using storage::Mode;
using storage::Part;

namespace {

constexpr std::uint32_t storage_format = 1;
constexpr std::string_view format_name = "format";

}  // namespace

base::Result<void> Start::open_log() {
    const auto mode = core_->read_only() ? Mode::read_only : there_ ? Mode::write : Mode::create;
    auto log = Database::open(path("ledger"), Kind::log, mode, options().disk);
    if (!log && log.error().fault == base::Fault::corrupt) return open_damaged_log(log.error());
    if (!log) return log.error();
    core_->log = std::move(*log);
    if (there_) return {};
    storage::Batch batch;
    std::string format;
    append_number(format, storage_format);
    batch.put(Part::meta, format_name, format);
    return core_->log->write(batch);
}

base::Result<void> Start::open_damaged_log(const base::Error& damage) {
    const std::uint64_t anchored = anchors_.newest ? anchors_.newest->size : 0;
    auto readable = Database::open(path("ledger"), Kind::log, Mode::probe, options().disk);
    const auto end = readable ? find_end(**readable) : base::Result<LogEnd>(damage);
    if (!end) {
        return corrupt("E_LOG_DAMAGED",
                       fmt::format("the log cannot be read; positions 0 to {} are in doubt: {}",
                                   anchored == 0 ? 0 : anchored - 1, damage.what));
    }
    if (!only_last_block_damaged(*end, anchors_)) {
        return corrupt(
            "E_LOG_DAMAGED",
            fmt::format("the log is damaged: positions {} to {} were acknowledged and "
                        "cannot be read: {}",
                        end->size, anchored == 0 ? end->size : anchored - 1, damage.what));
    }
    cut_ = true;
    if (core_->read_only()) {
        core_->log = std::move(*readable);
        return {};
    }
    *readable = nullptr;
    auto log = Database::open(path("ledger"), Kind::log, Mode::accept_loss, options().disk);
    if (!log) return log.error();
    core_->log = std::move(*log);
    return {};
}

base::Result<void> Start::check_format() {
    const auto found = core_->log->get(Part::meta, format_name);
    if (!found) return found.error();
    if (found->has_value()) {
        const auto version = ByteReader(**found).number<std::uint32_t>();
        if (version == storage_format) return {};
        return base::Error{base::Fault::conflict, "E_FORMAT_VERSION",
                           fmt::format("the log is of format {}; this program knows format {}",
                                       version, storage_format)};
    }
    if (anchors_.newest) {
        return corrupt("E_LOG_LOST",
                       fmt::format("positions 0 to {} were acknowledged and are not in the log",
                                   anchors_.newest->size - 1));
    }
    return base::Error{base::Fault::conflict, "E_FORMAT_VERSION",
                       "the log does not say of which format it is"};
}

base::Result<LogEnd> Start::find_end(const Database& log) {
    LogEnd end;
    auto last_event = log.walk(Part::events);
    last_event.seek_to_last();
    if (const auto status = last_event.status(); !status) return status.error();
    if (last_event.valid()) end.size = ByteReader(last_event.key()).number<std::uint64_t>() + 1;
    auto last_block = log.walk(Part::blocks);
    last_block.seek_to_last();
    if (const auto status = last_block.status(); !status) return status.error();
    if (!last_block.valid()) return end;
    end.blocks = ByteReader(last_block.key()).number<std::uint64_t>() + 1;
    const auto record = BlockRecord::decode(last_block.value());
    if (!record || record->first + record->count != end.size) {
        return corrupt("E_LOG_DAMAGED",
                       fmt::format("the record of block {} does not fit the events, which end "
                                   "before position {}",
                                   end.blocks - 1, end.size));
    }
    end.last_first = record->first;
    return end;
}

base::Result<void> Start::restore_tree() {
    auto end = find_end(*core_->log);
    if (!end) return end.error();
    end_ = *end;
    end_.cut = cut_;
    const auto* log = core_->log.get();
    core_->tree = std::make_unique<Tree>([log](TileName name) -> std::optional<std::string> {
        auto tile = log->get(Part::tree, tile_key(name));
        return tile ? std::move(*tile) : std::nullopt;
    });
    core_->prover = std::make_unique<Prover>(*core_->tree);
    std::vector<events::Hash> leaves;
    const auto first = end_.size - end_.size % tile_hashes;
    for (auto position = first; position < end_.size; ++position) {
        const auto bytes = log->get(Part::events, position_key(position));
        if (!bytes) return at_position(position, bytes.error());
        if (!*bytes) {
            return corrupt("E_LOG_DAMAGED", fmt::format("position {} is missing", position));
        }
        leaves.push_back(leaf_hash(**bytes));
    }
    if (!core_->tree->restore(end_.size, leaves)) {
        return corrupt("E_LOG_DAMAGED",
                       fmt::format("a tile of the tree below position {} is missing", first));
    }
    if (end_.blocks == 0) return {};
    const auto stored = log->get(Part::blocks, position_key(end_.blocks - 1));
    if (!stored) return stored.error();
    const auto record = stored->has_value() ? BlockRecord::decode(**stored) : std::nullopt;
    ENSURE(record.has_value(), "the last block was read a moment ago");
    last_block_ = *record;
    if (core_->tree->root() == last_block_.root_after) return {};
    return corrupt("E_LOG_DAMAGED",
                   fmt::format("the root of positions 0 to {} is not that of block {}",
                               end_.size - 1, end_.blocks - 1));
}

}  // namespace ledger
