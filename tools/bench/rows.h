// The rows of performance.md 3, each measured against its baseline in turns.
#pragma once

#include "events/base/result.h"
#include "tools/bench/report.h"
#include "tools/bench/workbench.h"

namespace tools {

// REQUIRES for all: the bench has been filled.
base::Result<Finding> bench_single_append(Workbench& bench);
base::Result<Finding> bench_waiting_callers(Workbench& bench, std::size_t callers);
base::Result<Finding> bench_registration(Workbench& bench);
base::Result<Finding> bench_sealing(Workbench& bench);

base::Result<Finding> bench_plain_read(Workbench& bench);
/// Events of one type only, against looking at every event.
base::Result<Finding> bench_by_type(Workbench& bench, bool rare);
base::Result<Finding> bench_verify(Workbench& bench);
/// The whole check of the log itself; what is derived and what is sealed is left out.
base::Result<Finding> bench_verify_log(Workbench& bench, unsigned jobs);
/// Everything that lies in the log's own database.
base::Result<Finding> bench_verify_folder(Workbench& bench);
/// Latency of one proof: the median, or the 99th percentile.
base::Result<Finding> bench_inclusion(Workbench& bench, bool worst);
base::Result<Finding> bench_consistency(Workbench& bench, bool worst);
base::Result<Finding> bench_rebuild(Workbench& bench);
base::Result<Finding> bench_matrix(Workbench& bench);
base::Result<Finding> bench_disk(Workbench& bench);
/// Ends a child with SIGKILL in the middle of its work and opens what it left.
base::Result<Finding> bench_start_after_kill(Workbench& bench);

base::Result<Finding> bench_http_append(Workbench& bench);
base::Result<Finding> bench_http_bulk(Workbench& bench);
base::Result<Finding> bench_http_read(Workbench& bench);

/// What the child of bench_start_after_kill does; never returns if all is well.
int crash_while_writing(const std::filesystem::path& dir, const base::Clock& clock,
                        base::Random& random);

}  // namespace tools
