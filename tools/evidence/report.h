// What a check of a pack has found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/policy.h"
#include "tools/evidence/manifest.h"

namespace evidence {

enum class Language { en, zh };

/// The first thing that is wrong.
struct PackFault {
    std::string code;                            ///< E_PACK_FORMAT, E_PACK, E_SIGNATURE ...
    std::string file;                            ///< in the pack; empty if it is about all of it
    std::optional<std::uint64_t> position = {};  ///< of the event that it is about
    std::string what;
};

/// How much of what was asked is shown to be all there is.
enum class Completeness {
    nothing,    ///< a choice: others that fit may have been left out
    gapless,    ///< of each stream the first events without a gap, perhaps not the last ones
    streams,    ///< of each stream all events that the log had when it last listed its streams
    positions,  ///< every event of the range of positions
};

struct Shown {
    Completeness completeness = Completeness::nothing;
    std::uint64_t upto = 0;  ///< of streams: among so many first events of the log
};

struct Verdict {
    std::optional<PackFault> fault;

    // What was checked, as far as the check came.
    Manifest manifest;
    std::vector<std::string> log_keys;            ///< verifier keys of the log that were trusted
    bool own_trust = false;                       ///< the keys came out of the pack itself
    std::vector<proof::Policy::Seen> cosigned;
    std::uint64_t entries = 0;                    ///< proven to be in the log
    std::uint64_t opened = 0;                     ///< sealed parts whose text was proven
    std::uint64_t closed = 0;                     ///< left out when the pack was made
    std::uint64_t erased = 0;                     ///< gone from the ledger already then
    std::uint64_t absent = 0;                     ///< taken out of the pack since
    Shown shown;
    bool page_checked = false;                    ///< page.html says what the entries say
    bool personal_page_checked = false;
    std::vector<std::string> notes;               ///< codes of what a reader should know, W_...

    bool good() const { return !fault.has_value(); }
    /// Good, and nothing in the pack had to be left unchecked: schema and lists are this program's.
    bool is_whole() const { return good() && page_checked; }
};

/// The sentence of a note.
std::string sentence_of(const std::string& note, Language language);
/// Some lines for people.
std::string text_of(const Verdict& verdict, Language language);
/// The same for programs.
std::string json_of(const Verdict& verdict);

}  // namespace evidence
