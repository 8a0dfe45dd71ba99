#include "ledger/completeness.h"

#include <fmt/format.h>

#include "ledger/prover.h"
#include "ledger/stream_map.h"

namespace ledger {
namespace {

base::Error not_now(const char* code, std::string what) {
    return {base::Fault::overloaded, code, std::move(what)};
}

}  // namespace

base::Result<Completeness::Answer> Completeness::prove(const events::StreamId& stream,
                                                       const std::string& note,
                                                       const proof::Checkpoint& checkpoint) const {
    const auto any = has_any(ledger_, events::schema::Payload::StreamMapRecorded);
    if (!any) return any.error();
    if (!*any) {
        return base::Error{base::Fault::not_found, "E_NO_MAP",
                           "no completeness map has been recorded in this log yet"};
    }
    auto said = ledger_.stream_map().prove(stream);
    if (!said) return said.error();
    const auto record = records_.of(said->map.size);
    if (!record) return record.error();
    if (!*record) {
        return not_now("E_MAP_BEHIND",
                       fmt::format("the completeness map has got to {} events on its way to the "
                                   "next recording",
                                   said->map.size));
    }
    if (said->map.root != (*record)->root) {
        return base::Error{base::Fault::corrupt, "E_MAP_DAMAGED",
                           "the completeness map is not the one on record"};
    }
    const auto position = (*record)->position;
    if (position >= checkpoint.size) {
        return not_now("E_NOT_PUBLISHED",
                       fmt::format("no checkpoint covers position {} yet", position));
    }
    auto path = ledger_.prover().inclusion(position, checkpoint.size);
    if (!path) return path.error();
    const auto event = ledger_.event({position});
    if (!event) return event.error();
    return Answer{{stream, said->stream, std::move(said->proof), std::string(event->bytes()),
                   {std::nullopt, position, *std::move(path), note}},
                  **record};
}

}  // namespace ledger
