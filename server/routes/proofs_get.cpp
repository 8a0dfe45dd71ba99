// Proofs of single events and of growth, and the checkpoints they lead to.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

#include "ledger/notary.h"
#include "ledger/proof/tlog_proof.h"
#include "ledger/prover.h"
#include "server/routes/described_route.h"
#include "server/routes/routes.h"

namespace server {
namespace {

namespace json = boost::json;
using Kind = Parameter::Kind;
using Where = Parameter::Where;

constexpr std::string_view cose_type = "application/cose; cose-type=\"cose-sign1\"";
constexpr std::string_view text_type = "text/plain; charset=utf-8";

json::array path_json(const proof::Path& path) {
    json::array out;
    for (const auto& hash : path) out.emplace_back(events::hex(hash));
    return out;
}

/// The newest checkpoint moves, and proofs with it; a tag tells whether this one has.
base::Result<Response> for_now(base::Result<Response> answered) {
    if (answered) answered->set("Cache-Control", "no-cache");
    return answered;
}

/// The size that a proof leads to: the one asked for, else that of the newest checkpoint.
base::Result<std::uint64_t> size_of(const Call& call, std::string_view name) {
    const auto head = call.services.ledger.head().size;
    const auto newest = call.services.notary.published_checkpoint();
    return call.number(name, newest ? newest->size : head, 0, head);
}

base::Result<std::shared_ptr<const ledger::Notary::Published>> newest_over(
    const Call& call, std::uint64_t position) {
    auto newest = call.services.notary.newest();
    if (newest && newest->checkpoint.size > position) return newest;
    return base::Error{base::Fault::overloaded, "E_NOT_PUBLISHED",
                       fmt::format("No checkpoint covers position {} yet.", position)};
}

// -- one event ------------------------------------------------------------------------------------

base::Result<Response> inclusion_json(const Call& call, std::uint64_t position) {
    const auto size = size_of(call, "size");
    if (!size) return size.error();
    const auto& prover = call.services.ledger.prover();
    const auto path = prover.inclusion(position, *size);
    if (!path) return path.error();
    const auto root = prover.root(*size);
    if (!root) return root.error();
    json::object out{{"position", std::to_string(position)},
                     {"size", std::to_string(*size)},
                     {"leaf", events::hex(call.services.ledger.leaf({position}))},
                     {"path", path_json(*path)},
                     {"root", events::hex(*root)}};
    return Response::json(json::serialize(out) + "\n");
}

base::Result<Response> inclusion_note(const Call& call, std::uint64_t position, bool header) {
    const auto newest = newest_over(call, position);
    if (!newest) return newest.error();
    const auto& published = **newest;
    auto path = call.services.ledger.prover().inclusion(position, published.checkpoint.size);
    if (!path) return path.error();
    const proof::TlogProof made{std::nullopt, position, *std::move(path), published.note};
    auto response = Response::of(200, std::string(text_type), made.encoded(header));
    response.set("Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"", position,
                                                    header ? "tlog-proof" : "spicy"));
    return response;
}

base::Result<Response> inclusion_cose(const Call& call, std::uint64_t position) {
    const auto newest = newest_over(call, position);
    if (!newest) return newest.error();
    const auto& checkpoint = (*newest)->checkpoint;
    const auto path = call.services.ledger.prover().inclusion(position, checkpoint.size);
    if (!path) return path.error();
    auto receipt = call.services.notary.inclusion_receipt(position, *path, checkpoint);
    if (!receipt) return receipt.error();
    return Response::of(200, std::string(cose_type), *std::move(receipt));
}

awaitable<base::Result<Response>> get_event_proof(Call& call) {
    const auto position = call.position();
    if (!position) co_return position.error();
    const auto* form = call.parameter("form");
    const std::string name = form ? *form : "json";
    auto job = [&]() -> base::Result<Response> {
        if (*position >= call.services.ledger.head().size) {
            return base::Error{base::Fault::not_found, "E_NO_EVENT",
                               fmt::format("The log has no position {}.", *position)};
        }
        if (name == "json") return inclusion_json(call, *position);
        if (name == "tlog-proof") return inclusion_note(call, *position, true);
        if (name == "spicy") return inclusion_note(call, *position, false);
        if (name == "cose") return inclusion_cose(call, *position);
        return bad_parameter("form", "is not one of json, tlog-proof, spicy, cose");
    };
    co_return for_now(co_await call.services.workers.run(job));
}

// -- growth ---------------------------------------------------------------------------------------

awaitable<base::Result<Response>> get_consistency(Call& call) {
    const auto head = call.services.ledger.head().size;
    const auto from = call.number("from", 0, 0, head);
    if (!from) co_return from.error();
    const auto to = size_of(call, "to");
    if (!to) co_return to.error();
    auto job = [&]() -> base::Result<Response> {
        const auto& prover = call.services.ledger.prover();
        const auto path = prover.consistency(*from, *to);
        if (!path) return path.error();
        const auto older = prover.root(*from);
        if (!older) return older.error();
        const auto newer = prover.root(*to);
        if (!newer) return newer.error();
        json::object out{{"from", std::to_string(*from)},
                         {"to", std::to_string(*to)},
                         {"from_root", events::hex(*older)},
                         {"to_root", events::hex(*newer)},
                         {"path", path_json(*path)}};
        return Response::json(json::serialize(out) + "\n");
    };
    co_return for_now(co_await call.services.workers.run(job));
}

// -- checkpoints ----------------------------------------------------------------------------------

awaitable<base::Result<Response>> get_checkpoints(Call& call) {
    const auto from = call.number("from", 0, 0, std::numeric_limits<std::uint64_t>::max());
    if (!from) co_return from.error();
    const auto limit = call.number("limit", 100, 1, 1'000);
    if (!limit) co_return limit.error();
    auto job = [&]() -> base::Result<Response> {
        json::array rows;
        const auto read = call.services.notary.history(
            [&](const proof::SignedCheckpoint& each, std::string_view note) {
                if (each.checkpoint.size < *from || rows.size() == *limit) return;
                rows.push_back(json::object{{"size", std::to_string(each.checkpoint.size)},
                                            {"root", events::hex(each.checkpoint.root)},
                                            {"origin", each.checkpoint.origin},
                                            {"signatures", each.note.signatures.size()},
                                            {"note", std::string(note)}});
            });
        if (!read) return read.error();
        return Response::json(json::serialize(json::object{{"rows", std::move(rows)}}) + "\n");
    };
    co_return for_now(co_await call.services.workers.run(job));
}

Parameter tag_parameter() {
    return {"If-None-Match", Where::header, Kind::text, "ETag that the caller has."};
}

Route proof_route(std::string id, std::string path, std::string en, std::string zh,
                  Route::Handler handler) {
    Route route = described_route(std::move(id), std::move(path), std::move(en), std::move(zh),
                                  handler);
    route.outcomes = {{200, "The proof.", {"application/json"}},
                      {304, "The caller has it already.", {}},
                      {400, "A parameter cannot be read, or a size is past the head.", {}},
                      {503, "Too many reads are waiting, or nothing is published yet.", {}}};
    return route;
}

}  // namespace

Route event_proof_route() {
    auto route =
        proof_route("getEventProof", "/v1/events/{position}/proof", "That an event is in the log.",
                    "证明某事件在日志之中。", get_event_proof);
    route.parameters = {
        {"position", Where::path, Kind::integer, "Position, from 0.", true},
        {"size", Where::query, Kind::integer, "Of the tree; json only. The newest checkpoint's."},
        {"form", Where::query, Kind::text, "json, tlog-proof, spicy or cose."},
        tag_parameter()};
    route.outcomes[0].media_types = {"application/json", "text/plain", "application/cose"};
    route.outcomes.push_back({404, "The log has not grown so far.", {}});
    return route;
}

Route consistency_route() {
    auto route = proof_route("getConsistency", "/v1/proofs/consistency",
                             "That the log of one size continues the log of another.",
                             "证明日志只增不改。", get_consistency);
    route.parameters = {
        {"from", Where::query, Kind::integer, "Older size, 0 if not given."},
        {"to", Where::query, Kind::integer, "Newer size, the newest checkpoint's if not given."},
        tag_parameter()};
    return route;
}

Route checkpoints_route() {
    auto route = proof_route("getCheckpoints", "/v1/checkpoints",
                             "Every published checkpoint, oldest first.", "历次发布的检查点。",
                             get_checkpoints);
    route.parameters = {{"from", Where::query, Kind::integer, "Smallest size."},
                        {"limit", Where::query, Kind::integer, "Rows at most, 100 if not given."},
                        tag_parameter()};
    return route;
}

}  // namespace server
