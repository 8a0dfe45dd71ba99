// The request by which a log hands its entries to a mirror (C2SP tlog-mirror, add-entries):
//
//   u16 length, origin | start u64 | end u64 | u16 length, ticket | packages
//   package: u16 length and bytes of each entry | number of hashes u8 | hashes of a subtree proof
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/merkle.h"

namespace proof {

/// Packages of one request, so that it stays below what hosts allow.
inline constexpr std::uint64_t packages_of_a_request = 32;

struct UploadHead {
    std::string origin;
    std::uint64_t start = 0;
    std::uint64_t end = 0;  ///< size of the tree that the packages prove themselves against
    std::string ticket;     ///< as the mirror gave it, or empty

    /// REQUIRES: origin and ticket of less than 65,536 bytes.
    std::string encoded() const;
};

/// Which entries a package holds: [start, end), proven as part of the subtree [from, end).
struct PackageSpan {
    std::uint64_t from = 0, start = 0, end = 0;

    /// The package that begins at `at` in an upload up to `upload_end`. REQUIRES: at < upload_end.
    static PackageSpan at(std::uint64_t at, std::uint64_t upload_end);
    std::size_t entries() const { return static_cast<std::size_t>(end - start); }
};

struct EntryPackage {
    std::vector<std::string> entries;
    Path path;

    /// REQUIRES: entries of less than 65,536 bytes.
    std::string encoded() const;
};

/// What a mirror says of how far it is: `text/x.tlog.mirror-info`.
struct MirrorInfo {
    std::uint64_t size = 0;  ///< of a checkpoint that it would take entries for
    std::uint64_t next = 0;  ///< the first entry that it lacks
    std::string ticket;

    std::string encoded() const;
    /// Fails with `invalid` E_MIRROR_INFO.
    static base::Result<MirrorInfo> parse(std::string_view text);
};
inline constexpr std::string_view mirror_info_type = "text/x.tlog.mirror-info";

/// Takes an upload apart while it comes. Nothing from `head` and `package` means: feed more.
class UploadReader {
public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    std::optional<UploadHead> head();
    /// The next package, of so many entries. Fails with `invalid` E_ADD_ENTRIES for more than 63
    /// hashes.
    base::Result<std::optional<EntryPackage>> package(std::size_t entries);

private:
    std::string buffer_;
};

}  // namespace proof
