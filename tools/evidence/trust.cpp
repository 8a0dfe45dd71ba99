#include "tools/evidence/trust.h"

#include <string>

#include "ledger/proof/note.h"
#include "ledger/proof/text.h"

namespace evidence {

base::Result<Trust> trust_in_policy(std::string_view text) {
    auto policy = proof::Policy::parse(text);
    if (!policy) return policy.error();
    return Trust(*std::move(policy));
}

base::Result<Trust> trust_in_keys(std::string_view text) {
    std::string policy;
    for (const auto word : proof::words_of(text)) {
        for (std::string_view rest = word; !rest.empty();) {
            const auto end = rest.find('\n');
            const auto line = rest.substr(0, end);
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            if (line.empty()) continue;
            const auto key = proof::VerifierKey::parse(line);
            if (!key) return key.error();
            policy += "log " + key->text() + "\n";
        }
    }
    return trust_in_policy(policy + "quorum none\n");
}

}  // namespace evidence
