// The place apart from the database: what the log has promised to the world. A database that is
// put back to yesterday meets its own signature of today here, and is refused.
//
//   DIR/signing/            mode 0700; `--signing` puts it elsewhere, best on another disk
//     LOCK                  held (flock) by whoever signs
//     key                   PRIVATE+KEY text of the log's key, mode 0600
//     old-key               the one before, while a rotation's overlap lasts
//     next-key              a key that the log is to go over to, until it has
//     checkpoint            newest note signed by the log; what comes after must continue it
//     published             newest note as published, with cosignatures
//     history               published notes, at most one a minute: length u32, note
//     verifiers             verifier keys of the log, one line each, the newest first
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/base/random.h"
#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"

namespace ledger {

/// Threads: one at a time.
/// Errors:  `storage` E_STORAGE; `corrupt` E_SIGNING_DAMAGED; `conflict` E_SIGNING_IN_USE,
///          E_CHECKPOINT_MOVED.
class SigningFolder {
public:
    /// Takes the lock. With `origin`, a folder without a key gets a fresh one under that name;
    /// without, it fails with `corrupt` E_SIGNING_MISSING.
    static base::Result<std::unique_ptr<SigningFolder>> open(
        const std::filesystem::path& dir, const std::optional<std::string>& origin,
        base::Random& random);
    /// Looks without a lock and changes nothing (offline tools); the keys stay unread.
    static base::Result<std::unique_ptr<SigningFolder>> look(const std::filesystem::path& dir);
    ~SigningFolder();
    SigningFolder(const SigningFolder&) = delete;
    SigningFolder& operator=(const SigningFolder&) = delete;

    // -- questions ------------------------------------------------------------------------------
    /// The log's key, first; then the old one, while both sign. REQUIRES: opened, not looked at.
    const std::vector<proof::SigningKey>& keys() const { return keys_; }
    const std::vector<proof::VerifierKey>& verifiers() const { return verifiers_; }
    /// The key that was laid ready and does not sign yet. REQUIRES: opened, not looked at.
    const std::optional<proof::SigningKey>& next_key() const { return next_; }
    /// The newest note signed by the log; empty if none was.
    const std::string& checkpoint() const { return checkpoint_; }
    /// The newest one with its cosignatures; empty if none was published.
    const std::string& published() const { return published_; }
    /// The published notes that were remembered, oldest first. One that is being written is left
    /// out.
    base::Result<void> history(const std::function<void(std::string_view)>& visit) const {
        return history(dir_, visit);
    }
    /// The same of any signing folder, while somebody writes to it.
    static base::Result<void> history(const std::filesystem::path& dir,
                                      const std::function<void(std::string_view)>& visit);

    /// Whether a key was laid ready; also of a folder that was only looked at.
    bool has_next_key() const;

    // -- changes --------------------------------------------------------------------------------
    /// Puts the note in the place of the newest one, durably, if that is still the one last read
    /// or written here: compare and swap. Fails with E_CHECKPOINT_MOVED if somebody else signed.
    base::Result<void> replace_checkpoint(const std::string& note);
    /// Everybody gets this note from now on. `keep`: it goes into the history too.
    base::Result<void> publish(const std::string& note, bool keep);
    /// Lays a key ready, durably: the log may name it before it signs. Replaces one laid ready
    /// before.
    base::Result<void> stage_key(const proof::SigningKey& next);
    /// The key laid ready signs from now on, the old one beside it until `retire_old_key`. May be
    /// told again after a crash. REQUIRES: a next key.
    base::Result<void> rotate();
    base::Result<void> retire_old_key();
    /// A log that was put back goes on under another origin: the key laid ready signs from now on,
    /// nothing is signed yet. What was there is kept under `before-<id of the new key>`. May be
    /// told again after a crash. REQUIRES: a next key.
    base::Result<void> begin_anew();

private:
    explicit SigningFolder(std::filesystem::path dir) : dir_(std::move(dir)) {}
    base::Result<void> load();
    base::Result<void> load_keys();
    base::Result<void> finish_key_change();
    /// A crash can leave a part of a note at the end, behind which no other could be read.
    base::Result<void> trim_history();
    base::Result<void> remember(const std::string& note);
    base::Result<void> write_file(const char* name, std::string_view bytes, unsigned mode = 0644);

    std::filesystem::path dir_;
    int lock_ = -1;
    std::vector<proof::SigningKey> keys_;
    std::optional<proof::SigningKey> next_;
    std::vector<proof::VerifierKey> verifiers_;
    std::string checkpoint_, published_;
    std::uint64_t history_size_ = 0;  ///< bytes of whole notes
};

}  // namespace ledger
