#include "tools/audit/log_copy.h"

#include <algorithm>
#include <utility>

#include "ledger/proof/entry_bundle.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/text.h"

namespace tools {

base::Result<proof::Checkpoint> checkpoint_in(std::string_view note) {
    const auto parsed = proof::Note::parse(note);
    if (!parsed) return parsed.error();
    return proof::Checkpoint::parse(parsed->text);
}

base::Result<std::vector<proof::VerifierKey>> parse_verifiers(std::string_view lines) {
    std::vector<proof::VerifierKey> keys;
    while (!lines.empty()) {
        const auto line = proof::take_line(lines);
        auto key = proof::VerifierKey::parse(line ? *line : std::exchange(lines, {}));
        if (!key) return key.error();
        keys.push_back(*std::move(key));
    }
    return keys;
}

std::string cut_tile(const proof::TilePath& path, std::string bytes) {
    if (path.entries) {
        if (const auto part = proof::first_entries(bytes, path.width)) bytes.resize(part->size());
        return bytes;
    }
    bytes.resize(std::min(bytes.size(), path.width * sizeof(proof::Hash)));
    return bytes;
}

}  // namespace tools
