#include "ledger/proof/note.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "events/base/ensure.h"
#include "ledger/proof/base64.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::size_t note_bytes_max = 1'000'000;
constexpr std::size_t signatures_max = 100;
constexpr std::size_t ed25519_bytes = 32;
constexpr std::size_t ml_dsa_44_bytes = 1'312;
constexpr std::string_view dash = "\xe2\x80\x94 ";  // an em dash and a space
constexpr std::string_view private_key = "PRIVATE+KEY+";

base::Error bad_note(std::string what) {
    return {base::Fault::invalid, "E_NOTE", "the signed note is malformed: " + std::move(what)};
}

/// Not empty, no space of any kind, no plus. Names are ASCII in practice; a wider space would be
/// three bytes of UTF-8 beginning with E2 80, E3 80 or C2 A0.
bool is_key_name(std::string_view name) {
    if (name.empty() || name.find_first_of(" +\t\n") != std::string_view::npos) return false;
    for (const std::string_view space : {"\xc2\xa0", "\xc2\x85", "\xe1\x9a\x80", "\xe3\x80\x80"})
        if (name.find(space) != std::string_view::npos) return false;
    for (std::size_t i = 0; i + 2 < name.size(); ++i) {
        if (name.substr(i, 2) != "\xe2\x80") continue;
        const auto last = static_cast<unsigned char>(name[i + 2]);
        if (last <= 0x8a || last == 0xa8 || last == 0xa9 || last == 0xaf) return false;
    }
    return name.find("\xe2\x81\x9f") == std::string_view::npos && is_plain_text(name);
}

std::uint32_t id_of(std::string_view name, KeyType type, std::string_view key) {
    const char byte = static_cast<char>(type);
    const auto hash = sha256({name, "\n", {&byte, 1}, key});
    return static_cast<std::uint32_t>(get_be(bytes_of(hash), 4));
}

std::optional<KeyType> known_type(char byte, std::size_t key_bytes) {
    const auto type = static_cast<KeyType>(byte);
    switch (type) {
        case KeyType::ed25519:
        case KeyType::cosignature_v1:
            if (key_bytes == ed25519_bytes) return type;
            break;
        case KeyType::ml_dsa_44:
            if (key_bytes == ml_dsa_44_bytes) return type;
            break;
    }
    return std::nullopt;
}

/// `name+hex8+base64`, the base64 possibly holding further pluses.
struct KeyText {
    std::string_view name;
    std::uint32_t key_id = 0;
    std::string bytes;  ///< type and key
};
std::optional<KeyText> split_key(std::string_view text) {
    const auto first = text.find('+');
    const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto id = text.substr(first + 1, second - first - 1);
    const auto raw = id.size() == 8 ? events::unhex(id) : std::nullopt;
    auto bytes = unbase64(text.substr(second + 1));
    const auto name = text.substr(0, first);
    if (!raw || !bytes || bytes->empty() || !is_key_name(name)) return std::nullopt;
    if (id.find_first_of("ABCDEF") != std::string_view::npos) return std::nullopt;
    return KeyText{name, static_cast<std::uint32_t>(get_be(*raw, 4)), std::move(*bytes)};
}

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Pkey = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Pkey private_of(const std::array<std::uint8_t, 32>& seed) {
    Pkey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    ENSURE(key != nullptr, "any 32 bytes are an Ed25519 seed");
    return key;
}

}  // namespace

// -- notes ----------------------------------------------------------------------------------------

std::string encoded(const SignatureLine& line) {
    std::string raw;
    put_be(raw, line.key_id, 4);
    raw += line.signature;
    return fmt::format("{}{} {}\n", dash, line.name, base64(raw));
}

base::Result<SignatureLine> parse_signature_line(std::string_view line) {
    if (!line.starts_with(dash)) return bad_note("a signature line begins with a dash");
    line.remove_prefix(dash.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return bad_note("a signature line has a name and base64");
    const auto name = line.substr(0, space);
    const auto raw = unbase64(line.substr(space + 1));
    if (!is_key_name(name)) return bad_note("a key name is empty or has a space or plus");
    if (!raw || raw->size() < 5) return bad_note("a signature is not base64 of a key id and more");
    return SignatureLine{std::string(name), static_cast<std::uint32_t>(get_be(*raw, 4)),
                         raw->substr(4)};
}

std::string Note::encoded() const {
    auto out = text + "\n";
    for (const auto& line : signatures) out += proof::encoded(line);
    return out;
}

base::Result<Note> Note::parse(std::string_view bytes) {
    if (bytes.size() > note_bytes_max) return bad_note("it is larger than 1,000,000 bytes");
    if (!is_plain_text(bytes)) return bad_note("it is not plain UTF-8");
    const auto split = bytes.rfind("\n\n");
    if (split == std::string_view::npos) return bad_note("there is no empty line");
    Note out;
    out.text = bytes.substr(0, split + 1);
    auto rest = bytes.substr(split + 2);
    if (rest.empty() || !rest.ends_with('\n')) return bad_note("it does not end in a signature");
    while (const auto line = take_line(rest)) {
        if (out.signatures.size() == signatures_max) return bad_note("over 100 signatures");
        auto signature = parse_signature_line(*line);
        if (!signature) return signature.error();
        out.signatures.push_back(*std::move(signature));
    }
    return out;
}

base::Result<void> verify_note(const Note& note, const VerifierKey& key) {
    bool found = false;
    for (const auto& line : note.signatures) {
        if (!key.matches(line)) continue;
        if (!verify_ed25519(key, note.text, line.signature)) {
            return base::Error{base::Fault::corrupt, "E_SIGNATURE",
                               fmt::format("the signature of {} is not good", key.name)};
        }
        found = true;
    }
    if (!found) {
        return base::Error{base::Fault::not_found, "E_NOT_SIGNED",
                           fmt::format("the note carries no signature of the key {}+{:08x}",
                                       key.name, key.key_id())};
    }
    return {};
}

// -- public keys ----------------------------------------------------------------------------------

std::uint32_t VerifierKey::key_id() const {
    return id_of(name, type, key);
}

std::string VerifierKey::text() const {
    return fmt::format("{}+{:08x}+{}", name, key_id(),
                       base64(std::string(1, static_cast<char>(type)) + key));
}

base::Result<VerifierKey> VerifierKey::parse(std::string_view text) {
    const auto bad = [](std::string what) {
        return base::Error{base::Fault::invalid, "E_VERIFIER_KEY",
                           "the verifier key is malformed: " + std::move(what)};
    };
    auto split = split_key(text);
    if (!split) return bad("it is name, key id in hex and base64, joined by plus signs");
    const auto type = known_type(split->bytes[0], split->bytes.size() - 1);
    if (!type) return bad("its type or length is not known");
    VerifierKey out{std::string(split->name), *type, split->bytes.substr(1)};
    if (out.key_id() != split->key_id) return bad("its key id is not that of name and key");
    return out;
}

bool VerifierKey::matches(const SignatureLine& line) const {
    return line.key_id == key_id() && line.name == name;
}

bool verify_ed25519(const VerifierKey& key, std::string_view message, std::string_view signature) {
    if (key.type == KeyType::ml_dsa_44) return false;
    const Pkey loaded(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(key.key), key.key.size()));
    const Context context(EVP_MD_CTX_new());
    return loaded && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) == 1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                            message.size()) == 1;
}

// -- private keys ---------------------------------------------------------------------------------

SigningKey::SigningKey(std::string name, KeyType type, const std::array<std::uint8_t, 32>& seed)
    : seed_(seed), verifier_{std::move(name), type, std::string(ed25519_bytes, '\0')} {
    ENSURE(type != KeyType::ml_dsa_44, "ML-DSA lines are not produced");
    std::size_t size = ed25519_bytes;
    const auto key = private_of(seed_);
    const int done = EVP_PKEY_get_raw_public_key(
        key.get(), reinterpret_cast<unsigned char*>(verifier_.key.data()), &size);
    ENSURE(done == 1 && size == ed25519_bytes, "a private key has its public one");
}

SigningKey::SigningKey(const SigningKey&) = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() {
    OPENSSL_cleanse(seed_.data(), seed_.size());
}

SigningKey SigningKey::generate(std::string name, base::Random& random, KeyType type) {
    ENSURE(is_key_name(name), "a key is generated under a name that notes can carry");
    auto seed = random.bytes<32>();
    SigningKey out(std::move(name), type, seed);
    OPENSSL_cleanse(seed.data(), seed.size());
    return out;
}

base::Result<SigningKey> SigningKey::parse(std::string_view text) {
    const base::Error bad{base::Fault::invalid, "E_SIGNING_KEY",
                          "the signing key is malformed: it is PRIVATE+KEY+name+id+base64"};
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (!text.starts_with(private_key)) return bad;
    auto split = split_key(text.substr(private_key.size()));
    if (!split) return bad;
    const auto type = known_type(split->bytes[0], split->bytes.size() - 1);
    if (!type || *type == KeyType::ml_dsa_44) return bad;
    std::array<std::uint8_t, 32> seed;
    std::copy(split->bytes.begin() + 1, split->bytes.end(), seed.begin());
    OPENSSL_cleanse(split->bytes.data(), split->bytes.size());
    SigningKey out(std::string(split->name), *type, seed);
    OPENSSL_cleanse(seed.data(), seed.size());
    if (out.verifier().key_id() != split->key_id) return bad;
    return out;
}

std::string SigningKey::text() const {
    std::string raw(1, static_cast<char>(verifier_.type));
    raw.append(reinterpret_cast<const char*>(seed_.data()), seed_.size());
    return fmt::format("{}{}+{:08x}+{}", private_key, verifier_.name, verifier_.key_id(),
                       base64(raw));
}

std::string SigningKey::sign(std::string_view message) const {
    const auto key = private_of(seed_);
    const Context context(EVP_MD_CTX_new());
    std::string out(64, '\0');
    std::size_t size = out.size();
    const bool done =
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                       octets(message), message.size()) == 1;
    ENSURE(done && size == out.size(), "Ed25519 signs any message");
    return out;
}

SignatureLine SigningKey::sign_note(std::string_view text) const {
    return {verifier_.name, verifier_.key_id(), sign(text)};
}

SigningKey SigningKey::as(KeyType type) const {
    return {verifier_.name, type, seed_};
}

}  // namespace proof
