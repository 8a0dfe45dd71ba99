#include "server/seen_checkpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/durable_file.h"
#include "ledger/proof/add_checkpoint.h"
#include "server/cosigner_folder.h"
#include "server/limits.h"

namespace server {
namespace {

/// The size that the log should have begun from.
Response moved_on(std::uint64_t size) {
    return Response::of(409, "text/x.tlog.size", fmt::format("{}\n", size));
}

/// Nothing if a key of the log signed the note; else what to answer.
std::optional<Response> judge(const proof::Note& note,
                              const std::vector<proof::VerifierKey>& keys) {
    bool is_signed = false;
    for (const auto& key : keys) {
        const auto good = proof::verify_note(note, key);
        if (!good && good.error().code != "E_NOT_SIGNED") return words(403, good.error().what);
        is_signed = is_signed || good.has_value();
    }
    if (is_signed) return std::nullopt;
    return words(403, "the checkpoint is not signed by a key of that log");
}

}  // namespace

Response words(int status, std::string_view text) {
    return Response::of(status, "text/plain; charset=utf-8", fmt::format("{}\n", text));
}

SeenCheckpoints::SeenCheckpoints(const base::Clock& clock)
    : rates_(clock, limits::checkpoints_per_minute_of_a_log) {}

base::Result<std::unique_ptr<SeenCheckpoints>> SeenCheckpoints::open(
    const std::vector<proof::VerifierKey>& logs, const FileOf& file, const base::Clock& clock) {
    std::unique_ptr<SeenCheckpoints> out(new SeenCheckpoints(clock));
    for (const auto& key : logs) {
        auto& log = out->logs_[key.name];
        if (!log) log = std::make_unique<Log>();
        log->keys.push_back(key);
        log->file = file(origin_hash(key.name));
    }
    for (const auto& [origin, log] : out->logs_)
        if (auto loaded = load(origin, *log); !loaded) return loaded.error();
    return out;
}

base::Result<void> SeenCheckpoints::load(const std::string& origin, Log& log) {
    auto note = ledger::read_file(log.file);
    if (note.empty() && !std::filesystem::exists(log.file)) return {};
    const auto parsed = proof::Note::parse(note);
    auto checkpoint = parsed ? proof::Checkpoint::parse(parsed->text)
                             : base::Result<proof::Checkpoint>(parsed.error());
    if (!checkpoint || checkpoint->origin != origin) {
        // Going on without it would let the log be rolled back, which is what we are there for.
        return base::Error{base::Fault::corrupt, "E_COSIGNER_DAMAGED",
                           fmt::format("{} is not a checkpoint of {}", log.file.string(), origin)};
    }
    log.seen = Seen{*std::move(checkpoint), std::move(note)};
    return {};
}

std::optional<SeenCheckpoints::Seen> SeenCheckpoints::newest(std::string_view origin) const {
    const auto found = logs_.find(origin);
    if (found == logs_.end()) return std::nullopt;
    const std::lock_guard lock(found->second->mutex);
    return found->second->seen;
}

Response SeenCheckpoints::add(std::string_view body, const Seal& seal) {
    const auto request = proof::AddCheckpoint::parse(body);
    if (!request) return words(400, request.error().what);
    auto note = proof::Note::parse(request->note);
    if (!note) return words(400, note.error().what);
    const auto checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return words(400, checkpoint.error().what);
    if (request->old_size > checkpoint->size)
        return words(400, "the old size is larger than the checkpoint's");
    const auto found = logs_.find(checkpoint->origin);
    if (found == logs_.end()) return words(404, "that log is not known here");
    if (auto refusal = judge(*note, found->second->keys)) return *std::move(refusal);
    // Only now: whoever cannot sign for the log must not use up what it may ask.
    const auto verdict = rates_.take(checkpoint->origin);
    if (!verdict.allowed) {
        auto refusal = words(429, "the log asks more often than it may");
        refusal.set("Retry-After", std::to_string(verdict.retry_in.count()));
        return refusal;
    }
    return move_on(*found->second, request->old_size, *checkpoint, request->path, *std::move(note),
                   seal);
}

Response SeenCheckpoints::move_on(Log& log, std::uint64_t old_size,
                                  const proof::Checkpoint& checkpoint, const proof::Path& path,
                                  proof::Note note, const Seal& seal) {
    // From the comparison to the file it is one step: a slower request must not take us back.
    const std::lock_guard lock(log.mutex);
    const auto latest =
        log.seen ? log.seen->checkpoint
                 : proof::Checkpoint{checkpoint.origin, 0, proof::empty_root()};
    if (old_size != latest.size) return moved_on(latest.size);
    const bool empty_fits = checkpoint.size > 0 || checkpoint.root == proof::empty_root();
    if (!empty_fits || !proof::verify_consistency(latest.size, checkpoint.size, latest.root,
                                                  checkpoint.root, path)) {
        return words(422, fmt::format("the proof does not lead from the tree of {} entries that "
                                      "was seen before",
                                      latest.size));
    }
    // What strangers signed is not ours to keep, and could fill the note.
    std::erase_if(note.signatures, [&](const proof::SignatureLine& line) {
        return std::none_of(log.keys.begin(), log.keys.end(),
                            [&](const auto& key) { return key.matches(line); });
    });
    auto answer = seal(note);
    auto bytes = note.encoded();
    if (auto done = ledger::replace_file(log.file, bytes); !done)
        return words(500, "the new state could not be kept");
    log.seen = Seen{checkpoint, std::move(bytes)};
    return Response::of(200, "text/plain; charset=utf-8", std::move(answer));
}

}  // namespace server
