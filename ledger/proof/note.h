// Signed notes (C2SP signed-note): a text of lines and signature lines under it.
//
//   text LF | LF | "— " name " " base64(key id (4) ‖ signature) LF ...
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/random.h"
#include "events/base/result.h"

namespace proof {

/// What a key signs, the type byte of C2SP signed-note.
enum class KeyType : std::uint8_t {
    ed25519 = 0x01,         ///< a note's text
    cosignature_v1 = 0x04,  ///< a time and a checkpoint, Ed25519
    ml_dsa_44 = 0x06,       ///< a time and a checkpoint; parsed and kept, not checked here
};

struct SignatureLine {
    std::string name;
    std::uint32_t key_id = 0;
    std::string signature;  ///< without the key id

    bool operator==(const SignatureLine&) const = default;
};

/// Bounds: text and signatures together at most 1,000,000 bytes, at most 100 signatures.
struct Note {
    std::string text;  ///< ends in LF
    std::vector<SignatureLine> signatures;

    std::string encoded() const;
    /// Fails with `invalid` E_NOTE: bad UTF-8, control characters, no empty line, no signature,
    /// wrong base64.
    static base::Result<Note> parse(std::string_view bytes);
};

/// One signature line, with its LF.
std::string encoded(const SignatureLine& line);
/// Fails with `invalid` E_NOTE.
base::Result<SignatureLine> parse_signature_line(std::string_view line);

/// A public key by its name: `name+hex8(key id)+base64(type ‖ key)`.
struct VerifierKey {
    std::string name;
    KeyType type = KeyType::ed25519;
    std::string key;  ///< 32 bytes of Ed25519, 1,312 of ML-DSA-44

    std::uint32_t key_id() const;
    std::string text() const;
    /// Fails with `invalid` E_VERIFIER_KEY, a wrong key id included.
    static base::Result<VerifierKey> parse(std::string_view text);
    /// Whether the line is of this key: name and id, not yet the signature.
    bool matches(const SignatureLine& line) const;
    bool operator==(const VerifierKey&) const = default;
};

/// Whether the key's Ed25519 signature over the message is good.
bool verify_ed25519(const VerifierKey& key, std::string_view message, std::string_view signature);

/// Exactly one matching signature must be good; one that matches and is bad spoils the note.
/// Errors: `not_found` E_NOT_SIGNED if no line is of this key, `corrupt` E_SIGNATURE.
base::Result<void> verify_note(const Note& note, const VerifierKey& key);

/// A private Ed25519 key: `PRIVATE+KEY+name+hex8+base64(0x01 ‖ seed)`.
/// Threads: may be shared. The seed is wiped at the end.
class SigningKey {
public:
    static SigningKey generate(std::string name, base::Random& random,
                               KeyType type = KeyType::ed25519);
    /// Fails with `invalid` E_SIGNING_KEY.
    static base::Result<SigningKey> parse(std::string_view text);
    SigningKey(const SigningKey&);
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    std::string text() const;
    const VerifierKey& verifier() const { return verifier_; }
    const std::string& name() const { return verifier_.name; }
    /// 64 bytes.
    std::string sign(std::string_view message) const;
    SignatureLine sign_note(std::string_view text) const;
    /// The same secret as a cosigner's key (other type byte, so another key id).
    SigningKey as(KeyType type) const;

private:
    SigningKey(std::string name, KeyType type, const std::array<std::uint8_t, 32>& seed);

    std::array<std::uint8_t, 32> seed_{};
    VerifierKey verifier_;
};

}  // namespace proof
