#include "tools/audit/served_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <string>
#include <utility>

#include "projections/digests.h"
#include "projections/parts.h"
#include "projections/runner.h"

namespace tools {
namespace json = boost::json;
namespace {

using projections::ViewDigests;

std::optional<events::Hash> parse_hash(std::string_view hex) {
    constexpr std::size_t half = 32;
    if (hex.size() != 2 * half) return std::nullopt;
    const auto first = events::Id::parse(hex.substr(0, half));
    const auto second = events::Id::parse(hex.substr(half));
    if (!first || !second) return std::nullopt;
    events::Hash out;
    std::copy(first->bytes.begin(), first->bytes.end(), out.begin());
    std::copy(second->bytes.begin(), second->bytes.end(), out.begin() + half / 2);
    return out;
}

std::optional<std::uint64_t> number_in(const json::value* value) {
    if (value == nullptr || !value->is_string()) return std::nullopt;
    const auto& text = value->get_string();
    std::uint64_t out = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (bad != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

/// Nothing if the answer is not one of digests.
std::optional<ViewDigests> read(const json::object& answer) {
    const auto size = number_in(answer.if_contains("size"));
    const auto* version = answer.if_contains("version");
    const auto* views = answer.if_contains("views");
    const bool whole = size && version != nullptr && version->is_int64() && views != nullptr &&
                       views->is_object();
    if (!whole) return std::nullopt;
    ViewDigests out{*size, static_cast<std::uint32_t>(version->get_int64()), {}};
    for (const auto& [view, text] : views->get_object()) {
        const auto digest = text.is_string() ? parse_hash(text.get_string()) : std::nullopt;
        if (!digest) return std::nullopt;
        out.views.emplace(view, *digest);
    }
    return out;
}

/// Whether the view says only what holds now.
bool is_current(std::string_view view) {
    for (const auto& known : projections::ViewParts::all()) {
        if (known.name == view) return !known.current.empty();
    }
    return false;
}

}  // namespace

base::Result<ViewDigests> told_by(Server& server, std::optional<std::uint64_t> at) {
    std::string target = "/v1/views/digests";
    if (at) target += "?at=" + std::to_string(*at);
    const auto answer = server.document(server.http().send(server.request(target)));
    if (!answer) return answer.error();
    auto out = read(*answer);
    if (!out) {
        return base::Error{base::Fault::storage, "E_HTTP",
                           "the answer holds no digests of views"};
    }
    if (out->version != projections::Runner::version) {
        return base::Error{base::Fault::conflict, "E_VIEWS_VERSION",
                           fmt::format("the server keeps views of version {}, this program folds "
                                       "version {}",
                                       out->version, projections::Runner::version)};
    }
    return *std::move(out);
}

base::Result<Told> Told::ask(Server& server) {
    auto sums = told_by(server, {});
    if (!sums) return sums.error();
    auto entries = told_by(server, sums->size);
    if (!entries) return entries.error();
    return Told{*std::move(sums), *std::move(entries)};
}

ViewsDiff diff(const Told& told, ViewDigests replayed) {
    ViewsDiff out;
    out.stored = told.entries;
    for (const auto& [view, summed] : told.sums.views) {
        const auto ours = replayed.views.find(view);
        const auto kept = out.stored.views.find(view);
        if (kept == out.stored.views.end()) {
            out.stored.views.emplace(view, summed);
        } else if (ours != replayed.views.end() && kept->second == ours->second) {
            kept->second = summed;
        }
    }
    out.replayed = std::move(replayed);
    return out;
}

base::Result<std::optional<std::uint64_t>> first_parting(Server& server,
                                                         const projections::Replay& replay,
                                                         const Halving& on) {
    const auto snapshot = replay.store().snapshot();
    if (!snapshot) return snapshot.error();
    const auto agree_on = [&](std::uint64_t size) -> base::Result<bool> {
        auto theirs = told_by(server, size);
        if (!theirs) return theirs.error();
        auto ours = projections::stored_digests(replay.store(), **snapshot, size);
        if (!ours) return ours.error();
        for (auto* digests : {&*theirs, &*ours}) {
            std::erase_if(digests->views, [](const auto& view) { return is_current(view.first); });
        }
        return theirs->views == ours->views;
    };
    std::optional<std::uint64_t> found;
    std::uint64_t same = 0, parted = replay.position();
    const auto at_the_end = agree_on(parted);
    if (!at_the_end) return at_the_end.error();
    if (*at_the_end) return found;
    while (parted - same > 1) {
        if (!on(same, parted)) {
            return base::Error{base::Fault::cancelled, "E_INTERRUPTED", "stopped by Ctrl-C"};
        }
        const std::uint64_t middle = same + (parted - same) / 2;
        const auto agreed = agree_on(middle);
        if (!agreed) return agreed.error();
        (*agreed ? same : parted) = middle;
    }
    found = parted;
    return found;
}

}  // namespace tools
