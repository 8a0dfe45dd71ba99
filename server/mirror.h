// A mirror of other logs (C2SP tlog-mirror): keeps a durable copy of each, shows it to everybody,
// and cosigns only what it holds whole.
//
//   DIR/LOCK, key, logs                  as of every cosigner (server/cosigner_folder.h)
//   DIR/<hex(SHA-256(origin))>/pending   newest checkpoint of the log that entries are taken for
//   DIR/<hex(SHA-256(origin))>/...       the copy (server/mirrored_log.h)
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/proof/add_entries.h"
#include "server/cosigner_folder.h"
#include "server/mirrored_log.h"
#include "server/seen_checkpoints.h"

namespace server {

/// Threads:  safe from any. Lifetime: the clock must outlive it.
class Mirror {
    struct Copy;

public:
    /// Errors: those of CosignerFolder::open, SeenCheckpoints::open and MirroredLog::open.
    static base::Result<std::unique_ptr<Mirror>> open(const std::filesystem::path& dir,
                                                      const std::string& name,
                                                      const base::Clock& clock,
                                                      base::Random& random);
    ~Mirror();

    const proof::VerifierKey& key() const { return folder_.key().verifier(); }
    std::size_t logs() const { return folder_.logs().size(); }
    /// The copy of a log by hex(SHA-256(origin)); null if it is not one of ours.
    const LogSource* log(std::string_view origin_hash) const;
    /// Answers as SeenCheckpoints::add, with no line: nothing is cosigned before it is held.
    Response add_checkpoint(std::string_view body);

    /// One `add-entries` on its way: packages in, then what to answer.
    class Upload {
    public:
        /// The package that comes next; nothing when all are in.
        std::optional<proof::PackageSpan> awaited() const;
        /// Checks the package against the checkpoint and keeps it durably. A refusal ends all.
        std::optional<Response> take(const proof::EntryPackage& package);
        /// 200 and a cosignature, 202 and how to go on, 400 if nothing came, 409.
        Response finish();

    private:
        friend class Mirror;
        Upload(const Mirror& mirror, Copy& copy, proof::Checkpoint checkpoint, std::string note,
               std::uint64_t start)
            : mirror_(&mirror),
              copy_(&copy),
              checkpoint_(std::move(checkpoint)),
              note_(std::move(note)),
              at_(start) {}

        const Mirror* mirror_;
        Copy* copy_;
        proof::Checkpoint checkpoint_;
        std::string note_;
        std::uint64_t at_;
        bool took_some_ = false;
    };
    /// What the head of an upload leads to: 404 for an unknown log, 422 if no checkpoint is
    /// pending, 400, 409 and how to go on; else an upload.
    struct Begun {
        std::optional<Upload> upload;
        Response refusal;
    };
    Begun begin(const proof::UploadHead& head);

private:
    struct Pending {
        proof::Checkpoint checkpoint;
        std::string note;
    };

    Mirror(CosignerFolder folder, const base::Clock& clock);
    std::optional<Pending> pending_of(const Copy& copy, const proof::UploadHead& head) const;
    std::string ticket_of(const std::string& note) const;
    Response info(int status, const Copy& copy, const proof::Checkpoint& checkpoint,
                  const std::string& note) const;

    const CosignerFolder folder_;
    const base::Clock& clock_;
    std::unique_ptr<SeenCheckpoints> seen_;
    std::map<std::string, std::unique_ptr<Copy>, std::less<>> copies_;  ///< by origin
};

}  // namespace server
