// Who traces a request across programs (W3C Trace Context), and what we say of our part in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/message.h"

namespace server {

/// `traceparent` and `tracestate` of a request, where they are well-formed.
struct TraceContext {
    std::string trace_id;  ///< 32 hexadecimal digits, not all zero
    std::string flags;     ///< 2 of them
    std::string state;     ///< empty if not given

    static std::optional<TraceContext> of(const Request& request);
    /// `00-<trace id>-<span>-<flags>`: the same trace with our span as the parent.
    std::string traceparent(std::uint64_t span) const;
};

}  // namespace server
