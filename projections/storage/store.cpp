#include "projections/storage/store.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "events/base/log.h"
#include "projections/storage/row_bytes.h"

namespace projections {

namespace {

constexpr std::string_view checkpoint_key = "C";
constexpr std::size_t checkpoint_size = 4 + 16 + 8;
constexpr std::size_t longest_key = 33;

base::Error storage_error(const rocksdb::Status& status) {
    if (status.IsCorruption()) {
        return {base::Fault::corrupt, "E_VIEWS_DAMAGED",
                "the stored views are damaged; delete the folder views/ to rebuild them: " +
                    status.ToString()};
    }
    return {base::Fault::storage, "E_STORAGE", "the views' store failed: " + status.ToString()};
}

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

std::string encode(const Checkpoint& checkpoint) {
    std::string out;
    put_u32(out, checkpoint.version);
    out.append(reinterpret_cast<const char*>(checkpoint.ledger.bytes.data()), 16);
    put_u64(out, checkpoint.position);
    return out;
}

Checkpoint decode_checkpoint(std::string_view bytes) {
    Checkpoint out;
    out.version = get_u32(bytes);
    std::memcpy(out.ledger.bytes.data(), bytes.data() + 4, 16);
    out.position = get_u64(bytes.substr(20));
    return out;
}

rocksdb::Options options_for(rocksdb::Env* env) {
    rocksdb::Options options;
    options.env = env;
    options.create_if_missing = true;
    options.compression = rocksdb::kLZ4Compression;
    options.write_buffer_size = 32u << 20;
    options.max_background_jobs = 2;
    options.keep_log_file_num = 2;
    options.info_log_level = rocksdb::ERROR_LEVEL;
    // What the tail lost in a power cut is folded again from the log.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 32u << 10;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

}  // namespace

struct Store::State {
    std::unique_ptr<rocksdb::Env> memory;  // owns the files of a store without a folder
    std::string path;
    rocksdb::Options options;
    std::unique_ptr<rocksdb::DB> db;

    rocksdb::Status open() {
        rocksdb::DB* opened = nullptr;
        const rocksdb::Status status = rocksdb::DB::Open(options, path, &opened);
        db.reset(opened);
        return status;
    }
    rocksdb::Status empty() {
        db.reset();
        const rocksdb::Status gone = rocksdb::DestroyDB(path, options);
        return gone.ok() ? open() : gone;
    }
};

struct Store::Snapshot::Hold {
    rocksdb::DB* db;
    const rocksdb::Snapshot* taken;

    ~Hold() { db->ReleaseSnapshot(taken); }
};

Store::Snapshot::~Snapshot() = default;

struct Store::Cursor::Hold {
    std::unique_ptr<rocksdb::Iterator> at;
};

Store::Cursor::Cursor(const Store& store) : hold_(new Hold) {
    rocksdb::ReadOptions options;
    options.readahead_size = 2u << 20;
    hold_->at.reset(store.state_->db->NewIterator(options));
    hold_->at->SeekToFirst();
}
Store::Cursor::~Cursor() = default;
bool Store::Cursor::valid() const {
    return hold_->at->Valid();
}
void Store::Cursor::next() {
    hold_->at->Next();
}
std::string_view Store::Cursor::key() const {
    return hold_->at->key().ToStringView();
}
std::string_view Store::Cursor::value() const {
    return hold_->at->value().ToStringView();
}
base::Result<void> Store::Cursor::status() const {
    const auto status = hold_->at->status();
    if (!status.ok()) return storage_error(status);
    return {};
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

void Batch::sort() {
    if (!std::is_sorted(rows.begin(), rows.end(), by_key)) {
        std::sort(rows.begin(), rows.end(), by_key);
    }
}

bool decode_row(std::string_view key, std::string_view value, SignedRow& out) {
    if (key.size() != row_key_size) return false;
    out.row.table = static_cast<Table>(key[0]);
    out.row.day = static_cast<std::int32_t>(get_u32(key.substr(1)) - 0x80000000u);
    out.position = get_u64(key.substr(5));
    out.ordinal = get_u32(key.substr(13));
    const std::size_t words = words_of(out.row.table);
    if (value.size() != 4 + 4 * words) return false;
    out.sign = static_cast<std::int32_t>(get_u32(value));
    for (std::size_t i = 0; i < words; ++i) out.row.cell[i] = get_u32(value.substr(4 + 4 * i));
    return true;
}

base::Result<std::unique_ptr<Store>> Store::open_read_only(const std::filesystem::path& dir) {
    auto state = std::make_unique<State>();
    state->path = dir.string();
    state->options = options_for(rocksdb::Env::Default());
    state->options.create_if_missing = false;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::OpenForReadOnly(state->options, state->path, &opened);
    if (!status.ok()) return storage_error(status);
    state->db.reset(opened);
    return std::unique_ptr<Store>(new Store(std::move(state)));
}

base::Result<std::unique_ptr<Store>> Store::open(std::optional<std::filesystem::path> dir) {
    auto state = std::make_unique<State>();
    rocksdb::Env* env = rocksdb::Env::Default();
    if (dir) {
        std::error_code failed;
        std::filesystem::create_directories(*dir, failed);
        state->path = dir->string();
    } else {
        state->memory.reset(rocksdb::NewMemEnv(env));
        env = state->memory.get();
        state->path = "/views";
    }
    state->options = options_for(env);
    rocksdb::Status status = state->open();
    if (status.IsCorruption() || status.IsInvalidArgument()) {
        base::log(base::LogLevel::warning, "the stored views are unusable and are rebuilt: {}",
                  status.ToString());
        status = state->empty();
    }
    if (!status.ok()) return storage_error(status);
    return std::unique_ptr<Store>(new Store(std::move(state)));
}

base::Result<std::optional<Checkpoint>> Store::checkpoint() const {
    std::string bytes;
    const auto status = state_->db->Get({}, rocksdb::Slice(checkpoint_key.data(), 1), &bytes);
    if (status.IsNotFound()) return std::optional<Checkpoint>();
    if (!status.ok()) return storage_error(status);
    if (bytes.size() != checkpoint_size) return std::optional<Checkpoint>();
    return std::optional(decode_checkpoint(bytes));
}

base::Result<std::shared_ptr<const Store::Snapshot>> Store::snapshot() const {
    auto out = std::make_shared<Snapshot>();
    out->hold_.reset(new Snapshot::Hold{state_->db.get(), state_->db->GetSnapshot()});
    rocksdb::ReadOptions options;
    options.snapshot = out->hold_->taken;
    std::string bytes;
    const auto status = state_->db->Get(options, rocksdb::Slice(checkpoint_key.data(), 1), &bytes);
    if (!status.ok() && !status.IsNotFound()) return storage_error(status);
    if (bytes.size() == checkpoint_size) out->checkpoint_ = decode_checkpoint(bytes);
    return std::shared_ptr<const Snapshot>(out);
}

base::Result<void> Store::rows(const Snapshot& snapshot, Table table, events::Date from,
                               events::Date upto, const VisitRow& visit) const {
    char first[5];
    char end[5];
    row_prefix(first, table, from.days);
    row_prefix(end, table, upto.days);
    const rocksdb::Slice bound(end, sizeof end);
    rocksdb::ReadOptions options;
    options.snapshot = snapshot.hold_->taken;
    options.iterate_upper_bound = &bound;
    options.readahead_size = 2u << 20;
    const std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(options));
    SignedRow row;
    for (at->Seek(rocksdb::Slice(first, sizeof first)); at->Valid(); at->Next()) {
        if (!decode_row(at->key().ToStringView(), at->value().ToStringView(), row)) {
            return storage_error(rocksdb::Status::Corruption("a row of unknown shape"));
        }
        visit(row);
    }
    if (!at->status().ok()) return storage_error(at->status());
    return {};
}

base::Result<void> Store::notes(std::string_view prefix, const VisitNote& visit,
                                const Snapshot* snapshot) const {
    rocksdb::ReadOptions options;
    if (snapshot != nullptr) options.snapshot = snapshot->hold_->taken;
    const std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(options));
    const rocksdb::Slice wanted(prefix.data(), prefix.size());
    for (at->Seek(wanted); at->Valid() && at->key().starts_with(wanted); at->Next()) {
        visit(at->key().ToStringView(), at->value().ToStringView());
    }
    if (!at->status().ok()) return storage_error(at->status());
    return {};
}

base::Result<std::optional<std::string>> Store::note(std::string_view key) const {
    std::string value;
    const auto status = state_->db->Get({}, slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return storage_error(status);
    return std::optional(std::move(value));
}

base::Result<std::optional<Note>> Store::last_note(std::string_view prefix,
                                                   const Snapshot* snapshot) const {
    rocksdb::ReadOptions options;
    if (snapshot != nullptr) options.snapshot = snapshot->hold_->taken;
    const std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(options));
    at->SeekForPrev(std::string(prefix) + std::string(longest_key, '\xff'));
    if (!at->status().ok()) return storage_error(at->status());
    if (!at->Valid() || !at->key().starts_with(slice(prefix))) return std::optional<Note>();
    return std::optional(Note(at->key().ToString(), at->value().ToString()));
}

base::Result<void> Store::write(Batch& batch) {
    // Sorted keys keep the inserts into the memory table close together.
    batch.sort();
    rocksdb::WriteBatch out(batch.rows.size() * 64);
    for (const SignedRow& row : batch.rows) {
        const EncodedRow encoded(row);
        out.Put(slice(encoded.key()), slice(encoded.value()));
    }
    for (const auto* notes : {&batch.notes, &batch.sums}) {
        for (const auto& [key, value] : *notes) out.Put(key, value);
    }
    for (const auto* dropped : {&batch.dropped, &batch.sums_dropped}) {
        for (const auto& key : *dropped) out.Delete(key);
    }
    out.Put(rocksdb::Slice(checkpoint_key.data(), 1), encode(batch.checkpoint));
    const rocksdb::Status status = state_->db->Write({}, &out);
    if (!status.ok()) return storage_error(status);
    return {};
}

base::Result<void> Store::clear() {
    const rocksdb::Status status = state_->empty();
    if (!status.ok()) return storage_error(status);
    return {};
}

void put_u32(std::string& out, std::uint32_t value) {
    char bytes[4];
    store_u32(bytes, value);
    out.append(bytes, sizeof bytes);
}

void put_u64(std::string& out, std::uint64_t value) {
    char bytes[8];
    store_u64(bytes, value);
    out.append(bytes, sizeof bytes);
}

std::uint32_t get_u32(std::string_view bytes) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<std::uint8_t>(bytes[i]);
    return out;
}

std::uint64_t get_u64(std::string_view bytes) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) out = out << 8 | static_cast<std::uint8_t>(bytes[i]);
    return out;
}

}  // namespace projections
