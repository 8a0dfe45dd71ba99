#include "server/checkpointer.h"

#include "events/base/log.h"
#include "server/limits.h"

namespace server {

base::Result<void> Checkpointer::begin() {
    if (!world_.panel.empty()) {
        // What they know comes before anything new under our name.
        const auto asked = world_.panel.ask_now(world_.notary.signed_before(), world_.patience);
        if (!asked) return asked.error();
    }
    auto note = world_.notary.sign();
    if (!note) return give_up(note.error());
    world_.panel.offer(*note);
    const auto gathered = world_.panel.gathered();
    if (!gathered.quorum) return {};
    return publish(*std::move(note), gathered);
}

awaitable<void> Checkpointer::keep() {
    auto newest = world_.notary.published_checkpoint();
    std::uint64_t done = newest ? newest->size : 0;
    while (!stopping()) {
        const auto seen = world_.log_grew.rings();
        if (world_.ledger.head().size == done) {
            auto late = [this] { return add_late_cosignatures(); };
            if (const auto added = co_await run(late); !added) co_return;
            co_await world_.log_grew.wait(seen, world_.clock.now() + limits::bell_patience);
            continue;
        }
        const auto published = co_await round();
        if (!published) co_return;
        newest = world_.notary.published_checkpoint();
        if (*published && newest) done = newest->size;
        // Whoever appends meanwhile is covered by the next one, a moment later.
        const Bell::Time next = world_.clock.now() + limits::checkpoint_every;
        while (!stopping() && world_.clock.now() < next) co_await pause_.wait(pause_.rings(), next);
    }
}

awaitable<base::Result<void>> Checkpointer::run(std::function<base::Result<void>()> job) {
    auto outcome = co_await world_.workers.run(job);
    if (!outcome && outcome.error().fault == base::Fault::overloaded) outcome = job();
    co_return outcome;
}

/// False if the quorum did not hold and the last published checkpoint stays.
awaitable<base::Result<bool>> Checkpointer::round() {
    proof::Note note;
    auto sign = [&]() -> base::Result<void> {
        auto made = world_.notary.sign();
        if (!made) return give_up(made.error());
        note = *std::move(made);
        return {};
    };
    if (const auto done = co_await run(sign); !done) co_return done.error();
    world_.panel.offer(note);
    const auto gathered = co_await gather();
    if (const auto verdict = world_.panel.verdict()) co_return give_up(*verdict).error();
    if (!may_publish(gathered)) co_return false;
    auto publishing = [&] { return publish(note, gathered); };
    if (const auto done = co_await run(publishing); !done) co_return done.error();
    co_return true;
}

awaitable<WitnessPanel::Gathered> Checkpointer::gather() {
    auto& panel = world_.panel;
    const auto deadline = world_.clock.now() + world_.patience;
    for (;;) {
        const auto seen = panel.moved().rings();
        auto gathered = panel.gathered();
        const bool over = stopping() || world_.clock.now() >= deadline;
        if (gathered.quorum || gathered.settled || over || panel.verdict()) co_return gathered;
        co_await panel.moved().wait(seen, deadline);
    }
}

/// Keeps the figures, and the time since when the quorum has been missing.
bool Checkpointer::may_publish(const Gathered& gathered) {
    const auto now = world_.clock.now();
    if (gathered.quorum)
        short_since_ = {};
    else if (short_since_ == Bell::Time{})
        short_since_ = now;
    const bool open =
        !gathered.quorum && world_.fail_open && now - short_since_ >= *world_.fail_open;
    world_.metrics.cosigned(gathered.lines.size(), gathered.quorum, open);
    if (open) {
        base::log(base::LogLevel::warning,
                  "a checkpoint is published with {} cosignatures, which the policy does not find "
                  "enough (--fail-open)",
                  gathered.lines.size());
    }
    return gathered.quorum || open;
}

base::Result<void> Checkpointer::publish(proof::Note note, const Gathered& gathered) {
    const bool remember = world_.clock.now() - remembered_ >= limits::checkpoint_remembered_every;
    const auto text = note.text;
    if (gathered.text == text)
        note.signatures.insert(note.signatures.end(), gathered.lines.begin(), gathered.lines.end());
    const auto present = proof::Note::parse(world_.notary.published());
    const bool better = !present || present->text != text ||
                        present->signatures.size() < note.signatures.size();
    if (better)
        if (auto done = world_.notary.publish(note, remember); !done) return give_up(done.error());
    if (remember) remembered_ = world_.clock.now();
    published_text_ = text;
    published_lines_ = gathered.lines.size();
    world_.metrics.published(world_.notary.published_checkpoint()->size);
    world_.published.ring();
    return {};
}

/// Who was slow is seen all the same, as long as the log has not moved on.
base::Result<void> Checkpointer::add_late_cosignatures() {
    if (const auto verdict = world_.panel.verdict()) return give_up(*verdict);
    const auto gathered = world_.panel.gathered();
    const bool more = gathered.text == published_text_ && gathered.lines.size() > published_lines_;
    if (!more) return {};
    auto note = world_.notary.sign();
    if (!note) return give_up(note.error());
    if (note->text != gathered.text) return {};
    world_.metrics.cosigned(gathered.lines.size(), gathered.quorum, false);
    return publish(*std::move(note), gathered);
}

base::Result<void> Checkpointer::end() {
    if (!trouble().empty()) return {};
    auto note = world_.notary.sign();
    if (!note) return give_up(note.error());
    if (note->text == published_text_) return {};
    auto gathered = world_.panel.ask_now(*note, limits::last_cosignatures);
    if (!gathered) return give_up(gathered.error());
    if (may_publish(*gathered)) return publish(*std::move(note), *gathered);
    base::log(base::LogLevel::warning,
              "the last checkpoint is signed, but its witnesses did not answer; the next start "
              "publishes it");
    return {};
}

base::Result<void> Checkpointer::give_up(const base::Error& error) {
    base::log(base::LogLevel::error, "no checkpoint is signed any more: {} [{}]", error.what,
              error.code);
    world_.metrics.signing_stopped();
    const std::lock_guard lock(guard_);
    trouble_ = error.what;
    return error;
}

void Checkpointer::stop() {
    stopping_ = true;
    pause_.ring();
}

std::string Checkpointer::trouble() const {
    const std::lock_guard lock(guard_);
    return trouble_;
}

}  // namespace server
