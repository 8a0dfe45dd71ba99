// Completeness of streams: a sparse Merkle tree over all 2^256 keys, so that one root says for
// every stream how many events it has, and for every other that it has none (settled.md 5).
//
//   key    SHA-256(kind u8 ‖ id (16))                 bit 0 = highest bit of the first byte
//   leaf   SHA-256(0x00 ‖ key ‖ count u64 ‖ last position u64)          at depth 256
//   node   SHA-256(0x01 ‖ left ‖ right), an empty subtree is 32 zero bytes, at every depth
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "ledger/proof/hashes.h"

namespace proof {

/// What the map says of one stream.
struct StreamState {
    std::uint64_t count = 0;  ///< its newest revision
    std::uint64_t last = 0;   ///< position of that event

    auto operator<=>(const StreamState&) const = default;
};

Hash stream_key(const events::StreamId& stream);
Hash stream_leaf(const Hash& key, const StreamState& state);

/// Path of one key. `present` bit d: the sibling at depth d + 1 is not empty; only those siblings
/// are carried, from the leaf's side to the root's.
struct MapProof {
    std::bitset<256> present;
    std::vector<Hash> siblings;

    std::string encoded() const;  ///< 32 bytes of bits, then the siblings
    /// Fails with `invalid` E_PROOF.
    static base::Result<MapProof> parse(std::string_view bytes);
};

/// Root that the proof leads to. `state` nothing: the stream does not exist.
/// Fails with `invalid` E_PROOF if bits and siblings do not agree.
base::Result<Hash> map_root(const events::StreamId& stream, const std::optional<StreamState>& state,
                            const MapProof& proof);

/// The whole map from sorted leaves, for rebuilding and for tests.
struct MapEntry {
    Hash key{};
    StreamState state;
};
/// REQUIRES: sorted by key, no key twice.
Hash map_root(const std::vector<MapEntry>& entries);

}  // namespace proof
