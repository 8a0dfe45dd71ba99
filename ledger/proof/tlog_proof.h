// A proof of one entry that needs nothing else (C2SP tlog-proof), file ending `.tlog-proof`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/proof/merkle.h"
#include "ledger/proof/policy.h"

namespace proof {

struct TlogProof {
    std::optional<std::string> extra;  ///< unauthenticated bytes
    std::uint64_t index = 0;
    Path path;
    std::string checkpoint;  ///< the note, verbatim

    /// `with_header` false: the older form that `spicy` reads, without the first line.
    std::string encoded(bool with_header = true) const;
    /// Either form. Fails with `invalid` E_PROOF.
    static base::Result<TlogProof> parse(std::string_view bytes);
};

/// What a good proof says.
struct Proven {
    Checkpoint checkpoint;
    std::vector<Policy::Seen> cosigned;
};
/// Log signature, quorum, inclusion. Errors: those of Policy::judge; `corrupt` E_QUORUM,
/// E_INCLUSION.
base::Result<Proven> verify(const TlogProof& proof, const Hash& leaf, const Policy& policy);

}  // namespace proof
