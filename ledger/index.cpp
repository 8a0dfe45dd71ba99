#include "ledger/index.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <tuple>

#include "ledger/fail_stop.h"
#include "ledger/index_entries.h"

namespace ledger {
namespace {

using storage::Part;
using namespace index_entries;

OwnerChange decoded_owner(std::string_view code, std::string_view key, std::string_view value) {
    OwnerChange out;
    out.code = code;
    ByteReader place(key);
    out.position = place.number<std::uint64_t>();
    out.index = place.number<std::uint16_t>();
    ByteReader change(value);
    out.owner.bytes = change.array<16>();
    out.release = change.number<std::uint8_t>() != 0;
    return out;
}

void must(const base::Result<void>& done) {
    if (!done) fail_stop("the index", done.error());
}

}  // namespace

/// What has gathered since the last seal: per stream a chain of places, newest first.
struct Index::Generation {
    static constexpr std::uint32_t no_place = 0xffffffff;
    struct Place {
        std::uint64_t position;
        std::uint32_t before;  // index of the stream's earlier place
    };
    struct Chain {
        std::uint32_t last = no_place;
        std::uint32_t newest = 0;  // revision of `last`
        std::uint32_t count = 0;
        std::uint32_t first() const { return newest - count + 1; }
    };
    using Owners = std::multimap<std::string, OwnerChange, std::less<>>;

    boost::unordered_flat_map<events::StreamId, Chain, events::IdHash> streams;
    boost::unordered_flat_map<events::Id, events::History::Block, events::IdHash> commands;
    std::vector<Place> places;
    Owners owners;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // one past the newest position

    /// Positions of the chain, oldest first.
    std::vector<std::uint64_t> positions(const Chain& chain) const {
        std::vector<std::uint64_t> out(chain.count);
        std::size_t at = chain.count;
        for (auto place = chain.last; place != no_place; place = places[place].before) {
            out[--at] = places[place].position;
        }
        return out;
    }
    const Chain* chain(const events::StreamId& stream) const {
        const auto found = streams.find(stream);
        return found == streams.end() ? nullptr : &found->second;
    }
};

Index::Index(storage::Database& database, std::size_t sealed_events)
    : database_(database),
      sealed_events_(sealed_events),
      active_(std::make_unique<Generation>()),
      generations_{active_.get(), nullptr} {}

std::span<const Index::Generation* const> Index::newest_first() const {
    return {generations_.data(), frozen_ == nullptr ? 1u : 2u};
}

std::unique_ptr<Index::Generation> Index::turn() {
    auto old = std::exchange(active_, std::make_unique<Generation>());
    active_->begin = active_->end = old->end;
    generations_ = {active_.get(), nullptr};
    return old;
}

Index::~Index() {
    ENSURE(!sealer_.joinable(), "an index is stopped before it goes");
}

base::Result<std::uint64_t> Index::open(std::uint64_t size, bool read_only) {
    const auto mark = database_.get(Part::index, mark_key());
    if (!mark) return mark.error();
    std::uint64_t sealed = 0;
    if (mark->has_value()) {
        ByteReader reader(**mark);
        const auto version = reader.number<std::uint32_t>();
        sealed = reader.number<std::uint64_t>();
        if (!reader.finished() || version != format || sealed > size) {
            if (read_only) {
                return base::Error{base::Fault::conflict, "E_FORMAT_VERSION",
                                   "the index must be rebuilt; start the server once"};
            }
            if (auto done = database_.clear(Part::index); !done) return done.error();
            sealed = 0;
        }
    }
    active_->begin = active_->end = sealed;
    durable_ = size;
    return sealed;
}

void Index::start() {
    sealer_ = std::thread([this] { run(); });
}

void Index::stop() {
    if (!sealer_.joinable()) return;
    {
        const std::unique_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    sealer_.join();
    if (active_->end > active_->begin) seal(*active_);
}

// -- questions ------------------------------------------------------------------------------------
//
// The lock is held for what is in memory only. What leaves memory meanwhile is in the store by
// then, so looking there afterwards misses nothing.

events::Revision Index::newest(const events::StreamId& stream, std::uint64_t size) const {
    {
        const std::shared_lock lock(mutex_);
        for (const auto* generation : newest_first()) {
            const auto* chain = generation->chain(stream);
            if (chain == nullptr) continue;
            auto revision = chain->newest;
            for (auto place = chain->last; place != Generation::no_place; --revision) {
                if (generation->places[place].position < size) return events::Revision{revision};
                place = generation->places[place].before;
            }
        }
    }
    return events::Revision{newest_sealed(stream)};
}

std::uint32_t Index::newest_sealed(const events::StreamId& stream) const {
    storage::Pinned value;
    const auto found = database_.get(Part::index, stream_key(head_tag, stream), value);
    if (!found) fail_stop("the index", found.error());
    return *found ? ByteReader(value.bytes()).number<std::uint32_t>() : 0;
}

void Index::positions(const events::StreamId& stream, events::Revision from, std::size_t limit,
                      std::uint64_t size, std::vector<std::uint64_t>& out) const {
    const std::size_t most = out.size() + limit;
    std::vector<std::uint64_t> recent;
    std::uint32_t recent_first = 0;  // revision of recent.front()
    {
        const std::shared_lock lock(mutex_);
        for (const auto* generation : newest_first()) {
            const auto* chain = generation->chain(stream);
            if (chain == nullptr) continue;
            auto older = generation->positions(*chain);
            recent_first = chain->first();
            recent.insert(recent.begin(), older.begin(), older.end());
        }
    }
    std::uint32_t next = std::max<std::uint32_t>(from.value, 1);
    if (recent.empty() || next < recent_first) {
        const std::size_t before = out.size();
        const auto enough =
            recent.empty() ? limit : std::min<std::size_t>(limit, recent_first - next);
        sealed_positions(stream, next, enough, size, out);
        next += static_cast<std::uint32_t>(out.size() - before);
    }
    if (recent.empty() || next < recent_first) return;
    for (std::size_t at = next - recent_first; at < recent.size(); ++at) {
        if (out.size() == most || recent[at] >= size) return;
        out.push_back(recent[at]);
    }
}

void Index::sealed_positions(const events::StreamId& stream, std::uint32_t from, std::size_t limit,
                             std::uint64_t size, std::vector<std::uint64_t>& out) const {
    // A point look-up has a filter, a walk has none; most streams asked for are new.
    if (limit == 0 || newest_sealed(stream) < from) return;
    const auto prefix = stream_key(run_tag, stream);
    const std::size_t most = out.size() + limit;
    auto cursor = database_.walk(Part::index);
    for (cursor.seek_back(run_key(stream, from)); cursor.valid(); cursor.next()) {
        if (!cursor.key().starts_with(prefix)) break;
        auto revision = ByteReader(cursor.key().substr(prefix.size())).number<std::uint32_t>();
        for (ByteReader run(cursor.value()); !run.rest().empty(); ++revision) {
            const auto position = run.number<std::uint64_t>();
            if (revision < from) continue;
            if (out.size() == most || position >= size) return;
            out.push_back(position);
        }
    }
    if (const auto status = cursor.status(); !status) fail_stop("the index", status.error());
}

std::optional<events::History::Block> Index::find(const events::CommandId& command,
                                                  std::uint64_t size) const {
    const auto below = [size](const events::History::Block& block) {
        return block.first.value + block.count <= size ? std::optional(block) : std::nullopt;
    };
    {
        const std::shared_lock lock(mutex_);
        for (const auto* generation : newest_first()) {
            const auto found = generation->commands.find(command);
            if (found != generation->commands.end()) return below(found->second);
        }
    }
    storage::Pinned value;
    const auto found = database_.get(Part::index, command_key(command), value);
    if (!found) fail_stop("the index", found.error());
    if (!*found) return std::nullopt;
    ByteReader reader(value.bytes());
    events::History::Block block;
    block.first.value = reader.number<std::uint64_t>();
    block.count = reader.number<std::uint16_t>();
    return below(block);
}

std::vector<events::Id> Index::owners(std::string_view code, std::uint64_t size) const {
    std::vector<OwnerChange> changes;
    {
        const std::shared_lock lock(mutex_);
        for (const auto* generation : newest_first()) {
            const auto [first, last] = generation->owners.equal_range(code);
            for (auto entry = first; entry != last; ++entry) changes.push_back(entry->second);
        }
    }
    const auto prefix = owner_prefix(code);
    auto cursor = database_.walk(Part::index);
    for (cursor.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
        changes.push_back(decoded_owner(code, cursor.key().substr(prefix.size()), cursor.value()));
    }
    if (const auto status = cursor.status(); !status) fail_stop("the index", status.error());
    std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
        return std::tie(a.position, a.index) < std::tie(b.position, b.index);
    });
    std::vector<events::Id> out;
    for (const auto& change : changes) {
        if (change.position >= size) break;
        std::erase(out, change.owner);  // one that is in memory and in the store counts once
        if (!change.release) out.push_back(change.owner);
    }
    return out;
}

// -- changes --------------------------------------------------------------------------------------

void Index::add_place(const events::StreamId& stream, std::uint32_t revision,
                      std::uint64_t position) {
    auto& chain = active_->streams[stream];
    ENSURE(chain.count == 0 || chain.newest + 1 == revision, "revisions of a stream are dense");
    active_->places.push_back({position, chain.last});
    chain.last = static_cast<std::uint32_t>(active_->places.size() - 1);
    chain.newest = revision;
    ++chain.count;
}

void Index::add(const Command& command, std::span<const events::Placement> placements,
                std::span<const OwnerChange> owners) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
        // Waiting for a seal that itself waits for the block at hand would never end.
        return frozen_ == nullptr || frozen_->end > durable_ ||
               active_->end - active_->begin < 4 * sealed_events_;
    });
    for (const auto& placement : placements) {
        ENSURE(placement.position.value == active_->end, "positions are dense");
        for (const auto& stream : placement.streams) {
            add_place(stream.id, stream.revision.value, placement.position.value);
        }
        ++active_->end;
    }
    active_->commands.emplace(command.id, events::History::Block{command.first, command.count});
    for (const auto& owner : owners) active_->owners.emplace(owner.code, owner);
}

void Index::add_stored(const events::schema::Event& event) {
    const std::unique_lock lock(mutex_);
    ENSURE(event.position() == active_->end, "the log is read in order");
    for (const auto* stream : *event.streams()) {
        add_place({stream->kind(), events::Id::of(stream->id())}, stream->revision(),
                  event.position());
    }
    ++active_->end;
    if (event.command_index() == 0) {
        active_->commands.emplace(
            events::Id::of(*event.command_id()),
            events::History::Block{events::Position{event.position()}, event.command_size()});
    }
}

void Index::add_stored(const OwnerChange& owner) {
    const std::unique_lock lock(mutex_);
    active_->owners.emplace(owner.code, owner);
}

bool Index::full_enough() const {
    return active_->end - active_->begin >= sealed_events_;
}

void Index::seal_in_passing(std::uint64_t size) {
    if (!full_enough()) return;
    ENSURE(active_->end <= size, "only what is on disk is sealed");
    seal(*turn());
}

void Index::durable(std::uint64_t size) {
    {
        const std::unique_lock lock(mutex_);
        durable_ = size;
        if (frozen_ == nullptr && !full_enough()) return;
    }
    changed_.notify_all();
}

void Index::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || full_enough(); });
        if (stopping_) return;
        frozen_ = turn();
        generations_[1] = frozen_.get();
        // The newest of it may still be on its way to the disk.
        changed_.wait(lock, [this] { return durable_ >= frozen_->end; });
        lock.unlock();
        seal(*frozen_);
        lock.lock();
        frozen_ = nullptr;
        changed_.notify_all();
    }
}

// -- sealing --------------------------------------------------------------------------------------

void Index::seal(const Generation& generation) {
    Places entries;
    entries.reserve(generation.streams.size() * 2 + generation.commands.size() + 1);
    const auto add = [&entries](std::string key, const auto&... numbers) {
        std::string value;
        (append_number(value, numbers), ...);
        entries.emplace_back(std::move(key), std::move(value));
    };
    for (const auto& [code, owner] : generation.owners) {
        auto key = owner_prefix(code);
        append_number(key, owner.position);
        append_number(key, owner.index);
        std::string value;
        append_bytes(value, owner.owner.bytes);
        append_number(value, static_cast<std::uint8_t>(owner.release));
        entries.emplace_back(std::move(key), std::move(value));
    }
    add(mark_key(), format, generation.end);
    for (const auto& [command, block] : generation.commands) {
        add(command_key(command), block.first.value, block.count);
    }
    for (const auto& [stream, chain] : generation.streams) {
        add(stream_key(head_tag, stream), chain.newest);
        const auto positions = generation.positions(chain);
        for (std::size_t at = 0; at < positions.size(); at += run_positions_max) {
            std::string run;
            const auto upto = std::min(positions.size(), at + run_positions_max);
            for (std::size_t i = at; i < upto; ++i) append_number(run, positions[i]);
            entries.emplace_back(run_key(stream, chain.first() + static_cast<std::uint32_t>(at)),
                                 std::move(run));
        }
    }
    std::sort(entries.begin(), entries.end());
    must(database_.ingest(Part::index, entries));
}

}  // namespace ledger
