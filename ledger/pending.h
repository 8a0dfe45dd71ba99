// Events that are decided and not yet durable: only the one who decides sees them. Those that have
// no bytes yet get them when they are asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "events/ids.h"

namespace ledger {

/// Threads: safe from any thread.
class Pending {
public:
    using Bytes = std::shared_ptr<const std::string>;
    /// Adds all events up to a position that was decided.
    using WriteUpto = std::function<void(std::uint64_t)>;

    /// Before anything is decided: `size` events are durable.
    void start(std::uint64_t size, WriteUpto write);
    /// Everything below `size` is decided.
    void decided(std::uint64_t size);

    void add(std::uint64_t position, Bytes event);
    /// Null if the event is not pending. Waits for the bytes of one that has none yet.
    Bytes find(std::uint64_t position) const;
    /// The salt of a command's body, which no reader can open yet.
    void add_salt(std::uint64_t position, const events::Hash& salt);
    std::optional<events::Hash> salt(std::uint64_t position) const;
    /// Everything below `size` is durable.
    void drop_below(std::uint64_t size);

private:
    struct Salt {
        std::uint64_t position;
        events::Hash salt;
    };

    WriteUpto write_;
    mutable std::mutex mutex_;  // guards what follows
    std::uint64_t first_ = 0;    // position of events_.front()
    std::uint64_t decided_ = 0;  // one past the newest decided one
    std::deque<Bytes> events_;
    std::deque<Salt> salts_;
};

}  // namespace ledger
