#include "ledger/stream_map.h"

#include <algorithm>

#include "ledger/bytes.h"

namespace ledger {
namespace {

using proof::Hash;

constexpr std::uint32_t map_version = 1;
constexpr std::size_t upper_levels = 16;
constexpr std::size_t bucket_count = std::size_t{1} << upper_levels;
constexpr std::size_t depth_max = 256;
constexpr char bucket_tag = 'b', map_mark_tag = 'o', stream_tag = 'p';
constexpr Hash nothing{};

base::Error damaged() {
    return {base::Fault::corrupt, "E_MAP_DAMAGED",
            "the completeness map is damaged; it can be made again from the log"};
}

bool bit(const Hash& key, std::size_t depth) {
    return (key[depth / 8] >> (7 - depth % 8) & 1) != 0;
}

std::uint16_t bucket_of(const Hash& key) {
    return static_cast<std::uint16_t>(key[0] << 8 | key[1]);
}

Hash joined(const Hash& left, const Hash& right) {
    return left == nothing && right == nothing ? nothing : proof::node_hash(left, right);
}

std::string bucket_key(std::uint16_t bucket) {
    std::string out(1, bucket_tag);
    append_number(out, bucket);
    return out;
}

}  // namespace

/// One stream with the hash of its lonely path at `depth`, if that was worked out before.
struct StreamMap::Leaf {
    Hash key{};
    proof::StreamState state;
    std::uint16_t depth = 0;  ///< 0: not worked out
    Hash alone{};
    bool changed = false;

    /// The subtree that holds this leaf and nothing else, seen from `at`.
    const Hash& alone_at(std::size_t at) {
        if (depth == at) return alone;
        alone = proof::stream_leaf(key, state);
        for (std::size_t d = depth_max; d-- > at;)
            alone =
                bit(key, d) ? proof::node_hash(nothing, alone) : proof::node_hash(alone, nothing);
        depth = static_cast<std::uint16_t>(at);
        changed = true;
        return alone;
    }
    std::string stored_key() const {
        std::string out(1, stream_tag);
        append_bytes(out, key);
        return out;
    }
    std::string stored_value() const {
        std::string out;
        append_number(out, state.count);
        append_number(out, state.last);
        append_number(out, depth);
        append_bytes(out, alone);
        return out;
    }
    /// False if the bytes are not those of a leaf.
    bool read(std::string_view stored_key, std::string_view value) {
        ByteReader name(stored_key), reader(value);
        name.take(1);
        key = name.array<32>();
        state.count = reader.number<std::uint64_t>();
        state.last = reader.number<std::uint64_t>();
        depth = reader.number<std::uint16_t>();
        alone = reader.array<32>();
        return name.ok() && name.rest().empty() && reader.ok() && reader.rest().empty();
    }
};

/// The streams of a bucket in the order of their keys.
struct StreamMap::Bucket {
    std::vector<Leaf> leaves;
};

base::Result<void> StreamMap::open(std::uint64_t log_size, bool read_only) {
    const std::lock_guard lock(mutex_);
    upper_.assign(2 * bucket_count, nothing);
    state_ = {};
    const auto mark = database_.get(storage::Part::index, std::string(1, map_mark_tag));
    if (!mark) return unless_damaged(mark.error());
    if (!*mark) return {};
    const auto kept = read_mark(**mark, log_size);
    if (!kept && !read_only) return unless_damaged(remove_all());
    usable_ = kept.has_value();
    if (!usable_) return {};
    if (auto read = read_buckets(); !read) return unless_damaged(read);
    state_ = *kept;
    state_.root = upper_[1];
    return {};
}

base::Result<void> StreamMap::unless_damaged(base::Result<void> done) {
    if (done || done.error().fault != base::Fault::corrupt) return done;
    usable_ = false;
    return {};
}

base::Result<void> StreamMap::read_buckets() {
    auto cursor =
        database_.walk(storage::Part::index, {false, true, std::string(1, bucket_tag + 1)});
    for (cursor.seek(std::string(1, bucket_tag)); cursor.valid(); cursor.next()) {
        ByteReader key(cursor.key()), value(cursor.value());
        key.take(1);
        const auto bucket = key.number<std::uint16_t>();
        const auto root = value.array<32>();
        if (!key.ok() || !value.ok()) return damaged();
        upper_[bucket_count + bucket] = root;
    }
    if (auto read = cursor.status(); !read) return read.error();
    for (std::size_t node = bucket_count; node-- > 1;)
        upper_[node] = joined(upper_[2 * node], upper_[2 * node + 1]);
    return {};
}

std::optional<StreamMap::State> StreamMap::read_mark(std::string_view mark,
                                                     std::uint64_t log_size) {
    ByteReader reader(mark);
    const auto version = reader.number<std::uint32_t>();
    State kept;
    kept.size = reader.number<std::uint64_t>();
    kept.streams = reader.number<std::uint64_t>();
    if (!reader.ok() || version != map_version || kept.size > log_size) return std::nullopt;
    return kept;
}

base::Result<void> StreamMap::remove_all() {
    constexpr std::size_t batch_keys = 10'000;
    // The mark goes last: without it there is nothing left.
    for (const char tag : {bucket_tag, stream_tag, map_mark_tag}) {
        for (bool more = true; more;) {
            storage::Batch batch;
            std::size_t keys = 0;
            auto cursor = database_.walk(storage::Part::index,
                                         {true, false, std::string(1, static_cast<char>(tag + 1))});
            for (cursor.seek(std::string(1, tag)); cursor.valid() && keys < batch_keys;
                 cursor.next(), ++keys)
                batch.remove(storage::Part::index, cursor.key());
            if (auto read = cursor.status(); !read) return read.error();
            if (!batch.empty())
                if (auto done = database_.write(batch); !done) return done.error();
            more = keys == batch_keys;
        }
    }
    return {};
}

StreamMap::State StreamMap::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

// -- proofs ---------------------------------------------------------------------------------------

base::Result<StreamMap::Answer> StreamMap::prove(const events::StreamId& stream) const {
    const auto key = proof::stream_key(stream);
    const std::lock_guard lock(mutex_);
    if (!usable_) return damaged();
    auto bucket = load(bucket_of(key));
    if (!bucket) return bucket.error();
    Answer out{state_, std::nullopt, {}};
    auto& leaves = bucket->leaves;
    const auto found =
        std::lower_bound(leaves.begin(), leaves.end(), key,
                         [](const Leaf& leaf, const Hash& k) { return leaf.key < k; });
    if (found != leaves.end() && found->key == key) out.stream = found->state;
    add_siblings(leaves.begin(), leaves.end(), upper_levels, key, out.proof);
    std::size_t node = bucket_count + bucket_of(key);
    for (std::size_t depth = upper_levels; depth-- > 0; node /= 2) {
        const auto& sibling = upper_[node ^ 1];
        if (sibling == nothing) continue;
        out.proof.present.set(depth);
        out.proof.siblings.push_back(sibling);
    }
    return out;
}

/// From the leaf's side to the bucket's root.
void StreamMap::add_siblings(std::vector<Leaf>::iterator first, std::vector<Leaf>::iterator last,
                             std::size_t depth, const Hash& key, proof::MapProof& out) {
    if (depth == depth_max || first == last) return;
    // Nothing but the leaf itself below: no siblings on its lonely path.
    if (last - first == 1 && first->key == key) return;
    const auto middle =
        std::partition_point(first, last, [&](const Leaf& leaf) { return !bit(leaf.key, depth); });
    const bool right = bit(key, depth);
    add_siblings(right ? middle : first, right ? last : middle, depth + 1, key, out);
    const auto sibling = subtree(right ? first : middle, right ? middle : last, depth + 1);
    if (sibling == nothing) return;
    out.present.set(depth);
    out.siblings.push_back(sibling);
}

Hash StreamMap::subtree(std::vector<Leaf>::iterator first, std::vector<Leaf>::iterator last,
                        std::size_t depth) {
    if (first == last) return nothing;
    if (last - first == 1) return first->alone_at(depth);
    const auto middle =
        std::partition_point(first, last, [&](const Leaf& leaf) { return !bit(leaf.key, depth); });
    return joined(subtree(first, middle, depth + 1), subtree(middle, last, depth + 1));
}

base::Result<StreamMap::Bucket> StreamMap::load(std::uint16_t bucket) const {
    std::string from(1, stream_tag), upto(1, stream_tag);
    append_number(from, bucket);
    if (bucket + 1u < bucket_count)
        append_number(upto, static_cast<std::uint16_t>(bucket + 1));
    else
        upto[0] = stream_tag + 1;
    Bucket out;
    auto cursor = database_.walk(storage::Part::index, {false, false, upto});
    for (cursor.seek(from); cursor.valid(); cursor.next())
        if (!out.leaves.emplace_back().read(cursor.key(), cursor.value())) return damaged();
    if (auto read = cursor.status(); !read) return read.error();
    return out;
}

// -- moving on ------------------------------------------------------------------------------------

base::Result<StreamMap::Staged> StreamMap::stage(const Changes& changes, std::uint64_t size) const {
    // No lock: only `keep`, which is not called meanwhile, changes what is read here.
    if (!usable_) return damaged();
    Staged out{{size, state_.streams, state_.root}, {}, {}};
    std::vector<std::pair<std::string, std::string>> leaves;
    for (auto change = changes.begin(); change != changes.end();) {
        const auto number = bucket_of(change->first);
        auto bucket = load(number);
        if (!bucket) return bucket.error();
        auto& known = bucket->leaves;
        const auto stored = known.size();
        for (; change != changes.end() && bucket_of(change->first) == number; ++change) {
            const auto& [key, state] = *change;
            const auto end = known.begin() + static_cast<std::ptrdiff_t>(stored);
            const auto found =
                std::lower_bound(known.begin(), end, key,
                                 [](const Leaf& leaf, const Hash& k) { return leaf.key < k; });
            if (found != end && found->key == key) {
                found->state = state;
                found->depth = 0;
            } else {
                known.push_back({key, state, 0, {}, true});
                ++out.state.streams;
            }
        }
        // What was added came in the order of keys, so the two runs only need merging.
        std::inplace_merge(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(stored),
                           known.end(), [](const Leaf& a, const Leaf& b) { return a.key < b.key; });
        out.buckets.emplace_back(number, subtree(known.begin(), known.end(), upper_levels));
        for (const auto& leaf : known)
            if (leaf.changed) leaves.emplace_back(leaf.stored_key(), leaf.stored_value());
    }
    for (const auto& [number, root] : out.buckets) {
        std::string value;
        append_bytes(value, root);
        out.entries.emplace_back(bucket_key(number), std::move(value));
    }
    std::string mark;
    append_number(mark, map_version);
    append_number(mark, size);
    append_number(mark, out.state.streams);
    out.entries.emplace_back(std::string(1, map_mark_tag), std::move(mark));
    std::move(leaves.begin(), leaves.end(), std::back_inserter(out.entries));
    // The root after the change, without touching what is kept.
    std::map<std::size_t, Hash> nodes;
    for (const auto& [number, root] : out.buckets) nodes[bucket_count + number] = root;
    for (std::size_t level = upper_levels; level-- > 0 && !nodes.empty();) {
        std::map<std::size_t, Hash> above;
        const auto at = [&](std::size_t node) {
            const auto found = nodes.find(node);
            return found == nodes.end() ? upper_[node] : found->second;
        };
        for (const auto& [node, hash] : nodes)
            above[node / 2] = joined(at(node & ~std::size_t{1}), at(node | 1));
        nodes = std::move(above);
    }
    if (!nodes.empty()) out.state.root = nodes.begin()->second;
    return out;
}

base::Result<void> StreamMap::keep(Staged staged) {
    // A proof needs buckets and upper levels of the same map.
    const std::lock_guard lock(mutex_);
    if (auto done = database_.ingest(storage::Part::index, staged.entries); !done)
        return done.error();
    for (const auto& [number, root] : staged.buckets) set_bucket(number, root);
    state_ = staged.state;
    return {};
}

base::Result<void> StreamMap::declare_void() {
    const std::lock_guard lock(mutex_);
    usable_ = false;
    std::string mark;
    append_number(mark, std::uint32_t{0});
    const std::vector<std::pair<std::string, std::string>> entries{
        {std::string(1, map_mark_tag), std::move(mark)}};
    return database_.ingest(storage::Part::index, entries);
}

void StreamMap::set_bucket(std::uint16_t bucket, const Hash& root) {
    std::size_t node = bucket_count + bucket;
    upper_[node] = root;
    while ((node /= 2) >= 1) upper_[node] = joined(upper_[2 * node], upper_[2 * node + 1]);
}

}  // namespace ledger
