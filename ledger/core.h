// What the ledger consists of, shared by its reading side and its writer. Internal to the room.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "ledger/anchor.h"
#include "ledger/head_board.h"
#include "ledger/index.h"
#include "ledger/ledger.h"
#include "ledger/pending.h"
#include "ledger/prover.h"
#include "ledger/storage/database.h"
#include "ledger/stream_map.h"
#include "ledger/tree.h"
#include "ledger/type_marks.h"
#include "ledger/vault.h"

namespace ledger {

/// Keeps a second process out: a lock on the file DIR/LOCK, shared while only reading.
class FolderLock {
public:
    /// Fails with `conflict` E_LEDGER_IN_USE.
    static base::Result<std::unique_ptr<FolderLock>> take(const std::filesystem::path& dir,
                                                          bool shared);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    explicit FolderLock(int file) : file_(file) {}
    int file_;
};

/// Counters for Ledger::Figures.
struct Counters {
    std::atomic<std::uint64_t> commits{0}, commands{0}, refused{0}, replayed{0}, queued{0};
    std::atomic<std::uint64_t> fsync_micros{0};
};

struct Core {
    Core(Ledger::Options given, const base::Clock& given_clock, base::Random& given_random,
         events::Zone given_zone)
        : options(std::move(given)),
          clock(given_clock),
          random(given_random),
          zone(std::move(given_zone)) {}

    Ledger::Options options;
    const base::Clock& clock;
    base::Random& random;
    events::Zone zone;
    LedgerInfo info;
    Ledger::Recovery recovery;
    std::unique_ptr<FolderLock> lock;
    std::unique_ptr<Vault> vault;  // null if read-only and the copy has none
    std::unique_ptr<storage::Database> log;
    std::unique_ptr<AnchorFile> anchor;  // null if read-only
    std::unique_ptr<Tree> tree;
    std::unique_ptr<Prover> prover;
    std::unique_ptr<StreamMap> map;
    TypeMarks marks;
    std::unique_ptr<Index> index;
    Pending pending;
    HeadBoard board;
    mutable Counters counters;

    const events::Catalogue& catalogue() const { return events::Catalogue::built_in(); }
    bool read_only() const { return options.opening == Ledger::Opening::read_only; }
    /// Bytes of a durable event. Fails with `not_found` E_NO_EVENT, `corrupt`, `storage`.
    base::Result<storage::Pinned> durable_event(std::uint64_t position) const;
    /// Bytes of an event, durable or pending. Throws Unreadable.
    std::string any_event(std::uint64_t position) const;
};

/// What the sealed parts of an event hold.
struct Unsealed {
    events::PersonalView view;
    std::optional<events::Hash> body_salt;
    bool damaged = false;  ///< a part is there but does not open
};
Unsealed unseal(const Core& core, const events::schema::Event& event);

/// What a caller was or would have been told about a recorded command. Throws Unreadable.
Receipt read_receipt(const Core& core, const events::History::Block& block);

/// Size limit of one who also sees what is not durable yet.
inline constexpr std::uint64_t everything = ~std::uint64_t{0};

/// `limit` events are seen, or the durable head as it moves. Reading throws Unreadable.
std::unique_ptr<events::History> make_history(const Core& core,
                                              std::optional<std::uint64_t> limit);
std::unique_ptr<events::Claims> make_claims(const Core& core);

}  // namespace ledger
