#include "ledger/verifier.h"

#include <fmt/format.h>

#include <vector>

#include "ledger/bytes.h"
#include "ledger/folder_entries.h"
#include "ledger/unreadable.h"

namespace ledger {

/// One check of a whole ledger.
class Verifier {
public:
    using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

    Verifier(const Ledger& ledger, const VerifyOptions& options, const Progress& progress,
             const std::atomic<bool>& stop)
        : ledger_(ledger),
          core_(ledger.core()),
          head_(ledger.head()),
          options_(options),
          progress_(progress),
          stop_(stop),
          entries_(ledger, core_, options.sealed),
          pass_(entries_, core_.info.id, {0, head_.size, true, options.jobs, options.observer}) {}

    base::Result<Verification> run();

private:
    /// Notes the first fault; false, so that callers can return it.
    bool fault(std::optional<std::uint64_t> position, std::string what);
    bool check(bool good, std::string_view what);

    base::Result<void> go_on();
    base::Error leave_off() const;
    bool check_end();
    bool check_streams(PlaceSum& places);
    bool check_places(const events::schema::Event& event);
    bool check_index();

    const Ledger& ledger_;
    const Core& core_;
    const Head head_;
    const VerifyOptions options_;
    const Progress& progress_;
    const std::atomic<bool>& stop_;
    FolderEntries entries_;
    LogPass pass_;
    Verification out_;
    std::uint64_t position_ = 0;  ///< of the index's check
};

bool Verifier::fault(std::optional<std::uint64_t> position, std::string what) {
    if (!out_.fault) out_.fault = Verification::Fault{position, std::move(what)};
    return false;
}

bool Verifier::check(bool good, std::string_view what) {
    return good || fault(position_, fmt::format("position {}: {}", position_, what));
}

base::Result<Verification> Verifier::run() try {
    if (auto good = go_on(); !good) return good.error();
    if (!core_.vault) {
        out_.skipped.emplace_back(
            "no vault: sealed parts stay closed, and the head anchor's seal was not checked");
    }
    const auto passed = pass_.run(
        [&](std::uint64_t done) {
            if (progress_) progress_(done, head_.size);
        },
        stop_);
    if (!passed) return passed.error();
    if (passed->stopped) return leave_off();
    out_.events = pass_.chain().next();
    out_.blocks = entries_.blocks();
    out_.sealed_parts = passed->opened;
    out_.erased_parts = passed->erased;
    out_.root = pass_.root();
    out_.streams = pass_.chain().tally().size();
    if (const auto& wrong = passed->fault) {
        out_.fault = *wrong;
        if (wrong->position && !wrong->what.starts_with("position "))
            out_.fault->what = fmt::format("position {}: {}", *wrong->position, wrong->what);
        return out_;
    }
    if (check_end() && options_.index) check_index();
    return out_;
} catch (const Unreadable& damage) {
    fault(std::nullopt, damage.error().what);
    return out_;
}

base::Result<void> Verifier::go_on() {
    if (options_.cursor == nullptr || options_.cursor->empty()) return {};
    ByteReader reader(*options_.cursor);
    const auto blocks = reader.take(reader.number<std::uint32_t>());
    if (reader.ok() && entries_.decode(blocks) && pass_.decode(reader.rest())) return {};
    return base::Error{base::Fault::invalid, "E_BAD_CURSOR",
                       "the cursor is damaged or is of another log"};
}

base::Error Verifier::leave_off() const {
    if (options_.cursor != nullptr) {
        const auto blocks = entries_.encoded();
        options_.cursor->clear();
        append_number(*options_.cursor, static_cast<std::uint32_t>(blocks.size()));
        *options_.cursor += blocks + pass_.encoded();
    }
    return {base::Fault::cancelled, "E_STOPPING", "the check was stopped"};
}

bool Verifier::check_end() {
    if (out_.root != head_.root || out_.blocks != head_.blocks) {
        return fault({}, "the head names another root or number of blocks than the log gives");
    }
    const auto again = core_.tree->root(head_.size);
    if (!again || *again != out_.root) {
        return fault({}, "the tiles of the tree give another root than the events");
    }
    return true;
}

/// The index has the streams that the events stand in, with their newest revisions. Adds up where
/// it says that every revision is.
bool Verifier::check_streams(PlaceSum& places) {
    std::vector<std::uint64_t> found;
    pass_.chain().tally().each([&](const RevisionTally::Entry& entry) {
        const events::StreamId stream{entry.kind, entry.id};
        if (core_.index->newest(stream, head_.size).value != entry.revision) {
            fault({}, fmt::format("the index names another newest revision of {} than {}",
                                  stream.text(), entry.revision));
            return;
        }
        found.clear();
        core_.index->positions(stream, events::Revision{1}, entry.revision, head_.size, found);
        for (std::size_t i = 0; i < found.size(); ++i) {
            places.add(entry.id, entry.kind, static_cast<std::uint32_t>(i + 1), found[i]);
        }
    });
    return !out_.fault;
}

/// Every revision of this event, looked up one by one: only where the sums have told that one of
/// them is wrong.
bool Verifier::check_places(const events::schema::Event& event) {
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
    return true;
}

bool Verifier::check_index() {
    PlaceSum places;
    if (!check_streams(places)) return false;
    const bool same_places = places == entries_.places();
    // Every command, from the events' side.
    auto scan = ledger_.scan(events::Position{0}, events::Position{head_.size});
    for (position_ = 0; position_ < head_.size && !stop_; ++position_) {
        const auto more = scan.next();
        if (!more) return fault(position_, more.error().what);
        const auto& event = scan.event();
        if (!same_places && !check_places(event)) return false;
        if (event.command_index() != 0) continue;
        const auto where = core_.index->find({events::Id::of(*event.command_id())}, head_.size);
        if (!check(where && where->first.value == position_ && where->count == event.command_size(),
                   "the index has the command at another place")) {
            return false;
        }
    }
    return same_places || stop_ || fault({}, "the index names revisions that no event has");
}

base::Result<Verification> verify(const Ledger& ledger, const VerifyOptions& options,
                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                  const std::atomic<bool>& stop) {
    return Verifier(ledger, options, progress, stop).run();
}

base::Result<Verification> verify(const Ledger& ledger,
                                  const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                  const std::atomic<bool>& stop) {
    return verify(ledger, VerifyOptions{}, progress, stop);
}

}  // namespace ledger
