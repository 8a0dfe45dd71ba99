// The witnesses that the policy names, asked for cosignatures of what the ledger signs.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "ledger/ledger.h"
#include "ledger/proof/policy.h"
#include "server/bell.h"
#include "server/metrics.h"
#include "server/outgoing.h"
#include "server/task_group.h"

namespace server {

/// One coroutine per witness, so that a slow one holds up nobody: each takes the newest note that
/// was offered, asks, and goes on to the next. What size a witness has is learned from its 409.
///
/// Threads:  any, save that `start` comes once.
/// Lifetime: everything handed in must outlive it; `stop`, and the tasks ended, before it goes.
class WitnessPanel {
public:
    struct World {
        const ledger::Ledger& ledger;
        Metrics& metrics;
        const base::Clock& clock;
        std::chrono::milliseconds patience;  ///< with one request
    };
    /// The way to each witness of the policy, in order; none to those without a URL, who are not
    /// asked. Fails with `invalid` E_BAD_URL.
    using Ways = std::vector<std::unique_ptr<Outgoing>>;
    static base::Result<Ways> ways_to(const proof::Policy& policy);
    WitnessPanel(proof::Policy policy, Ways ways, const World& world);
    ~WitnessPanel();

    bool empty() const { return seats_.empty(); }
    void start(TaskGroup& tasks, asio::io_context& io);
    /// What is to be cosigned from now on: a note with the log's signatures only.
    void offer(const proof::Note& note);
    /// Takes a good cosignature that came by another way (a mirror's); others are passed over.
    void add(const std::string& note_text, const proof::SignatureLine& line);

    struct Gathered {
        std::string text;                         ///< of the note
        std::vector<proof::SignatureLine> lines;  ///< in the policy's order
        bool quorum = false;                      ///< the lines are enough
        bool settled = false;                     ///< nobody else is to be waited for
    };
    /// What has come for the note that was offered last.
    Gathered gathered() const;
    /// Rung whenever `gathered` may have changed.
    Bell& moved() { return moved_; }
    /// What a witness knows that we must not contradict: E_LOG_ROLLED_BACK, E_LOG_FORKED.
    std::optional<base::Error> verdict() const;
    /// Asks everybody at once in the caller's thread, without `start`: `note` is one that was
    /// signed before. Fails with the verdict; whoever does not answer has none.
    base::Result<Gathered> ask_now(const proof::Note& note, std::chrono::milliseconds patience);
    void stop();

private:
    struct Seat;
    enum class Outcome { cosigned, ahead, pushed_back, unreachable, refused, contradicted };

    awaitable<void> keep(Seat& seat);
    awaitable<Outcome> ask(Seat& seat, const proof::Note& note, std::chrono::milliseconds patience);
    Outcome read_lines(Seat& seat, const proof::Note& note, std::uint64_t size,
                       const std::string& body);
    std::optional<Outcome> read_size(Seat& seat, std::uint64_t size, const Outgoing::Reply& reply);
    Outcome contradicted(const Seat& seat, const char* code, std::string what);
    void tell(Seat& seat, Outcome outcome);
    static const char* name_of(Outcome outcome);
    static void leave_alone(Seat& seat, std::chrono::seconds least);
    Gathered gathered_locked() const;

    const proof::Policy policy_;
    const World world_;
    std::vector<std::unique_ptr<Seat>> seats_;
    Bell offered_, moved_;
    std::atomic<bool> stopping_{false};
    mutable std::mutex guard_;  ///< of what follows and of the seats
    std::optional<proof::Note> note_;
    std::vector<std::pair<std::string, proof::SignatureLine>> lines_;  ///< by witness's name
    std::uint64_t round_ = 0;
    std::optional<base::Error> verdict_;
};

}  // namespace server
