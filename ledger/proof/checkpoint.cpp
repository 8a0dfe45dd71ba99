#include "ledger/proof/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/base/ensure.h"
#include "ledger/proof/base64.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::size_t time_bytes = 8;

base::Error bad_checkpoint(std::string_view what) {
    return {base::Fault::invalid, "E_CHECKPOINT",
            fmt::format("the checkpoint is malformed: {}", what)};
}

}  // namespace

std::string Checkpoint::text() const {
    return fmt::format("{}\n{}\n{}\n{}", origin, size, base64(bytes_of(root)), extensions);
}

base::Result<Checkpoint> Checkpoint::parse(std::string_view text) {
    const auto origin = take_line(text);
    const auto size = take_line(text);
    const auto root = take_line(text);
    if (!origin || !size || !root || origin->empty()) {
        return bad_checkpoint("it has an origin, a size and a root, one line each");
    }
    const auto number = decimal(*size);
    if (!number) return bad_checkpoint("the size is a decimal number without leading zeros");
    const auto hash = unbase64(*root);
    if (!hash || hash->size() != sizeof(Hash)) return bad_checkpoint("the root is 32 bytes");
    Checkpoint out{std::string(*origin), *number, {}, std::string(text)};
    std::copy(hash->begin(), hash->end(), out.root.begin());
    while (!text.empty()) {
        const auto line = take_line(text);
        if (!line || line->empty()) return bad_checkpoint("an extension line is empty");
    }
    return out;
}

base::Result<SignedCheckpoint> SignedCheckpoint::open(std::string_view bytes,
                                                      const VerifierKey& key) {
    auto note = Note::parse(bytes);
    if (!note) return note.error();
    if (auto good = verify_note(*note, key); !good) return good.error();
    auto checkpoint = Checkpoint::parse(note->text);
    if (!checkpoint) return checkpoint.error();
    if (checkpoint->origin != key.name) {
        return base::Error{
            base::Fault::corrupt, "E_ORIGIN",
            fmt::format("the checkpoint is of {}, not of {}", checkpoint->origin, key.name)};
    }
    return SignedCheckpoint{*std::move(checkpoint), *std::move(note)};
}

std::string cosignature_message(std::uint64_t seconds, std::string_view note_text) {
    return fmt::format("cosignature/v1\ntime {}\n{}", seconds, note_text);
}

SignatureLine cosign(const SigningKey& key, std::uint64_t seconds, std::string_view note_text) {
    ENSURE(key.verifier().type == KeyType::cosignature_v1, "a cosigner has a key of its own type");
    SignatureLine out{key.name(), key.verifier().key_id(), {}};
    put_be(out.signature, seconds, time_bytes);
    out.signature += key.sign(cosignature_message(seconds, note_text));
    return out;
}

base::Result<std::uint64_t> verify_cosignature(const VerifierKey& key, const SignatureLine& line,
                                               std::string_view note_text) {
    if (line.signature.size() != time_bytes + 64) {
        return base::Error{base::Fault::invalid, "E_NOTE",
                           fmt::format("a cosignature of {} is not 72 bytes long", key.name)};
    }
    const auto seconds = get_be(line.signature, time_bytes);
    const auto message = cosignature_message(seconds, note_text);
    if (!key.matches(line) ||
        !verify_ed25519(key, message, std::string_view(line.signature).substr(time_bytes))) {
        return base::Error{base::Fault::corrupt, "E_SIGNATURE",
                           fmt::format("the cosignature of {} is not good", key.name)};
    }
    return seconds;
}

std::string ml_dsa_message(std::string_view cosigner, std::uint64_t seconds,
                           std::string_view origin, std::uint64_t from, std::uint64_t upto,
                           const Hash& root) {
    ENSURE(cosigner.size() < 256 && origin.size() < 256, "names are at most 255 bytes long");
    std::string out("subtree/v1\n\0", 12);
    put_be(out, cosigner.size(), 1);
    out += cosigner;
    put_be(out, seconds, 8);
    put_be(out, origin.size(), 1);
    out += origin;
    put_be(out, from, 8);
    put_be(out, upto, 8);
    out += bytes_of(root);
    return out;
}

}  // namespace proof
