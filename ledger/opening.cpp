#include "ledger/opening.h"

#include <fmt/format.h>

#include <system_error>

#include "events/base/log.h"
#include "ledger/start.h"

namespace ledger {

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
    if (core_->read_only() && !std::filesystem::exists(path("vault"))) {
        core_->recovery = {false, "this copy has no vault: the head anchor cannot be checked, and "
                                  "personal fields stay closed"};
        return {};
    }
    const auto opening = core_->read_only() ? Vault::Opening::read_only
                         : there_           ? Vault::Opening::write
                                            : Vault::Opening::create;
    auto vault = Vault::open(path("vault"), opening, core_->random, options().disk);
    if (!vault) return vault.error();
    core_->vault = std::move(*vault);
    anchors_ = AnchorFile::read(path("head.anchor"), core_->vault->keys().anchor());
    return {};
}

base::Result<void> Start::compare_with_anchor() {
    if (!core_->vault && end_.size > 0) {
        core_->board.set({end_.size, last_block_.root_after, end_.blocks, last_block_.time});
        return {};
    }
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
    if (core_->vault && info.id != core_->vault->ledger()) {
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
