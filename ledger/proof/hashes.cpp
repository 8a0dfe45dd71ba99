#include "ledger/proof/hashes.h"

#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <memory>

#include "events/base/ensure.h"

namespace proof {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Fetching the algorithm and making a context cost more than a hash, so each thread does it once.
EVP_MD_CTX* context() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    static thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> kept(EVP_MD_CTX_new());
    ENSURE(EVP_DigestInit_ex2(kept.get(), algorithm, nullptr) == 1, "SHA-256 is always there");
    return kept.get();
}

void add(EVP_MD_CTX* hasher, const void* bytes, std::size_t size) {
    ENSURE(EVP_DigestUpdate(hasher, bytes, size) == 1, "hashing memory cannot fail");
}

Hash finish(EVP_MD_CTX* hasher) {
    Hash out;
    ENSURE(EVP_DigestFinal_ex(hasher, out.data(), nullptr) == 1, "hashing memory cannot fail");
    return out;
}

}  // namespace

Hash sha256(std::initializer_list<std::string_view> parts) {
    auto* hasher = context();
    for (const auto& part : parts) add(hasher, part.data(), part.size());
    return finish(hasher);
}

Hash leaf_hash(std::string_view entry) {
    return sha256({std::string_view("\x00", 1), entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<std::uint8_t, 1 + 2 * sizeof(Hash)> node;
    node[0] = 1;
    std::memcpy(node.data() + 1, left.data(), sizeof(Hash));
    std::memcpy(node.data() + 1 + sizeof(Hash), right.data(), sizeof(Hash));
    auto* hasher = context();
    add(hasher, node.data(), node.size());
    return finish(hasher);
}

Hash empty_root() {
    return sha256({});
}

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace proof
