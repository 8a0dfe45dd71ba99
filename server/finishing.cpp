#include "server/finishing.h"

#include <utility>

#include "server/content_coding.h"
#include "server/digest.h"
#include "server/limits.h"
#include "server/packing.h"

namespace server {
namespace {

/// Packs the body where that is allowed, wished and worth it.
void pack(const Request& request, Response& response) {
    response.vary("Accept-Encoding");
    const Acceptable accepted = Acceptable::of(request);
    const bool small = response.body.size() < limits::packed_bytes_min;
    if (accepted.best == Coding::identity || (small && accepted.identity)) return;
    response.body = packed(accepted.best, response.body);
    response.set("Content-Encoding", std::string(name_of(accepted.best)));
    if (std::string* tag = response.header("ETag")) *tag = tag_in(accepted.best, *tag);
}

}  // namespace

Response unchanged(Response response, std::string tag) {
    response.status = 304;
    response.body.clear();
    response.remove("Content-Type");
    response.replace("ETag", std::move(tag));
    return response;
}

void finish_answer(const Request& request, Response& response) {
    const bool reading = request.method == Method::get || request.method == Method::head;
    if (response.sent || response.status != 200 || !reading) return;
    // HEAD of what would go on for ever: nothing is known of its bytes.
    if (request.method == Method::head && response.body.empty()) return;
    const std::string* caching = response.header("Cache-Control");
    const std::string* tag = response.header("ETag");
    if (!tag && caching && *caching == "no-cache") {
        response.set("ETag", tag_of(sha256_of(response.body)));
        tag = response.header("ETag");
    }
    if (tag)
        if (auto known = known_tag(request, *tag)) {
            if (response.packable) response.vary("Accept-Encoding");
            response = unchanged(std::move(response), std::move(*known));
            return;
        }
    if (response.packable) pack(request, response);
    response.set("Repr-Digest", repr_digest(sha256_of(response.body)));
}

bool is_costly(const Response& response) {
    return response.body.size() > limits::finished_in_place_bytes_max;
}

}  // namespace server
