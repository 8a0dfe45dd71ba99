#include "tools/bundle/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "events/catalogue.h"
#include "tools/evidence/layout.h"

namespace tools {
namespace {

/// Employers that a page may explain.
constexpr std::size_t context_max = 1'000;

class Gatherer {
public:
    Gatherer(Supply& supply, Gathering what, const GatherProgress& progress)
        : supply_(supply), what_(std::move(what)), progress_(progress) {}

    base::Result<evidence::Contents> run();

private:
    base::Result<void> look_at_log();
    base::Result<void> choose();
    base::Result<void> choose_person(const events::Id& person);
    base::Result<void> list(EventQuery query);
    base::Result<void> fetch(std::uint64_t position, bool is_context);
    base::Result<void> open(std::uint64_t position, evidence::Contents::Entry& entry);
    base::Result<void> add_context();
    base::Result<void> add_streams();
    base::Result<void> add_first_of(const events::StreamId& stream);
    const events::schema::Event& event_at(std::uint64_t position) const {
        return events::trusted_event(out_.entries.at(position).bytes);
    }

    Supply& supply_;
    Gathering what_;
    const GatherProgress& progress_;
    evidence::Contents out_;
    std::uint64_t size_ = 0;
    std::set<std::uint64_t> chosen_;
};

base::Result<void> Gatherer::look_at_log() {
    auto log = supply_.log();
    if (!log) return log.error();
    out_.checkpoint = std::move(log->checkpoint);
    out_.policy = std::move(log->policy);
    out_.vkeys = std::move(log->verifiers);
    const auto policy = proof::Policy::parse(out_.policy);
    if (!policy) return policy.error();
    const auto judged = policy->judge(out_.checkpoint);
    if (!judged) return judged.error();
    size_ = judged->checkpoint.checkpoint.size;
    auto& asked = what_.manifest.asked;
    asked.upto = std::min(asked.upto, size_);
    asked.from = std::min(asked.from, asked.upto);
    return {};
}

base::Result<void> Gatherer::list(EventQuery query) {
    const auto& asked = what_.manifest.asked;
    query.from = asked.from;
    query.upto = asked.upto;
    query.type = asked.type;
    bool is_too_much = false;
    auto read = supply_.source().events(query, [&](std::string_view line) {
        constexpr std::string_view key = "\"sequence\":\"";
        const auto found = line.find(key);
        if (found == std::string_view::npos) return true;
        const std::string digits(line.substr(found + key.size(), 20));
        chosen_.insert(std::strtoull(digits.c_str(), nullptr, 10));
        is_too_much = chosen_.size() > evidence::pack_events_max;
        return !is_too_much;
    });
    if (!read) return read;
    if (!is_too_much) return {};
    return base::Error{base::Fault::invalid, "E_PACK_TOO_LARGE",
                       fmt::format("more than {} events fit; ask for fewer",
                                   evidence::pack_events_max)};
}

base::Result<void> Gatherer::choose_person(const events::Id& person) {
    // Records that were merged into these are theirs too; they are named by events among them.
    auto& streams = what_.manifest.asked.streams;
    streams = {{events::StreamKind::talent, person}};
    for (std::size_t i = 0; i < streams.size(); ++i) {
        EventQuery query;
        query.stream = streams[i].text();
        if (auto done = list(query); !done) return done;
        for (const auto position : chosen_) {
            if (auto done = fetch(position, false); !done) return done;
            const auto& event = event_at(position);
            const auto* merged = event.payload_as_TalentRecordsMerged();
            const bool is_survivor = events::Id::of(event.streams()->Get(0)->id()) == streams[i].id;
            if (merged == nullptr || !is_survivor) continue;
            for (const auto* absorbed : *merged->absorbed()) {
                const events::StreamId stream{events::StreamKind::talent,
                                              events::Id::of(*absorbed)};
                if (std::find(streams.begin(), streams.end(), stream) == streams.end()) {
                    streams.push_back(stream);
                }
            }
        }
    }
    return {};
}

base::Result<void> Gatherer::choose() {
    const auto& asked = what_.manifest.asked;
    if (asked.person) {
        if (auto done = choose_person(*asked.person); !done) return done;
    } else if (asked.streams.empty()) {
        if (auto done = list({}); !done) return done;
    } else {
        for (const auto& stream : asked.streams) {
            EventQuery query;
            query.stream = stream.text();
            if (auto done = list(query); !done) return done;
        }
    }
    if (!chosen_.empty() || asked.streams.empty()) return {};
    return base::Error{base::Fault::not_found, "E_NO_STREAM",
                       fmt::format("{} has no such event among the {} that are signed",
                                   asked.streams.front().text(), size_)};
}

base::Result<void> Gatherer::fetch(std::uint64_t position, bool is_context) {
    if (out_.entries.contains(position)) return {};
    auto bytes = supply_.entry(position);
    if (!bytes) return bytes.error();
    // Everything below reads the event in place.
    if (auto event = events::read_event(*bytes); !event) return event.error();
    auto path = supply_.path(position, size_);
    if (!path) return path.error();
    auto& entry = out_.entries[position];
    entry.bytes = *std::move(bytes);
    entry.path = *std::move(path);
    entry.is_context = is_context;
    progress_(out_.entries.size(), chosen_.size());
    return is_context || !what_.personal ? base::Result<void>() : open(position, entry);
}

base::Result<void> Gatherer::open(std::uint64_t position, evidence::Contents::Entry& entry) {
    if (events::trusted_event(entry.bytes).sealed() == nullptr) return {};
    auto parts = supply_.sealed(position);
    if (!parts) return parts.error();
    for (auto& each : *parts) {
        if (each.erased) {
            entry.erased[each.personal_class] = true;
        } else {
            entry.opened[each.personal_class] = std::move(each.part);
        }
    }
    return {};
}

base::Result<void> Gatherer::add_first_of(const events::StreamId& stream) {
    EventQuery query;
    query.stream = stream.text();
    query.limit = 1;
    std::optional<std::uint64_t> first;
    auto read = supply_.source().events(query, [&](std::string_view line) {
        constexpr std::string_view key = "\"sequence\":\"";
        const auto found = line.find(key);
        if (found == std::string_view::npos) return true;
        first = std::strtoull(std::string(line.substr(found + key.size(), 20)).c_str(), nullptr,
                              10);
        return false;
    });
    if (!read) return read;
    return first && *first < size_ ? fetch(*first, true) : base::Result<void>();
}

base::Result<void> Gatherer::add_context() {
    if (auto done = fetch(0, true); !done) return done;
    std::set<events::StreamId> employers;
    for (const auto position : chosen_) {
        for (const auto* stream : *event_at(position).streams()) {
            if (stream->kind() != events::StreamKind::employer) continue;
            if (employers.size() == context_max) break;
            employers.insert({stream->kind(), events::Id::of(stream->id())});
        }
    }
    for (const auto& employer : employers) {
        if (auto done = add_first_of(employer); !done) return done;
    }
    return {};
}

/// That the streams asked for have no other events, led to this pack's checkpoint.
base::Result<void> Gatherer::add_streams() {
    const auto& asked = what_.manifest.asked;
    if (!asked.type.empty() || asked.from > 0 || asked.upto < size_) return {};
    if (!asked.recorded_from.empty() || !asked.recorded_to.empty()) return {};
    for (const auto& stream : asked.streams) {
        auto proof = supply_.completeness(stream, out_.checkpoint);
        if (!proof) return proof.error();
        if (!*proof || (*proof)->inclusion.index >= size_) continue;
        auto& inclusion = (*proof)->inclusion;
        auto path = supply_.path(inclusion.index, size_);
        if (!path) return path.error();
        inclusion = {std::nullopt, inclusion.index, *std::move(path), out_.checkpoint};
        out_.streams.push_back(**std::move(proof));
    }
    return {};
}

base::Result<evidence::Contents> Gatherer::run() {
    if (auto done = look_at_log(); !done) return done.error();
    if (auto done = choose(); !done) return done.error();
    for (const auto position : chosen_) {
        if (auto done = fetch(position, false); !done) return done.error();
    }
    if (auto done = add_context(); !done) return done.error();
    if (auto done = add_streams(); !done) return done.error();
    out_.manifest = std::move(what_.manifest);
    return std::move(out_);
}

}  // namespace

base::Result<evidence::Contents> gather(Supply& supply, Gathering what,
                                        const GatherProgress& progress) {
    return Gatherer(supply, std::move(what), progress).run();
}

}  // namespace tools
