#include "server/content_coding.h"

#include <algorithm>
#include <array>

namespace server {
namespace {

constexpr std::array codings{Coding::zstd, Coding::gzip, Coding::identity};

/// How much a list of codings likes one, in thousandths; nothing if it does not speak of it.
std::optional<int> liking(std::string_view accept, Coding coding) {
    std::optional<int> of_any;
    while (!accept.empty()) {
        std::string_view parameters = cut(accept, ',');
        const std::string name = media_type_of(cut(parameters, ';'));
        if (coding_named(name) == coding) return weight_of(parameters);
        if (name == "*") of_any = weight_of(parameters);
    }
    return of_any;
}

}  // namespace

std::string_view name_of(Coding coding) {
    switch (coding) {
        case Coding::gzip:
            return "gzip";
        case Coding::zstd:
            return "zstd";
        case Coding::identity:
            break;
    }
    return "identity";
}

std::optional<Coding> coding_named(std::string_view name) {
    if (name == "x-gzip") return Coding::gzip;
    for (const Coding each : codings)
        if (name == name_of(each)) return each;
    return std::nullopt;
}

Acceptable Acceptable::of(const Request& request) {
    Acceptable out;
    const std::string* accept = request.header("accept-encoding");
    if (!accept) return out;
    // Not to be compressed is acceptable unless it is ruled out (RFC 9110, 12.5.3).
    const auto plain = liking(*accept, Coding::identity);
    out.identity = plain.value_or(1) > 0;
    int best = plain && *plain > 0 ? *plain : 0;
    for (const Coding each : {Coding::gzip, Coding::zstd}) {
        const int weight = liking(*accept, each).value_or(0);
        if (weight == 0 || weight < best) continue;
        best = weight;
        out.best = each;
    }
    return out;
}

std::string tag_in(Coding coding, std::string tag) {
    if (coding == Coding::identity || tag.starts_with("W/") || tag.empty()) return tag;
    tag.pop_back();
    return tag.append("-").append(name_of(coding)).append("\"");
}

std::string_view without_coding(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
        tag = tag.substr(1, tag.size() - 2);
    for (const std::string_view ending : {"-gzip", "-zstd"})
        if (tag.ends_with(ending)) return tag.substr(0, tag.size() - ending.size());
    return tag;
}

std::optional<std::string> known_tag(const Request& request, const std::string& tag) {
    for (const Header& each : request.headers) {
        if (each.name != "if-none-match") continue;
        for (std::string_view rest = each.value; !rest.empty();) {
            const std::string_view known = cut(rest, ',');
            if (known == "*") return tag;
            if (!known.empty() && without_coding(known) == without_coding(tag))
                return std::string(known);
        }
    }
    return std::nullopt;
}

}  // namespace server
