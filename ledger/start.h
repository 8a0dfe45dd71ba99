// One start of a ledger, step by step. Internal to ledger/start*.cpp and ledger/opening.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ledger/block.h"
#include "ledger/core.h"
#include "ledger/opening.h"
#include "ledger/recovery.h"

namespace ledger {

inline base::Error corrupt(const char* code, std::string what) {
    return {base::Fault::corrupt, code, std::move(what)};
}

/// Each step fails with what Ledger::open promises.
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
    static base::Result<LogEnd> find_end(const storage::Database& log);
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

}  // namespace ledger
