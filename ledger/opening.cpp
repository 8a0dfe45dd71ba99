#include "ledger/opening.h"

#include <fmt/format.h>

#include <system_error>

#include "events/base/log.h"
#include "ledger/block.h"
#include "ledger/bytes.h"
#include "ledger/fail_stop.h"
#include "ledger/recovery.h"

namespace ledger {
namespace {

using storage::Database;
using storage::Kind;
using storage::Mode;
using storage::Part;

constexpr std::uint32_t storage_format = 1;
constexpr std::string_view format_name = "format";

base::Error corrupt(const char* code, std::string what) {
    return {base::Fault::corrupt, code, std::move(what)};
}

/// One start, step by step. Each step fails with what Ledger::open promises.
class Start {
public:
    Start(Ledger::Options options, const base::Clock& clock, base::Random& random,
          events::Zone zone)
        : core_(std::make_unique<Core>(std::move(options), clock, random, std::move(zone))) {}

    base::Result<Opened> run();

private:
    const Ledger::Options& options() const { return core_->options; }
    std::filesystem::path path(const char* name) const { return options().dir / name; }
    bool may_create() const {
        return options().opening == Ledger::Opening::create ||
               options().opening == Ledger::Opening::demo;
    }

    base::Result<void> look_around();
    base::Result<void> open_vault();
    base::Result<void> open_log();
    base::Result<void> open_damaged_log(const base::Error& damage);
    base::Result<void> check_format();
    static base::Result<LogEnd> find_end(const Database& log);
    base::Result<void> restore_tree();
    base::Result<void> check_kind();
    base::Result<void> compare_with_anchor();
    base::Result<void> open_anchor();
    base::Result<void> rebuild_index();
    base::Result<void> read_tail(std::uint64_t from);
    base::Result<void> read_owners(std::uint64_t from);

    std::unique_ptr<Core> core_;
    bool there_ = false;  // a database is in the folder
    bool cut_ = false;    // damage at the end was given up
    LogEnd end_;
    BlockRecord last_block_;
    AnchorFile::Found anchors_;
    std::optional<LostBlock> lost_;
};

base::Result<Opened> Start::run() {
    for (const auto step : {&Start::look_around, &Start::open_vault, &Start::open_log,
                            &Start::check_format, &Start::restore_tree, &Start::compare_with_anchor,
                            &Start::check_kind, &Start::open_anchor, &Start::rebuild_index}) {
        if (auto done = (this->*step)(); !done) return done.error();
    }
    Opened out;
    out.fresh = end_.size == 0;
    out.lost = lost_;
    out.core = std::move(core_);
    return out;
}

base::Result<void> Start::look_around() {
    there_ = std::filesystem::exists(path("ledger") / "CURRENT");
    if (!there_ && std::filesystem::exists(path("head.anchor"))) {
        return corrupt("E_LOG_LOST",
                       fmt::format("{} has a head anchor, but no log: everything recorded is lost",
                                   options().dir.string()));
    }
    if (!there_ && !may_create()) {
        return base::Error{base::Fault::not_found, "E_NO_LEDGER",
                           fmt::format("{} holds no ledger", options().dir.string())};
    }
    if (may_create()) {
        std::error_code error;
        std::filesystem::create_directories(path("ledger"), error);
        std::filesystem::create_directories(path("vault"), error);
        if (error) return base::Error{base::Fault::storage, "E_STORAGE", error.message()};
    }
    auto lock = FolderLock::take(options().dir, core_->read_only());
    if (!lock) return lock.error();
    core_->lock = std::move(*lock);
    return {};
}

base::Result<void> Start::open_vault() {
    const auto opening = core_->read_only() ? Vault::Opening::read_only
                         : there_           ? Vault::Opening::write
                                            : Vault::Opening::create;
    auto vault = Vault::open(path("vault"), opening, core_->random, options().disk);
    if (!vault) return vault.error();
    core_->vault = std::move(*vault);
    anchors_ = AnchorFile::read(path("head.anchor"), core_->vault->keys().anchor());
    return {};
}

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
    std::vector<events::Hash> leaves;
    const auto first = end_.size - end_.size % tile_hashes;
    for (auto position = first; position < end_.size; ++position) {
        const auto bytes = log->get(Part::events, position_key(position));
        if (!bytes) return bytes.error();
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

base::Result<void> Start::compare_with_anchor() {
    const auto root = [this](std::uint64_t size) { return core_->tree->root(size); };
    auto verdict = judge(end_, anchors_, root);
    if (!verdict) return verdict.error();
    if (!verdict->what.empty()) {
        core_->recovery = {false, verdict->what};
        base::log(base::LogLevel::warning, "recovery: {}", verdict->what);
    }
    lost_ = verdict->lost;
    if (end_.size == 0) {
        lost_.reset();
        core_->board.set({0, empty_root(), 0, {}});
        if (may_create()) return {};
        return base::Error{base::Fault::not_found, "E_NO_LEDGER",
                           "the creation of this ledger was interrupted; create it again"};
    }
    core_->board.set({end_.size, last_block_.root_after, end_.blocks, last_block_.time});
    return {};
}

base::Result<void> Start::check_kind() {
    using events::schema::LedgerKind;
    auto& info = core_->info;
    if (end_.size == 0) {
        info.id = core_->vault->ledger();
        info.kind =
            options().opening == Ledger::Opening::demo ? LedgerKind::DEMO : LedgerKind::REAL;
        info.origin = options().origin;
        info.zone = options().zone;
        return {};
    }
    const auto first = core_->durable_event(0);
    if (!first) return first.error();
    auto read = read_info(first->bytes());
    if (!read) return read.error();
    info = std::move(*read);
    if (info.id != core_->vault->ledger()) {
        return corrupt("E_VAULT_MISSING", "the vault belongs to another ledger");
    }
    auto zone = events::Zone::find(info.zone);
    if (!zone) {
        return base::Error{base::Fault::storage, "E_ZONE",
                           "this machine does not know the time zone " + info.zone};
    }
    core_->zone = std::move(*zone);
    const bool wants_real = options().opening == Ledger::Opening::create;
    const bool wants_demo = options().opening == Ledger::Opening::demo;
    if ((wants_real && info.kind != LedgerKind::REAL) ||
        (wants_demo && info.kind != LedgerKind::DEMO)) {
        return base::Error{base::Fault::conflict, "E_LEDGER_KIND",
                           wants_real ? "this is a demonstration ledger and stays one"
                                      : "this is a real ledger and stays one"};
    }
    return {};
}

base::Result<void> Start::open_anchor() {
    if (core_->read_only()) return {};
    auto anchor = AnchorFile::open(path("head.anchor"), core_->vault->keys().anchor());
    if (!anchor) return anchor.error();
    core_->anchor = std::move(*anchor);
    if (!lost_) return {};
    // The next block takes the lost one's number. Until its own anchor is written, both slots say
    // what the log is now and what was given up.
    Anchor now;
    now.blocks = end_.blocks;
    now.first = now.previous_size = end_.last_first;
    now.size = end_.size;
    now.lost_size = lost_->anchored_size;
    now.root = last_block_.root_after;
    return core_->anchor->write_both(now);
}

base::Result<void> Start::rebuild_index() {
    core_->index = std::make_unique<Index>(*core_->log, options().index_events);
    const auto from = core_->index->open(end_.size, core_->read_only());
    if (!from) return from.error();
    if (auto done = read_owners(*from); !done) return done.error();
    if (auto done = read_tail(*from); !done) return done.error();
    if (core_->read_only()) return {};
    return core_->vault->sweep([this](const events::CommandId& command) {
        return core_->index->find(command, end_.size).has_value();
    });
}

base::Result<void> Start::read_tail(std::uint64_t from) {
    auto cursor = core_->log->walk(Part::events, {.long_scan = true, .upto = {}});
    cursor.seek(position_key(from));
    for (auto position = from; position < end_.size; ++position, cursor.next()) {
        if (!cursor.valid()) {
            if (const auto status = cursor.status(); !status) return status.error();
            return corrupt("E_LOG_DAMAGED", fmt::format("position {} is missing", position));
        }
        const auto event = events::read_event(cursor.value());
        if (!event || (*event)->position() != position) {
            return corrupt("E_LOG_DAMAGED",
                           fmt::format("position {} does not hold its event", position));
        }
        core_->index->add_stored(**event);
        if (!core_->read_only()) core_->index->seal_in_passing(end_.size);
    }
    return {};
}

base::Result<void> Start::read_owners(std::uint64_t from) {
    // From the newest block back to the one that holds `from`.
    auto cursor = core_->log->walk(Part::blocks);
    for (cursor.seek_to_last(); cursor.valid(); cursor.back()) {
        const auto record = BlockRecord::decode(cursor.value());
        if (!record) return corrupt("E_LOG_DAMAGED", "a block record cannot be read");
        if (record->first + record->count <= from) break;
        for (const auto& owner : record->owners) core_->index->add_stored(owner);
    }
    return cursor.status();
}

}  // namespace

base::Result<Opened> open_core(Ledger::Options options, const base::Clock& clock,
                               base::Random& random) {
    auto zone = events::Zone::find(options.zone);
    if (!zone) {
        return base::Error{base::Fault::invalid, "E_ZONE",
                           "there is no time zone named " + options.zone};
    }
    return Start(std::move(options), clock, random, std::move(*zone)).run();
}

}  // namespace ledger
