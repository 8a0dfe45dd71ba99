// Checkpoints (C2SP tlog-checkpoint) and cosignatures (tlog-cosignature).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/note.h"

namespace proof {

/// What a log says of itself: so many entries, this root.
struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
    std::string extensions = {};  ///< further lines, each with its LF; kept, never written

    std::string text() const;
    /// Fails with `invalid` E_CHECKPOINT.
    static base::Result<Checkpoint> parse(std::string_view text);
    bool operator==(const Checkpoint&) const = default;
};

/// A checkpoint with the signatures it came with.
struct SignedCheckpoint {
    Checkpoint checkpoint;
    Note note;

    /// Parses and checks the log's own signature. `key` names the origin.
    /// Errors: those of Note::parse, Checkpoint::parse and verify_note; `corrupt` E_ORIGIN if the
    /// text is of another log.
    static base::Result<SignedCheckpoint> open(std::string_view bytes, const VerifierKey& key);
};

/// The message of a cosignature/v1 over a note's text.
std::string cosignature_message(std::uint64_t seconds, std::string_view note_text);
/// REQUIRES: key of type cosignature_v1.
SignatureLine cosign(const SigningKey& key, std::uint64_t seconds, std::string_view note_text);
/// POSIX seconds of a good cosignature/v1.
/// Errors: `corrupt` E_SIGNATURE, `invalid` E_NOTE for a wrong length.
base::Result<std::uint64_t> verify_cosignature(const VerifierKey& key, const SignatureLine& line,
                                               std::string_view note_text);
/// The bytes that an ML-DSA-44 cosignature signs (`subtree/v1`).
std::string ml_dsa_message(std::string_view cosigner, std::uint64_t seconds,
                           std::string_view origin, std::uint64_t from, std::uint64_t upto,
                           const Hash& root);

}  // namespace proof
