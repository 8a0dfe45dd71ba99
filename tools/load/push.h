// Sends commands to a server in bulk and hears what became of each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "events/base/clock.h"
#include "events/base/result.h"
#include "tools/client/server.h"
#include "tools/load/items.h"

namespace tools {

/// What the server said of one command.
struct Outcome {
    bool recorded = false;
    bool replayed = false;  ///< it had been recorded before
    std::string code;       ///< of the refusal, or of the first warning
    std::string what;
    std::string pointer;
    std::vector<base::Detail> details;
    std::uint64_t next = 0;  ///< position after its last event
};

/// A batch that met a busy or absent server is sent again, which its command ids make harmless.
///
/// Errors: `overloaded` when the server stays away, and whatever it says of the whole batch.
class Pusher {
public:
    struct Options {
        bool dry_run = false;
        int attempts_max = 30;  ///< a second apart
    };

    Pusher(Server& server, Options options) : server_(server), options_(options) {}

    /// One outcome per item, in order.
    base::Result<std::vector<Outcome>> push(std::span<const Item> items);

private:
    base::Result<void> push_some(std::span<const Item> items, std::vector<Outcome>& outcomes);

    Server& server_;
    const Options options_;
};

}  // namespace tools
