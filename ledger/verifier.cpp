#include "ledger/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "ledger/block.h"
#include "ledger/core.h"
#include "ledger/sealing.h"
#include "ledger/unreadable.h"

namespace ledger {

/// One pass over the log.
class Verifier {
public:
    using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

    Verifier(const Ledger& ledger, const Progress& progress, const std::atomic<bool>& stop)
        : ledger_(ledger),
          core_(ledger.core()),
          head_(ledger.head()),
          progress_(progress),
          stop_(stop) {}

    base::Result<Verification> run();

private:
    static constexpr std::uint64_t progress_events = 8'192;

    /// Notes the first fault; false, so that callers can return it.
    bool fault(std::optional<std::uint64_t> position, std::string what);
    bool check(bool good, std::string_view what);

    bool read_event(std::string_view bytes);
    bool check_place(const events::schema::Event& event);
    bool check_command(const events::schema::Event& event);
    bool check_streams(const events::schema::Event& event);
    bool check_sealed(const events::schema::Event& event);
    bool check_leaf(std::string_view bytes);
    bool check_mark(const events::schema::Event& event);
    bool close_blocks();
    bool check_block(const BlockRecord& block);
    bool check_end();
    bool check_index();

    const Ledger& ledger_;
    const Core& core_;
    const Head head_;
    const Progress& progress_;
    const std::atomic<bool>& stop_;
    Verification out_;
    Frontier tree_;
    events::Hash root_before_ = empty_root();
    boost::unordered_flat_map<events::StreamId, std::uint32_t, events::IdHash> revisions_;
    std::uint64_t position_ = 0;
    // The command at hand.
    events::Id command_;
    std::uint16_t command_left_ = 0;
    std::uint16_t command_next_ = 0;
    events::Instant recorded_at_{std::numeric_limits<std::int64_t>::min()};
};

bool Verifier::fault(std::optional<std::uint64_t> position, std::string what) {
    if (!out_.fault) out_.fault = Verification::Fault{position, std::move(what)};
    return false;
}

bool Verifier::check(bool good, std::string_view what) {
    return good || fault(position_, fmt::format("position {}: {}", position_, what));
}

base::Result<Verification> Verifier::run() try {
    auto scan = ledger_.scan(events::Position{0}, events::Position{head_.size});
    for (; position_ < head_.size; ++position_) {
        if (stop_) {
            return base::Error{base::Fault::cancelled, "E_STOPPING", "the check was stopped"};
        }
        if (progress_ && position_ % progress_events == 0) progress_(position_, head_.size);
        const auto more = scan.next();
        if (!more) {
            fault(position_, more.error().what);
            return out_;
        }
        if (!read_event(scan.bytes()) || !close_blocks()) return out_;
    }
    if (check_end()) check_index();
    if (progress_) progress_(head_.size, head_.size);
    return out_;
} catch (const Unreadable& damage) {
    const bool done = position_ >= head_.size;
    fault(done ? std::nullopt : std::optional(position_), damage.error().what);
    return out_;
}

bool Verifier::read_event(std::string_view bytes) {
    const auto event = events::read_event(bytes);
    if (!event) return check(false, event.error().what);
    ++out_.events;
    return check_place(**event) && check_command(**event) && check_streams(**event) &&
           check_sealed(**event) && check_leaf(bytes) && check_mark(**event);
}

bool Verifier::check_place(const events::schema::Event& event) {
    const events::CommandId command{events::Id::of(*event.command_id())};
    return check(event.position() == position_, "the event was recorded at another position") &&
           check(events::Id::of(*event.event_id()) ==
                     events::event_id_of(core_.info.id, command, event.command_index()),
                 "the event's id does not follow from its command");
}

bool Verifier::check_command(const events::schema::Event& event) {
    const auto recorded_at = events::Instant::of(*event.recorded_at());
    const auto command = events::Id::of(*event.command_id());
    if (event.command_index() == 0) {
        if (!check(command_left_ == 0, "the command before is not complete")) return false;
        command_ = command;
        command_left_ = event.command_size();
        command_next_ = 0;
        if (!check(recorded_at >= recorded_at_, "recorded earlier than the event before")) {
            return false;
        }
        recorded_at_ = recorded_at;
    }
    if (!check(command_left_ > 0 && command == command_ && event.command_index() == command_next_,
               "the event does not continue its command")) {
        return false;
    }
    --command_left_;
    ++command_next_;
    return check(recorded_at == recorded_at_, "a command is recorded at one instant");
}

bool Verifier::check_streams(const events::schema::Event& event) {
    for (const auto* stream : *event.streams()) {
        const events::StreamId id{stream->kind(), events::Id::of(stream->id())};
        auto& newest = revisions_[id];
        if (!check(stream->revision() == newest + 1,
                   fmt::format("revision {} of {} follows revision {}", stream->revision(),
                               id.text(), newest))) {
            return false;
        }
        ++newest;
    }
    return true;
}

bool Verifier::check_sealed(const events::schema::Event& event) {
    if (event.sealed() == nullptr) return true;
    const auto place = place_of(core_.info.id, event);
    for (flatbuffers::uoffset_t i = 0; i < event.sealed()->size(); ++i) {
        const auto& part = *event.sealed()->Get(i);
        const auto blob = core_.log->get(storage::Part::sealed,
                                         blob_key(position_, static_cast<std::uint16_t>(i)));
        if (!blob) return check(false, blob.error().what);
        const auto key = core_.vault->find(events::Id::of(*part.subject()), part.personal_class());
        if (!key) return check(false, key.error().what);
        OpenedPart opened;
        const auto outcome = blob->has_value() ? open_part(place, part, **blob, key->get(), opened)
                                               : Opening::no_key;
        if (!check(outcome != Opening::damaged, "a sealed part is not what the event commits to")) {
            return false;
        }
        ++(outcome == Opening::opened ? out_.sealed_parts : out_.erased_parts);
    }
    return true;
}

bool Verifier::check_leaf(std::string_view bytes) {
    const auto leaf = leaf_hash(bytes);
    const auto kept = core_.tree->leaf(position_);
    if (!check(kept && *kept == leaf, "the event's hash is not the leaf in the tree")) return false;
    tree_.append(leaf);
    return true;
}

bool Verifier::check_mark(const events::schema::Event& event) {
    return check(core_.marks.may_hold(TypeSet(std::array{event.payload_type()}), position_),
                 "the marks of event types do not know of the event's type");
}

bool Verifier::close_blocks() {
    const auto stored = core_.log->get(storage::Part::blocks, position_key(out_.blocks));
    if (!stored) return check(false, stored.error().what);
    const auto block = stored->has_value() ? BlockRecord::decode(**stored) : std::nullopt;
    if (!check(block.has_value(),
               fmt::format("the record of block {} is missing or cannot be read", out_.blocks))) {
        return false;
    }
    if (block->first + block->count != position_ + 1) {
        return check(block->first + block->count > position_ + 1,
                     fmt::format("block {} ends too early", out_.blocks));
    }
    return check_block(*block);
}

bool Verifier::check_block(const BlockRecord& block) {
    const auto root = tree_.root();
    const auto name = fmt::format("block {}", out_.blocks);
    if (!check(block.count > 0 && block.root_before == root_before_,
               name + " does not start from the root before it") ||
        !check(block.root_after == root, name + " names another root than its events give") ||
        !check(block.time == recorded_at_, name + " names another time than its last event") ||
        !check(command_left_ == 0, name + " ends inside a command")) {
        return false;
    }
    root_before_ = root;
    ++out_.blocks;
    return true;
}

bool Verifier::check_end() {
    out_.root = tree_.root();
    out_.streams = revisions_.size();
    if (out_.root != head_.root || out_.blocks != head_.blocks) {
        return fault({}, "the head names another root or number of blocks than the log gives");
    }
    const auto again = core_.tree->root(head_.size);
    if (!again || *again != out_.root) {
        return fault({}, "the tiles of the tree give another root than the events");
    }
    return true;
}

bool Verifier::check_index() {
    for (const auto& [stream, revision] : revisions_) {
        if (core_.index->newest(stream, head_.size).value != revision) {
            return fault({}, fmt::format("the index names another newest revision of {} than {}",
                                         stream.text(), revision));
        }
    }
    // Every revision and every command, from the events' side.
    auto scan = ledger_.scan(events::Position{0}, events::Position{head_.size});
    for (position_ = 0; position_ < head_.size && !stop_; ++position_) {
        const auto more = scan.next();
        if (!more) return fault(position_, more.error().what);
        const auto& event = scan.event();
        std::vector<std::uint64_t> found;
        for (const auto* stream : *event.streams()) {
            found.clear();
            core_.index->positions({stream->kind(), events::Id::of(stream->id())},
                                   events::Revision{stream->revision()}, 1, head_.size, found);
            if (!check(found.size() == 1 && found[0] == position_,
                       "the index has another event at this revision")) {
                return false;
            }
        }
        if (event.command_index() != 0) continue;
        const auto where = core_.index->find({events::Id::of(*event.command_id())}, head_.size);
        if (!check(where && where->first.value == position_ && where->count == event.command_size(),
                   "the index has the command at another place")) {
            return false;
        }
    }
    return true;
}

base::Result<Verification> verify(const Ledger& ledger,
                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                  const std::atomic<bool>& stop) {
    return Verifier(ledger, progress, stop).run();
}

}  // namespace ledger
