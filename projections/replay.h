// A fold from zero into a place of its own, to be compared with what is kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "events/base/result.h"
#include "projections/log_reader.h"
#include "projections/runner.h"
#include "projections/storage/store.h"
#include "projections/view_digests.h"

namespace projections {

/// Threads:  one thread owns it.
/// Lifetime: the log must outlive it.
class Replay {
public:
    /// `scratch` is an empty folder; without one the views are folded in memory.
    static base::Result<std::unique_ptr<Replay>> open(std::optional<std::filesystem::path> scratch,
                                                      const LogReader& log);

    /// To the end of the command at which `upto` events are folded in, or to the log's end.
    base::Result<void> fold_to(std::uint64_t upto, const std::atomic<bool>& stop);
    std::uint64_t position() const { return runner_.position(); }
    base::Result<ViewDigests> digests() const;
    const Store& store() const { return *store_; }

private:
    Replay(std::unique_ptr<Store> store, const LogReader& log);

    std::unique_ptr<Store> store_;
    Shelves shelves_;
    Runner runner_;
};

}  // namespace projections
