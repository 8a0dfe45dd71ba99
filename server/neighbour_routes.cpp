#include "server/neighbour_routes.h"

#include "server/routes/described_route.h"

namespace server {
namespace {

using Kind = Parameter::Kind;
using Where = Parameter::Where;

constexpr const char* words_type = "text/plain";

Parameter log_parameter() {
    return {"log", Where::path, Kind::text, "SHA-256 of the log's origin, in hexadecimal.", true};
}

/// A 404 also where this server is no witness, or no mirror.
Route reading(std::string id, std::string path, std::string en, std::string zh) {
    auto route = described_route(std::move(id), std::move(path), std::move(en), std::move(zh),
                                 nullptr);
    if (route.path.find("{log}") != std::string::npos) route.parameters = {log_parameter()};
    route.outcomes = {{200, "As C2SP has it.", {words_type}},
                      {404, "There is none, or this server does not do this.", {words_type}}};
    return route;
}

Route add_checkpoint(std::string id, std::string path, std::string en, std::string zh) {
    auto route = reading(std::move(id), std::move(path), std::move(en), std::move(zh));
    route.method = Method::post;
    route.body_types = {words_type};
    route.outcomes = {
        {200, "It continues what was seen: a cosignature line of a witness.", {words_type}},
        {400, "Malformed.", {words_type}},
        {403, "Not signed by a known key of the log.", {words_type}},
        {404, "The log is not known here.", {words_type}},
        {409, "Another size was seen: begin from the one in the body.", {"text/x.tlog.size"}},
        {413, "Over 64 KiB.", {}},
        {422, "The tree does not continue the one that was seen.", {words_type}},
        {429, "Asked too often for this log.", {words_type}}};
    return route;
}

Route add_entries() {
    auto route = reading("addMirrorEntries", "/mirror/add-entries",
                         "Entries with proofs for the pending checkpoint of a log (C2SP "
                         "tlog-mirror).",
                         "为待镜像检查点提交条目及证明。");
    route.method = Method::post;
    route.body_types = {"application/octet-stream"};
    route.outcomes = {{200, "The copy is whole: a cosignature line.", {words_type}},
                      {202, "Kept so far; go on from there.", {"text/x.tlog.mirror-info"}},
                      {400, "Nothing whole came.", {words_type}},
                      {404, "The log is not known here.", {words_type}},
                      {409, "Go on from another entry.", {"text/x.tlog.mirror-info"}},
                      {422, "No checkpoint is pending, or these are not its entries.",
                       {words_type}}};
    return route;
}

Route mirrored_tile() {
    auto route = reading("getMirroredTile", "/mirror/{log}/tile/{path}",
                         "A tile or entry bundle of the copy, as `/log/tile/` serves the original.",
                         "镜像副本的瓦片或事件束。");
    route.takes_rest = true;
    route.parameters.push_back(
        {"path", Where::path, Kind::text, "As in C2SP tlog-tiles.", true});
    route.outcomes[0].media_types = {"application/octet-stream"};
    return route;
}

}  // namespace

const std::vector<Route>& neighbour_routes() {
    static const std::vector<Route> routes{
        add_checkpoint("addWitnessCheckpoint", "/witness/add-checkpoint",
                       "Cosigns a checkpoint that continues the last one (C2SP tlog-witness).",
                       "对延续前一检查点的检查点作见证签名。"),
        reading("getWitnessKey", "/witness/vkey", "The witness's verifier key.", "见证人的验证密钥。"),
        reading("getWitnessCheckpoint", "/witness/{log}/checkpoint",
                "The newest note of a log that was cosigned.", "最近见证签名的检查点。"),
        add_checkpoint("addMirrorCheckpoint", "/mirror/add-checkpoint",
                       "Says up to which checkpoint entries will come (C2SP tlog-mirror); 200 has "
                       "no line.",
                       "告知将镜像至哪个检查点。"),
        add_entries(),
        reading("getMirrorKey", "/mirror/vkey", "The mirror's verifier key.", "镜像的验证密钥。"),
        reading("getMirroredCheckpoint", "/mirror/{log}/checkpoint",
                "The newest checkpoint that is mirrored whole.", "已完整镜像的最新检查点。"),
        reading("getMirroredKeys", "/mirror/{log}/vkey", "Verifier keys of the mirrored log.",
                "被镜像日志的验证密钥。"),
        mirrored_tile()};
    return routes;
}

}  // namespace server
