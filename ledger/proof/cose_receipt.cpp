#include "ledger/proof/cose_receipt.h"

#include <algorithm>
#include <optional>

#include "events/base/ensure.h"
#include "ledger/proof/cbor.h"

namespace proof {
namespace {

constexpr std::int64_t algorithm = 1, eddsa = -8;
constexpr std::int64_t verifiable_data_structure = 395, rfc9162_sha256 = 1;
constexpr std::int64_t proofs = 396, inclusion = -1, consistency = -2;
constexpr std::uint64_t cose_sign1 = 18;

std::string protected_header() {
    return cbor::head(cbor::Major::map, 2) + cbor::integer(algorithm) + cbor::integer(eddsa) +
           cbor::integer(verifiable_data_structure) + cbor::integer(rfc9162_sha256);
}

/// What is signed: RFC 9052 section 4.4, with the root as the detached payload.
std::string signed_bytes(const Hash& root) {
    return cbor::head(cbor::Major::array, 4) + cbor::text("Signature1") +
           cbor::bytes(protected_header()) + cbor::bytes({}) + cbor::bytes(bytes_of(root));
}

/// [first, second, [hash ...]]
struct Claim {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    Path path;

    std::string encoded() const {
        auto out = cbor::head(cbor::Major::array, 3) + cbor::head(cbor::Major::number, first) +
                   cbor::head(cbor::Major::number, second) +
                   cbor::head(cbor::Major::array, path.size());
        for (const auto& hash : path) out += cbor::bytes(bytes_of(hash));
        return out;
    }
    static std::optional<Claim> parse(std::string_view bytes) {
        cbor::Reader reader(bytes);
        Claim out;
        if (reader.take_head(cbor::Major::array) != 3) return std::nullopt;
        out.first = reader.take_head(cbor::Major::number).value_or(0);
        out.second = reader.take_head(cbor::Major::number).value_or(0);
        const auto hashes = reader.take_head(cbor::Major::array);
        if (!hashes || *hashes == 0 || *hashes > path_hashes_max) return std::nullopt;
        for (std::uint64_t i = 0; i < *hashes; ++i) {
            const auto hash = reader.take_bytes();
            if (!hash || hash->size() != sizeof(Hash)) return std::nullopt;
            std::copy(hash->begin(), hash->end(), out.path.emplace_back().begin());
        }
        if (!reader.at_end()) return std::nullopt;
        return out;
    }
};

std::string receipt(const SigningKey& key, std::int64_t kind, const Claim& claim,
                    const Hash& root) {
    ENSURE(!claim.path.empty(), "a receipt's path has a hash");
    return cbor::head(cbor::Major::tag, cose_sign1) + cbor::head(cbor::Major::array, 4) +
           cbor::bytes(protected_header()) + cbor::head(cbor::Major::map, 1) +
           cbor::integer(proofs) + cbor::head(cbor::Major::map, 1) + cbor::integer(kind) +
           cbor::head(cbor::Major::array, 1) + cbor::bytes(claim.encoded()) +
           std::string(cbor::nil) + cbor::bytes(key.sign(signed_bytes(root)));
}

struct Opened {
    Claim claim;
    std::string_view signature;
};
base::Result<Opened> open(std::string_view bytes, std::int64_t kind) {
    const base::Error bad{base::Fault::invalid, "E_RECEIPT",
                          "the receipt is not a COSE_Sign1 with one proof as in RFC 9942"};
    cbor::Reader reader(bytes);
    const bool begins = reader.take_head(cbor::Major::tag) == cose_sign1 &&
                        reader.take_head(cbor::Major::array) == 4 &&
                        reader.take_bytes() == protected_header() &&
                        reader.take_head(cbor::Major::map) == 1 && reader.take_integer(proofs) &&
                        reader.take_head(cbor::Major::map) == 1 && reader.take_integer(kind) &&
                        reader.take_head(cbor::Major::array) == 1;
    if (!begins) return bad;
    const auto inner = reader.take_bytes();
    const auto claim = inner ? Claim::parse(*inner) : std::nullopt;
    if (!claim || !reader.take(cbor::nil)) return bad;
    const auto signature = reader.take_bytes();
    if (!signature || !reader.at_end()) return bad;
    return Opened{*claim, *signature};
}

base::Result<void> check(const Opened& opened, const Hash& root, const VerifierKey& key) {
    if (verify_ed25519(key, signed_bytes(root), opened.signature)) return {};
    return base::Error{base::Fault::corrupt, "E_SIGNATURE",
                       "the receipt's signature does not fit the root that its path leads to"};
}

}  // namespace

std::string inclusion_receipt(const SigningKey& key, std::uint64_t index, std::uint64_t size,
                              const Path& path, const Hash& root) {
    return receipt(key, inclusion, {size, index, path}, root);
}

std::string consistency_receipt(const SigningKey& key, std::uint64_t older, std::uint64_t newer,
                                const Path& path, const Hash& newer_root) {
    return receipt(key, consistency, {older, newer, path}, newer_root);
}

base::Result<Hash> verify_inclusion_receipt(std::string_view bytes, const Hash& leaf,
                                            const VerifierKey& key) {
    const auto opened = open(bytes, inclusion);
    if (!opened) return opened.error();
    const auto& [size, index, path] = opened->claim;
    const auto root = root_from_inclusion(leaf, index, size, path);
    if (!root) {
        return base::Error{base::Fault::invalid, "E_RECEIPT",
                           "the receipt's path does not fit its index and tree size"};
    }
    if (auto good = check(*opened, *root, key); !good) return good.error();
    return *root;
}

base::Result<Hash> verify_consistency_receipt(std::string_view bytes, const Hash& older_root,
                                              const VerifierKey& key) {
    const auto opened = open(bytes, consistency);
    if (!opened) return opened.error();
    const auto& [older, newer, path] = opened->claim;
    const auto root = root_from_consistency(older, newer, older_root, path);
    if (!root) {
        return base::Error{base::Fault::corrupt, "E_CONSISTENCY",
                           "the receipt's path does not lead from the root that is known"};
    }
    if (auto good = check(*opened, *root, key); !good) return good.error();
    return *root;
}

}  // namespace proof
