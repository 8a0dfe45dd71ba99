#include "projections/digests.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "ledger/proof/hashes.h"
#include "projections/buckets.h"

namespace projections {

namespace {

using events::Hash;

class Sha256 {
public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        ENSURE(EVP_DigestInit_ex2(context_.get(), sha256, nullptr) == 1, "hashing does not fail");
    }
    void add(std::string_view bytes) {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    Hash take() {
        Hash out;
        EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
        return out;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

base::Error damaged(std::string_view what) {
    return {base::Fault::corrupt, "E_VIEWS_DAMAGED",
            fmt::format("the stored views are damaged ({}); delete the folder views/ to rebuild "
                        "them",
                        what)};
}

std::string u64_text(std::uint64_t value) {
    std::string out;
    put_u64(out, value);
    return out;
}

/// The digest of one part: complete buckets, then the one that is cut at `size`.
Hash part_digest(std::size_t part, std::uint64_t size, const Hash& chain, const Hash& cut) {
    return proof::sha256({"talent-ledger/part/v1\n", Part::all()[part].prefix, "\n",
                          u64_text(size), proof::bytes_of(chain), proof::bytes_of(cut)});
}

base::Result<Hash> current_digest(const Store& store, const Store::Snapshot& snapshot,
                                  std::string_view prefix) {
    Sha256 sum;
    std::string entry;
    auto read = store.notes(
        prefix,
        [&](std::string_view key, std::string_view value) {
            entry.clear();
            put_entry(entry, key, value);
            sum.add(entry);
        },
        &snapshot);
    if (!read) return read.error();
    return sum.take();
}

base::Result<ViewDigests> put_together(const Store& store, const Store::Snapshot& snapshot,
                                       std::uint64_t size, const PartHashes& parts) {
    const Checkpoint& checkpoint = snapshot.checkpoint();
    ViewDigests out{size, checkpoint.version, {}};
    for (const ViewParts& view : ViewParts::all()) {
        std::string bytes = fmt::format("talent-ledger/view/v1\n{}\n", view.name);
        put_u32(bytes, checkpoint.version);
        for (std::size_t i = 0; i < Part::count; ++i) {
            if (view.rests_on(i)) bytes.append(proof::bytes_of(parts[i]));
        }
        if (!view.current.empty()) {
            if (size != checkpoint.position) continue;
            const auto current = current_digest(store, snapshot, view.current);
            if (!current) return current.error();
            bytes.append(u64_text(size)).append(proof::bytes_of(*current));
        }
        out.views.emplace(view.name, proof::sha256({bytes}));
    }
    return out;
}

/// Hashes of the part's buckets from the first one on, the last one cut at `size`.
base::Result<std::vector<Hash>> bucket_hashes(const Store& store, const Store::Snapshot& snapshot,
                                              std::size_t part, std::uint64_t size) {
    std::vector<Sha256> sums(size / Buckets::events + 1);
    bool good = true;
    std::string entry;
    auto read = store.notes(
        Part::all()[part].prefix,
        [&](std::string_view key, std::string_view value) {
            const auto position = position_of(part, key, value);
            good = good && position;
            if (!position || *position >= size) return;
            entry.clear();
            put_entry(entry, key, value);
            sums[*position / Buckets::events].add(entry);
        },
        &snapshot);
    if (!read) return read.error();
    if (!good) return damaged("an entry of unknown shape");
    std::vector<Hash> out;
    for (Sha256& sum : sums) out.push_back(sum.take());
    return out;
}

/// Entries of the bucket that is filling, by part and in order of keys.
base::Result<PartHashes> tail_hashes(const Store& store, const Store::Snapshot& snapshot) {
    std::vector<Note> entries;
    bool good = true;
    auto read = store.notes(
        "J",
        [&](std::string_view, std::string_view bytes) {
            good = Buckets::unpack_tail(bytes, entries) && good;
        },
        &snapshot);
    if (!read) return read.error();
    std::sort(entries.begin(), entries.end());
    std::array<std::string, Part::count> bytes;
    for (const auto& [key, value] : entries) {
        const auto part = Part::of(key);
        if (!part) return damaged("an entry of unknown shape");
        put_entry(bytes[*part], key, value);
    }
    if (!good) return damaged("the newest entries");
    PartHashes out;
    for (std::size_t i = 0; i < Part::count; ++i) out[i] = proof::sha256({bytes[i]});
    return out;
}

}  // namespace

base::Result<ViewDigests> kept_digests(const Store& store, const Store::Snapshot& snapshot) {
    const std::uint64_t size = snapshot.checkpoint().position;
    PartHashes chain{};
    if (size >= Buckets::events) {
        const auto last = store.last_note("G", &snapshot);
        if (!last) return last.error();
        const auto sum = *last && (*last)->first == Buckets::sum_key(size / Buckets::events - 1)
                             ? BucketSum::unpack((*last)->second)
                             : std::nullopt;
        if (!sum) return damaged("no sum of the last bucket");
        chain = sum->chain;
    }
    const auto cut = tail_hashes(store, snapshot);
    if (!cut) return cut.error();
    PartHashes parts;
    for (std::size_t i = 0; i < Part::count; ++i) {
        parts[i] = part_digest(i, size, chain[i], (*cut)[i]);
    }
    return put_together(store, snapshot, size, parts);
}

base::Result<ViewDigests> stored_digests(const Store& store, const Store::Snapshot& snapshot,
                                         std::uint64_t size) {
    if (size > snapshot.checkpoint().position) {
        return base::Error{base::Fault::invalid, "E_BAD_POSITION",
                           fmt::format("the views hold {} events, not {}",
                                       snapshot.checkpoint().position, size)};
    }
    PartHashes parts;
    for (std::size_t i = 0; i < Part::count; ++i) {
        const auto buckets = bucket_hashes(store, snapshot, i, size);
        if (!buckets) return buckets.error();
        Hash chain{};
        for (std::size_t b = 0; b + 1 < buckets->size(); ++b) {
            chain = proof::sha256({proof::bytes_of(chain), proof::bytes_of((*buckets)[b])});
        }
        parts[i] = part_digest(i, size, chain, buckets->back());
    }
    return put_together(store, snapshot, size, parts);
}

}  // namespace projections
