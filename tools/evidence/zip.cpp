#include "tools/evidence/zip.h"

#include <fmt/format.h>
#include <minizip/unzip.h>
#include <minizip/zip.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>

#include "events/base/ensure.h"

namespace evidence {
namespace {

constexpr std::size_t piece_bytes = 1u << 16;

base::Error malformed(std::string what) {
    return {base::Fault::corrupt, "E_PACK_FORMAT", std::move(what)};
}

// -- memory instead of files ----------------------------------------------------------------------

/// What minizip reads from and writes to: bytes with a place in them.
struct Memory {
    std::string_view source;       // reading
    std::string* target = nullptr;  // writing
    std::uint64_t at = 0;

    std::uint64_t size() const { return target ? target->size() : source.size(); }
};

Memory& memory(voidpf stream) { return *static_cast<Memory*>(stream); }

voidpf open_memory(voidpf opaque, const void*, int) { return opaque; }

uLong read_memory(voidpf, voidpf stream, void* out, uLong wanted) {
    auto& from = memory(stream);
    const std::string_view all = from.target ? std::string_view(*from.target) : from.source;
    if (from.at >= all.size()) return 0;
    const auto got = std::min<std::uint64_t>(wanted, all.size() - from.at);
    std::memcpy(out, all.data() + from.at, got);
    from.at += got;
    return static_cast<uLong>(got);
}

uLong write_memory(voidpf, voidpf stream, const void* bytes, uLong count) {
    auto& to = memory(stream);
    if (to.target == nullptr) return 0;
    if (to.target->size() < to.at + count) to.target->resize(to.at + count);
    std::memcpy(to.target->data() + to.at, bytes, count);
    to.at += count;
    return count;
}

ZPOS64_T tell_memory(voidpf, voidpf stream) { return memory(stream).at; }

long seek_memory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
    auto& place = memory(stream);
    std::uint64_t base = 0;
    if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = place.at;
    if (origin == ZLIB_FILEFUNC_SEEK_END) base = place.size();
    const std::uint64_t wanted = base + offset;
    if (wanted < base || wanted > place.size()) return -1;
    place.at = wanted;
    return 0;
}

int close_memory(voidpf, voidpf) { return 0; }
int error_of_memory(voidpf, voidpf) { return 0; }

zlib_filefunc64_def functions_on(Memory& place) {
    zlib_filefunc64_def out{};
    out.zopen64_file = open_memory;
    out.zread_file = read_memory;
    out.zwrite_file = write_memory;
    out.ztell64_file = tell_memory;
    out.zseek64_file = seek_memory;
    out.zclose_file = close_memory;
    out.zerror_file = error_of_memory;
    out.opaque = &place;
    return out;
}

// -- reading --------------------------------------------------------------------------------------

class Reader {
public:
    explicit Reader(std::string_view bytes) : memory_{bytes} {
        auto functions = functions_on(memory_);
        archive_ = unzOpen2_64("", &functions);
    }
    ~Reader() {
        if (archive_ != nullptr) unzClose(archive_);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    base::Result<Files> read();

private:
    base::Result<void> read_one(Files& out);
    base::Result<std::string> content(const unz_file_info64& info, const std::string& name);

    Memory memory_;
    unzFile archive_ = nullptr;
    std::size_t unpacked_ = 0;
};

base::Result<Files> Reader::read() {
    unz_global_info64 all{};
    if (archive_ == nullptr || unzGetGlobalInfo64(archive_, &all) != UNZ_OK) {
        return malformed("this is no ZIP file, or its directory is damaged");
    }
    if (all.number_entry > files_max) return malformed("too many files");
    Files out;
    int state = unzGoToFirstFile(archive_);
    while (state == UNZ_OK) {
        if (auto done = read_one(out); !done) return done.error();
        state = unzGoToNextFile(archive_);
    }
    if (state != UNZ_END_OF_LIST_OF_FILE || out.size() != all.number_entry) {
        return malformed("the directory of the ZIP file is damaged");
    }
    return out;
}

base::Result<void> Reader::read_one(Files& out) {
    unz_file_info64 info{};
    char buffer[name_bytes_max + 1] = {};
    const int state = unzGetCurrentFileInfo64(archive_, &info, buffer, sizeof buffer, nullptr, 0,
                                              nullptr, 0);
    if (state != UNZ_OK) return malformed("the directory of the ZIP file is damaged");
    if (info.size_filename > name_bytes_max) return malformed("a file's name is too long");
    const std::string name(buffer, info.size_filename);
    if (!is_safe_name(name)) return malformed("a file's name would lead out of its folder");
    if (out.size() == files_max) return malformed("too many files");
    auto bytes = content(info, name);
    if (!bytes) return bytes.error();
    if (!out.emplace(name, *std::move(bytes)).second) {
        return malformed(fmt::format("{} is there twice", name));
    }
    return {};
}

base::Result<std::string> Reader::content(const unz_file_info64& info, const std::string& name) {
    const bool is_known = info.compression_method == 0 || info.compression_method == Z_DEFLATED;
    if (!is_known || (info.flag & 1) != 0) {
        return malformed(fmt::format("{} is packed in a way that evidence is not", name));
    }
    if (info.uncompressed_size > unpacked_bytes_max - unpacked_) {
        return malformed("the files are too large together");
    }
    if (unzOpenCurrentFile(archive_) != UNZ_OK) {
        return malformed(fmt::format("{}: heading and directory do not agree", name));
    }
    std::string out;
    char piece[piece_bytes];
    int got = 0;
    while ((got = unzReadCurrentFile(archive_, piece, sizeof piece)) > 0) {
        out.append(piece, static_cast<std::size_t>(got));
        if (out.size() > info.uncompressed_size) break;
    }
    const int closed = unzCloseCurrentFile(archive_);
    if (got != 0 || closed != UNZ_OK || out.size() != info.uncompressed_size) {
        return malformed(fmt::format("{} is not what the ZIP file says of it", name));
    }
    unpacked_ += out.size();
    return out;
}

// -- writing --------------------------------------------------------------------------------------

zip_fileinfo dated(std::int64_t micros) {
    constexpr std::int64_t first_second = 315'532'800;  // 1980-01-01, where ZIP's dates begin
    const std::time_t seconds = std::max(micros / 1'000'000, first_second);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    zip_fileinfo out{};
    out.tmz_date.tm_sec = utc.tm_sec;
    out.tmz_date.tm_min = utc.tm_min;
    out.tmz_date.tm_hour = utc.tm_hour;
    out.tmz_date.tm_mday = utc.tm_mday;
    out.tmz_date.tm_mon = utc.tm_mon;
    out.tmz_date.tm_year = utc.tm_year + 1900;
    return out;
}

bool add(zipFile archive, const std::string& name, const std::string& bytes,
         const zip_fileinfo& info) {
    const int opened = zipOpenNewFileInZip64(archive, name.c_str(), &info, nullptr, 0, nullptr, 0,
                                             nullptr, Z_DEFLATED, Z_DEFAULT_COMPRESSION, 0);
    return opened == ZIP_OK &&
           zipWriteInFileInZip(archive, bytes.data(), static_cast<unsigned>(bytes.size())) ==
               ZIP_OK &&
           zipCloseFileInZip(archive) == ZIP_OK;
}

}  // namespace

bool is_safe_name(std::string_view name) {
    if (name.empty() || name.size() > name_bytes_max || name.front() == '/') return false;
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-' || c == '/';
    });
    if (!plain) return false;
    while (true) {
        const auto end = name.find('/');
        const auto part = name.substr(0, end);
        if (part.empty() || part == "." || part == "..") return false;
        if (end == std::string_view::npos) return true;
        name.remove_prefix(end + 1);
    }
}

base::Result<Files> read_zip(std::string_view bytes) {
    constexpr std::size_t end_bytes = 22;  // of the record that closes a ZIP file
    if (bytes.size() > zip_bytes_max) return malformed("the file is too large");
    const bool is_whole = bytes.size() > end_bytes && bytes.starts_with("PK\x03\x04") &&
                          bytes.substr(bytes.size() - end_bytes).starts_with("PK\x05\x06");
    if (!is_whole) return malformed("this is no ZIP file, or it was cut short or added to");
    return Reader(bytes).read();
}

base::Result<std::string> write_zip(const Files& files, std::string_view first,
                                    std::int64_t micros) {
    if (files.size() > files_max) {
        return base::Error{base::Fault::invalid, "E_PACK_TOO_LARGE",
                           "a pack holds at most " + std::to_string(files_max) + " files"};
    }
    std::string out;
    Memory target{{}, &out};
    auto functions = functions_on(target);
    const auto failed = base::Error{base::Fault::storage, "E_STORAGE", "the ZIP file was not made"};
    const zipFile archive = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
    if (archive == nullptr) return failed;
    const auto info = dated(micros);
    bool good = true;
    const auto put = [&](const std::string& name, const std::string& bytes) {
        ENSURE(is_safe_name(name), "evidence has safe names");
        good = good && add(archive, name, bytes, info);
    };
    if (const auto found = files.find(first); found != files.end()) {
        put(found->first, found->second);
    }
    for (const auto& [name, bytes] : files) {
        if (name != first) put(name, bytes);
    }
    if (zipClose(archive, nullptr) != ZIP_OK || !good) return failed;
    return out;
}

}  // namespace evidence
