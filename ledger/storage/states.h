// What hides behind the types of ledger/storage/database.h. Internal to this folder.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/storage/database.h"

namespace ledger::storage {

inline rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}
inline std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

/// Without the folders that RocksDB names, which are nobody's business beyond this machine.
base::Error error_of(const rocksdb::Status& status);

struct Pinned::State {
    rocksdb::PinnableSlice bytes;
};

struct Batch::State {
    struct Change {
        Part part;
        bool removed;
        std::size_t key_bytes, value_bytes;
    };
    // Column family handles belong to the database, so the batch resolves them through it.
    std::vector<Change> changes;
    std::string bytes;
};

struct Cursor::State {
    std::string upto;
    rocksdb::Slice upto_slice;
    std::unique_ptr<rocksdb::Iterator> iterator;
};

}  // namespace ledger::storage
