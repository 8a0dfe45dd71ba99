// ZIP files in memory, as strictly as evidence needs them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "events/base/result.h"

namespace evidence {

/// Files by name. Names are relative paths of letters, digits and `. _ - /`.
using Files = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t zip_bytes_max = 1ull << 30;        ///< of the ZIP file
inline constexpr std::size_t unpacked_bytes_max = 1ull << 30;   ///< of all files together
/// Fewer than sixteen bits count: what every ZIP program reads without an extension.
inline constexpr std::size_t files_max = 65'000;
inline constexpr std::size_t name_bytes_max = 200;

/// Whether a name can be unpacked below a folder without leaving it.
bool is_safe_name(std::string_view name);

/// Reads every file. Nothing stands before the first and nothing after the last; each is stored or
/// deflated, of the length and the checksum that its heading says, and there once.
/// Fails with `corrupt` E_PACK_FORMAT.
base::Result<Files> read_zip(std::string_view bytes);

/// `first` names the file that comes first. Dates of all files are `micros` since 1970.
/// REQUIRES: safe names, within the bounds. Fails with `storage` E_STORAGE.
base::Result<std::string> write_zip(const Files& files, std::string_view first,
                                    std::int64_t micros);

}  // namespace evidence
