// Small files that are there whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "events/base/result.h"

namespace ledger {

/// Puts the bytes in the place of the file, durably: a crash leaves the old file or the new one.
/// Fails with `storage` E_STORAGE.
base::Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                                unsigned mode = 0644);
/// Appends durably; makes the file if it is not there. A crash may leave a part.
base::Result<void> append_to_file(const std::filesystem::path& path, std::string_view bytes);
/// Takes off what lies behind the first `size` bytes, durably.
base::Result<void> cut_file(const std::filesystem::path& path, std::uint64_t size);
/// Empty if it is not there.
std::string read_file(const std::filesystem::path& path);

}  // namespace ledger
