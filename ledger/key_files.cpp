#include "ledger/key_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "ledger/anchor.h"
#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::string_view shards_magic = "TLKEYFIL";
constexpr std::uint32_t key_format = 1;
constexpr std::size_t check_bytes = 8;
constexpr std::size_t shard_bytes = 64;
static_assert(sizeof(std::uint32_t) + sizeof(Nonce12) + sizeof(Key) + tag_bytes == shard_bytes);

base::Error missing(const std::filesystem::path& path, std::string_view what) {
    return {base::Fault::corrupt, "E_VAULT_MISSING",
            fmt::format("key file {} {}", path.filename().string(), what)};
}

base::Error failed(const std::filesystem::path& path) {
    return {base::Fault::storage, "E_STORAGE",
            fmt::format("key file {}: {}", path.filename().string(), std::strerror(errno))};
}

std::string check_of(const Key& key) {
    const auto hash = sha256({"ledger/keyfile/v1", text_of(key)});
    return std::string(text_of(hash).substr(0, check_bytes));
}

/// Writes a file that is whole or not there at all.
base::Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
    const std::filesystem::path fresh = path.string() + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return failed(path);
    const bool good = ::write(file, bytes.data(), bytes.size()) ==
                          static_cast<ssize_t>(bytes.size()) &&
                      ::fsync(file) == 0;
    ::close(file);
    if (!good || ::rename(fresh.c_str(), path.c_str()) != 0) return failed(path);
    return sync_directory(path.parent_path());
}

std::string read_bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

base::Result<void> write_key(const std::filesystem::path& path, base::Random& random) {
    if (std::filesystem::exists(path)) return {};
    Key key = random.bytes<32>();
    std::string bytes(shards_magic);
    append_number(bytes, key_format);
    append_bytes(bytes, key);
    bytes += check_of(key);
    auto written = write_file(path, bytes);
    wipe(key);
    return written;
}

base::Result<void> read_key(const std::filesystem::path& path, Key& out) {
    if (!std::filesystem::exists(path)) return missing(path, "is missing");
    const auto bytes = read_bytes(path);
    ByteReader reader(bytes);
    const bool known = reader.take(shards_magic.size()) == shards_magic;
    const auto format = reader.number<std::uint32_t>();
    out = reader.array<32>();
    const auto check = reader.take(check_bytes);
    if (!known || !reader.finished() || check != check_of(out)) {
        return missing(path, "is damaged");
    }
    if (format != key_format) return missing(path, "has an unknown format");
    return {};
}

std::string shard_context(std::uint16_t shard, std::uint32_t epoch) {
    std::string out = "ledger/shard/v1";
    append_number(out, shard);
    append_number(out, epoch);
    return out;
}

}  // namespace

base::Result<std::unique_ptr<KeyFiles>> KeyFiles::create(const std::filesystem::path& dir,
                                                         base::Random& random) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    std::filesystem::permissions(dir, std::filesystem::perms::owner_all, error);
    if (error) return base::Error{base::Fault::storage, "E_STORAGE", error.message()};
    for (const auto* name : {"epoch-0001", "lookup", "anchor"}) {
        if (auto written = write_key(dir / name, random); !written) return written.error();
    }
    if (!std::filesystem::exists(dir / "shards")) {
        KeyFiles made;
        if (auto read = read_key(dir / "epoch-0001", made.master_); !read) return read.error();
        auto written = write_file(dir / "shards", made.fresh_shards(random));
        if (!written) return written.error();
    }
    return open(dir);
}

base::Result<std::unique_ptr<KeyFiles>> KeyFiles::open(const std::filesystem::path& dir) {
    std::unique_ptr<KeyFiles> out(new KeyFiles);
    if (auto loaded = out->load(dir); !loaded) return loaded.error();
    return out;
}

KeyFiles::~KeyFiles() {
    for (auto* key : {&master_, &lookup_, &anchor_}) wipe(*key);
    for (auto& key : shards_) wipe(key);
}

base::Result<void> KeyFiles::load(const std::filesystem::path& dir) {
    if (auto read = read_key(dir / "epoch-0001", master_); !read) return read.error();
    if (auto read = read_key(dir / "lookup", lookup_); !read) return read.error();
    if (auto read = read_key(dir / "anchor", anchor_); !read) return read.error();
    return load_shards(dir / "shards");
}

base::Result<void> KeyFiles::load_shards(const std::filesystem::path& path) {
    const auto bytes = read_bytes(path);
    if (bytes.size() != shard_count * shard_bytes) return missing(path, "is missing or cut off");
    ByteReader reader(bytes);
    for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
        const auto epoch = reader.number<std::uint32_t>();
        const auto nonce = reader.array<12>();
        auto key = open_gcm(master_, nonce, reader.take(sizeof(Key) + tag_bytes),
                            shard_context(shard, epoch));
        if (!key || key->size() != sizeof(Key)) return missing(path, "is damaged");
        std::memcpy(shards_[shard].data(), key->data(), sizeof(Key));
        wipe({reinterpret_cast<std::uint8_t*>(key->data()), key->size()});
    }
    return {};
}

std::string KeyFiles::fresh_shards(base::Random& random) const {
    std::string out;
    for (std::uint16_t shard = 0; shard < shard_count; ++shard) {
        Key key = random.bytes<32>();
        const auto nonce = random.bytes<12>();
        append_number(out, epoch());
        append_bytes(out, nonce);
        out += seal_gcm(master_, nonce, text_of(key), shard_context(shard, epoch()));
        wipe(key);
    }
    return out;
}

std::uint16_t KeyFiles::shard_of(const events::Id& key_id) {
    return static_cast<std::uint16_t>((key_id.bytes[0] << 8 | key_id.bytes[1]) % shard_count);
}

std::string KeyFiles::wrap(const events::Id& key_id, const Key& data_key, std::string_view context,
                           base::Random& random) const {
    const auto nonce = random.bytes<12>();
    std::string out(text_of(nonce));
    return out + seal_gcm(shards_[shard_of(key_id)], nonce, text_of(data_key), context);
}

bool KeyFiles::unwrap(const events::Id& key_id, std::string_view wrapped, std::string_view context,
                      Key& out) const {
    ByteReader reader(wrapped);
    const auto nonce = reader.array<12>();
    auto key = open_gcm(shards_[shard_of(key_id)], nonce, reader.rest(), context);
    if (!key || key->size() != sizeof(Key)) return false;
    std::memcpy(out.data(), key->data(), sizeof(Key));
    wipe({reinterpret_cast<std::uint8_t*>(key->data()), key->size()});
    return true;
}

}  // namespace ledger
