#include "tools/bundle/pack_log.h"

#include <fmt/format.h>

#include <memory>

#include "events/event.h"
#include "ledger/proof/text.h"
#include "tools/evidence/layout.h"
#include "tools/load/file.h"

namespace tools {

base::Result<std::unique_ptr<PackLog>> PackLog::open(const std::string& file) {
    const auto bytes = read_whole(file);
    if (!bytes) return bytes.error();
    auto files = evidence::read_zip(*bytes);
    if (!files) return files.error();
    return std::unique_ptr<PackLog>(new PackLog(file, *std::move(files)));
}

base::Result<std::string> PackLog::read(const std::string& name, const char* code) const {
    const auto found = files_.find(name);
    if (found != files_.end()) return found->second;
    return base::Error{base::Fault::not_found, code,
                       fmt::format("{} has no file {}", file_, name)};
}

base::Result<std::string> PackLog::checkpoint() { return read("checkpoint", "E_NO_CHECKPOINT"); }

base::Result<std::string> PackLog::tile(const proof::TilePath&) {
    return base::Error{base::Fault::not_found, "E_NO_TILE",
                       fmt::format("{} is an evidence pack: it proves its own events and does not "
                                   "hold the log; use a server, a data folder or a folder of tiles",
                                   file_)};
}

base::Result<std::vector<proof::VerifierKey>> PackLog::verifiers() {
    const auto lines = read("vkey", "E_NO_FILE");
    if (!lines) return lines.error();
    return parse_verifiers(*lines);
}

base::Result<std::string> PackLog::policy() { return read("policy", "E_NO_FILE"); }

base::Result<PackLog::Proven> PackLog::event(const std::string& name) const {
    auto position = proof::decimal(name);
    const auto id = events::Id::parse(name);
    for (auto at = files_.lower_bound("events/"); !position && id && at != files_.end(); ++at) {
        const auto here = evidence::position_in(at->first, "events/", ".tle");
        const auto event = here ? events::read_event(at->second)
                                : base::Result<const events::schema::Event*>(base::Error{});
        if (event && events::Id::of(*(*event)->event_id()) == *id) position = here;
    }
    if (!position) {
        return base::Error{base::Fault::not_found, "E_NO_EVENT",
                           fmt::format("{} has no event {}", file_, name)};
    }
    auto entry = read(evidence::entry_file(*position), "E_NO_EVENT");
    if (!entry) return entry.error();
    const auto text = read(evidence::proof_file(*position), "E_NO_EVENT");
    if (!text) return text.error();
    auto proof = proof::TlogProof::parse(*text);
    if (!proof) return proof.error();
    return Proven{*std::move(entry), *std::move(proof)};
}

base::Result<std::string> PackLog::stream(const events::StreamId& stream) const {
    return read(evidence::stream_file(stream), "E_NO_MAP");
}

}  // namespace tools
