#include "tools/audit/tile_folder.h"

#include <fmt/format.h>

#include "ledger/durable_file.h"

namespace tools {
namespace fs = std::filesystem;

bool TileFolder::is_one(const fs::path& dir) {
    std::error_code ignored;
    return fs::is_regular_file(dir / "checkpoint", ignored) &&
           fs::is_directory(dir / "tile", ignored);
}

base::Result<std::string> TileFolder::read(const std::string& name, const char* code) const {
    std::error_code ignored;
    if (!fs::is_regular_file(dir_ / name, ignored)) {
        return base::Error{base::Fault::not_found, code,
                           fmt::format("{} has no file {}", dir_.string(), name)};
    }
    return ledger::read_file(dir_ / name);
}

base::Result<std::string> TileFolder::checkpoint() {
    return read("checkpoint", "E_NO_CHECKPOINT");
}

base::Result<std::string> TileFolder::tile(const proof::TilePath& path) {
    auto bytes = read(path.text(), "E_NO_TILE");
    if (bytes || !path.is_partial() || bytes.error().fault != base::Fault::not_found) return bytes;
    bytes = read(proof::TilePath{path.entries, path.level, path.index}.text(), "E_NO_TILE");
    if (!bytes) return bytes;
    return cut_tile(path, *std::move(bytes));
}

base::Result<std::vector<proof::VerifierKey>> TileFolder::verifiers() {
    const auto lines = read("vkey", "E_NO_FILE");
    if (!lines) return lines.error();
    return parse_verifiers(*lines);
}

base::Result<std::string> TileFolder::policy() { return read("policy", "E_NO_FILE"); }

}  // namespace tools
