#include "server/log_answers.h"

#include "server/digest.h"

namespace server {

Response log_text(std::string body) {
    auto response = Response::of(200, "text/plain; charset=utf-8", std::move(body));
    response.set("Cache-Control", "no-cache");
    return response;
}

std::optional<proof::TilePath> tile_shown(const LogSource& log, std::string_view text) {
    const auto path = proof::TilePath::parse(text);
    if (!path || proof::width_in(*path, log.size()) < path->width) return std::nullopt;
    return path;
}

base::Error no_tile() {
    return {base::Fault::not_found, "E_NO_TILE", "The log has nothing at this path."};
}

base::Result<Response> log_tile(const LogSource& log, const proof::TilePath& path) {
    auto bytes = log.tile(path);
    if (!bytes) return bytes.error();
    auto response = Response::of(200, "application/octet-stream", *std::move(bytes));
    response.set("Cache-Control", "public, immutable, max-age=31536000");
    // Of its bytes, not of its name: another log may be shown under the same address later.
    response.set("ETag", tag_of(sha256_of(response.body)));
    // Hashes do not shrink.
    response.packable = path.entries;
    return response;
}

}  // namespace server
