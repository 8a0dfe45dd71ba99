// The figures: which there are, and whether Prometheus' own checker likes them.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/server/server_fixture.h"

using namespace test;

TEST_CASE("Every figure that operators count on is there", "[server]") {
    ServerFixture server;
    const auto last = server.must_post(employer_registered(fresh_id()));
    server.client().get("/v1/views/stock?wait=20s&min_position=" + last.header("ledger-position"));
    const std::string page = server.client().get("/metrics").body;
    for (const std::string name : {"ledger_build_info{",
                                   "ledger_events_appended_total{type=\"EmployerRegistered\"} 1",
                                   "ledger_append_duration_seconds_bucket",
                                   "ledger_commit_batch_events_bucket{le=\"1\"} ",
                                   "ledger_commit_batch_events_sum 1\n",
                                   "ledger_fsync_duration_seconds_count",
                                   "ledger_head_position ",
                                   "ledger_view_position{view=\"stock\"}",
                                   "ledger_view_lag_seconds{view=\"flow-matrix\"} 0",
                                   "ledger_view_errors_total",
                                   "ledger_subscription_lag_events",
                                   "ledger_http_requests_total{",
                                   "ledger_http_request_duration_seconds_bucket",
                                   "ledger_disk_free_bytes",
                                   "rocksdb_bytes_written_total",
                                   "process_cpu_seconds_total",
                                   "process_start_time_seconds",
                                   "process_resident_memory_bytes",
                                   "process_virtual_memory_bytes",
                                   "process_open_fds",
                                   "process_max_fds"}) {
        INFO(name);
        CHECK(page.find(name) != std::string::npos);
    }
    // No label could carry a person or a free text.
    CHECK(page.find(last.header("location").substr(13)) == std::string::npos);
}

TEST_CASE("promtool finds no fault with the figures", "[server]") {
    ServerFixture server;
    server.must_post(employer_registered(fresh_id()));
    if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
        WARN("NOT CHECKED: promtool is not installed (Debian package prometheus)");
        return;
    }
    const auto file = server.folder.path() / "metrics";
    std::ofstream(file) << server.client().get("/metrics").body;
    CHECK(std::system(("promtool check metrics < " + file.string()).c_str()) == 0);
}
