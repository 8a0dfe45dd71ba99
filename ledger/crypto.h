// The cryptography of suite 1, from OpenSSL's primitives: SHA-256, HMAC, HKDF, AES-256-GCM and
// XAES-256-GCM (C2SP).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/ids.h"

namespace ledger {

using Key = std::array<std::uint8_t, 32>;
using Nonce24 = std::array<std::uint8_t, 24>;
using Nonce12 = std::array<std::uint8_t, 12>;

inline constexpr std::size_t tag_bytes = 16;

/// SHA-256 of the parts put together.
events::Hash sha256(std::initializer_list<std::string_view> parts);

events::Hash hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

/// HKDF-SHA-256 (RFC 5869) with an empty salt, one block of output.
Key hkdf(const Key& secret, std::string_view label);

/// Same bytes, compared in constant time.
bool same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

/// Overwrites a key that is no longer needed.
void wipe(std::span<std::uint8_t> secret);

/// Ciphertext followed by the tag.
std::string seal_gcm(const Key& key, const Nonce12& nonce, std::string_view plaintext,
                     std::string_view associated);
/// Nothing if the tag does not fit.
std::optional<std::string> open_gcm(const Key& key, const Nonce12& nonce, std::string_view sealed,
                                    std::string_view associated);

/// XAES-256-GCM: 192-bit nonces, so that random ones never meet.
std::string seal_xaes(const Key& key, const Nonce24& nonce, std::string_view plaintext,
                      std::string_view associated);
std::optional<std::string> open_xaes(const Key& key, const Nonce24& nonce, std::string_view sealed,
                                     std::string_view associated);
/// The AES-256-GCM key that XAES-256-GCM makes of a nonce's first half: it opens this one message.
Key message_key(const Key& key, const Nonce24& nonce);
/// The rest of the nonce, which goes with that key.
Nonce12 message_nonce(const Nonce24& nonce);

/// What a data key gives: the key that encrypts, and the commitment that names it. Checking the
/// commitment before decrypting means that no ciphertext opens under two keys.
struct DerivedKey {
    Key encryption{};
    events::Hash commitment{};
};
DerivedKey derive_key(const Key& data_key);

}  // namespace ledger
