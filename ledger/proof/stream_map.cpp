#include "ledger/proof/stream_map.h"

#include <algorithm>

#include "events/base/ensure.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::size_t depth_max = 256;
constexpr Hash empty_subtree{};

bool bit(const Hash& key, std::size_t depth) {
    return (key[depth / 8] >> (7 - depth % 8) & 1) != 0;
}

Hash joined(const Hash& left, const Hash& right) {
    return left == empty_subtree && right == empty_subtree ? empty_subtree : node_hash(left, right);
}

/// The hash of a subtree that holds this one leaf, seen from `depth`.
Hash lone(const Hash& key, Hash leaf, std::size_t depth) {
    for (std::size_t at = depth_max; at-- > depth;)
        leaf = bit(key, at) ? node_hash(empty_subtree, leaf) : node_hash(leaf, empty_subtree);
    return leaf;
}

using Entries = std::vector<MapEntry>::const_iterator;

Hash subtree(Entries first, Entries last, std::size_t depth) {
    if (first == last) return empty_subtree;
    if (last - first == 1) return lone(first->key, stream_leaf(first->key, first->state), depth);
    const auto middle = std::partition_point(
        first, last, [&](const MapEntry& entry) { return !bit(entry.key, depth); });
    return joined(subtree(first, middle, depth + 1), subtree(middle, last, depth + 1));
}

base::Error bad_proof() {
    return {base::Fault::invalid, "E_PROOF",
            "the map proof is malformed: its bits and its hashes do not agree"};
}

}  // namespace

Hash stream_key(const events::StreamId& stream) {
    const char kind = static_cast<char>(stream.kind);
    return sha256(
        {{&kind, 1},
         {reinterpret_cast<const char*>(stream.id.bytes.data()), stream.id.bytes.size()}});
}

Hash stream_leaf(const Hash& key, const StreamState& state) {
    std::string numbers;
    put_be(numbers, state.count, 8);
    put_be(numbers, state.last, 8);
    return sha256({std::string_view("\x00", 1), bytes_of(key), numbers});
}

std::string MapProof::encoded() const {
    std::string out(depth_max / 8, '\0');
    for (std::size_t d = 0; d < depth_max; ++d)
        if (present[d]) out[d / 8] = static_cast<char>(out[d / 8] | 0x80 >> d % 8);
    for (const auto& hash : siblings) out += bytes_of(hash);
    return out;
}

base::Result<MapProof> MapProof::parse(std::string_view bytes) {
    if (bytes.size() < depth_max / 8 || bytes.size() % sizeof(Hash) != 0) return bad_proof();
    MapProof out;
    for (std::size_t d = 0; d < depth_max; ++d)
        out.present[d] = (static_cast<unsigned char>(bytes[d / 8]) & 0x80 >> d % 8) != 0;
    bytes.remove_prefix(depth_max / 8);
    if (bytes.size() / sizeof(Hash) != out.present.count()) return bad_proof();
    for (; !bytes.empty(); bytes.remove_prefix(sizeof(Hash)))
        std::copy_n(bytes.begin(), sizeof(Hash), out.siblings.emplace_back().begin());
    return out;
}

base::Result<Hash> map_root(const events::StreamId& stream, const std::optional<StreamState>& state,
                            const MapProof& proof) {
    if (proof.siblings.size() != proof.present.count()) return bad_proof();
    const auto key = stream_key(stream);
    Hash hash = state ? stream_leaf(key, *state) : empty_subtree;
    auto next = proof.siblings.begin();
    for (std::size_t depth = depth_max; depth-- > 0;) {
        const Hash sibling = proof.present[depth] ? *next++ : empty_subtree;
        // An empty sibling that is carried would be a second spelling of the same proof.
        if (proof.present[depth] && sibling == empty_subtree) return bad_proof();
        hash = bit(key, depth) ? joined(sibling, hash) : joined(hash, sibling);
    }
    return hash;
}

Hash map_root(const std::vector<MapEntry>& entries) {
    const auto unordered = [](const MapEntry& a, const MapEntry& b) { return !(a.key < b.key); };
    ENSURE(std::adjacent_find(entries.begin(), entries.end(), unordered) == entries.end(),
           "the entries of a map are sorted and no key comes twice");
    return subtree(entries.begin(), entries.end(), 0);
}

}  // namespace proof
