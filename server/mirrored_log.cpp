#include "server/mirrored_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <utility>

#include "ledger/anchor.h"
#include "ledger/durable_file.h"
#include "ledger/proof/entry_bundle.h"
#include "ledger/proof/text.h"

namespace server {
namespace {

namespace fs = std::filesystem;
using proof::TilePath;

TilePath tile_at(std::uint8_t level, std::uint64_t index, std::uint64_t width) {
    return {false, level, index, static_cast<std::uint16_t>(width)};
}
TilePath bundle_at(std::uint64_t index, std::uint64_t width) {
    return {true, 0, index, static_cast<std::uint16_t>(width)};
}

std::vector<proof::Hash> hashes_in(std::string_view tile) {
    std::vector<proof::Hash> out(tile.size() / sizeof(proof::Hash));
    if (!out.empty()) std::memcpy(out.data(), tile.data(), out.size() * sizeof(proof::Hash));
    return out;
}

/// The first `count` entries of a bundle, or hashes of a tile; nothing if it is shorter.
std::optional<std::string> cut_to(const TilePath& path, std::string_view bytes) {
    std::size_t end = 0;
    if (!path.entries) {
        end = std::size_t{path.width} * sizeof(proof::Hash);
    } else {
        for (unsigned i = 0; i < path.width; ++i) {
            if (bytes.size() < end + 2) return std::nullopt;
            end += 2 + proof::get_be(bytes.substr(end), 2);
        }
    }
    if (bytes.size() < end) return std::nullopt;
    return std::string(bytes.substr(0, end));
}

/// Widths of the partial tiles that lie beside the place of a full one, the widest first.
std::vector<std::uint16_t> widths_in(const fs::path& partials) {
    std::vector<std::uint16_t> out;
    std::error_code none;
    for (const auto& each : fs::directory_iterator(partials, none)) {
        const auto name = each.path().filename().string();
        std::uint16_t width = 0;
        const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), width);
        if (failed == std::errc() && end == name.data() + name.size()) out.push_back(width);
    }
    std::sort(out.rbegin(), out.rend());
    return out;
}

/// Makes the folders down to a file's, each durable in the one above it.
base::Result<void> make_folders(const fs::path& dir) {
    if (fs::exists(dir)) return {};
    if (auto above = make_folders(dir.parent_path()); !above) return above;
    std::error_code failed;
    fs::create_directory(dir, failed);
    if (failed) {
        return base::Error{base::Fault::storage, "E_STORAGE",
                           fmt::format("{}: {}", dir.string(), failed.message())};
    }
    return ledger::sync_directory(dir.parent_path());
}

}  // namespace

base::Result<std::unique_ptr<MirroredLog>> MirroredLog::open(const fs::path& dir,
                                                             std::vector<proof::VerifierKey> keys) {
    std::unique_ptr<MirroredLog> out(new MirroredLog(dir, std::move(keys)));
    if (auto made = make_folders(dir); !made) return made.error();
    if (auto loaded = out->load(); !loaded) return loaded.error();
    return out;
}

base::Result<void> MirroredLog::load() {
    // Bundles are filled in order, so how many are full is found by halving.
    const auto is_full = [&](std::uint64_t index) {
        return fs::exists(file_of(tile_at(0, index, proof::tile_width)));
    };
    std::uint64_t full = 0, short_of = 1;
    while (is_full(short_of - 1)) {
        full = short_of;
        short_of *= 2;
    }
    while (short_of - full > 1) {
        const auto middle = full + (short_of - full) / 2;
        (is_full(middle - 1) ? full : short_of) = middle;
    }
    next_ = full * proof::tile_width;
    const auto widths = widths_in(file_of(tile_at(0, full, proof::tile_width)) += ".p");
    if (!widths.empty()) next_ += widths.front();
    note_ = ledger::read_file(dir_ / "checkpoint");
    if (note_.empty()) return {};
    const auto note = proof::Note::parse(note_);
    auto shown = note ? proof::Checkpoint::parse(note->text)
                      : base::Result<proof::Checkpoint>(note.error());
    if (!shown || shown->origin != keys_.front().name || shown->size > next_) {
        return base::Error{base::Fault::corrupt, "E_COSIGNER_DAMAGED",
                           fmt::format("{} does not fit the entries beside it", dir_.string())};
    }
    shown_ = *std::move(shown);
    return {};
}

std::string MirroredLog::checkpoint() const {
    const std::lock_guard lock(mutex_);
    return note_;
}

std::uint64_t MirroredLog::size() const {
    const std::lock_guard lock(mutex_);
    return shown_.size;
}

std::string MirroredLog::verifiers() const {
    std::string out;
    for (const auto& key : keys_) out += key.text() + "\n";
    return out;
}

std::string MirroredLog::policy() const {
    std::string out;
    for (const auto& key : keys_) out += "log " + key.text() + "\n";
    return out + "quorum none\n";
}

base::Result<std::string> MirroredLog::tile(const TilePath& path) const {
    return read(path);
}

std::uint64_t MirroredLog::next() const {
    const std::lock_guard lock(mutex_);
    return next_;
}

/// A narrower tile than the one on disk is its beginning.
base::Result<std::string> MirroredLog::read(const TilePath& path) const {
    TilePath full = path;
    full.width = proof::tile_width;
    auto bytes = ledger::read_file(file_of(path));
    if (bytes.empty()) bytes = ledger::read_file(file_of(full));
    if (bytes.empty()) {
        const auto widths = widths_in(file_of(full) += ".p");
        if (!widths.empty() && widths.front() >= path.width) {
            full.width = widths.front();
            bytes = ledger::read_file(file_of(full));
        }
    }
    if (auto found = cut_to(path, bytes); found && !bytes.empty()) return *std::move(found);
    return base::Error{base::Fault::storage, "E_STORAGE",
                       fmt::format("the mirror lacks {}", path.text())};
}

base::Result<void> MirroredLog::write(const TilePath& path, std::string_view bytes) const {
    const auto file = file_of(path);
    if (auto made = make_folders(file.parent_path()); !made) return made;
    return ledger::replace_file(file, bytes);
}

base::Result<proof::Hash> MirroredLog::subtree_root(std::uint64_t from, std::uint64_t start,
                                                    const std::vector<std::string>& entries) const {
    std::vector<proof::Hash> leaves;
    if (start > from) {
        const auto before = read(tile_at(0, from / proof::tile_width, start - from));
        if (!before) return before.error();
        leaves = hashes_in(*before);
    }
    for (const auto& entry : entries) leaves.push_back(proof::leaf_hash(entry));
    return root_of_leaves(leaves);
}

base::Result<void> MirroredLog::keep(std::uint64_t start, const std::vector<std::string>& entries) {
    const std::lock_guard lock(mutex_);
    const auto end = start + entries.size();
    if (end <= next_) return {};
    const auto index = start / proof::tile_width, from = index * proof::tile_width;
    std::string bundle, tile;
    if (next_ > from) {
        auto kept = read(bundle_at(index, next_ - from));
        if (!kept) return kept.error();
        auto hashes = read(tile_at(0, index, next_ - from));
        if (!hashes) return hashes.error();
        bundle = *std::move(kept);
        tile = *std::move(hashes);
    }
    for (auto i = std::max(start, next_); i < end; ++i) {
        const auto& entry = entries[static_cast<std::size_t>(i - start)];
        proof::append_entry(bundle, entry);
        tile += proof::bytes_of(proof::leaf_hash(entry));
    }
    if (auto done = write(bundle_at(index, end - from), bundle); !done) return done;
    // Written last: who finds it finds the entries too.
    if (auto done = write(tile_at(0, index, end - from), tile); !done) return done;
    next_ = end;
    return {};
}

base::Result<bool> MirroredLog::show(const proof::Checkpoint& checkpoint, const std::string& note) {
    const std::lock_guard lock(mutex_);
    if (checkpoint.size < shown_.size) return false;
    for (std::uint8_t level = 0; level < 8 && checkpoint.size >> (8 * level) > 0; ++level)
        if (auto done = raise_level(level, checkpoint.size); !done) return done.error();
    if (auto done = ledger::replace_file(dir_ / "checkpoint", note); !done) return done.error();
    const auto older = std::exchange(shown_, checkpoint).size;
    note_ = note;
    drop_partials(older);
    return true;
}

/// Writes the tiles of a level that the size has and the disk lacks, each hash being the root of
/// a full tile below.
base::Result<void> MirroredLog::raise_level(std::uint8_t level, std::uint64_t size) const {
    const auto have = shown_.size >> (8 * level), want = size >> (8 * level);
    for (auto index = have / proof::tile_width; index * proof::tile_width < want; ++index) {
        const auto first = index * proof::tile_width;
        const auto width = std::min(want - first, proof::tile_width);
        const auto path = tile_at(level, index, width);
        if (level == 0) {
            // Further entries may have come already: a reader of files wants this very width.
            const auto bundle = bundle_at(index, width);
            for (const auto& each : {bundle, path}) {
                if (fs::exists(file_of(each))) continue;
                const auto bytes = read(each);
                if (!bytes) return bytes.error();
                if (auto done = write(each, *bytes); !done) return done;
            }
            continue;
        }
        std::string tile;
        for (auto below = first; below < first + width; ++below) {
            const auto bytes =
                read(tile_at(static_cast<std::uint8_t>(level - 1), below, proof::tile_width));
            if (!bytes) return bytes.error();
            tile += proof::bytes_of(root_of_leaves(hashes_in(*bytes)));
        }
        if (auto done = write(path, tile); !done) return done;
    }
    return {};
}

/// Removes partial tiles that the shown tree does not have any more. Best effort: one too many
/// harms nobody.
void MirroredLog::drop_partials(std::uint64_t older) const {
    for (std::uint8_t level = 0; level < 8 && shown_.size >> (8 * level) > 0; ++level) {
        const auto from = (older >> (8 * level)) / proof::tile_width;
        const auto upto = (shown_.size >> (8 * level)) / proof::tile_width;
        for (auto index = from; index <= upto; ++index) {
            drop_partials_of({false, level, index, proof::tile_width});
            if (level == 0) drop_partials_of({true, level, index, proof::tile_width});
        }
    }
}

void MirroredLog::drop_partials_of(const TilePath& full) const {
    std::error_code ignored;
    const auto partials = file_of(full) += ".p";
    const auto shown = proof::width_in(full, shown_.size);
    for (const auto width : widths_in(partials)) {
        const bool ahead = full.level == 0 && full.index * proof::tile_width + width > shown_.size;
        if (!ahead && width != shown) fs::remove(partials / std::to_string(width), ignored);
    }
    if (widths_in(partials).empty()) fs::remove(partials, ignored);
}

proof::Hash root_of_leaves(const std::vector<proof::Hash>& leaves) {
    const std::function<proof::Hash(proof::Subtree)> perfect = [&](proof::Subtree at) {
        if (at.height == 0) return leaves[at.index];
        return proof::node_hash(perfect({at.height - 1, 2 * at.index}),
                                perfect({at.height - 1, 2 * at.index + 1}));
    };
    return *proof::root_of(leaves.size(), [&](proof::Subtree at) { return perfect(at); });
}

}  // namespace server
