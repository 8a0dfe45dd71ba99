#include "ledger/anchor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::string_view magic = "TLANCHOR";
constexpr std::uint32_t anchor_format = 1;
constexpr std::size_t slot_bytes = 4096;
constexpr std::size_t signed_bytes = 8 + 4 + 5 * 8 + 32;

base::Error failed(std::string_view what) {
    return {base::Fault::storage, "E_STORAGE",
            fmt::format("the head anchor: {}: {}", what, std::strerror(errno))};
}

std::string encoded(const Anchor& anchor, const Key& key) {
    std::string out(magic);
    append_number(out, anchor_format);
    for (const auto number : {anchor.blocks, anchor.first, anchor.size, anchor.previous_size,
                              anchor.lost_size}) {
        append_number(out, number);
    }
    append_bytes(out, anchor.root);
    ENSURE(out.size() == signed_bytes, "the slot has the layout that the header draws");
    append_bytes(out, hmac_sha256(text_of(key), {out}));
    out.resize(slot_bytes);
    return out;
}

std::optional<Anchor> decoded(std::string_view slot, const Key& key) {
    if (slot.size() < signed_bytes + sizeof(events::Hash)) return std::nullopt;
    const auto mac = hmac_sha256(text_of(key), {slot.substr(0, signed_bytes)});
    if (!same(mac, bytes_of(slot.substr(signed_bytes, mac.size())))) return std::nullopt;
    ByteReader reader(slot);
    if (reader.take(magic.size()) != magic) return std::nullopt;
    if (reader.number<std::uint32_t>() != anchor_format) return std::nullopt;
    Anchor out;
    for (auto* field : {&out.blocks, &out.first, &out.size, &out.previous_size, &out.lost_size}) {
        *field = reader.number<std::uint64_t>();
    }
    out.root = reader.array<32>();
    return out;
}

bool never_written(std::string_view slot) {
    return slot.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

AnchorFile::Found AnchorFile::read(const std::filesystem::path& path, const Key& key) {
    Found found;
    std::ifstream in(path, std::ios::binary);
    if (!in) return found;
    found.exists = true;
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t at = 0; at < 2 * slot_bytes; at += slot_bytes) {
        const auto slot = std::string_view(bytes).substr(std::min(at, bytes.size()), slot_bytes);
        const auto anchor = decoded(slot, key);
        if (!anchor) {
            if (slot.size() < slot_bytes || !never_written(slot)) ++found.damaged_slots;
        } else if (!found.newest || found.newest->blocks < anchor->blocks) {
            found.older = std::exchange(found.newest, anchor);
        } else {
            found.older = anchor;
        }
    }
    return found;
}

base::Result<std::unique_ptr<AnchorFile>> AnchorFile::open(const std::filesystem::path& path,
                                                           const Key& key) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return failed("cannot be opened");
    std::unique_ptr<AnchorFile> out(new AnchorFile(file, key));
    if (::lseek(file, 0, SEEK_END) < static_cast<off_t>(2 * slot_bytes)) {
        // Written in full once, so that later syncs change no metadata.
        const std::string zeros(2 * slot_bytes, '\0');
        if (::pwrite(file, zeros.data(), zeros.size(), 0) != static_cast<ssize_t>(zeros.size())) {
            return failed("cannot be written");
        }
        if (::fsync(file) != 0) return failed("cannot be synced");
        if (auto synced = sync_directory(path.parent_path()); !synced) return synced.error();
    }
    return out;
}

AnchorFile::~AnchorFile() { ::close(file_); }

base::Result<void> AnchorFile::write(const Anchor& anchor) {
    if (auto done = put(static_cast<int>(anchor.blocks % 2), anchor); !done) return done.error();
    return sync();
}

base::Result<void> AnchorFile::write_both(const Anchor& anchor) {
    for (const int slot : {0, 1}) {
        if (auto done = put(slot, anchor); !done) return done.error();
        // One after the other: a cut between them leaves one good slot.
        if (auto done = sync(); !done) return done.error();
    }
    return {};
}

base::Result<void> AnchorFile::put(int slot, const Anchor& anchor) {
    const auto bytes = encoded(anchor, key_);
    const auto at = static_cast<off_t>(slot * static_cast<int>(slot_bytes));
    if (::pwrite(file_, bytes.data(), bytes.size(), at) != static_cast<ssize_t>(bytes.size())) {
        return failed("cannot be written");
    }
    return {};
}

base::Result<void> AnchorFile::sync() {
    if (::fdatasync(file_) != 0) return failed("cannot be synced");
    return {};
}

base::Result<void> sync_directory(const std::filesystem::path& dir) {
    const int file = ::open(dir.empty() ? "." : dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return failed("its folder cannot be opened");
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    if (!synced) return failed("its folder cannot be synced");
    return {};
}

}  // namespace ledger
