// Damage to events that lie in sorted files, as a bad disk would do it.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/table.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace test {

/// Moves what the write-ahead log of a closed ledger holds into sorted files of small plain
/// blocks, so that single events can be found in them and damaged without their neighbours.
inline void flush_log(const std::filesystem::path& ledger_dir) {
    const auto folder = (ledger_dir / "ledger").string();
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 256;
    rocksdb::ColumnFamilyOptions plain;
    plain.compression = rocksdb::kNoCompression;
    plain.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    std::vector<std::string> names;
    std::vector<rocksdb::ColumnFamilyDescriptor> parts;
    if (!rocksdb::DB::ListColumnFamilies({}, folder, &names).ok()) {
        throw std::runtime_error("no log in " + folder);
    }
    for (const auto& name : names) parts.emplace_back(name, plain);
    rocksdb::DBOptions options;
    options.verify_sst_unique_id_in_manifest = false;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, folder, parts, &handles, &opened);
    if (!status.ok()) throw std::runtime_error(status.ToString());
    const std::unique_ptr<rocksdb::DB> db(opened);
    for (auto* handle : handles) {
        if (!db->Flush({}, handle).ok()) throw std::runtime_error("no flush");
        db->DestroyColumnFamilyHandle(handle);
    }
}

/// Flips one bit within `bytes` wherever a sorted file has them. Returns how often.
inline int damage_stored(const std::filesystem::path& ledger_dir, std::string_view bytes) {
    int found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(ledger_dir / "ledger")) {
        if (entry.path().extension() != ".sst") continue;
        std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
        const std::string all{std::istreambuf_iterator<char>(file), {}};
        file.clear();
        for (auto at = all.find(bytes); at != std::string::npos; at = all.find(bytes, at + 1)) {
            file.seekp(static_cast<std::streamoff>(at));
            file.put(static_cast<char>(all[at] ^ 0x10));
            ++found;
        }
    }
    return found;
}

/// Flips one bit in the first block of every sorted file. Returns how many there are.
inline int damage_first_blocks(const std::filesystem::path& ledger_dir) {
    int found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(ledger_dir / "ledger")) {
        if (entry.path().extension() != ".sst") continue;
        std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekg(10);
        const int was = file.get();
        file.seekp(10);
        file.put(static_cast<char>(was ^ 0x10));
        ++found;
    }
    return found;
}

}  // namespace test
