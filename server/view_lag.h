// For how long the views have been behind the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>

#include "events/base/clock.h"

namespace server {

/// Notes when commits came, so that the age of the oldest one not yet folded is known. The time
/// in the events will not do: a demonstration ledger's lies years back.
///
/// Bounds:   commits within one `grain` are one; `notes_max` of them, then the newest is stretched.
/// Threads:  any.
/// Lifetime: the clock must outlive it.
class ViewLag {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// `size`: events in the log at the start, which count as committed now.
    ViewLag(const base::Clock& clock, std::uint64_t size);
    void committed(std::uint64_t size);
    /// Time since the first commit that views at `position` have not folded; zero if there is none.
    Duration at(std::uint64_t position);

private:
    struct Note {
        std::chrono::steady_clock::time_point at;
        std::uint64_t size;
    };

    const base::Clock& clock_;
    std::mutex guard_;
    std::deque<Note> notes_;
};

}  // namespace server
