// RocksDB storing events and nothing else: what the ledger's own append and read are measured
// against. No rules, no index, no tree, no head anchor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "events/base/result.h"

namespace ledger::storage {

/// One column family with the options of the log's events, under sequential big-endian keys.
///
/// Threads: one writer; readers any.
/// Errors:  `storage` E_STORAGE.
class RawBaseline {
public:
    static base::Result<std::unique_ptr<RawBaseline>> open(const std::filesystem::path& dir);
    ~RawBaseline();

    /// One write batch, one sync.
    base::Result<void> write(std::span<const std::string_view> events);
    /// All events in order, with the readahead and cache use of a replay.
    base::Result<std::uint64_t> scan(const std::function<void(std::string_view)>& visit) const;
    /// Memory to sorted files, compacted.
    base::Result<void> settle();
    std::uint64_t size() const;
    std::uint64_t disk_bytes() const;

private:
    struct State;
    explicit RawBaseline(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace ledger::storage
