// COSE receipts of inclusion and consistency (RFC 9942): the same paths in CBOR.
//
//   18([ << {1: -8, 395: 1} >>, {396: {-1: [ << [size, index, [path ...]] >> ]}}, nil, signature ])
#pragma once

#include <string>
#include <string_view>

#include "events/base/result.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/merkle.h"

namespace proof {

/// The payload is detached: the root, which a verifier works out. Signed by the log's Ed25519 key.
/// REQUIRES: the paths are not empty (a tree of one leaf has no receipt).
std::string inclusion_receipt(const SigningKey& key, std::uint64_t index, std::uint64_t size,
                              const Path& path, const Hash& root);
std::string consistency_receipt(const SigningKey& key, std::uint64_t older, std::uint64_t newer,
                                const Path& path, const Hash& newer_root);

/// The signed root that holds the leaf. The receipt's index and size only say which way the path
/// turns: nobody signed them, so a size that asks for the same turns passes too.
/// Errors: `invalid` E_RECEIPT, `corrupt` E_SIGNATURE.
base::Result<Hash> verify_inclusion_receipt(std::string_view receipt, const Hash& leaf,
                                            const VerifierKey& key);
/// The newer, signed root; `older_root` is what the verifier knows already.
base::Result<Hash> verify_consistency_receipt(std::string_view receipt, const Hash& older_root,
                                              const VerifierKey& key);

}  // namespace proof
