#include "tools/load/digest.h"

#include <openssl/evp.h>

#include <cstring>
#include <initializer_list>
#include <memory>

#include "events/base/ensure.h"

namespace tools {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Fetching a digest costs as much as hashing an event, so it is done once.
const EVP_MD* algorithm() {
    static const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

events::Hash hash(std::initializer_list<std::string_view> parts) {
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    events::Hash out{};
    bool good = EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1;
    for (const auto part : parts) {
        good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    good = good && EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1;
    ENSURE(good, "hashing needs nothing but memory");
    return out;
}

std::string_view bytes_of(const events::Hash& value) {
    return {reinterpret_cast<const char*>(value.data()), value.size()};
}

}  // namespace

events::Hash sha256(std::string_view bytes) {
    return hash({bytes});
}

events::Hash leaf_hash(std::string_view bytes) {
    return hash({std::string_view("\0", 1), bytes});
}

events::Hash node_hash(const events::Hash& left, const events::Hash& right) {
    return hash({std::string_view("\1", 1), bytes_of(left), bytes_of(right)});
}

events::Id id_of(const events::Hash& value) {
    events::Id id;
    std::memcpy(id.bytes.data(), value.data(), id.bytes.size());
    return id;
}

}  // namespace tools
