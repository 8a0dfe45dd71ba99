#include "server/mirror.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/limits.h"
#include "server/witness.h"

namespace server {
namespace {

/// What a ticket signs: by it a mirror knows again a checkpoint that it once took.
std::string ticket_message(std::string_view note) {
    return fmt::format("ledger/mirror-ticket/v1\n{}", note);
}

constexpr std::size_t signature_bytes = 64;

}  // namespace

/// One log's copy, and the checkpoints that entries are still taken for.
struct Mirror::Copy {
    std::unique_ptr<MirroredLog> log;
    mutable std::mutex mutex;
    std::deque<Pending> recent;  ///< the newest last
};

base::Result<std::unique_ptr<Mirror>> Mirror::open(const std::filesystem::path& dir,
                                                   const std::string& name,
                                                   const base::Clock& clock,
                                                   base::Random& random) {
    auto folder = CosignerFolder::open(dir, name, random);
    if (!folder) return folder.error();
    std::unique_ptr<Mirror> out(new Mirror(*std::move(folder), clock));
    std::map<std::string, std::vector<proof::VerifierKey>> keys;
    for (const auto& key : out->folder_.logs()) keys[key.name].push_back(key);
    for (const auto& [origin, of_log] : keys) {
        auto log = MirroredLog::open(dir / origin_hash(origin), of_log);
        if (!log) return log.error();
        auto& copy = out->copies_[origin];
        copy = std::make_unique<Copy>();
        copy->log = *std::move(log);
    }
    auto seen = SeenCheckpoints::open(
        out->folder_.logs(), [&](const std::string& hash) { return dir / hash / "pending"; },
        clock);
    if (!seen) return seen.error();
    out->seen_ = *std::move(seen);
    for (const auto& [origin, copy] : out->copies_)
        if (auto newest = out->seen_->newest(origin))
            copy->recent.push_back({newest->checkpoint, newest->note});
    return out;
}

Mirror::Mirror(CosignerFolder folder, const base::Clock& clock)
    : folder_(std::move(folder)), clock_(clock) {}

Mirror::~Mirror() = default;

const LogSource* Mirror::log(std::string_view hash) const {
    for (const auto& [origin, copy] : copies_)
        if (origin_hash(origin) == hash) return copy->log.get();
    return nullptr;
}

Response Mirror::add_checkpoint(std::string_view body) {
    return seen_->add(body, [&](proof::Note& note) {
        const auto checkpoint = proof::Checkpoint::parse(note.text);
        Copy& copy = *copies_.at(checkpoint->origin);
        const std::lock_guard lock(copy.mutex);
        std::erase_if(copy.recent, [&](const Pending& each) {
            return each.checkpoint.size == checkpoint->size;
        });
        copy.recent.push_back({*checkpoint, note.encoded()});
        if (copy.recent.size() > limits::pending_checkpoints_max) copy.recent.pop_front();
        return std::string();
    });
}

// -- uploads -------------------------------------------------------------------------------------

std::string Mirror::ticket_of(const std::string& note) const {
    return folder_.key().sign(ticket_message(note)) + note;
}

/// By what is remembered, else by a ticket of ours.
std::optional<Mirror::Pending> Mirror::pending_of(const Copy& copy,
                                                  const proof::UploadHead& head) const {
    {
        const std::lock_guard lock(copy.mutex);
        for (const auto& each : copy.recent)
            if (each.checkpoint.size == head.end) return each;
    }
    if (head.ticket.size() <= signature_bytes) return std::nullopt;
    auto note = head.ticket.substr(signature_bytes);
    const auto signature = std::string_view(head.ticket).substr(0, signature_bytes);
    if (!proof::verify_ed25519(key(), ticket_message(note), signature)) return std::nullopt;
    const auto parsed = proof::Note::parse(note);
    if (!parsed) return std::nullopt;
    auto checkpoint = proof::Checkpoint::parse(parsed->text);
    if (!checkpoint || checkpoint->origin != head.origin || checkpoint->size != head.end)
        return std::nullopt;
    return Pending{*std::move(checkpoint), std::move(note)};
}

Response Mirror::info(int status, const Copy& copy, const proof::Checkpoint& checkpoint,
                      const std::string& note) const {
    const proof::MirrorInfo info{checkpoint.size, copy.log->next(), ticket_of(note)};
    return Response::of(status, std::string(proof::mirror_info_type), info.encoded());
}

Mirror::Begun Mirror::begin(const proof::UploadHead& head) {
    const auto found = copies_.find(head.origin);
    if (found == copies_.end()) return {{}, words(404, "that log is not mirrored here")};
    Copy& copy = *found->second;
    const auto newest = seen_->newest(head.origin);
    if (!newest) return {{}, words(422, "no checkpoint is pending: add one first")};
    if (head.start > head.end) return {{}, words(400, "the upload ends before it begins")};
    const auto pending = pending_of(copy, head);
    if (!pending || head.end < copy.log->size())
        return {{}, info(409, copy, newest->checkpoint, newest->note)};
    const auto next = copy.log->next();
    const bool far_below =
        head.start + proof::packages_of_a_request * proof::tile_width < next;
    if (head.start > next || (far_below && head.start != head.end))
        return {{}, info(409, copy, pending->checkpoint, pending->note)};
    return {Upload(*this, copy, pending->checkpoint, pending->note, head.start), {}};
}

std::optional<proof::PackageSpan> Mirror::Upload::awaited() const {
    if (at_ >= checkpoint_.size) return std::nullopt;
    return proof::PackageSpan::at(at_, checkpoint_.size);
}

std::optional<Response> Mirror::Upload::take(const proof::EntryPackage& package) {
    const auto span = proof::PackageSpan::at(at_, checkpoint_.size);
    const auto root = copy_->log->subtree_root(span.from, span.start, package.entries);
    if (!root) return words(500, root.error().what);
    if (!proof::verify_subtree(*root, span.from, span.end, checkpoint_.size, package.path,
                               checkpoint_.root)) {
        return words(422, fmt::format("the entries from {} on are not those of the checkpoint",
                                      span.start));
    }
    if (auto kept = copy_->log->keep(span.start, package.entries); !kept)
        return words(500, kept.error().what);
    at_ = span.end;
    took_some_ = true;
    return std::nullopt;
}

Response Mirror::Upload::finish() {
    if (awaited()) {
        if (!took_some_) return words(400, "no whole package came");
        return mirror_->info(202, *copy_, checkpoint_, note_);
    }
    if (copy_->log->next() < checkpoint_.size)
        return mirror_->info(409, *copy_, checkpoint_, note_);
    auto note = *proof::Note::parse(note_);
    const auto line =
        proof::cosign(mirror_->folder_.key(), seconds_now(mirror_->clock_), note.text);
    note.signatures.push_back(line);
    const auto shown = copy_->log->show(checkpoint_, note.encoded());
    if (!shown) return words(500, shown.error().what);
    if (!*shown) {
        const auto newest = mirror_->seen_->newest(checkpoint_.origin);
        return mirror_->info(409, *copy_, newest->checkpoint, newest->note);
    }
    return Response::of(200, "text/plain; charset=utf-8", proof::encoded(line));
}

}  // namespace server
