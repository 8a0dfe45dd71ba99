// The largest tree that was seen of each log: what a witness cosigns, and what a mirror fills up
// to. One request, in the words of C2SP tlog-witness, moves it on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/clock.h"
#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"
#include "server/message.h"
#include "server/rate_limiter.h"

namespace server {

/// Threads:  safe from any; for each log one request at a time is compared and stored.
/// Lifetime: the clock must outlive it.
class SeenCheckpoints {
public:
    struct Seen {
        proof::Checkpoint checkpoint;
        std::string note;
    };
    /// May add signature lines to a note that is about to be stored; gives the body of the answer.
    using Seal = std::function<std::string(proof::Note& note)>;
    /// File of a log's newest note, by hex(SHA-256(origin)).
    using FileOf = std::function<std::filesystem::path(const std::string& origin_hash)>;

    /// Reads what was kept. Fails with `corrupt` E_COSIGNER_DAMAGED.
    static base::Result<std::unique_ptr<SeenCheckpoints>> open(
        const std::vector<proof::VerifierKey>& logs, const FileOf& file, const base::Clock& clock);

    /// Whether the log is one of those that are watched.
    bool knows(std::string_view origin) const { return logs_.contains(origin); }
    std::optional<Seen> newest(std::string_view origin) const;
    /// `add-checkpoint`: 200 with the seal's words, the new state on disk before; or 400, 403, 404,
    /// 409, 422, 429 as the specification's table has it, or 500 if it could not be kept.
    Response add(std::string_view body, const Seal& seal);

private:
    struct Log {
        std::vector<proof::VerifierKey> keys;
        std::filesystem::path file;
        mutable std::mutex mutex;
        std::optional<Seen> seen;
    };

    explicit SeenCheckpoints(const base::Clock& clock);
    static base::Result<void> load(const std::string& origin, Log& log);
    Response move_on(Log& log, std::uint64_t old_size, const proof::Checkpoint& checkpoint,
                     const std::vector<proof::Hash>& path, proof::Note note, const Seal& seal);

    std::map<std::string, std::unique_ptr<Log>, std::less<>> logs_;  ///< by origin
    RateLimiter rates_;
};

/// A short answer in words, for programs and for whoever looks over their shoulder.
Response words(int status, std::string_view text);

}  // namespace server
