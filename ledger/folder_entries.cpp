#include "ledger/folder_entries.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "ledger/bytes.h"

namespace ledger {
namespace {

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdu;
    value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53u;
    return value ^ (value >> 33);
}

}  // namespace

void PlaceSum::add(const events::Id& id, events::StreamKind kind, std::uint32_t revision,
                   std::uint64_t position) {
    std::uint64_t low, high;
    std::memcpy(&low, id.bytes.data(), sizeof low);
    std::memcpy(&high, id.bytes.data() + sizeof low, sizeof high);
    const auto stream = mixed(low ^ mixed(high ^ static_cast<std::uint64_t>(kind)));
    const auto place = mixed(stream ^ mixed(position ^ mixed(revision)));
    first += place;
    second += mixed(place ^ stream);
}

base::Result<void> FolderEntries::read(EntryTile& tile, std::size_t count) {
    if (!scan_ || next_ != tile.first()) {
        scan_.emplace(ledger_.scan({tile.first()}, {ledger_.head().size}));
    }
    next_ = tile.first() + count;
    for (std::size_t i = 0; i < count; ++i) {
        const auto more = scan_->next();
        if (!more) {
            tile.note(tile.first() + i, more.error().what);
            return {};
        }
        if (!*more) break;
        tile.add(scan_->bytes());
    }
    if (sealed_) read_blobs(tile);
    return {};
}

void FolderEntries::read_blobs(EntryTile& tile) {
    const auto from = blob_key(tile.first(), 0);
    const auto upto = blob_key(tile.first() + tile.size(), 0);
    if (!blobs_) {
        storage::Walk how;
        how.long_scan = true;
        blobs_.emplace(core_.log->walk(storage::Part::sealed, how));
        blobs_->seek(from);
    } else if (blobs_->valid() && blobs_->key() < from) {
        blobs_->seek(from);
    }
    for (; blobs_->valid() && blobs_->key() < upto; blobs_->next()) {
        ByteReader key(blobs_->key());
        const auto position = key.number<std::uint64_t>();
        const auto part = key.number<std::uint16_t>();
        tile.blobs.push_back({position, part, std::string(blobs_->value())});
    }
    if (blobs_->valid()) return;
    if (const auto status = blobs_->status(); !status) {
        const auto good = tile.blobs.empty() ? tile.first() : tile.blobs.back().position;
        tile.note(good, status.error().what);
        blobs_.reset();
    }
}

void FolderEntries::inspect(EntryTile& tile) {
    if (!sealed_) return;
    std::size_t next_blob = 0;
    for (std::size_t i = 0; i < tile.read(); ++i) {
        if (!inspect_event(tile, i, next_blob)) return;
    }
}

/// False where a part is not what the event commits to; the tile says so.
bool FolderEntries::inspect_event(EntryTile& tile, std::size_t i, std::size_t& next_blob) const {
    const auto position = tile.first() + i;
    const auto& event = tile.event(i);
    const auto parts = event.sealed() == nullptr ? 0u : event.sealed()->size();
    for (flatbuffers::uoffset_t part = 0; part < parts; ++part) {
        const std::string* blob = nullptr;
        if (next_blob < tile.blobs.size() && tile.blobs[next_blob].position == position &&
            tile.blobs[next_blob].part == part) {
            blob = &tile.blobs[next_blob++].bytes;
        }
        const auto outcome = open_blob(event, *event.sealed()->Get(part), blob);
        if (!outcome) {
            tile.note(position, outcome.error().what);
            return false;
        }
        if (*outcome == Opening::damaged) {
            tile.note(position, "a sealed part is not what the event commits to");
            return false;
        }
        ++(*outcome == Opening::opened ? tile.opened : tile.erased);
    }
    if (next_blob == tile.blobs.size() || tile.blobs[next_blob].position > position) return true;
    tile.note(position, "a sealed part lies beside the event that the event does not know of");
    return false;
}

base::Result<Opening> FolderEntries::open_blob(const events::schema::Event& event,
                                               const events::schema::SealedPart& part,
                                               const std::string* blob) const {
    if (blob == nullptr) return Opening::no_key;
    std::shared_ptr<const DataKey> key;
    if (core_.vault) {
        auto found = core_.vault->find(events::Id::of(*part.subject()), part.personal_class());
        if (!found) return found.error();
        key = *std::move(found);
    }
    OpenedPart opened;
    return open_part(place_of(core_.info.id, event), part, *blob, key.get(), opened);
}

base::Result<std::optional<std::string>> FolderEntries::stored(TileName name, std::size_t count) {
    return core_.tree->tile(name, count);
}

base::Result<std::optional<EntryFault>> FolderEntries::follow(const EntryTile& tile,
                                                              const GrownTree& tree) {
    for (std::size_t i = 0; i < tile.read(); ++i) {
        const auto position = tile.first() + i;
        const auto fault = [&](std::string what) {
            return std::optional<EntryFault>(EntryFault{position, std::move(what)});
        };
        const auto& event = tile.event(i);
        for (const auto* stream : *event.streams()) {
            places_.add(events::Id::of(stream->id()), stream->kind(), stream->revision(),
                        position);
        }
        if (!core_.marks.may_hold(TypeSet(std::array{event.payload_type()}), position)) {
            return fault("the marks of event types do not know of the event's type");
        }
        if (!block_) {
            if (auto wrong = take_block()) return fault(*std::move(wrong));
        }
        const auto end = block_->first + block_->count;
        if (end > position + 1) continue;
        if (end < position + 1) return fault(fmt::format("block {} ends too early", blocks_));
        if (auto wrong = close_block(event, tree.root(tile.nodes(), i + 1))) {
            return fault(*std::move(wrong));
        }
    }
    return std::optional<EntryFault>();
}

std::optional<std::string> FolderEntries::take_block() {
    const auto stored = core_.log->get(storage::Part::blocks, position_key(blocks_));
    if (!stored) return stored.error().what;
    if (*stored) block_ = BlockRecord::decode(**stored);
    if (block_) return std::nullopt;
    return fmt::format("the record of block {} is missing or cannot be read", blocks_);
}

std::optional<std::string> FolderEntries::close_block(const events::schema::Event& last,
                                                      const events::Hash& root) {
    const auto name = fmt::format("block {}", blocks_);
    if (block_->count == 0 || block_->root_before != root_before_)
        return name + " does not start from the root before it";
    if (block_->root_after != root) return name + " names another root than its events give";
    if (block_->time != events::Instant::of(*last.recorded_at()))
        return name + " names another time than its last event";
    if (last.command_index() + 1 != last.command_size()) return name + " ends inside a command";
    root_before_ = root;
    block_.reset();
    ++blocks_;
    return std::nullopt;
}

std::string FolderEntries::encoded() const {
    std::string out;
    append_number(out, blocks_);
    append_bytes(out, root_before_);
    append_number(out, places_.first);
    append_number(out, places_.second);
    return out;
}

bool FolderEntries::decode(std::string_view bytes) {
    ByteReader reader(bytes);
    blocks_ = reader.number<std::uint64_t>();
    root_before_ = reader.array<32>();
    places_.first = reader.number<std::uint64_t>();
    places_.second = reader.number<std::uint64_t>();
    return reader.finished();
}

}  // namespace ledger
