#include "ledger/storage/options.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdio>

#include "events/base/log.h"
#include "ledger/storage/disk.h"

namespace ledger::storage {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr std::size_t block_cache_bytes = 256 * mib;
/// RocksDB turns "too many open files" into a fatal error, so it gets a bound well below the
/// usual limit of 1,024.
constexpr int log_files_max = 320;
constexpr int vault_files_max = 128;

constexpr std::array<PartName, 6> log_parts{{{Part::meta, "meta"},
                                             {Part::events, "events"},
                                             {Part::sealed, "sealed"},
                                             {Part::blocks, "blocks"},
                                             {Part::tree, "tree"},
                                             {Part::index, "index"}}};
constexpr std::array<PartName, 3> vault_parts{
    {{Part::vault_meta, "meta"}, {Part::data_keys, "data_keys"}, {Part::holders, "holders"}}};

/// RocksDB's text log goes to ours. Its own file would abort Debian's build on an I/O error.
class ForwardingLogger final : public rocksdb::Logger {
public:
    ForwardingLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}
    using rocksdb::Logger::Logv;
    void Logv(const char* format, va_list arguments) override {
        std::array<char, 1024> line;
        const int size = std::vsnprintf(line.data(), line.size(), format, arguments);
        if (size > 0) base::log(base::LogLevel::warning, "rocksdb: {}", line.data());
    }
};

std::shared_ptr<rocksdb::Cache> shared_cache() {
    static const auto cache = rocksdb::NewLRUCache(block_cache_bytes);
    return cache;
}

/// One wide block for what is read in order, a small one with a filter for what is looked up.
rocksdb::BlockBasedTableOptions table_options(std::size_t block_bytes, bool filtered) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = shared_cache();
    table.block_size = block_bytes;
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;
    if (filtered) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    return table;
}

rocksdb::ColumnFamilyOptions shaped(std::size_t block_bytes, std::size_t memory, bool filtered,
                                    rocksdb::CompressionType compression) {
    rocksdb::ColumnFamilyOptions options;
    options.table_factory.reset(
        rocksdb::NewBlockBasedTableFactory(table_options(block_bytes, filtered)));
    options.write_buffer_size = memory;
    options.compression = compression;
    options.level_compaction_dynamic_level_bytes = true;
    return options;
}

}  // namespace

std::span<const PartName> parts_of(Kind kind) {
    if (kind == Kind::log) return log_parts;
    return vault_parts;
}

rocksdb::DBOptions database_options(Kind kind, Mode mode, const Disk* disk) {
    rocksdb::DBOptions options;
    if (disk != nullptr && disk->env != nullptr) options.env = disk->env;
    options.create_if_missing = mode == Mode::create;
    options.create_missing_column_families = mode == Mode::create || mode == Mode::write;
    // The default mode drops acknowledged events after one flipped bit (reliability.md 2.3).
    options.wal_recovery_mode = mode == Mode::probe || mode == Mode::accept_loss
                                    ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                    : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    // After giving up a damaged tail the damaged file must go, so what was read is flushed.
    options.avoid_flush_during_recovery = mode != Mode::accept_loss;
    options.atomic_flush = kind == Kind::log;
    options.info_log = std::make_shared<ForwardingLogger>();
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.max_open_files = kind == Kind::log ? log_files_max : vault_files_max;
    options.max_background_jobs = 2;
    options.max_total_wal_size = 512 * mib;
    // Counting costs next to nothing; timing would cost two looks at the clock per call.
    options.statistics = rocksdb::CreateDBStatistics();
    options.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
    options.bytes_per_sync = mib;
    options.verify_sst_unique_id_in_manifest = false;  // sorted files taken in have none
    return options;
}

rocksdb::ColumnFamilyOptions part_options(Part part) {
    switch (part) {
        case Part::events: return shaped(32 * kib, 64 * mib, false, rocksdb::kLZ4Compression);
        case Part::sealed:  // random bytes: compression would only cost time
            return shaped(32 * kib, 64 * mib, false, rocksdb::kNoCompression);
        case Part::tree: return shaped(32 * kib, 16 * mib, false, rocksdb::kNoCompression);
        case Part::index: return shaped(8 * kib, 8 * mib, true, rocksdb::kLZ4Compression);
        case Part::data_keys: {
            auto options = shaped(8 * kib, 16 * mib, true, rocksdb::kNoCompression);
            // Every new person is looked for first, and is not there.
            options.memtable_whole_key_filtering = true;
            options.memtable_prefix_bloom_size_ratio = 0.05;
            return options;
        }
        case Part::holders: {
            auto options = shaped(8 * kib, 16 * mib, true, rocksdb::kNoCompression);
            // Looked up by the keyed hash alone, which is the first 32 bytes of the key.
            options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(32));
            options.memtable_prefix_bloom_size_ratio = 0.05;
            return options;
        }
        case Part::meta:
        case Part::blocks:
        case Part::vault_meta: return shaped(8 * kib, 16 * mib, false, rocksdb::kLZ4Compression);
    }
    return {};
}

}  // namespace ledger::storage
