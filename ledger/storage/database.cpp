#include "ledger/storage/database.h"

#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/statistics.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <system_error>

#include "events/base/ensure.h"
#include "events/base/log.h"
#include "ledger/storage/options.h"
#include "ledger/storage/states.h"

namespace ledger::storage {
namespace {

/// What RocksDB says where another process holds its lock.
bool says_in_use(const rocksdb::Status& status) {
    return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(Kind kind) {
    std::vector<rocksdb::ColumnFamilyDescriptor> out;
    out.emplace_back(rocksdb::kDefaultColumnFamilyName, part_options(Part::meta));
    for (const auto& part : parts_of(kind)) out.emplace_back(part.name, part_options(part.part));
    return out;
}

constexpr std::size_t part_count = static_cast<std::size_t>(Part::holders) + 1;

/// "... in /data/ledger/000012.sst offset 0" becomes "... in 000012.sst offset 0".
std::string without_folders(std::string text) {
    for (auto from = text.find(" /"); from != std::string::npos; from = text.find(" /", from + 1)) {
        const auto end = std::min(text.find(' ', from + 1), text.size());
        const auto name = text.rfind('/', end - 1) + 1;
        text.erase(from + 1, name - from - 1);
    }
    return text;
}

}  // namespace

base::Error error_of(const rocksdb::Status& status) {
    const auto text = without_folders(status.ToString());
    if (status.IsCorruption()) {
        return {base::Fault::corrupt, "E_LOG_DAMAGED", "damaged bytes: " + text};
    }
    return {base::Fault::storage, "E_STORAGE", "the store failed: " + text};
}

struct Database::State {
    std::filesystem::path dir;
    std::unique_ptr<rocksdb::DB> db;
    std::array<rocksdb::ColumnFamilyHandle*, part_count> parts{};
    std::vector<rocksdb::ColumnFamilyHandle*> opened;
    rocksdb::WriteBatch batch;  // kept for its memory
    std::atomic<std::uint64_t> ingested{0};

    rocksdb::ColumnFamilyHandle* part(Part which) const {
        auto* handle = parts[static_cast<std::size_t>(which)];
        ENSURE(handle != nullptr, "a part is asked of the database that has it");
        return handle;
    }
    std::string ingest_path() { return (dir / ("ingest." + std::to_string(ingested++))).string(); }
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}

Database::~Database() {
    for (auto* handle : state_->opened) state_->db->DestroyColumnFamilyHandle(handle);
    if (state_->db) state_->db->Close().PermitUncheckedError();
}

namespace {

/// Files left behind by a crash between writing a sorted file and taking it in.
void remove_leftovers(const std::filesystem::path& dir) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(dir, ignored)) {
        if (entry.path().filename().string().starts_with("ingest.")) {
            std::filesystem::remove(entry.path(), ignored);
        }
    }
}

}  // namespace

base::Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& dir, Kind kind,
                                                       Mode mode, const Disk* disk) {
    auto state = std::make_unique<State>();
    state->dir = dir;
    rocksdb::DB* db = nullptr;
    const bool reading = mode == Mode::read_only || mode == Mode::probe;
    const auto options = database_options(kind, mode, disk);
    const auto status =
        reading ? rocksdb::DB::OpenForReadOnly(options, dir.string(), descriptors(kind),
                                               &state->opened, &db)
                : rocksdb::DB::Open(options, dir.string(), descriptors(kind), &state->opened, &db);
    if (!status.ok()) {
        if (says_in_use(status)) {
            return base::Error{base::Fault::conflict, "E_LEDGER_IN_USE",
                               "another process has the ledger open"};
        }
        return error_of(status);
    }
    state->db.reset(db);
    const auto parts = parts_of(kind);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        state->parts[static_cast<std::size_t>(parts[i].part)] = state->opened[i + 1];
    }
    if (!reading) remove_leftovers(dir);
    return std::unique_ptr<Database>(new Database(std::move(state)));
}

base::Result<bool> Database::get(Part part, std::string_view key, Pinned& out) const {
    out.state_->bytes.Reset();
    const auto status = state_->db->Get({}, state_->part(part), slice(key), &out.state_->bytes);
    if (status.IsNotFound()) return false;
    if (!status.ok()) return error_of(status);
    return true;
}

base::Result<std::optional<std::string>> Database::get(Part part, std::string_view key) const {
    std::string value;
    const auto status = state_->db->Get({}, state_->part(part), slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return error_of(status);
    return std::optional<std::string>(std::move(value));
}

base::Result<void> Database::get_many(
    Part part, std::span<const std::string> keys,
    const std::function<void(std::size_t, std::string_view)>& visit) const {
    std::vector<rocksdb::Slice> slices;
    slices.reserve(keys.size());
    for (const auto& key : keys) slices.push_back(slice(key));
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    state_->db->MultiGet({}, state_->part(part), keys.size(), slices.data(), values.data(),
                         statuses.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (statuses[i].IsNotFound()) continue;
        if (!statuses[i].ok()) return error_of(statuses[i]);
        visit(i, view(values[i]));
    }
    return {};
}

Cursor Database::walk(Part part, const Walk& how) const {
    auto state = std::make_unique<Cursor::State>();
    rocksdb::ReadOptions options;
    options.total_order_seek = part != Part::holders;
    if (how.long_scan) {
        options.readahead_size = 2 << 20;
    }
    options.fill_cache = !how.long_scan && !how.sparse;
    if (!how.upto.empty()) {
        state->upto = how.upto;
        state->upto_slice = slice(state->upto);
        options.iterate_upper_bound = &state->upto_slice;
    }
    state->iterator.reset(state_->db->NewIterator(options, state_->part(part)));
    return Cursor(std::move(state));
}

std::uint64_t Database::disk_bytes() const {
    std::uint64_t bytes = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(state_->dir, ignored)) {
        const auto size = entry.file_size(ignored);
        if (!ignored) bytes += size;
    }
    return bytes;
}

std::vector<std::pair<std::string, std::uint64_t>> Database::counters() const {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    const auto statistics = state_->db->GetDBOptions().statistics;
    if (!statistics) return out;
    for (const auto& [ticker, name] : rocksdb::TickersNameMap) {
        const auto count = statistics->getTickerCount(ticker);
        if (count > 0) out.emplace_back(name, count);
    }
    return out;
}

base::Result<void> Database::write(Batch& batch) {
    auto& out = state_->batch;
    out.Clear();
    const char* at = batch.state_->bytes.data();
    for (const auto& change : batch.state_->changes) {
        const rocksdb::Slice key(at, change.key_bytes);
        const rocksdb::Slice value(at + change.key_bytes, change.value_bytes);
        auto* part = state_->part(change.part);
        const auto status = change.removed ? out.Delete(part, key) : out.Put(part, key, value);
        if (!status.ok()) return error_of(status);
        at += change.key_bytes + change.value_bytes;
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    const auto status = state_->db->Write(options, &out);
    if (!status.ok()) return error_of(status);
    return {};
}

base::Result<void> Database::ingest(Part part,
                                    std::span<const std::pair<std::string, std::string>> entries) {
    const std::string path = state_->ingest_path();
    const auto options = rocksdb::Options(state_->db->GetDBOptions(), part_options(part));
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, state_->part(part));
    auto status = writer.Open(path);
    for (const auto& [key, value] : entries) {
        if (!status.ok()) break;
        status = writer.Put(key, value);
    }
    if (status.ok()) status = writer.Finish();
    rocksdb::IngestExternalFileOptions how;
    how.move_files = true;
    how.write_global_seqno = false;
    if (status.ok()) status = state_->db->IngestExternalFile(state_->part(part), {path}, how);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);  // RocksDB has its own link to it by now
    if (!status.ok()) return error_of(status);
    return {};
}

base::Result<void> Database::clear(Part part) {
    auto*& handle = state_->parts[static_cast<std::size_t>(part)];
    const std::string name = handle->GetName();
    auto status = state_->db->DropColumnFamily(handle);
    if (!status.ok()) return error_of(status);
    std::erase(state_->opened, handle);
    state_->db->DestroyColumnFamilyHandle(handle);
    handle = nullptr;
    status = state_->db->CreateColumnFamily(part_options(part), name, &handle);
    if (!status.ok()) return error_of(status);
    state_->opened.push_back(handle);
    return {};
}

}  // namespace ledger::storage
