#include "server/mirror_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <utility>

#include "events/base/log.h"
#include "ledger/proof/add_checkpoint.h"
#include "ledger/proof/text.h"
#include "ledger/proof/tile_path.h"
#include "ledger/prover.h"
#include "server/limits.h"
#include "server/packing.h"

namespace server {
namespace {

constexpr int tries_max = 3;

}  // namespace

/// One mirror and how far it is, as far as it has told.
struct MirrorFeed::Target {
    explicit Target(std::unique_ptr<Outgoing> given) : way(std::move(given)) {}

    const std::unique_ptr<Outgoing> way;
    std::uint64_t pending = 0;  ///< size of the checkpoint that it takes entries for
    proof::MirrorInfo stands;   ///< what to send next
    std::string brought;        ///< text of the last checkpoint that it has cosigned
    std::string last_trouble;
    Bell::Time not_before{};
    std::chrono::seconds pause{0};
};

/// The published checkpoint that a mirror is to be brought up to.
struct MirrorFeed::Goal {
    proof::Checkpoint checkpoint;
    proof::Note note;  ///< with the log's signatures only
};

MirrorFeed::MirrorFeed(Ways ways, const World& world) : world_(world) {
    for (auto& way : ways) targets_.push_back(std::make_unique<Target>(std::move(way)));
}

MirrorFeed::~MirrorFeed() = default;

void MirrorFeed::start(TaskGroup& tasks, asio::io_context& io) {
    for (const auto& target : targets_)
        tasks.spawn("mirror " + target->way->url(), asio::make_strand(io), keep(*target));
}

void MirrorFeed::stop() {
    stopping_ = true;
    for (const auto& target : targets_) target->way->interrupt();
    world_.published.ring();
}

std::optional<MirrorFeed::Goal> MirrorFeed::goal() const {
    auto note = proof::Note::parse(world_.notary.published());
    if (!note) return std::nullopt;
    auto checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return std::nullopt;
    const auto keys = world_.notary.verifiers();
    std::erase_if(note->signatures, [&](const proof::SignatureLine& line) {
        return std::none_of(keys.begin(), keys.end(),
                            [&](const auto& key) { return key.matches(line); });
    });
    return Goal{*std::move(checkpoint), *std::move(note)};
}

awaitable<void> MirrorFeed::keep(Target& target) {
    while (!stopping_) {
        const auto seen = world_.published.rings();
        const auto wanted = goal();
        const bool due = wanted && wanted->note.text != target.brought &&
                         world_.clock.now() >= target.not_before;
        bool brought = false;
        if (due) brought = co_await bring_up(target, *wanted);
        if (brought) {
            target.brought = wanted->note.text;
            target.pause = std::chrono::seconds(0);
            target.last_trouble.clear();
            world_.metrics.mirrored("brought_up");
        }
        co_await world_.published.wait(seen, world_.clock.now() + limits::bell_patience);
    }
}

awaitable<bool> MirrorFeed::bring_up(Target& target, const Goal& goal) {
    const bool announced = co_await announce(target, goal);
    if (!announced) co_return false;
    const bool uploaded = co_await upload(target, goal);
    co_return uploaded;
}

/// Has the mirror take the checkpoint as the one to fill up to.
awaitable<bool> MirrorFeed::announce(Target& target, const Goal& goal) {
    const auto size = goal.checkpoint.size;
    for (int tries = 0; tries <= tries_max; ++tries) {
        // Somebody else has brought it further; the entries may still be ours to bring.
        if (target.pending > size) co_return true;
        auto path = world_.ledger.prover().consistency(target.pending, size);
        if (!path) co_return fail(target, path.error().what);
        const proof::AddCheckpoint request{target.pending, *std::move(path), goal.note.encoded()};
        Outgoing::Post post{"/add-checkpoint"};
        post.body = request.encoded();
        const auto reply =
            co_await target.way->post(std::move(post), limits::mirror_patience);
        if (!reply) co_return fail(target, "it does not answer");
        if (reply->status == 200) {
            target.pending = size;
            target.stands.size = size;
            co_return true;
        }
        const auto held =
            proof::decimal(std::string_view(reply->body).substr(0, reply->body.find('\n')));
        if (reply->status != 409 || reply->media_type != "text/x.tlog.size" || !held)
            co_return fail(target, fmt::format("it refuses a checkpoint with {}", reply->status));
        if (*held > world_.ledger.head().size)
            co_return fail(target, fmt::format("it knows {} events of this log, which holds fewer",
                                               *held));
        target.pending = *held;
    }
    co_return fail(target, "it does not say from which size to go on");
}

/// Sends what it lacks, up to 32 packages at a time.
awaitable<bool> MirrorFeed::upload(Target& target, const Goal& goal) {
    int idle = 0;
    for (bool done = false; !done && !stopping_;) {
        Outgoing::Post post;
        auto make = [&]() -> base::Result<void> {
            auto made = entries_of(target, goal.checkpoint.origin);
            if (!made) return made.error();
            post = *std::move(made);
            return {};
        };
        if (const auto made = co_await world_.workers.run(make); !made)
            co_return fail(target, made.error().what);
        const auto before = target.stands;
        const auto reply = co_await target.way->post(std::move(post), limits::mirror_patience);
        if (!reply) co_return fail(target, "it does not answer");
        if (!take_answer(target, goal, *reply, done)) co_return false;
        const bool moved = target.stands.next != before.next || target.stands.size != before.size;
        idle = moved ? 0 : idle + 1;
        if (!done && idle > tries_max) co_return fail(target, "it does not get any further");
    }
    co_return !stopping_ && target.stands.size == goal.checkpoint.size;
}

/// False if there is nothing more to be said to it now.
bool MirrorFeed::take_answer(Target& target, const Goal& goal, const Outgoing::Reply& reply,
                             bool& done) {
    if (reply.status == 200) {
        done = true;
        target.stands.next = target.stands.size;
        std::string_view rest = reply.body;
        while (const auto text = proof::take_line(rest))
            if (const auto line = proof::parse_signature_line(*text))
                world_.panel.add(goal.note.text, *line);
        return true;
    }
    if (reply.status != 202 && reply.status != 409)
        return fail(target, fmt::format("it refuses entries with {}", reply.status));
    auto info = proof::MirrorInfo::parse(reply.body);
    if (!info) return fail(target, info.error().what);
    if (info->size > world_.ledger.head().size)
        return fail(target, fmt::format("it wants {} events, the log holds fewer", info->size));
    target.stands = *std::move(info);
    return true;
}

base::Result<Outgoing::Post> MirrorFeed::entries_of(const Target& target,
                                                    const std::string& origin) const {
    const auto end = target.stands.size, start = std::min(target.stands.next, end);
    const proof::UploadHead head{origin, start, end, target.stands.ticket};
    std::string body = head.encoded();
    auto at = start;
    for (std::uint64_t i = 0; i < proof::packages_of_a_request && at < end; ++i) {
        const auto span = proof::PackageSpan::at(at, end);
        proof::EntryPackage package;
        auto scan = world_.ledger.scan({span.start}, {span.end});
        for (auto more = scan.next(); !more || *more; more = scan.next()) {
            if (!more) return more.error();
            package.entries.emplace_back(scan.bytes());
        }
        auto path = world_.ledger.prover().subtree(span.from, span.end, end);
        if (!path) return path.error();
        package.path = *std::move(path);
        body += package.encoded();
        at = span.end;
    }
    Outgoing::Post post{"/add-entries"};
    post.media_type = "application/octet-stream";
    post.content_encoding = "gzip";
    post.body = packed(Coding::gzip, body);
    return post;
}

/// Leaves the mirror alone for a while; a lasting trouble is logged once.
bool MirrorFeed::fail(Target& target, std::string_view what) {
    world_.metrics.mirrored("failed");
    if (what != target.last_trouble && !stopping_) {
        base::log(base::LogLevel::warning, "mirror {}: {}", target.way->url(), what);
        target.last_trouble = what;
    }
    target.pause = std::clamp<std::chrono::seconds>(target.pause * 2, limits::witness_pause_min,
                                                    limits::witness_pause_max);
    target.not_before = world_.clock.now() + target.pause;
    return false;
}

}  // namespace server
