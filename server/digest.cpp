#include "server/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "events/base/ensure.h"
#include "events/event.h"

namespace server {

RunningHash::RunningHash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    ENSURE(context_ && sha256 && EVP_DigestInit_ex2(context_.get(), sha256, nullptr) == 1,
           "SHA-256 is always there");
}

void RunningHash::add(std::string_view bytes) {
    ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "never fails");
}

RunningHash::Bytes RunningHash::finish() {
    Bytes hash{};
    unsigned size = 0;
    ENSURE(EVP_DigestFinal_ex(context_.get(), hash.data(), &size) == 1, "never fails");
    return hash;
}

RunningHash::Bytes sha256_of(std::string_view bytes) {
    RunningHash hash;
    hash.add(bytes);
    return hash.finish();
}

std::string repr_digest(const RunningHash::Bytes& hash) {
    std::array<unsigned char, 48> text{};
    const int size = EVP_EncodeBlock(text.data(), hash.data(), static_cast<int>(hash.size()));
    return fmt::format("sha-256=:{}:", std::string_view(reinterpret_cast<const char*>(text.data()),
                                                        static_cast<std::size_t>(size)));
}

std::string tag_of(const RunningHash::Bytes& hash) {
    return '"' + events::hex(hash.data(), 16) + '"';
}

}  // namespace server
