// Holds every event of a log against those before it: places, commands, times, revisions.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "events/dates.h"
#include "events/event.h"
#include "ledger/revision_tally.h"

namespace ledger {

/// Threads: one at a time.
class EntryChain {
public:
    /// A chain that does not begin at position 0 takes the first command, time and revision of
    /// each stream as they come.
    explicit EntryChain(std::uint64_t from = 0) : from_(from), next_(from) {}

    /// The stream is going to be asked for.
    void expect(const events::schema::StreamRef& stream) const { tally_.expect(stream); }
    /// Takes the next event. One sentence on what is wrong with it; nothing if all is well.
    std::optional<std::string> take(const events::schema::Event& event);

    std::uint64_t next() const { return next_; }
    /// No command is half told.
    bool between_commands() const { return command_left_ == 0; }
    events::Instant recorded_at() const { return recorded_at_; }
    const RevisionTally& tally() const { return tally_; }

    /// From now on what each event changes in the tally is remembered, so that the tally can be
    /// had as it was. Costs some 48 bytes for each stream of each event until it is forgotten.
    void remember_changes() { remembering_ = true; }
    /// Nobody will ask for a tally of fewer than `size` events any more.
    void forget_changes(std::uint64_t size);
    /// After the first `size` events; nothing if that is forgotten.
    std::optional<RevisionTally> tally_at(std::uint64_t size) const;

    /// Everything that `take` goes by, as bytes, and back. False for bytes that are none.
    std::string encoded() const;
    bool decode(std::string_view bytes);

private:
    static constexpr std::size_t changes_max = 4'000'000;

    std::optional<std::string> take_command(const events::schema::Event& event);
    std::optional<std::string> take_streams(const events::schema::Event& event);
    void remember(const RevisionTally::Entry& entry);

    std::uint64_t from_;
    std::uint64_t next_;
    RevisionTally tally_;
    std::deque<RevisionTally::Entry> before_;  ///< overwritten entries, revision 0 for new streams
    std::deque<std::uint64_t> changed_at_;     ///< the position of the event that did it, for each
    std::uint64_t known_from_ = 0;             ///< smallest size that a tally can be had of
    bool remembering_ = false;
    events::Id command_;
    std::uint16_t command_left_ = 0;
    std::uint16_t command_next_ = 0;
    events::Instant recorded_at_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace ledger
