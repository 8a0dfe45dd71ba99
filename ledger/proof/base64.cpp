#include "ledger/proof/base64.h"

#include <openssl/evp.h>

#include "events/base/ensure.h"

namespace proof {
namespace {

const unsigned char* in(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string base64(std::string_view bytes) {
    // OpenSSL writes a zero byte after the text; a string has room for it.
    std::string out((bytes.size() + 2) / 3 * 4, '\0');
    const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), in(bytes),
                                        static_cast<int>(bytes.size()));
    ENSURE(static_cast<std::size_t>(written) == out.size(), "base64 has a known length");
    return out;
}

std::optional<std::string> unbase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out(text.size() / 4 * 3, '\0');
    const int written = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), in(text),
                                        static_cast<int>(text.size()));
    if (written < 0) return std::nullopt;
    // OpenSSL counts the padding as bytes, trims white space and takes loose spellings; writing it
    // again tells.
    for (std::size_t i = text.size(); i > 0 && text[i - 1] == '=' && !out.empty(); --i)
        out.pop_back();
    if (base64(out) != text) return std::nullopt;
    return out;
}

}  // namespace proof
