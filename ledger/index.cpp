#include "ledger/index.h"

#include <algorithm>
#include <tuple>

#include "ledger/fail_stop.h"
#include "ledger/index_entries.h"
#include "ledger/index_generation.h"
#include "ledger/unreadable.h"

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

Index::Index(storage::Database& database, TypeMarks& marks, std::size_t sealed_events)
    : database_(database),
      marks_(marks),
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
    if (!mark && mark.error().fault != base::Fault::corrupt) return mark.error();
    std::uint64_t sealed = 0;
    if (!mark || mark->has_value()) {
        ByteReader reader(mark ? std::string_view(**mark) : std::string_view());
        const auto version = reader.number<std::uint32_t>();
        sealed = reader.number<std::uint64_t>();
        const bool usable = reader.finished() && version == format && sealed <= size;
        if (!usable || !marks_.load(database_)) {
            if (read_only) {
                return base::Error{base::Fault::conflict, "E_FORMAT_VERSION",
                                   "the index must be rebuilt; start the server once"};
            }
            if (auto done = database_.clear(Part::index); !done) return done.error();
            sealed = 0;
        }
    }
    read_only_ = read_only;
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
    if (!found) distrust(found.error());
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
    if (const auto status = cursor.status(); !status) distrust(status.error());
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
    if (!found) distrust(found.error());
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
    if (const auto status = cursor.status(); !status) distrust(status.error());
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

void Index::distrust(const base::Error& error) const {
    if (!distrusted_.exchange(true) && !read_only_) {
        // A start that finds another format empties the index and reads the log from position 0.
        std::string mark;
        append_number(mark, no_format);
        append_number(mark, std::uint64_t{0});
        must(database_.ingest(Part::index, std::array{std::pair(mark_key(), std::move(mark))}));
    }
    throw Unreadable({error.fault, "E_INDEX_DAMAGED", "the index: " + error.what});
}

}  // namespace ledger
