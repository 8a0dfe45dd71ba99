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
#include "ledger/signing_folder.h"

namespace ledger {

/// Threads:  safe from any; signing is one at a time.
/// Lifetime: the ledger must outlive it.
class Notary {
public:
    /// Compares the newest signed checkpoint with the log.
    /// Errors: those of SigningFolder::open; `corrupt` E_LOG_ROLLED_BACK if more was signed than
    ///         the log holds, E_LOG_FORKED if its root at the signed size is another, E_ORIGIN if
    ///         the folder belongs to another log.
    static base::Result<std::unique_ptr<Notary>> open(const Ledger& ledger,
                                                      const std::filesystem::path& signing,
                                                      base::Random& random);

    // -- questions ------------------------------------------------------------------------------
    std::string origin() const;
    /// Keys by which the log's notes can be checked, the newest first.
    std::vector<proof::VerifierKey> verifiers() const;
    /// The newest published note; empty before the first.
    std::string published() const;
    std::optional<proof::Checkpoint> published_checkpoint() const;
    /// What was signed last, or, before the first, a signed checkpoint of no events, which is a
    /// part of every log: to ask what others know without saying anything new.
    proof::Note signed_before() const;
    /// The published checkpoints that were remembered, with their notes, oldest first.
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
    /// A new key; the old one signs beside it until it is retired. Gives the statement's two
    /// signatures for the event SigningKeyRotated.
    struct Rotation {
        proof::VerifierKey older, newer;
        std::string by_older, by_newer;  ///< over rotation_statement()
    };
    base::Result<Rotation> rotate(base::Random& random);
    base::Result<void> retire_old_key();
    /// Whether two keys sign at the moment.
    bool is_rotating() const;

private:
    Notary(const Ledger& ledger, std::unique_ptr<SigningFolder> folder)
        : ledger_(ledger), folder_(std::move(folder)) {}
    base::Result<void> compare(const std::string& origin) const;

    const Ledger& ledger_;
    mutable std::mutex mutex_;
    std::unique_ptr<SigningFolder> folder_;
};

/// What old and new key sign when one follows the other.
std::string rotation_statement(const proof::VerifierKey& older, const proof::VerifierKey& newer,
                               std::uint64_t size);

}  // namespace ledger
