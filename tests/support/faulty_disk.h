// A disk whose writes and syncs fail from a chosen moment on.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>

#include "ledger/storage/disk.h"

namespace test {

/// What fails, and which of the files' syncs is the first to do so. Counting starts with `arm`.
struct Faults {
    std::atomic<bool> armed{false};
    std::atomic<int> syncs_left{0};

    bool sync_fails() { return armed && syncs_left.fetch_sub(1) <= 0; }
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
public:
    FaultyFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, Faults& faults)
        : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
        if (faults_.sync_fails()) return rocksdb::IOStatus::IOError("the disk is gone");
        return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
        if (faults_.sync_fails()) return rocksdb::IOStatus::IOError("the disk is gone");
        return FSWritableFileOwnerWrapper::Fsync(options, debug);
    }

private:
    Faults& faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
public:
    explicit FaultyFileSystem(Faults& faults)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}
    const char* Name() const override { return "FaultyFileSystem"; }
    rocksdb::IOStatus NewWritableFile(const std::string& name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* out,
                                      rocksdb::IODebugContext* debug) override {
        auto status = FileSystemWrapper::NewWritableFile(name, options, out, debug);
        if (status.ok()) *out = std::make_unique<FaultyFile>(std::move(*out), faults_);
        return status;
    }

private:
    Faults& faults_;
};

struct FaultyDisk {
    FaultyDisk() { disk.env = env.get(); }

    Faults faults;
    std::unique_ptr<rocksdb::Env> env =
        rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(faults));
    ledger::storage::Disk disk;
};

}  // namespace test
