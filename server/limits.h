// Every bound of the server, with its reason. `/v1/limits` prints this list and that of
// server/bounds.h, which an operator may set.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

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
/// A compressed bulk load may grow without bound, but not more than so many times: real commands
/// shrink 10 to 40 fold, bombs a thousand fold.
inline constexpr std::size_t inflation_max = 200;
/// ... once it has grown to this.
inline constexpr std::size_t inflated_bytes_free = 16 * 1024 * 1024;
/// Memory that a compressed body may ask for (RFC 9659).
inline constexpr unsigned zstd_window_log_max = 23;
/// Bytes taken from the socket at once.
inline constexpr std::size_t read_bytes = 64 * 1024;

/// A request for a cosignature: 63 hashes, and a note whose ML-DSA signatures take 3.3 kB each.
inline constexpr std::size_t add_checkpoint_bytes_max = 64 * 1024;
/// Checkpoints of a log that a mirror still takes entries for without a ticket.
inline constexpr std::size_t pending_checkpoints_max = 32;
/// What a witness or mirror answers is a few lines.
inline constexpr std::size_t outgoing_answer_bytes_max = 64 * 1024;

// -- time ----------------------------------------------------------------------------------------
/// The slowest body that is waited for.
inline constexpr std::size_t body_bytes_per_second_min = 1024;
/// A body that is refused is still taken in for so long, so that the peer can see the answer.
inline constexpr auto linger_time_max = 2s;
/// Longest `wait` of a view question.
inline constexpr auto view_wait_max = 30s;
/// After an append the checkpoint follows within a second: this pause, a signature, three syncs.
inline constexpr auto checkpoint_every = 500ms;
/// A witness that fails is asked again after a second, then after twice as long, up to this.
inline constexpr auto witness_pause_min = 1s;
inline constexpr auto witness_pause_max = 60s;
/// ... and for as long as it asks for, up to this.
inline constexpr auto witness_rest_max = 600s;
/// 8,192 entries on their way to a mirror, checked and synced there.
inline constexpr auto mirror_patience = 60s;
/// The last checkpoint of a drain is not waited for any longer.
inline constexpr auto last_cosignatures = 2s;
/// Published checkpoints that are kept for the record are at least this far apart.
inline constexpr auto checkpoint_remembered_every = 60s;
/// Proof events are recorded once so many others have come (settled.md 5) ...
inline constexpr std::uint64_t recording_events_min = 1'000;
/// ... or once one has waited for so long.
inline constexpr auto recording_after = 24h;
/// How often it is looked whether they are due. A log that grows by recording_events_min between
/// two looks is being loaded, as by a bulk load, which leaves no core to spare ...
inline constexpr auto recording_looks_every = 1s;
/// ... but a load that does not end is not waited for longer than this.
inline constexpr auto recording_waits_max = 10min;
/// A real ledger looks this often for what has fallen due; days are what duties are counted in.
inline constexpr auto duties_every = 60s;
/// Who waits for a bell looks by itself after this, so that a fault costs a second, not a hang.
inline constexpr auto bell_patience = 1s;
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
/// How long its tasks sleep without a bell; only a fault lets them.
inline constexpr auto bulk_pause_max = 60s;
/// Answers of a bulk load that wait for a reader who sends first and reads later.
inline constexpr std::size_t bulk_answer_bytes_max = 16 * 1024 * 1024;
/// Duties of the system handed over together: one block, far from a full queue.
inline constexpr std::size_t duties_at_once = 1'024;
/// Blocking reads that wait for a worker; more are told to come back.
inline constexpr std::size_t reads_queued_max = 4'096;
inline constexpr std::size_t workers = 2;
/// A log that publishes twice a second asks its witnesses 120 times a minute; retries come on top.
inline constexpr std::size_t checkpoints_per_minute_of_a_log = 600;
/// Addresses whose rate is counted one by one; those beyond share one count.
inline constexpr std::size_t rated_clients_max = 4'096;

// -- answers -------------------------------------------------------------------------------------
/// Below this a compressed answer saves no packet.
inline constexpr std::size_t packed_bytes_min = 1'024;
/// Larger answers are hashed and compressed by a worker, not between two sockets.
inline constexpr std::size_t finished_in_place_bytes_max = 32 * 1024;
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
