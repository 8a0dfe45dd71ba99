// Whom to trust (C2SP tlog-policy): logs, witnesses, groups, one quorum.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"

namespace proof {

class Policy {
public:
    struct Log {
        VerifierKey key;
        std::string url;  ///< empty if none is given
    };
    struct Witness {
        std::string name;
        VerifierKey key;
        std::string url;
    };
    struct Group {
        std::string name;
        std::size_t needed = 0;
        std::vector<std::string> members;  ///< witnesses and groups defined before
    };

    /// Fails with `invalid` E_POLICY; the sentence names the line.
    static base::Result<Policy> parse(std::string_view text);
    /// One log, no witness, quorum none.
    static Policy of(const VerifierKey& log, std::string url = {});

    const std::vector<Log>& logs() const { return logs_; }
    const std::vector<Witness>& witnesses() const { return witnesses_; }
    std::string text() const;

    struct Seen {
        std::string witness;
        std::uint64_t seconds = 0;  ///< POSIX time of the cosignature
    };
    struct Verdict {
        SignedCheckpoint checkpoint;
        std::vector<Seen> cosigned;     ///< good cosignatures of known witnesses
        std::vector<std::string> kept;  ///< names of known witnesses' lines not checked (ML-DSA)
        bool quorum = false;
    };
    /// Checks the log's signature, whichever of the logs it is, and counts the witnesses.
    /// Fails with `corrupt` E_SIGNATURE where a known key's line is bad, `not_found` E_NOT_SIGNED
    /// where no known log signed. Too few witnesses is a verdict, not a failure.
    base::Result<Verdict> judge(std::string_view note) const;
    bool quorum_of(const std::vector<std::string>& witnesses) const;

private:
    friend class PolicyReader;

    std::vector<Log> logs_;
    std::vector<Witness> witnesses_;
    std::vector<Group> groups_;
    std::string quorum_;  ///< empty: none
};

}  // namespace proof
