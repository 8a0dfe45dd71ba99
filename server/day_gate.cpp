#include "server/day_gate.h"

#include <algorithm>

namespace server {

/// Lets the others go on, however the turn ends.
class DayGate::Turning {
public:
    explicit Turning(DayGate& gate) : gate_(gate) {}
    Turning(const Turning&) = delete;
    ~Turning() {
        {
            const std::lock_guard lock(gate_.guard_);
            gate_.turning_ = false;
        }
        gate_.moved_.ring();
    }

private:
    DayGate& gate_;
};

DayGate::DayGate(const ledger::Ledger& ledger, DutyRunner& duties)
    : ledger_(ledger), duties_(duties) {}

DayGate::Place DayGate::place_of(const events::Command& command, bool may_turn) {
    const std::lock_guard lock(guard_);
    if (turning_) return Place::waits;
    // A command without a time is recorded at the ledger's own.
    const bool is_later = command.demo_time &&
                          (!newest_ || ledger_.zone().civil_date(*command.demo_time) > *newest_);
    if (is_later) {
        turning_ = may_turn;
        return may_turn ? Place::turns_the_day : Place::waits;
    }
    ++under_way_;
    return Place::entered;
}

bool DayGate::try_enter(const events::Command& command) {
    return place_of(command, false) == Place::entered;
}

awaitable<bool> DayGate::enter(const events::Command& command) {
    for (;;) {
        const auto seen = moved_.rings();
        const Place place = place_of(command, true);
        if (place == Place::entered) co_return true;
        if (place == Place::turns_the_day) break;
        co_await moved_.wait(seen, duties_.patience());
        if (duties_.stopping()) co_return false;
    }
    const Turning turning(*this);
    co_await wait_until_empty();
    const auto day = ledger_.zone().civil_date(*command.demo_time);
    const bool done = co_await duties_.advance(day);
    if (!done) co_return false;
    const std::lock_guard lock(guard_);
    newest_ = newest_ ? std::max(*newest_, day) : day;
    ++under_way_;
    co_return true;
}

awaitable<void> DayGate::wait_until_empty() {
    for (;;) {
        const auto seen = moved_.rings();
        {
            const std::lock_guard lock(guard_);
            if (under_way_ == 0) co_return;
        }
        co_await moved_.wait(seen, duties_.patience());
    }
}

void DayGate::leave() {
    bool empty = false;
    {
        const std::lock_guard lock(guard_);
        empty = --under_way_ == 0 && turning_;
    }
    if (empty) moved_.ring();
}

}  // namespace server
