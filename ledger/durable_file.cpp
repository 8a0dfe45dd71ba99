#include "ledger/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "ledger/anchor.h"

namespace ledger {
namespace {

base::Error failed(const std::filesystem::path& path, std::string_view what) {
    return {
        base::Fault::storage, "E_STORAGE",
        fmt::format("the file {}: {}: {}", path.filename().string(), what, std::strerror(errno))};
}

/// Closed at the end of its block.
class File {
public:
    File(const std::filesystem::path& path, int flags, unsigned mode)
        : file_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~File() {
        if (file_ >= 0) ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    bool good() const { return file_ >= 0; }
    bool write_durably(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(file_, bytes.data(), bytes.size());
            if (written < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return ::fsync(file_) == 0;
    }

    bool cut_durably(std::uint64_t size) const {
        return ::ftruncate(file_, static_cast<off_t>(size)) == 0 && ::fsync(file_) == 0;
    }

private:
    int file_;
};

}  // namespace

base::Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                                unsigned mode) {
    const auto fresh = path.string() + ".new";
    {
        const File file(fresh, O_WRONLY | O_CREAT | O_TRUNC, mode);
        if (!file.good() || !file.write_durably(bytes)) return failed(path, "cannot be written");
    }
    if (std::rename(fresh.c_str(), path.c_str()) != 0) return failed(path, "cannot be renamed");
    return sync_directory(path.parent_path());
}

base::Result<void> append_to_file(const std::filesystem::path& path, std::string_view bytes) {
    const bool is_first = !std::filesystem::exists(path);
    const File file(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (!file.good() || !file.write_durably(bytes)) return failed(path, "cannot be written");
    if (is_first) return sync_directory(path.parent_path());
    return {};
}

base::Result<void> cut_file(const std::filesystem::path& path, std::uint64_t size) {
    const File file(path, O_WRONLY, 0644);
    if (!file.good() || !file.cut_durably(size)) return failed(path, "cannot be cut");
    return {};
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace ledger
