// Many connections that ask without pause, and the smallest server they could ask: what HTTP
// itself costs on this machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "events/base/clock.h"
#include "events/base/result.h"

namespace tools {

struct LoadResult {
    std::uint64_t requests = 0;
    std::uint64_t failed = 0;  ///< answers outside 200 to 299
    double seconds = 0;
    double p50_ms = 0;
    double p99_ms = 0;

    double rate() const { return seconds > 0 ? static_cast<double>(requests) / seconds : 0; }
};

struct LoadOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t connections = 64;
    double seconds = 1;
};

/// Whole bytes of the next request; empty to stop early.
using NextRequest = std::function<std::string()>;

/// One thread drives all connections; each sends its next request when the last is answered.
/// Fails with `overloaded` E_UNREACHABLE.
base::Result<LoadResult> run_load(const base::Clock& clock, const LoadOptions& options,
                                  const NextRequest& next);

/// Serves one fixed answer to every request until the process is ended. Says its port to
/// `ready` first.
void serve_minimal(const std::function<void(std::uint16_t)>& ready);

}  // namespace tools
