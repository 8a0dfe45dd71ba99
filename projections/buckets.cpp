#include "projections/buckets.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "ledger/proof/hashes.h"
#include "projections/storage/row_bytes.h"

namespace projections {

namespace {

constexpr std::size_t hash_size = 32;

/// Bytes of the entries of each part of one bucket, in the order of keys.
using PartBytes = std::array<std::string, Part::count>;

/// What bears a position in a batch's notes, and where.
struct Placed {
    const Note* note;
    std::size_t part;
    std::uint64_t position;
};

std::vector<Placed> placed(const std::vector<Note>& notes) {
    std::vector<Placed> out;
    out.reserve(notes.size());
    for (const Note& note : notes) {
        const auto part = Part::of(note.first);
        if (!part) continue;
        const auto position = position_of(*part, note.first, note.second);
        ENSURE(position, "the runner writes entries of the shape they are read in");
        out.push_back({&note, *part, *position});
    }
    return out;
}

std::string key_of(char kind, std::uint64_t number) {
    std::string key(1, kind);
    put_u64(key, number);
    return key;
}

}  // namespace

void put_entry(std::string& out, std::string_view key, std::string_view value) {
    out.append(key);
    put_u32(out, static_cast<std::uint32_t>(value.size()));
    out.append(value);
}

BucketSum BucketSum::of(const PartHashes& own, const PartHashes& before) {
    BucketSum out{own, {}};
    for (std::size_t i = 0; i < Part::count; ++i) {
        out.chain[i] = proof::sha256({proof::bytes_of(before[i]), proof::bytes_of(own[i])});
    }
    return out;
}

std::string BucketSum::packed() const {
    std::string out;
    for (const auto* hashes : {&own, &chain}) {
        for (const auto& hash : *hashes) out.append(proof::bytes_of(hash));
    }
    return out;
}

std::optional<BucketSum> BucketSum::unpack(std::string_view bytes) {
    if (bytes.size() != 2 * Part::count * hash_size) return std::nullopt;
    BucketSum out;
    for (auto* hashes : {&out.own, &out.chain}) {
        for (auto& hash : *hashes) {
            std::memcpy(hash.data(), bytes.data(), hash_size);
            bytes.remove_prefix(hash_size);
        }
    }
    return out;
}

std::string Buckets::sum_key(std::uint64_t bucket) {
    return key_of('G', bucket);
}

bool Buckets::unpack_tail(std::string_view bytes, std::vector<Note>& out) {
    const auto take = [&](std::string& text) {
        if (bytes.size() < 4) return false;
        const std::size_t size = get_u32(bytes);
        bytes.remove_prefix(4);
        if (bytes.size() < size) return false;
        text.assign(bytes.substr(0, size));
        bytes.remove_prefix(size);
        return true;
    };
    while (!bytes.empty()) {
        Note& note = out.emplace_back();
        if (!take(note.first) || !take(note.second)) return false;
    }
    return true;
}

void Buckets::clear() {
    *this = {};
}

base::Result<bool> Buckets::restore(const Store& store, std::uint64_t position) {
    clear();
    bucket_ = next_bucket_ = position / events;
    if (bucket_ > 0) {
        const auto kept = store.note(sum_key(bucket_ - 1));
        if (!kept) return kept.error();
        const auto sum = *kept ? BucketSum::unpack(**kept) : std::nullopt;
        if (!sum) return false;
        chain_ = next_chain_ = sum->chain;
    }
    bool good = true;
    std::vector<Note> entries;
    auto read = store.notes("J", [&](std::string_view key, std::string_view bytes) {
        journal_.emplace_back(key);
        good = unpack_tail(bytes, entries) && good;
    });
    if (!read) return read.error();
    for (Note& entry : entries) {
        const auto part = Part::of(entry.first);
        if (!part) return false;
        SignedRow row;
        if (Part::all()[*part].key_size != entry.first.size()) return false;
        if (*part > 3) {
            tail_.notes.push_back(std::move(entry));
        } else if (decode_row(entry.first, entry.second, row)) {
            tail_.rows.push_back(row);
        } else {
            return false;
        }
    }
    return good;
}

void Buckets::seal(Batch& batch, std::uint64_t size) {
    batch.sums.clear();
    batch.sums_dropped.clear();
    added_ = {};
    journal_added_.clear();
    next_bucket_ = size / events;
    next_chain_ = chain_;
    batch.sort();
    if (next_bucket_ > bucket_) complete(batch, next_bucket_);
    const std::uint64_t from = next_bucket_ * events;
    for (const SignedRow& row : batch.rows) {
        if (row.position >= from) added_.rows.push_back(row);
    }
    for (const Placed& entry : placed(batch.notes)) {
        if (entry.position >= from) added_.notes.push_back(*entry.note);
    }
    if (!added_.empty()) journal(batch, size);
}

void Buckets::complete(Batch& batch, std::uint64_t upto) {
    std::vector<PartBytes> bytes(upto - bucket_);
    const auto put = [&](std::size_t part, std::uint64_t position, std::string_view key,
                         std::string_view value) {
        const std::uint64_t bucket = position / events;
        if (bucket < upto) put_entry(bytes[bucket - bucket_][part], key, value);
    };
    std::vector<SignedRow> merged;
    if (!tail_.rows.empty()) {
        std::sort(tail_.rows.begin(), tail_.rows.end(), by_key);
        merged.reserve(tail_.rows.size() + batch.rows.size());
        std::merge(tail_.rows.begin(), tail_.rows.end(), batch.rows.begin(), batch.rows.end(),
                   std::back_inserter(merged), by_key);
    }
    for (const SignedRow& row : tail_.rows.empty() ? batch.rows : merged) {
        const EncodedRow encoded(row);
        put(*Part::of(encoded.key()), row.position, encoded.key(), encoded.value());
    }
    auto notes = placed(tail_.notes);
    const auto of_batch = placed(batch.notes);
    notes.insert(notes.end(), of_batch.begin(), of_batch.end());
    std::sort(notes.begin(), notes.end(),
              [](const Placed& a, const Placed& b) { return a.note->first < b.note->first; });
    for (const Placed& entry : notes) {
        put(entry.part, entry.position, entry.note->first, entry.note->second);
    }
    for (std::uint64_t bucket = bucket_; bucket < upto; ++bucket) {
        PartHashes own;
        for (std::size_t i = 0; i < Part::count; ++i) {
            own[i] = proof::sha256({bytes[bucket - bucket_][i]});
        }
        const BucketSum sum = BucketSum::of(own, next_chain_);
        next_chain_ = sum.chain;
        batch.sums.emplace_back(sum_key(bucket), sum.packed());
    }
    batch.sums_dropped = journal_;
}

void Buckets::journal(Batch& batch, std::uint64_t size) {
    std::string bytes;
    const auto put = [&](std::string_view key, std::string_view value) {
        for (const auto text : {key, value}) {
            put_u32(bytes, static_cast<std::uint32_t>(text.size()));
            bytes.append(text);
        }
    };
    for (const SignedRow& row : added_.rows) {
        const EncodedRow encoded(row);
        put(encoded.key(), encoded.value());
    }
    for (const Note& note : added_.notes) put(note.first, note.second);
    journal_added_.push_back(key_of('J', size));
    batch.sums.emplace_back(journal_added_.back(), std::move(bytes));
}

void Buckets::keep() {
    if (next_bucket_ > bucket_) {
        tail_ = {};
        journal_.clear();
    }
    bucket_ = next_bucket_;
    chain_ = next_chain_;
    std::move(added_.rows.begin(), added_.rows.end(), std::back_inserter(tail_.rows));
    std::move(added_.notes.begin(), added_.notes.end(), std::back_inserter(tail_.notes));
    journal_.insert(journal_.end(), journal_added_.begin(), journal_added_.end());
    added_ = {};
    journal_added_.clear();
}

}  // namespace projections
