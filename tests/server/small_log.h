// A log in memory that asks for cosignatures as any other program would.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "events/base/random.h"
#include "ledger/proof/add_checkpoint.h"
#include "ledger/proof/checkpoint.h"
#include "tests/proof/published_log.h"

namespace test {

class SmallLog {
public:
    explicit SmallLog(std::string origin)
        : key(proof::SigningKey::generate(std::move(origin), random)) {}

    void grow(std::size_t size, const std::string& salt = {}) {
        while (leaves.size() < size) {
            entries.push_back(fmt::format("entry {}{}", leaves.size(), salt));
            leaves.push_back(proof::leaf_hash(entries.back()));
        }
    }
    proof::Note note(std::size_t size) const {
        const proof::Checkpoint checkpoint{key.name(), size, NaiveTree(leaves).root(size)};
        return {checkpoint.text(), {key.sign_note(checkpoint.text())}};
    }
    proof::AddCheckpoint request(std::size_t from, std::size_t to) const {
        proof::AddCheckpoint out{from, {}, note(to).encoded()};
        if (from > 0 && from < to) out.path = NaiveTree(leaves).consistency(from, 0, to);
        return out;
    }
    std::string body(std::size_t from, std::size_t to) const { return request(from, to).encoded(); }

    base::SystemRandom random;
    proof::SigningKey key;
    std::vector<std::string> entries;
    std::vector<proof::Hash> leaves;
};

}  // namespace test
