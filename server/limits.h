// Every bound of the server, with its reason. `/v1/limits` prints this list.
#pragma once

#include <chrono>
#include <cstddef>

namespace server::limits {

using namespace std::chrono_literals;

// -- one request ---------------------------------------------------------------------------------
/// A request line longer than this is no link of ours; the longest view question stays below 2 KiB.
inline constexpr std::size_t target_bytes_max = 8 * 1024;
/// Request line and header fields together; more than any proxy adds.
inline constexpr std::size_t header_bytes_max = 16 * 1024;
/// A JSON command or batch: 1,000 events of the usual 700 bytes fit well. Everything longer comes
/// line by line, so there is no bound on a whole bulk load.
inline constexpr std::size_t command_bytes_max = 1024 * 1024;
/// One line of a bulk load is one command, so the same bound holds.
inline constexpr std::size_t line_bytes_max = command_bytes_max;
/// A body that is refused is still read up to here, so that the peer can see the answer.
inline constexpr std::size_t linger_bytes_max = 1024 * 1024;
/// Events of one command; the ledger's own bound.
inline constexpr std::size_t command_events_max = 1'000;
/// Bytes taken from the socket at once.
inline constexpr std::size_t read_bytes = 64 * 1024;

// -- time ----------------------------------------------------------------------------------------
/// A header that takes longer is an attack or a dead line.
inline constexpr auto header_time_max = 10s;
/// Between two requests on one connection.
inline constexpr auto idle_time_max = 60s;
/// A body must not pause for longer, unless it is a bulk load, which may think.
inline constexpr auto body_pause_max = 30s;
/// ... and must come at this rate once it has taken `body_grace` of waiting.
inline constexpr std::size_t body_bytes_per_second_min = 1024;
inline constexpr auto body_grace = 10s;
/// A reader that takes nothing for so long has gone.
inline constexpr auto write_time_max = 30s;
/// Longest `wait` of a view question.
inline constexpr auto view_wait_max = 30s;
/// How long a drain waits for answers under way before it closes their connections.
inline constexpr auto shutdown_grace = 10s;
/// An accept that failed (too many open files) is tried again after this pause.
inline constexpr auto accept_pause = 100ms;

// -- many requests -------------------------------------------------------------------------------
/// Each connection costs a file descriptor and about 70 KiB while it is busy.
inline constexpr std::size_t connections_max = 2'048;
/// Each subscriber costs a connection; half of them stay for others.
inline constexpr std::size_t subscribers_max = 1'024;
/// Bulk loads at a time; with their windows they fill at most half of the registrar's queue.
inline constexpr std::size_t bulk_loads_max = 4;
/// Commands of one bulk load that wait for their answer: several blocks, so that one is always
/// being decided while another is being synced.
inline constexpr std::size_t bulk_window = 1'024;
/// Answers of a bulk load that wait for a reader who sends first and reads later.
inline constexpr std::size_t bulk_answer_bytes_max = 16 * 1024 * 1024;
/// Blocking reads that wait for a worker; more are told to come back.
inline constexpr std::size_t reads_queued_max = 4'096;
inline constexpr std::size_t workers = 2;

// -- answers -------------------------------------------------------------------------------------
/// Events of one page.
inline constexpr std::size_t page_events_max = 1'000;
inline constexpr std::size_t page_events_default = 100;
/// Bytes of a page; the page ends early.
inline constexpr std::size_t page_bytes_max = 8 * 1024 * 1024;
/// Events looked at for one filtered page; the page may then be short, its cursor goes on.
inline constexpr std::size_t page_scan_max = 100'000;
/// Events and bytes written at once by a streamed answer.
inline constexpr std::size_t piece_events_max = 2'000;
inline constexpr std::size_t piece_bytes_max = 256 * 1024;
/// A subscriber so far behind the head hears `fell-behind`.
inline constexpr std::size_t behind_events = 10'000;
/// A filtered subscriber hears a `checkpoint` after so many events that were not for it.
inline constexpr std::size_t checkpoint_events = 1'000;
/// Comment lines keep proxies from closing a quiet event stream.
inline constexpr auto stream_comment_every = 15s;
/// What a browser waits before it connects again.
inline constexpr auto stream_retry = 3000ms;

}  // namespace server::limits
