#include "ledger/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/base/log.h"
#include "ledger/block.h"
#include "ledger/bytes.h"
#include "ledger/opening.h"
#include "ledger/registrar.h"
#include "ledger/registrar_state.h"
#include "ledger/unreadable.h"

namespace ledger {

// -- StoredEvent and EventScan --------------------------------------------------------------------

struct StoredEvent::Pin {
    storage::Pinned bytes;
};

StoredEvent::StoredEvent() = default;
StoredEvent::StoredEvent(StoredEvent&&) noexcept = default;
StoredEvent& StoredEvent::operator=(StoredEvent&&) noexcept = default;
StoredEvent::~StoredEvent() = default;

std::string_view StoredEvent::bytes() const {
    ENSURE(pin_ != nullptr, "an event is read before it is looked at");
    return pin_->bytes.bytes();
}

const events::schema::Event& StoredEvent::event() const { return events::trusted_event(bytes()); }

struct EventScan::State {
    storage::Cursor cursor;
    std::uint64_t upto = 0;
    std::uint64_t next = 0;
    const TypeMarks* marks = nullptr;  // null: every event is wanted
    TypeSet types = {};
    bool placed = false;  // the cursor stands at the event before `next`
    std::uint64_t looked = 0;
    std::string_view bytes = {};

    base::Result<bool> step();
};

EventScan::EventScan(std::unique_ptr<State> state) : state_(std::move(state)) {}
EventScan::EventScan(EventScan&&) noexcept = default;
EventScan::~EventScan() = default;

base::Result<bool> EventScan::State::step() {
    if (next >= upto) return false;
    if (placed) {
        cursor.next();
    } else {
        cursor.seek(position_key(next));
    }
    placed = true;
    if (!cursor.valid() || ByteReader(cursor.key()).number<std::uint64_t>() != next) {
        if (auto status = cursor.status(); !status) return at_position(next, status.error());
        return base::Error{base::Fault::corrupt, "E_LOG_DAMAGED",
                           fmt::format("position {} is missing", next)};
    }
    bytes = cursor.value();
    ++next;
    ++looked;
    return true;
}

base::Result<bool> EventScan::next() {
    auto& state = *state_;
    if (state.marks == nullptr) return state.step();
    for (;;) {
        if (!state.placed || state.next % TypeMarks::run_events == 0) {
            const auto next = state.marks->first(state.types, state.next, state.upto);
            state.placed = state.placed && next == state.next;
            state.next = next;
        }
        auto more = state.step();
        if (!more || !*more || state.types.has(event().payload_type())) return more;
    }
}

events::Position EventScan::position() const { return events::Position{state_->next - 1}; }
std::string_view EventScan::bytes() const { return state_->bytes; }
std::uint64_t EventScan::looked() const { return state_->looked; }
const events::schema::Event& EventScan::event() const { return events::trusted_event(bytes()); }

// -- Ledger ---------------------------------------------------------------------------------------

namespace {

base::Error no_tile(std::uint64_t size) {
    return {base::Fault::corrupt, "E_LOG_DAMAGED",
            fmt::format("position {}: a tile of the tree up to it cannot be read", size - 1)};
}

}  // namespace

struct Ledger::State {
    std::unique_ptr<Core> core;
    std::unique_ptr<Registrar::State> writer;  // null if read-only
    std::unique_ptr<Registrar> registrar;
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}

Ledger::~Ledger() {
    if (state_->writer) state_->writer->stop();
    if (state_->core->index) state_->core->index->stop();
}

base::Result<std::unique_ptr<Ledger>> Ledger::open(Options options, const base::Clock& clock,
                                                   base::Random& random) {
    auto opened = open_core(std::move(options), clock, random);
    if (!opened) return opened.error();
    auto state = std::make_unique<State>();
    state->core = std::move(opened->core);
    std::unique_ptr<Ledger> ledger(new Ledger(std::move(state)));
    if (ledger->core().read_only()) return ledger;
    ledger->start_writer();
    if (opened->fresh) {
        auto genesis = genesis_command(ledger->info(), random);
        if (auto done = ledger->registrar().record(std::move(genesis)); !done) return done.error();
    }
    if (opened->lost) {
        auto recovered = recovered_command(ledger->info(), *opened->lost, random);
        auto done = ledger->registrar().record(std::move(recovered));
        if (!done) return done.error();
    }
    return ledger;
}

void Ledger::start_writer() {
    core().index->start();
    state_->writer = std::make_unique<Registrar::State>(core());
    state_->registrar.reset(new Registrar(*state_->writer));
}

Core& Ledger::core() { return *state_->core; }
const Core& Ledger::core() const { return *state_->core; }

const LedgerInfo& Ledger::info() const { return core().info; }
const events::Zone& Ledger::zone() const { return core().zone; }
const events::Catalogue& Ledger::catalogue() const { return core().catalogue(); }
const events::CodeLists& Ledger::codes() const { return events::CodeLists::built_in(); }
const Ledger::Recovery& Ledger::recovery() const { return core().recovery; }
Head Ledger::head() const { return core().board.head(); }

base::Result<StoredEvent> Ledger::event(events::Position position) const {
    auto bytes = core().durable_event(position.value);
    if (!bytes) return bytes.error();
    StoredEvent out;
    out.pin_ = std::make_unique<StoredEvent::Pin>();
    out.pin_->bytes = std::move(*bytes);
    return out;
}

EventScan Ledger::scan(events::Position from, events::Position upto, bool fill_cache) const {
    const auto end = std::min(upto.value, core().board.size());
    storage::Walk how;
    how.long_scan = !fill_cache;
    how.upto = position_key(end);
    return EventScan(std::make_unique<EventScan::State>(
        EventScan::State{core().log->walk(storage::Part::events, how), end, from.value}));
}

EventScan Ledger::scan(std::span<const events::schema::Payload> types, events::Position from,
                       events::Position upto, bool fill_cache) const {
    if (types.empty()) return scan(from, upto, fill_cache);
    const auto end = std::min(upto.value, core().board.size());
    storage::Walk how;
    how.sparse = !fill_cache;
    how.upto = position_key(end);
    return EventScan(std::make_unique<EventScan::State>(
        EventScan::State{core().log->walk(storage::Part::events, how), end, from.value,
                         &core().marks, TypeSet(types)}));
}

events::Revision Ledger::revision(const events::StreamId& stream) const {
    return core().index->newest(stream, core().board.size());
}

std::vector<events::Position> Ledger::positions(const events::StreamId& stream,
                                                events::Revision from, std::size_t limit) const {
    std::vector<std::uint64_t> found;
    core().index->positions(stream, from, limit, core().board.size(), found);
    std::vector<events::Position> out;
    out.reserve(found.size());
    for (const auto position : found) out.push_back({position});
    return out;
}

std::optional<Receipt> Ledger::receipt(const events::CommandId& command) const {
    const auto where = core().index->find(command, core().board.size());
    if (!where) return std::nullopt;
    auto out = read_receipt(core(), *where);
    out.replayed = true;
    return out;
}

events::Hash Ledger::leaf(events::Position position) const {
    ENSURE(position.value < core().board.size(), "only leaves of the log are asked for");
    const auto leaf = core().tree->leaf(position.value);
    if (!leaf) throw Unreadable(no_tile(position.value + 1));
    return *leaf;
}

events::Hash Ledger::root(std::uint64_t size) const {
    ENSURE(size <= core().board.size(), "a root is asked of what is in the log");
    const auto root = core().tree->root(size);
    if (!root) throw Unreadable(no_tile(size));
    return *root;
}

const Prover& Ledger::prover() const { return *core().prover; }

StreamMap& Ledger::stream_map() const { return *core().map; }

events::Position Ledger::first_after(events::Instant at) const {
    std::uint64_t low = 0, high = core().board.size();
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        const auto bytes = core().durable_event(middle);
        if (!bytes) throw Unreadable(bytes.error());
        const auto& event = events::trusted_event(bytes->bytes());
        if (events::Instant::of(*event.recorded_at()) > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return {low};
}

events::PersonalView Ledger::personal(const events::schema::Event& event) const {
    return unseal(core(), event).view;
}

std::unique_ptr<events::History> Ledger::history(std::optional<std::uint64_t> size) const {
    return make_history(core(), size);
}

bool Ledger::wait_past(std::uint64_t size, std::chrono::milliseconds timeout) const {
    return core().board.wait_past(size, timeout);
}

void Ledger::interrupt_waiters() const { core().board.interrupt_waiters(); }

std::shared_ptr<void> Ledger::on_commit(std::function<void(const Head&)> observer) const {
    return core().board.observe(std::move(observer));
}

Ledger::Figures Ledger::figures() const {
    const auto& counters = core().counters;
    Figures out;
    out.commits = counters.commits;
    out.commands = counters.commands;
    out.refused = counters.refused;
    out.replayed = counters.replayed;
    out.queued = counters.queued;
    out.fsync_seconds_total = static_cast<double>(counters.fsync_micros) / 1e6;
    out.disk_bytes = core().log->disk_bytes();
    out.store = core().log->counters();
    return out;
}

Registrar& Ledger::registrar() {
    ENSURE(state_->registrar != nullptr, "a ledger opened for reading has no registrar");
    return *state_->registrar;
}

}  // namespace ledger
