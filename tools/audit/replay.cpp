#include "tools/audit/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "projections/buckets.h"
#include "projections/digests.h"

namespace tools {
namespace json = boost::json;
namespace {

namespace fs = std::filesystem;
using events::schema::Payload;
using projections::Difference;
using projections::Runner;

constexpr std::uint64_t step_events = 16 * projections::Buckets::events;

base::Result<std::vector<RecordedDigests>> read_recorded(const projections::LogReader& log) {
    std::vector<RecordedDigests> out;
    const std::array types{Payload::ViewDigestsRecorded};
    const auto scan = log.scan(types, 0, log.size());
    for (;;) {
        const auto more = scan->next();
        if (!more) return more.error();
        if (!*more) break;
        const auto fact = events::Fact::of(scan->bytes());
        const auto& event = fact.as<events::schema::ViewDigestsRecorded>();
        RecordedDigests one{fact.position.value,
                            {event.size().value_or(0), event.version().value_or(0), {}}};
        for (const auto* view : *event.views()) {
            events::Hash digest;
            std::memcpy(digest.data(), view->digest(), digest.size());
            one.digests.views.emplace(view->view()->str(), digest);
        }
        out.push_back(std::move(one));
    }
    return out;
}

json::value text_or_null(const std::optional<std::uint64_t>& position) {
    return position ? json::value(std::to_string(*position)) : json::value(nullptr);
}

json::array list_of(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

/// Notes that hold now are about one person: the last event that changed something there.
std::optional<std::uint64_t> last_event_of(const std::string& key,
                                           const projections::LogReader& log, std::uint64_t size) {
    std::optional<std::uint64_t> last;
    if (key.size() != 17) return last;
    events::StreamId stream{events::StreamKind::talent, {}};
    std::memcpy(stream.id.bytes.data(), key.data() + 1, 16);
    log.history(size)->each(
        stream, [&](const events::Fact& fact) { last = fact.position.value; });
    return last;
}

json::object spell(const std::string& view, const Difference& found,
                   const std::optional<std::uint64_t>& position,
                   const projections::Speller& stored, const projections::Speller& replayed) {
    json::object out{
        {"view", view}, {"part", found.part}, {"kind", Difference::name_of(found.kind)}};
    out["position"] = text_or_null(position);
    out["bucket"] = found.position ? json::value(*found.position / projections::Buckets::events)
                                   : json::value(nullptr);
    const bool is = found.kind != Difference::Kind::missing;
    const bool should = found.kind != Difference::Kind::added;
    out["stored"] = is ? stored.spell(found.key, found.stored) : json::value(nullptr);
    out["replayed"] = should ? replayed.spell(found.key, found.replayed) : json::value(nullptr);
    return out;
}

}  // namespace

ReplayAudit::ReplayAudit(std::unique_ptr<projections::Replay> replay,
                         std::vector<RecordedDigests> recorded)
    : replay_(std::move(replay)) {
    for (auto& one : recorded) {
        if (one.digests.version == Runner::version) {
            recorded_.push_back(std::move(one));
        } else {
            ++other_versions_;
        }
    }
    std::stable_sort(recorded_.begin(), recorded_.end(), [](const auto& a, const auto& b) {
        return a.digests.size < b.digests.size;
    });
}

base::Result<std::unique_ptr<ReplayAudit>> ReplayAudit::open(const projections::LogReader& log,
                                                             std::optional<fs::path> scratch) {
    auto recorded = read_recorded(log);
    if (!recorded) return recorded.error();
    auto replay = projections::Replay::open(std::move(scratch), log);
    if (!replay) return replay.error();
    return std::unique_ptr<ReplayAudit>(
        new ReplayAudit(*std::move(replay), *std::move(recorded)));
}

base::Result<bool> ReplayAudit::fold_to(std::uint64_t upto, const ReplayProgress& progress) {
    const std::atomic<bool> stop{false};
    while (replay_->position() < upto) {
        const std::uint64_t at = replay_->position();
        std::uint64_t next = std::min(upto, (at / step_events + 1) * step_events);
        if (next_ < recorded_.size()) next = std::min(next, recorded_[next_].digests.size);
        if (auto folded = replay_->fold_to(next, stop); !folded) return folded.error();
        if (auto checked = check_recorded(); !checked) return checked.error();
        if (!progress(replay_->position())) return false;
        if (replay_->position() == at && next > at) break;  // the end of the log
    }
    return true;
}

base::Result<void> ReplayAudit::check_recorded() {
    while (next_ < recorded_.size() && recorded_[next_].digests.size <= replay_->position()) {
        const RecordedDigests& recorded = recorded_[next_++];
        const auto digests = replay_->digests();
        if (!digests) return digests.error();
        ++checked_;
        Contradiction found{recorded, {}};
        for (const auto& [view, digest] : recorded.digests.views) {
            const auto ours = digests->views.find(view);
            const bool same = digests->size == recorded.digests.size &&
                              ours != digests->views.end() && ours->second == digest;
            if (!same) found.views.push_back(view);
        }
        if (!found.views.empty()) contradictions_.push_back(std::move(found));
    }
    return {};
}

json::object ReplayAudit::recorded_json() const {
    json::array contradicted;
    for (const auto& one : contradictions_) {
        contradicted.push_back(json::object{{"event", std::to_string(one.recorded.position)},
                                            {"size", std::to_string(one.recorded.digests.size)},
                                            {"views", list_of(one.views)}});
    }
    return {{"checked", checked_},
            {"of_other_versions", other_versions_},
            {"contradicted", std::move(contradicted)}};
}

base::Result<std::unique_ptr<projections::Store>> open_kept(const fs::path& dir,
                                                            const projections::LogReader& log) {
    const auto damaged = [&](std::string what) {
        return base::Error{base::Fault::corrupt, "E_VIEWS_DAMAGED",
                           fmt::format("{}: {}", dir.string(), what)};
    };
    if (!fs::exists(dir / "CURRENT")) {
        return base::Error{base::Fault::not_found, "E_NO_VIEWS",
                           fmt::format("{} holds no views", dir.string())};
    }
    auto store = projections::Store::open_read_only(dir);
    if (!store) return store.error();
    const auto checkpoint = (*store)->checkpoint();
    if (!checkpoint) return checkpoint.error();
    if (!*checkpoint) return damaged("no checkpoint says how far the views have come");
    if ((*checkpoint)->version != Runner::version) {
        return base::Error{base::Fault::conflict, "E_VIEWS_VERSION",
                           fmt::format("{} holds views of version {}, this program folds "
                                       "version {}",
                                       dir.string(), (*checkpoint)->version, Runner::version)};
    }
    if ((*checkpoint)->ledger != log.id()) return damaged("the views are of another ledger");
    if ((*checkpoint)->position > log.size()) {
        return damaged(fmt::format("the views have folded {} events, the log has {}",
                                   (*checkpoint)->position, log.size()));
    }
    return store;
}

base::Result<ViewsDiff> diff(const projections::Store& kept, const projections::Replay& replay,
                             const projections::LogReader& log) {
    ViewsDiff out;
    auto replayed = replay.digests();
    if (!replayed) return replayed.error();
    out.replayed = *std::move(replayed);
    const auto snapshot = kept.snapshot();
    if (!snapshot) return snapshot.error();
    auto stored = projections::stored_digests(kept, **snapshot, out.replayed.size);
    if (!stored) return stored.error();
    out.stored = *std::move(stored);
    auto entries = projections::compare(kept, replay.store(), [](std::uint64_t) { return true; });
    if (!entries) return entries.error();
    out.entries = *std::move(entries);
    const projections::Speller is(kept), should(replay.store());
    const auto place_of = [&](const Difference& found) {
        return found.position ? found.position
                              : last_event_of(found.key, log, out.replayed.size);
    };
    for (const auto& [view, found] : out.entries.first_by_view) {
        out.spelled.push_back(spell(view, found, place_of(found), is, should));
    }
    if (out.entries.first) {
        const Difference& first = *out.entries.first;
        out.position = place_of(first);
        if (first.views.empty()) out.spelled.push_back(spell("", first, out.position, is, should));
    }
    return out;
}

json::object ViewsDiff::json() const {
    json::array rows;
    for (const auto& [view, digest] : replayed.views) {
        const auto kept = stored.views.find(view);
        const bool there = kept != stored.views.end();
        rows.push_back(json::object{
            {"view", view},
            {"same", there && kept->second == digest},
            {"stored", there ? json::value(events::hex(kept->second)) : json::value(nullptr)},
            {"replayed", events::hex(digest)}});
    }
    return {{"same", same()},
            {"size", std::to_string(replayed.size)},
            {"version", replayed.version},
            {"entries", entries.entries},
            {"differences", entries.differences},
            {"position", text_or_null(position)},
            {"first", spelled},
            {"rows", std::move(rows)}};
}

}  // namespace tools
