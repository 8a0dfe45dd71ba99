#include "ledger/proof/hashes.h"

// The direct functions are deprecated for being bound to one algorithm. A log's tree is: it is
// SHA-256 for ever, and its hashes are so short that choosing the algorithm anew for each would
// cost as much as hashing (docs/decisions/0021).
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <cstring>

#include "events/base/ensure.h"

namespace proof {
namespace {

class Hasher {
public:
    Hasher() { ENSURE(SHA256_Init(&context_) == 1, "SHA-256 is always there"); }
    void add(const void* bytes, std::size_t size) {
        ENSURE(SHA256_Update(&context_, bytes, size) == 1, "hashing memory cannot fail");
    }
    Hash finish() {
        Hash out;
        ENSURE(SHA256_Final(out.data(), &context_) == 1, "hashing memory cannot fail");
        return out;
    }

private:
    SHA256_CTX context_;
};

}  // namespace

Hash sha256(std::initializer_list<std::string_view> parts) {
    Hasher hasher;
    for (const auto& part : parts) hasher.add(part.data(), part.size());
    return hasher.finish();
}

Hash leaf_hash(std::string_view entry) {
    return sha256({std::string_view("\x00", 1), entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<std::uint8_t, 1 + 2 * sizeof(Hash)> node;
    node[0] = 1;
    std::memcpy(node.data() + 1, left.data(), sizeof(Hash));
    std::memcpy(node.data() + 1 + sizeof(Hash), right.data(), sizeof(Hash));
    Hasher hasher;
    hasher.add(node.data(), node.size());
    return hasher.finish();
}

Hash empty_root() {
    return sha256({});
}

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace proof
