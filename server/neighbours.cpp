#include "server/neighbours.h"

#include <algorithm>

#include "events/base/log.h"
#include "server/limits.h"
#include "server/log_answers.h"
#include "server/request_body.h"

namespace server {
namespace {

Response not_here() {
    return words(404, "nothing is here");
}

/// Pages of other sites may read it too, and see what is not there as such.
void open_to_all(Connection& connection) {
    connection.accompany({"Access-Control-Allow-Origin", "*"});
}

bool is_reading(const Request& request) {
    return request.method == Method::get || request.method == Method::head;
}

/// The path under `/witness/` or `/mirror/`.
bool is(const Request& request, std::initializer_list<std::string_view> rest) {
    return request.segments.size() == rest.size() + 1 &&
           std::equal(rest.begin(), rest.end(), request.segments.begin() + 1);
}

}  // namespace

base::Result<std::unique_ptr<Neighbours>> Neighbours::open(const Settings& settings,
                                                           const base::Clock& clock,
                                                           base::Random& random) {
    auto out = std::make_unique<Neighbours>();
    if (!settings.witness.empty()) {
        auto witness = Witness::open(settings.witness, settings.witness_name, clock, random);
        if (!witness) return witness.error();
        out->witness_ = *std::move(witness);
        base::log(base::LogLevel::info, "witness {} of {} log keys", out->witness_->key().name,
                  out->witness_->logs());
    }
    if (!settings.mirror.empty()) {
        auto mirror = Mirror::open(settings.mirror, settings.mirror_name, clock, random);
        if (!mirror) return mirror.error();
        out->mirror_ = *std::move(mirror);
        base::log(base::LogLevel::info, "mirror {} of {} log keys", out->mirror_->key().name,
                  out->mirror_->logs());
    }
    return out;
}

bool Neighbours::serve(const Request& request) const {
    if (request.segments.empty()) return false;
    return (witness_ && request.segments[0] == "witness") ||
           (mirror_ && request.segments[0] == "mirror");
}

awaitable<base::Result<Response>> Neighbours::answer(const Request& request, Connection& connection,
                                                     Workers& workers) {
    if (!serve(request)) co_return not_here();
    if (request.segments[0] == "witness")
        co_return co_await witnessing(request, connection, workers);
    co_return co_await mirroring(request, connection, workers);
}

namespace {

awaitable<base::Result<std::string>> small_body(const Request& request, Connection& connection) {
    auto reader = RequestBody::of(connection, request);
    if (!reader) co_return reader.error();
    co_return co_await reader->whole(limits::add_checkpoint_bytes_max);
}

}  // namespace

awaitable<base::Result<Response>> Neighbours::witnessing(const Request& request,
                                                         Connection& connection,
                                                         Workers& workers) {
    if (request.method == Method::post && is(request, {"add-checkpoint"})) {
        const auto body = co_await small_body(request, connection);
        if (!body) co_return body.error();
        auto job = [&]() -> base::Result<Response> { return witness_->add_checkpoint(*body); };
        co_return co_await workers.run(job);
    }
    if (!is_reading(request)) co_return not_here();
    open_to_all(connection);
    if (is(request, {"vkey"})) co_return log_text(witness_->key().text() + "\n");
    if (request.segments.size() == 3 && request.segments[2] == "checkpoint")
        if (auto note = witness_->checkpoint(request.segments[1]))
            co_return log_text(*std::move(note));
    co_return not_here();
}

awaitable<base::Result<Response>> Neighbours::mirroring(const Request& request,
                                                        Connection& connection, Workers& workers) {
    if (request.method == Method::post && is(request, {"add-checkpoint"})) {
        const auto body = co_await small_body(request, connection);
        if (!body) co_return body.error();
        auto job = [&]() -> base::Result<Response> { return mirror_->add_checkpoint(*body); };
        co_return co_await workers.run(job);
    }
    if (request.method == Method::post && is(request, {"add-entries"}))
        co_return co_await take_entries(request, connection, workers);
    if (!is_reading(request)) co_return not_here();
    open_to_all(connection);
    if (is(request, {"vkey"})) co_return log_text(mirror_->key().text() + "\n");
    const auto* log = request.segments.size() > 2 ? mirror_->log(request.segments[1]) : nullptr;
    if (!log) co_return not_here();
    std::string path = request.segments[2];
    for (std::size_t i = 3; i < request.segments.size(); ++i) path += "/" + request.segments[i];
    if (path == "vkey") co_return log_text(log->verifiers());
    if (path == "checkpoint") {
        auto note = log->checkpoint();
        co_return note.empty() ? not_here() : log_text(std::move(note));
    }
    auto job = [&]() -> base::Result<Response> {
        const auto tile = tile_shown(*log, path);
        if (!tile) return no_tile();
        return log_tile(*log, *tile);
    };
    auto answered = co_await workers.run(job);
    if (!answered && answered.error().code == "E_NO_TILE") co_return not_here();
    co_return answered;
}

/// Each package is checked and kept as soon as it is there, whatever becomes of the rest.
awaitable<base::Result<Response>> Neighbours::take_entries(const Request& request,
                                                           Connection& connection,
                                                           Workers& workers) {
    const auto* type = request.header("content-type");
    if (!type || media_type_of(*type) != "application/octet-stream")
        co_return words(400, "entries come as application/octet-stream");
    auto body = RequestBody::of(connection, request);
    if (!body) co_return body.error();
    proof::UploadReader reader;
    std::optional<Mirror::Upload> upload;
    for (bool more = true; more;) {
        const auto piece = co_await body->piece();
        // What came before the line broke is kept; there may be nobody left to hear of it.
        if (!piece) co_return piece.error();
        more = !piece->empty();
        reader.feed(*piece);
        if (!upload) {
            const auto head = reader.head();
            if (!head) continue;
            auto begun = mirror_->begin(*head);
            if (!begun.upload) co_return std::move(begun.refusal);
            upload = std::move(begun.upload);
        }
        while (const auto span = upload->awaited()) {
            const auto package = reader.package(span->entries());
            if (!package) co_return words(400, package.error().what);
            if (!*package) break;
            auto job = [&]() -> base::Result<std::optional<Response>> {
                return upload->take(**package);
            };
            auto refused = co_await workers.run(job);
            if (!refused) co_return refused.error();
            if (*refused) co_return std::move(**refused);
        }
    }
    if (!upload) co_return words(400, "the upload ends in its own head");
    auto job = [&]() -> base::Result<Response> { return upload->finish(); };
    auto answer = co_await workers.run(job);
    if (answer) answer->set("Accept-Encoding", "gzip, zstd");
    co_return answer;
}

}  // namespace server
