#include "ledger/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "events/base/ensure.h"
#include "ledger/bytes.h"

namespace ledger {
namespace {

struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free>;

// Fetching an algorithm costs more than hashing a leaf, so each is fetched once.
const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}
const EVP_CIPHER* gcm_algorithm() {
    static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    return fetched;
}
const EVP_CIPHER* block_algorithm() {
    static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr);
    return fetched;
}

void must(int outcome) { ENSURE(outcome == 1, "OpenSSL does what it is asked"); }

int as_int(std::size_t size) {
    ENSURE(size <= 1u << 30, "a message fits OpenSSL's int");
    return static_cast<int>(size);
}

const std::uint8_t* data_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

EVP_CIPHER_CTX* cipher_context() {
    static thread_local const CipherContext context(EVP_CIPHER_CTX_new());
    return context.get();
}

using Block = std::array<std::uint8_t, 16>;

/// AES-256 of single blocks under one key. One at a time per thread.
class BlockCipher {
public:
    explicit BlockCipher(const Key& key) : context_(own_context()) {
        must(EVP_EncryptInit_ex2(context_, block_algorithm(), key.data(), nullptr, nullptr));
        must(EVP_CIPHER_CTX_set_padding(context_, 0));
    }
    Block operator()(const Block& in) const {
        Block out;
        int size = 0;
        must(EVP_EncryptUpdate(context_, out.data(), &size, in.data(), as_int(in.size())));
        return out;
    }

private:
    static EVP_CIPHER_CTX* own_context() {
        static thread_local const CipherContext context(EVP_CIPHER_CTX_new());
        return context.get();
    }
    EVP_CIPHER_CTX* const context_;
};

/// Multiplication by x in the field of CMAC (NIST SP 800-38B).
Block doubled(const Block& in) {
    Block out;
    std::uint8_t carry = 0;
    for (std::size_t i = in.size(); i-- > 0;) {
        out[i] = static_cast<std::uint8_t>(in[i] << 1 | carry);
        carry = in[i] >> 7;
    }
    if (carry != 0) out[15] ^= 0x87;
    return out;
}

Key hkdf_extract(const Key& secret) {
    const Key no_salt{};
    return hmac_sha256(text_of(no_salt), {text_of(secret)});
}

Key hkdf_expand(const Key& extracted, std::string_view label) {
    return hmac_sha256(text_of(extracted), {label, std::string_view("\x01", 1)});
}

}  // namespace

events::Hash sha256(std::initializer_list<std::string_view> parts) {
    static thread_local const DigestContext context(EVP_MD_CTX_new());
    must(EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr));
    for (const auto part : parts) must(EVP_DigestUpdate(context.get(), part.data(), part.size()));
    events::Hash out;
    must(EVP_DigestFinal_ex(context.get(), out.data(), nullptr));
    return out;
}

events::Hash hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
    static thread_local const DigestContext context(EVP_MD_CTX_new());
    std::array<std::uint8_t, 64> inner{}, outer{};
    ENSURE(key.size() <= inner.size(), "our HMAC keys fit one block");
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const auto byte = i < key.size() ? static_cast<std::uint8_t>(key[i]) : std::uint8_t{0};
        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    must(EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr));
    must(EVP_DigestUpdate(context.get(), inner.data(), inner.size()));
    for (const auto part : parts) must(EVP_DigestUpdate(context.get(), part.data(), part.size()));
    events::Hash digest;
    must(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr));
    return sha256({text_of(outer), text_of(digest)});
}

Key hkdf(const Key& secret, std::string_view label) {
    auto extracted = hkdf_extract(secret);
    const Key out = hkdf_expand(extracted, label);
    wipe(extracted);
    return out;
}

bool same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<std::uint8_t> secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

std::string seal_gcm(const Key& key, const Nonce12& nonce, std::string_view plaintext,
                     std::string_view associated) {
    auto* context = cipher_context();
    std::string out(plaintext.size() + tag_bytes, '\0');
    auto* bytes = reinterpret_cast<std::uint8_t*>(out.data());
    int size = 0;
    must(EVP_EncryptInit_ex2(context, gcm_algorithm(), key.data(), nonce.data(), nullptr));
    must(EVP_EncryptUpdate(context, nullptr, &size, data_of(associated),
                           as_int(associated.size())));
    must(EVP_EncryptUpdate(context, bytes, &size, data_of(plaintext), as_int(plaintext.size())));
    must(EVP_EncryptFinal_ex(context, bytes + size, &size));
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, as_int(tag_bytes),
                             bytes + plaintext.size()));
    return out;
}

std::optional<std::string> open_gcm(const Key& key, const Nonce12& nonce, std::string_view sealed,
                                    std::string_view associated) {
    if (sealed.size() < tag_bytes) return std::nullopt;
    const std::size_t text_bytes = sealed.size() - tag_bytes;
    std::string tag(sealed.substr(text_bytes));
    auto* context = cipher_context();
    std::string out(text_bytes, '\0');
    auto* bytes = reinterpret_cast<std::uint8_t*>(out.data());
    int size = 0;
    must(EVP_DecryptInit_ex2(context, gcm_algorithm(), key.data(), nonce.data(), nullptr));
    must(EVP_DecryptUpdate(context, nullptr, &size, data_of(associated),
                           as_int(associated.size())));
    must(EVP_DecryptUpdate(context, bytes, &size, data_of(sealed), as_int(text_bytes)));
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, as_int(tag_bytes), tag.data()));
    if (EVP_DecryptFinal_ex(context, bytes + size, &size) != 1) return std::nullopt;
    return out;
}

std::string seal_xaes(const Key& key, const Nonce24& nonce, std::string_view plaintext,
                      std::string_view associated) {
    auto derived = message_key(key, nonce);
    auto out = seal_gcm(derived, message_nonce(nonce), plaintext, associated);
    wipe(derived);
    return out;
}

std::optional<std::string> open_xaes(const Key& key, const Nonce24& nonce, std::string_view sealed,
                                     std::string_view associated) {
    auto derived = message_key(key, nonce);
    auto out = open_gcm(derived, message_nonce(nonce), sealed, associated);
    wipe(derived);
    return out;
}

Key message_key(const Key& key, const Nonce24& nonce) {
    const BlockCipher encrypt(key);
    const Block mask = doubled(encrypt(Block{}));
    Key out;
    for (std::uint8_t half = 0; half < 2; ++half) {
        Block message{0, static_cast<std::uint8_t>(half + 1), 'X', 0};
        for (std::size_t i = 0; i < 12; ++i) message[4 + i] = nonce[i];
        for (std::size_t i = 0; i < 16; ++i) message[i] ^= mask[i];
        const Block part = encrypt(message);
        std::copy(part.begin(), part.end(), out.begin() + half * 16);
    }
    return out;
}

Nonce12 message_nonce(const Nonce24& nonce) {
    Nonce12 out;
    std::copy(nonce.begin() + 12, nonce.end(), out.begin());
    return out;
}

DerivedKey derive_key(const Key& data_key) {
    auto extracted = hkdf_extract(data_key);  // once for both
    const DerivedKey out{hkdf_expand(extracted, "ledger/enc/v1"),
                         hkdf_expand(extracted, "ledger/kc/v1")};
    wipe(extracted);
    return out;
}

}  // namespace ledger
