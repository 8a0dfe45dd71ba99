// Signs what the log has become, and refuses a log that is not what was signed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/base/result.h"
#include "ledger/ledger.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/merkle.h"
#include "ledger/recorded.h"
#include "ledger/signing_folder.h"
#include "ledger/system_events.h"

namespace ledger {

/// Threads:  safe from any; signing is one at a time. Readers see a snapshot and never wait for a
///           disk.
/// Lifetime: the ledger must outlive it.
class Notary {
public:
    /// Compares the newest signed checkpoint with the log, and carries to its end a change of keys
    /// that is on record and was cut short in the folder.
    /// Errors: those of SigningFolder::open; `corrupt` E_LOG_ROLLED_BACK if more was signed than
    ///         the log holds, E_LOG_FORKED if its root at the signed size is another, E_ORIGIN if
    ///         the folder belongs to another log, E_SIGNING_MISSING if the log has gone over to a
    ///         key that is not in it.
    static base::Result<std::unique_ptr<Notary>> open(const Ledger& ledger,
                                                      const std::filesystem::path& signing,
                                                      base::Random& random);

    // -- questions ------------------------------------------------------------------------------
    std::string origin() const;
    /// Keys by which the log's notes can be checked, the newest first.
    std::vector<proof::VerifierKey> verifiers() const;
    /// The newest published note with what it says.
    struct Published {
        std::string note;
        proof::Checkpoint checkpoint;
    };
    /// Null before the first.
    std::shared_ptr<const Published> newest() const;
    /// Empty before the first.
    std::string published() const;
    std::optional<proof::Checkpoint> published_checkpoint() const;
    /// What was signed last, or, before the first, a signed checkpoint of no events, which is a
    /// part of every log: to ask what others know without saying anything new.
    proof::Note signed_before() const;
    /// The published checkpoints that were remembered, with their notes, oldest first. Ends with
    /// `corrupt` E_SIGNING_DAMAGED at one that the log's keys have not signed.
    using VisitCheckpoint =
        std::function<void(const proof::SignedCheckpoint& checkpoint, std::string_view note)>;
    base::Result<void> history(const VisitCheckpoint& visit) const;
    /// A COSE receipt under a published checkpoint: no other root is ever signed.
    /// Fails with `invalid` E_TREE_SIZE for a tree of one event, which has no receipt.
    base::Result<std::string> inclusion_receipt(std::uint64_t position, const proof::Path& path,
                                                const proof::Checkpoint& published) const;

    // -- changes --------------------------------------------------------------------------------
    /// A note over the durable head, signed and kept, not yet published. The one signed last if the
    /// log has not grown. Errors: those of SigningFolder::replace_checkpoint.
    base::Result<proof::Note> sign();
    /// Makes a signed note, with cosignatures or without, the one that everybody gets.
    /// `remember`: keep it in the history too.
    base::Result<void> publish(const proof::Note& note, bool remember = true);
    /// Lays a new key ready and has both sign the statement for the event SigningKeyRotated. A key
    /// that was laid ready before is taken again. Fails with `conflict` E_ROTATING while an old key
    /// still signs.
    base::Result<KeyRotation> prepare_rotation(base::Random& random);
    /// Once the event is in the log: the new key signs, the old one beside it until it is retired.
    base::Result<void> rotate();
    base::Result<void> retire_old_key();
    /// Whether two keys sign at the moment.
    bool is_rotating() const;

private:
    /// What readers see; made anew after each change.
    struct Shown {
        std::shared_ptr<const Published> newest;
        std::vector<proof::VerifierKey> verifiers;
        std::vector<proof::SigningKey> keys;
    };

    Notary(const Ledger& ledger, std::filesystem::path dir, std::unique_ptr<SigningFolder> folder);
    base::Result<void> settle(const SigningOnRecord& record);
    base::Result<void> compare(const SigningOnRecord& record) const;
    std::shared_ptr<const Shown> shown() const;
    void show();

    const Ledger& ledger_;
    const std::filesystem::path dir_;
    mutable std::mutex signing_;  // held while files are written
    std::unique_ptr<SigningFolder> folder_;
    mutable std::mutex showing_;  // held to copy a pointer
    std::shared_ptr<const Shown> shown_;
};

/// Opens a note of the log with whichever of its keys signed it, the newest first.
/// Fails with `corrupt` E_SIGNING_DAMAGED.
base::Result<proof::SignedCheckpoint> open_log_note(
    std::string_view note, const std::vector<proof::VerifierKey>& verifiers);

/// What old and new key sign when one follows the other.
std::string rotation_statement(const proof::VerifierKey& older, const proof::VerifierKey& newer,
                               std::uint64_t size);

}  // namespace ledger
