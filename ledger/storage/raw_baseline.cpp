#include "ledger/storage/raw_baseline.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <utility>

#include "ledger/storage/options.h"

namespace ledger::storage {
namespace {

constexpr std::size_t readahead_bytes = 2 * 1024 * 1024;

base::Error error_of(const rocksdb::Status& status) {
    return {base::Fault::storage, "E_STORAGE", status.ToString()};
}

std::array<char, 8> key_of(std::uint64_t position) {
    std::array<char, 8> key;
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<char>(position >> (56 - 8 * i));
    }
    return key;
}

}  // namespace

struct RawBaseline::State {
    std::unique_ptr<rocksdb::DB> db;
    std::uint64_t size = 0;
};

RawBaseline::RawBaseline(std::unique_ptr<State> state) : state_(std::move(state)) {}
RawBaseline::~RawBaseline() = default;

base::Result<std::unique_ptr<RawBaseline>> RawBaseline::open(const std::filesystem::path& dir) {
    rocksdb::DBOptions general = database_options(Kind::log, Mode::create, nullptr);
    general.atomic_flush = false;
    const rocksdb::Options options(general, part_options(Part::events));
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, dir.string(), &opened);
    if (!status.ok()) return error_of(status);
    auto state = std::make_unique<State>();
    state->db.reset(opened);
    return std::unique_ptr<RawBaseline>(new RawBaseline(std::move(state)));
}

base::Result<void> RawBaseline::write(std::span<const std::string_view> events) {
    rocksdb::WriteBatch batch;
    for (const auto event : events) {
        const auto key = key_of(state_->size++);
        batch.Put(rocksdb::Slice(key.data(), key.size()),
                  rocksdb::Slice(event.data(), event.size()));
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    const auto status = state_->db->Write(options, &batch);
    if (!status.ok()) return error_of(status);
    return {};
}

base::Result<std::uint64_t> RawBaseline::scan(
    const std::function<void(std::string_view)>& visit) const {
    rocksdb::ReadOptions options;
    options.readahead_size = readahead_bytes;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(options));
    std::uint64_t count = 0;
    for (at->SeekToFirst(); at->Valid(); at->Next(), ++count) {
        visit({at->value().data(), at->value().size()});
    }
    if (!at->status().ok()) return error_of(at->status());
    return count;
}

base::Result<void> RawBaseline::settle() {
    if (const auto flushed = state_->db->Flush({}); !flushed.ok()) return error_of(flushed);
    const auto status = state_->db->CompactRange({}, nullptr, nullptr);
    if (!status.ok()) return error_of(status);
    return {};
}

std::uint64_t RawBaseline::size() const {
    return state_->size;
}

std::uint64_t RawBaseline::disk_bytes() const {
    std::uint64_t bytes = 0;
    state_->db->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &bytes);
    return bytes;
}

}  // namespace ledger::storage
