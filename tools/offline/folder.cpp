#include "tools/offline/folder.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/json.hpp>
#include <cstdlib>
#include <utility>

#include "events/json/event_writer.h"
#include "ledger/recorded.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr std::size_t positions_page = 1'000;

base::Error bad_stream(std::string_view text) {
    return {base::Fault::invalid, "E_BAD_PARAMETER",
            fmt::format("'{}' is not a stream like talent/0198c6…", text)};
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.size() < 20 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Folder::Folder(std::unique_ptr<ledger::Ledger> ledger, const base::Clock& clock)
    : ledger_(std::move(ledger)), clock_(clock) {}

base::Result<std::unique_ptr<Folder>> Folder::open(const std::filesystem::path& dir,
                                                   const base::Clock& clock, base::Random& random) {
    ledger::Ledger::Options options;
    options.dir = dir;
    options.opening = ledger::Ledger::Opening::read_only;
    auto opened = ledger::Ledger::open(options, clock, random);
    if (!opened) return opened.error();
    return std::unique_ptr<Folder>(new Folder(*std::move(opened), clock));
}

base::Result<const projections::Views*> Folder::views() {
    if (!views_) {
        auto opened = projections::Views::open(std::nullopt, *ledger_);
        if (!opened) return opened.error();
        views_ = *std::move(opened);
        const std::atomic<bool> stop{false};
        if (auto caught_up = views_->catch_up(stop); !caught_up) return caught_up.error();
    }
    return views_.get();
}

base::Result<json::object> Folder::view(const std::string& name, const std::string& subject,
                                        const Parameters& parameters) {
    auto folded = views();
    if (!folded) return folded.error();
    projections::Question question;
    question.view = name;
    question.subject = subject;
    question.parameters = parameters;
    // Nothing is on its way to a folder: it has no later state to wait for.
    question.parameters.erase("min_position");
    question.parameters.erase("wait");
    const bool demo = ledger_->info().kind == events::schema::LedgerKind::DEMO;
    question.now = demo ? ledger_->head().recorded_at : events::Instant{clock_.wall_micros()};
    return (*folded)->answer(question);
}

std::string Folder::json_of(const events::schema::Event& event, events::Position position) const {
    std::string out;
    events::write_event(out, ledger_->catalogue(), event, ledger_->leaf(position));
    return out;
}

base::Result<bool> Folder::hand_over(events::Position position, const EventQuery& query,
                                     const Sink& sink) const {
    auto stored = ledger_->event(position);
    if (!stored) return stored.error();
    const auto* type = ledger_->catalogue().find(stored->event().payload_type());
    if (!query.type.empty() && (type == nullptr || type->name != query.type)) return true;
    return sink(json_of(stored->event(), position));
}

base::Result<void> Folder::stream_events(const events::StreamId& stream, const EventQuery& query,
                                         const Sink& sink) const {
    std::uint64_t left = query.limit.value_or(UINT64_MAX);
    events::Revision next{1};
    for (;;) {
        const auto page = ledger_->positions(stream, next, positions_page);
        for (const auto position : page) {
            if (position.value < query.from) continue;
            if (left == 0 || (query.upto && position.value >= *query.upto)) return {};
            auto more = hand_over(position, query, [&](std::string_view line) {
                --left;
                return sink(line);
            });
            if (!more) return more.error();
            if (!*more) return {};
        }
        if (page.size() < positions_page) return {};
        next.value += static_cast<std::uint32_t>(page.size());
    }
}

base::Result<void> Folder::events(const EventQuery& wanted, const Sink& sink) {
    EventQuery query = wanted;
    std::vector<events::schema::Payload> types;
    if (!query.type.empty()) {
        const auto* type = ledger_->catalogue().find(query.type);
        if (type == nullptr) {
            return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                               fmt::format("there is no event type {}", query.type)};
        }
        query.type = type->name;
        types.push_back(type->type);
    }
    if (!query.stream.empty()) {
        const auto stream = events::StreamId::parse(query.stream);
        if (!stream) return bad_stream(query.stream);
        return stream_events(*stream, query, sink);
    }
    std::uint64_t left = query.limit.value_or(UINT64_MAX);
    const std::uint64_t end = std::min(query.upto.value_or(UINT64_MAX), ledger_->head().size);
    auto scan = ledger_->scan(types, {query.from}, {end});
    while (left > 0) {
        auto next = scan.next();
        if (!next) return next.error();
        if (!*next) return {};
        --left;
        if (!sink(json_of(scan.event(), scan.position()))) return {};
    }
    return {};
}

base::Result<json::object> Folder::event(const std::string& name) {
    std::optional<events::Position> position;
    if (all_digits(name)) {
        position = events::Position{std::strtoull(name.c_str(), nullptr, 10)};
    } else if (const auto id = events::Id::parse(name)) {
        auto scan = ledger_->scan({0}, {ledger_->head().size});
        while (!position) {
            auto next = scan.next();
            if (!next) return next.error();
            if (!*next) break;
            if (events::Id::of(*scan.event().event_id()) == *id) position = scan.position();
        }
    }
    if (!position) {
        return base::Error{base::Fault::not_found, "E_NO_EVENT",
                           fmt::format("there is no event {}", name)};
    }
    auto stored = ledger_->event(*position);
    if (!stored) return stored.error();
    return json::parse(json_of(stored->event(), *position)).as_object();
}

base::Result<json::object> Folder::status() {
    const auto head = ledger_->head();
    const auto& info = ledger_->info();
    const auto signing = ledger::signing_on_record(*ledger_);
    if (!signing) return signing.error();
    return json::object{
        {"ledger", info.id.text()},
        {"kind", info.kind == events::schema::LedgerKind::DEMO ? "DEMO" : "REAL"},
        {"origin", signing->origin},
        {"zone", info.zone},
        {"events", std::to_string(head.size)},
        {"blocks", std::to_string(head.blocks)},
        {"root", events::hex(head.root)},
        {"recorded_at", head.recorded_at.text()},
        {"recovery", ledger_->recovery().clean ? "clean" : ledger_->recovery().what}};
}

}  // namespace tools
