// How RocksDB is set up for the log and the vault. Internal to this folder.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <span>
#include <string>

#include "ledger/storage/database.h"

namespace ledger::storage {

struct PartName {
    Part part;
    const char* name;
};

/// The parts of a database, in the order of their column families after `default`.
std::span<const PartName> parts_of(Kind kind);

rocksdb::DBOptions database_options(Kind kind, Mode mode, const Disk* disk);
rocksdb::ColumnFamilyOptions part_options(Part part);

}  // namespace ledger::storage
