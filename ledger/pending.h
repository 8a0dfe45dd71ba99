// Events that are decided and not yet durable: only the one who decides sees them.
#pragma once

#include <cstdint>
#include <deque>
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

    void add(std::uint64_t position, Bytes event);
    /// Null if the event is not pending.
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

    mutable std::mutex mutex_;
    std::uint64_t first_ = 0;
    std::deque<Bytes> events_;
    std::deque<Salt> salts_;
};

}  // namespace ledger
