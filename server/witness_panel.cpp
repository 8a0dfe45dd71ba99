#include "server/witness_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <utility>

#include "events/base/log.h"
#include "ledger/proof/add_checkpoint.h"
#include "ledger/proof/text.h"
#include "ledger/prover.h"
#include "server/limits.h"

namespace server {
namespace {

constexpr int rounds_max = 3;

}  // namespace

/// One witness and how we stand with it.
struct WitnessPanel::Seat {
    Seat(proof::Policy::Witness given, std::unique_ptr<Outgoing> way)
        : witness(std::move(given)), outgoing(std::move(way)) {}

    const proof::Policy::Witness witness;
    const std::unique_ptr<Outgoing> outgoing;
    std::uint64_t size = 0;         ///< the largest that it has cosigned, as far as we know
    std::uint64_t round = 0;        ///< the last one that it was asked in
    std::string last_trouble;       ///< so that a lasting one is logged once
    Bell::Time not_before{};        ///< it wants to be left alone until then
    std::chrono::seconds pause{0};  ///< after the last failure
};

base::Result<WitnessPanel::Ways> WitnessPanel::ways_to(const proof::Policy& policy) {
    Ways out;
    for (const auto& each : policy.witnesses()) {
        out.emplace_back();
        if (each.url.empty()) continue;
        auto way = Outgoing::to(each.url);
        if (!way) return way.error();
        out.back() = *std::move(way);
    }
    return out;
}

WitnessPanel::WitnessPanel(proof::Policy policy, Ways ways, const World& world)
    : policy_(std::move(policy)), world_(world) {
    for (std::size_t i = 0; i < ways.size(); ++i)
        if (ways[i])
            seats_.push_back(std::make_unique<Seat>(policy_.witnesses()[i], std::move(ways[i])));
}

WitnessPanel::~WitnessPanel() = default;

void WitnessPanel::start(TaskGroup& tasks, asio::io_context& io) {
    for (const auto& seat : seats_)
        tasks.spawn("witness " + seat->witness.name, asio::make_strand(io), keep(*seat));
}

void WitnessPanel::stop() {
    stopping_ = true;
    for (const auto& seat : seats_) seat->outgoing->interrupt();
    offered_.ring();
    moved_.ring();
}

void WitnessPanel::offer(const proof::Note& note) {
    {
        const std::lock_guard lock(guard_);
        if (!note_ || note_->text != note.text) lines_.clear();
        note_ = note;
        ++round_;
    }
    offered_.ring();
}

// -- what has come -------------------------------------------------------------------------------

void WitnessPanel::add(const std::string& note_text, const proof::SignatureLine& line) {
    const auto& all = policy_.witnesses();
    const auto signer = std::find_if(all.begin(), all.end(),
                                     [&](const auto& each) { return each.key.matches(line); });
    if (signer == all.end() || !proof::verify_cosignature(signer->key, line, note_text)) return;
    {
        const std::lock_guard lock(guard_);
        if (!note_ || note_->text != note_text) return;
        std::erase_if(lines_, [&](const auto& each) { return each.first == signer->name; });
        lines_.emplace_back(signer->name, line);
    }
    moved_.ring();
}

WitnessPanel::Gathered WitnessPanel::gathered() const {
    const std::lock_guard lock(guard_);
    return gathered_locked();
}

WitnessPanel::Gathered WitnessPanel::gathered_locked() const {
    Gathered out;
    if (note_) out.text = note_->text;
    std::vector<std::string> names;
    for (const auto& witness : policy_.witnesses())
        for (const auto& [name, line] : lines_)
            if (name == witness.name) {
                names.push_back(name);
                out.lines.push_back(line);
            }
    out.quorum = policy_.quorum_of(names);
    out.settled = std::all_of(seats_.begin(), seats_.end(),
                              [&](const auto& seat) { return seat->round == round_; });
    return out;
}

std::optional<base::Error> WitnessPanel::verdict() const {
    const std::lock_guard lock(guard_);
    return verdict_;
}

// -- asking --------------------------------------------------------------------------------------

awaitable<void> WitnessPanel::keep(Seat& seat) {
    while (!stopping_) {
        const auto seen = offered_.rings();
        std::optional<proof::Note> note;
        std::uint64_t round = 0;
        bool moved = false;
        {
            const std::lock_guard lock(guard_);
            round = round_;
            const bool has_signed =
                std::any_of(lines_.begin(), lines_.end(),
                            [&](const auto& each) { return each.first == seat.witness.name; });
            // Who failed in an earlier round is asked again: late is better than not at all.
            if (!has_signed) note = note_;
        }
        const bool patient = world_.clock.now() < seat.not_before;
        if (note && !patient) tell(seat, co_await ask(seat, *note, world_.patience));
        {
            const std::lock_guard lock(guard_);
            moved = std::exchange(seat.round, round) != round;
        }
        if (moved) moved_.ring();
        co_await offered_.wait(seen, world_.clock.now() + limits::bell_patience);
    }
}

awaitable<WitnessPanel::Outcome> WitnessPanel::ask(Seat& seat, const proof::Note& note,
                                                   std::chrono::milliseconds patience) {
    const auto checkpoint = proof::Checkpoint::parse(note.text);
    if (!checkpoint) co_return Outcome::refused;
    for (int tries = 0; tries <= rounds_max; ++tries) {
        if (seat.size > checkpoint->size) co_return Outcome::ahead;
        auto path = world_.ledger.prover().consistency(seat.size, checkpoint->size);
        if (!path) co_return Outcome::refused;
        const proof::AddCheckpoint request{seat.size, *std::move(path), note.encoded()};
        Outgoing::Post post{"/add-checkpoint"};
        post.body = request.encoded();
        const auto reply = co_await seat.outgoing->post(std::move(post), patience);
        if (!reply) {
            leave_alone(seat, std::chrono::seconds(0));
            co_return Outcome::unreachable;
        }
        if (reply->status == 200) co_return read_lines(seat, note, checkpoint->size, reply->body);
        if (reply->status == 422 || reply->status == 409) {
            const auto outcome = read_size(seat, checkpoint->size, *reply);
            if (outcome) co_return *outcome;
            continue;
        }
        leave_alone(seat, reply->retry_after.value_or(std::chrono::seconds(0)));
        const bool busy = reply->status == 429 || reply->status >= 500;
        co_return busy ? Outcome::pushed_back : Outcome::refused;
    }
    co_return Outcome::ahead;
}

/// The witness is left alone for longer each time that it fails.
void WitnessPanel::leave_alone(Seat& seat, std::chrono::seconds least) {
    const auto longer = std::clamp<std::chrono::seconds>(seat.pause * 2, limits::witness_pause_min,
                                                         limits::witness_pause_max);
    seat.pause = std::max(longer, std::min<std::chrono::seconds>(least, limits::witness_rest_max));
}

/// Only a good line of the witness's own key counts, whatever else it sends.
WitnessPanel::Outcome WitnessPanel::read_lines(Seat& seat, const proof::Note& note,
                                               std::uint64_t size, const std::string& body) {
    std::string_view rest = body;
    while (const auto text = proof::take_line(rest)) {
        const auto line = proof::parse_signature_line(*text);
        if (!line || !seat.witness.key.matches(*line)) continue;
        if (!proof::verify_cosignature(seat.witness.key, *line, note.text)) break;
        seat.size = size;
        add(note.text, *line);
        return Outcome::cosigned;
    }
    leave_alone(seat, std::chrono::seconds(0));
    return Outcome::refused;
}

/// Nothing if the witness only wants to be asked from another size.
std::optional<WitnessPanel::Outcome> WitnessPanel::read_size(Seat& seat, std::uint64_t size,
                                                             const Outgoing::Reply& reply) {
    const auto& key = seat.witness.key.name;
    const auto held = proof::decimal(std::string_view(reply.body).substr(0, reply.body.find('\n')));
    const bool tells_size = reply.status == 409 && reply.media_type == "text/x.tlog.size" && held;
    if (!tells_size) {
        return contradicted(
            seat, "E_LOG_FORKED",
            fmt::format("the witness {} has cosigned {} events or fewer that are not those of this "
                        "log; asked to go on to {}, it says {}",
                        key, seat.size, size, reply.status));
    }
    const auto head = world_.ledger.head().size;
    if (*held > head) {
        return contradicted(seat, "E_LOG_ROLLED_BACK",
                            fmt::format("the witness {} has cosigned {} events of this log, but it "
                                        "holds {}: it is an older copy",
                                        key, *held, head));
    }
    seat.size = *held;
    return *held > size ? std::optional(Outcome::ahead) : std::nullopt;
}

WitnessPanel::Outcome WitnessPanel::contradicted(const Seat& seat, const char* code,
                                                 std::string what) {
    base::log(base::LogLevel::error, "{} ({}) [{}]", what, seat.outgoing->url(), code);
    {
        const std::lock_guard lock(guard_);
        if (!verdict_) verdict_ = base::Error{base::Fault::corrupt, code, std::move(what)};
    }
    moved_.ring();
    return Outcome::contradicted;
}

const char* WitnessPanel::name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::cosigned:
            return "cosigned";
        case Outcome::ahead:
            return "ahead";
        case Outcome::pushed_back:
            return "pushed_back";
        case Outcome::unreachable:
            return "unreachable";
        case Outcome::refused:
            return "refused";
        case Outcome::contradicted:
            break;
    }
    return "contradicted";
}

void WitnessPanel::tell(Seat& seat, Outcome outcome) {
    const std::string name = name_of(outcome);
    world_.metrics.witness_asked(name);
    const bool good = outcome == Outcome::cosigned || outcome == Outcome::ahead;
    if (good) seat.pause = std::chrono::seconds(0);
    seat.not_before = world_.clock.now() + seat.pause;
    const std::string trouble = good ? "" : name;
    if (trouble != seat.last_trouble && !stopping_) {
        base::log(good ? base::LogLevel::info : base::LogLevel::warning, "witness {} ({}): {}",
                  seat.witness.key.name, seat.outgoing->url(), name);
    }
    seat.last_trouble = trouble;
}

base::Result<WitnessPanel::Gathered> WitnessPanel::ask_now(const proof::Note& note,
                                                           std::chrono::milliseconds patience) {
    offer(note);
    asio::io_context io;
    TaskGroup tasks;
    auto one = [this, &note, patience](Seat& seat) -> awaitable<void> {
        tell(seat, co_await ask(seat, note, patience));
    };
    for (const auto& seat : seats_)
        tasks.spawn("witness " + seat->witness.name, io.get_executor(), one(*seat));
    io.run();
    if (const auto known = verdict()) return *known;
    return gathered();
}

}  // namespace server
