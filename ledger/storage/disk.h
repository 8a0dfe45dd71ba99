// The seam below the store: tests put a faulty file system here.
#pragma once

#include <rocksdb/env.h>

namespace ledger::storage {

struct Disk {
    rocksdb::Env* env = nullptr;
};

}  // namespace ledger::storage
