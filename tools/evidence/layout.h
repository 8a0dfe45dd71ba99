// Names of the files in a pack, and what is made from its entries. Shared by those who make packs
// and those who check them, so that both mean the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/event.h"
#include "events/json/event_writer.h"
#include "ledger/proof/completeness.h"
#include "tools/evidence/lists.h"
#include "tools/evidence/manifest.h"
#include "tools/evidence/report.h"
#include "tools/evidence/zip.h"

namespace evidence {

inline constexpr std::string_view manifest_file = "manifest.json";
inline constexpr std::string_view sums_file = "SHA256SUMS";
inline constexpr std::string_view readme_file = "README.txt";
inline constexpr std::string_view lines_file = "events.ndjson";
inline constexpr std::string_view page_file = "page.html";
inline constexpr std::string_view personal_page_file = "personal/page.html";
inline constexpr std::string_view personal_folder = "personal/";
inline constexpr std::string_view streams_folder = "streams/";

std::string entry_file(std::uint64_t position);
std::string proof_file(std::uint64_t position);
/// `streams/talent-0198c6f0000070008000000000000003.completeness`.
std::string stream_file(const events::StreamId& stream);
/// The position in `events/12.tle` or `proofs/12.tlog-proof`; nothing for other names.
std::optional<std::uint64_t> position_in(std::string_view name, std::string_view folder,
                                         std::string_view ending);

/// An entry that was read.
struct Entry {
    const events::schema::Event* event = nullptr;  ///< borrowed from the files
    events::Hash leaf{};
    bool is_context = false;
    events::PersonalView personal;
};
using Entries = std::map<std::uint64_t, Entry>;

/// Digests of all files but SHA256SUMS, as `sha256sum` writes them.
std::string sums_of(const Files& files);
/// events.ndjson.
std::string lines_of(const Entries& entries);
/// The page, with what was opened or without.
struct PageSource {
    const Manifest& manifest;
    const Entries& entries;
    const Names& names;
    const std::vector<std::string>& cosigners;
    Shown shown;
};
std::string page_of(const PageSource& source, const std::string* salt);
/// The salt of the personal page, from the message keys of all opened parts in their order.
std::string page_salt(const std::vector<std::string>& part_files);
/// README.txt.
std::string_view readme_text();

/// What the first entry of a log says.
struct LedgerFacts {
    events::Id id;
    std::string kind;
    std::string zone;
};
std::optional<LedgerFacts> facts_of(const Entries& entries);

/// Whether an event is what was asked for.
bool fits(const Asked& asked, const events::schema::Event& event);
/// A stream as the log's own list of streams has it.
struct ListedStream {
    events::StreamId stream;
    std::optional<proof::StreamState> state;  ///< nothing: it is not in the list
    std::uint64_t size = 0;                   ///< of the log that the list is of
};
/// How much of what was asked the entries show to be all. `listed`: with a proof in the pack.
/// Fails with `corrupt` E_PACK where one is missing: a gap that cannot be by choice.
base::Result<Shown> shown_by(const Asked& asked, const Entries& entries,
                             const std::vector<ListedStream>& listed);
/// Streams of a person: their own, and those of the records merged into it by events among the
/// entries.
std::vector<events::StreamId> streams_of(const events::Id& person, const Entries& entries);

}  // namespace evidence
