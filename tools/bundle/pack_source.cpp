#include "tools/bundle/pack_source.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "events/catalogue.h"
#include "events/event.h"
#include "tools/cli/json_member.h"
#include "tools/cli/session.h"
#include "tools/evidence/layout.h"
#include "tools/evidence/pack.h"
#include "tools/load/file.h"

namespace tools {
namespace json = boost::json;
namespace {

/// Lines of events.ndjson, which stand in the order of their positions.
template <class Visit>
void each_line(const std::string& lines, const Visit& visit) {
    for (std::size_t begin = 0, end; (end = lines.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        if (!visit(std::string_view(lines).substr(begin, end - begin))) return;
    }
}

std::uint64_t position_of(const json::object& event) {
    return std::strtoull(std::string(string_member(event, "sequence")).c_str(), nullptr, 10);
}

bool stands_in(const json::object& event, const std::string& stream) {
    const auto streams = " " + std::string(string_member(event, "streams"));
    return streams.find(" " + stream + "@") != std::string::npos;
}

}  // namespace

base::Error error_of(const evidence::PackFault& fault) {
    const auto where = fault.file.empty() ? std::string() : fault.file + ": ";
    return {base::Fault::corrupt, fault.code, where + fault.what};
}

PackSource::PackSource(evidence::Files files, evidence::Verdict verdict)
    : files_(std::move(files)), verdict_(std::move(verdict)) {}

base::Result<std::unique_ptr<PackSource>> PackSource::open(const std::string& file) {
    const auto bytes = read_whole(file);
    if (!bytes) return bytes.error();
    auto files = evidence::read_zip(*bytes);
    if (!files) return files.error();
    auto verdict = evidence::verify_files(*files, {});
    if (verdict.fault) return error_of(*verdict.fault);
    return std::unique_ptr<PackSource>(new PackSource(*std::move(files), std::move(verdict)));
}

base::Result<json::object> PackSource::view(const std::string&, const std::string&,
                                            const Parameters&) {
    return usage_error("an evidence pack has events and no views");
}

base::Result<void> PackSource::events(const EventQuery& query, const Sink& sink) {
    std::string type;
    if (!query.type.empty()) {
        const auto* info = events::Catalogue::built_in().find(query.type);
        if (info == nullptr) {
            return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                               fmt::format("there is no event type {}", query.type)};
        }
        type = info->event_type;
    }
    std::uint64_t left = query.limit.value_or(UINT64_MAX);
    each_line(files_.at(std::string(evidence::lines_file)), [&](std::string_view line) {
        const auto event = json::parse({line.data(), line.size()}).as_object();
        const auto position = position_of(event);
        if (position < query.from || (query.upto && position >= *query.upto)) return true;
        if (!type.empty() && string_member(event, "type") != type) return true;
        if (!query.stream.empty() && !stands_in(event, query.stream)) return true;
        return left-- > 0 && sink(line);
    });
    return {};
}

base::Result<json::object> PackSource::event(const std::string& name) {
    std::optional<json::object> found;
    each_line(files_.at(std::string(evidence::lines_file)), [&](std::string_view line) {
        auto event = json::parse({line.data(), line.size()}).as_object();
        const auto position = std::to_string(position_of(event));
        if (position == name || string_member(event, "id") == name) found = std::move(event);
        return !found.has_value();
    });
    if (found) return *std::move(found);
    return base::Error{base::Fault::not_found, "E_NO_EVENT",
                       fmt::format("the pack has no event {}", name)};
}

base::Result<json::object> PackSource::status() {
    return json::parse(evidence::json_of(verdict_)).as_object();
}

}  // namespace tools
