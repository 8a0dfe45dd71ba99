#include "server/stream_checkpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/notary.h"
#include "ledger/prover.h"
#include "server/limits.h"
#include "server/settings.h"

namespace server {
namespace {

namespace json = boost::json;

base::Error not_so_many(std::uint64_t published, std::uint64_t told) {
    return {base::Fault::invalid, "E_TREE_SIZE",
            fmt::format("The newest published checkpoint has {} events, not {}.", published, told)};
}

}  // namespace

StreamCheckpoints::StreamCheckpoints(const Services& services, std::optional<std::uint64_t> known)
    : services_(services),
      told_(known.value_or(0)),
      due_(services.clock.now() + ms_of(known ? 0 : services.settings.bounds.stream_checkpoint_ms)),
      demanded_(known.has_value()) {}

bool StreamCheckpoints::is_due() const {
    return demanded_ || (services_.clock.now() >= due_ && told_ < services_.ledger.head().size);
}

Bell::Time StreamCheckpoints::next_look() const {
    if (told_ >= services_.ledger.head().size) return Bell::Time::max();
    // What was appended is published a moment later, and no bell is rung for that here.
    return std::max(due_, services_.clock.now() + limits::checkpoint_every);
}

base::Result<std::optional<std::string>> StreamCheckpoints::next(std::uint64_t served) {
    const auto published = services_.notary.newest();
    const std::uint64_t size = published ? published->checkpoint.size : 0;
    if (size < told_) return not_so_many(size, told_);
    // Nothing is published before the first checkpoint, which witnesses may be awaited for.
    if (!published || (size == told_ && !demanded_)) return std::optional<std::string>();
    const auto path = services_.ledger.prover().consistency(told_, size);
    if (!path) return path.error();
    json::object out;
    if (served > 0) out["position"] = std::to_string(served - 1);
    out["size"] = std::to_string(size);
    out["root"] = events::hex(published->checkpoint.root);
    out["from"] = std::to_string(told_);
    json::array hashes;
    for (const auto& hash : *path) hashes.emplace_back(events::hex(hash));
    out["path"] = std::move(hashes);
    out["note"] = published->note;
    told_ = size;
    demanded_ = false;
    due_ = services_.clock.now() + ms_of(services_.settings.bounds.stream_checkpoint_ms);
    return std::optional(json::serialize(out));
}

}  // namespace server
