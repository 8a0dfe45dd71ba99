// An evidence pack: one ZIP file with events, the proofs that they are in a log, and what is needed
// to read them. docs/evidence_pack.md describes every file in it.
//
//   manifest.json           what the pack says of itself
//   SHA256SUMS              digests of all other files
//   README.txt              how to check it without this program
//   checkpoint policy vkey  the signed tree, whom to trust, the log's keys
//   events/N.tle            bytes of the event at position N: the leaf of the tree
//   proofs/N.tlog-proof     its proof (C2SP tlog-proof)
//   streams/KIND-ID.completeness  that a stream has no other events (ledger/proof/completeness.h)
//   events.ndjson           the same events as CloudEvents, sealed fields closed
//   page.html               the same for people
//   personal/N.CLASS.json   an opened sealed part; may be taken out
//   personal/page.html      the page with what is opened; may be taken out
//   schema/ code_lists/     what the bytes and the codes mean
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/proof/completeness.h"
#include "ledger/proof/merkle.h"
#include "ledger/proof/policy.h"
#include "tools/evidence/manifest.h"
#include "tools/evidence/part.h"
#include "tools/evidence/report.h"
#include "tools/evidence/zip.h"

namespace evidence {

/// Events of one pack at most; each has two files, and one more for each opened part.
inline constexpr std::size_t pack_events_max = 30'000;

/// What a pack is made of.
struct Contents {
    Manifest manifest;  ///< program, made_at and asked; the rest follows
    std::string checkpoint, policy, vkeys;
    struct Entry {
        std::string bytes;
        proof::Path path;
        bool is_context = false;
        std::map<events::PersonalClass, Part> opened;
        std::map<events::PersonalClass, bool> erased;  ///< parts that are gone
    };
    std::map<std::uint64_t, Entry> entries;  ///< by position; the first of the log is among them
    /// Of whole streams, as far as the log has listed them; leading to `checkpoint`.
    std::vector<proof::CompletenessProof> streams;
};

/// The ZIP file. What comes out has been checked as anybody will check it.
/// Errors: those of a check, under the pack's own policy; `invalid` E_PACK_TOO_LARGE.
base::Result<std::string> make_pack(Contents contents);

/// Whom to believe that the log is the log. Nothing: whom the pack names, which only shows that the
/// pack fits together.
using Trust = std::optional<proof::Policy>;

/// Checks everything in the pack. Never fails otherwise than by its verdict.
Verdict verify_pack(std::string_view bytes, const Trust& trust);
/// The same for files that were unpacked already.
Verdict verify_files(const Files& files, const Trust& trust);

/// What is to be taken out of a pack.
struct Redaction {
    std::optional<std::uint64_t> position;
    std::optional<events::Id> subject;
    std::optional<events::PersonalClass> personal_class;
};
/// The pack without the opened parts that fit, and without the page that showed them. Nothing else
/// changes: the rest verifies as before. Errors: those of read_zip and of the manifest.
struct Redacted {
    std::string bytes;
    std::size_t parts = 0;
};
base::Result<Redacted> redact_pack(std::string_view bytes, const Redaction& what);

}  // namespace evidence
