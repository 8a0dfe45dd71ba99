#include "server/target.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "server/request_rules.h"

namespace server {
namespace {

bool is_plain(std::string_view text) {
    const bool controls = std::any_of(text.begin(), text.end(), [](char each) {
        return static_cast<unsigned char>(each) < 0x20 || each == 0x7f;
    });
    return !controls && is_utf8(text);
}

/// Bytes after the first of a sequence, and the smallest code point it may stand for.
struct Lead {
    int more;
    unsigned least;
    unsigned bits;
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {0, 0, byte};
    if (byte >= 0xc2 && byte < 0xe0) return {1, 0x80, byte & 0x1fu};
    if (byte >= 0xe0 && byte < 0xf0) return {2, 0x800, byte & 0x0fu};
    if (byte >= 0xf0 && byte < 0xf5) return {3, 0x10000, byte & 0x07u};
    return {-1, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const Lead lead = lead_of(static_cast<unsigned char>(text[i++]));
        if (lead.more < 0) return false;
        unsigned point = lead.bits;
        for (int n = 0; n < lead.more; ++n) {
            if (i == text.size()) return false;
            const auto byte = static_cast<unsigned char>(text[i++]);
            if ((byte & 0xc0u) != 0x80u) return false;
            point = point << 6 | (byte & 0x3fu);
        }
        if (point < lead.least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return false;
    }
    return true;
}

base::Result<Target> Target::parse(std::string_view text) {
    const auto parsed = boost::urls::parse_origin_form({text.data(), text.size()});
    if (!parsed) return bad_request("The request target is not a well-formed path and query.");
    boost::urls::encoding_opts literal_plus;
    literal_plus.space_as_plus = false;

    Target target;
    for (const auto& segment : parsed->segments()) {
        target.segments.emplace_back(segment.data(), segment.size());
        if (!is_plain(target.segments.back()))
            return bad_request("The path has characters it may not.");
    }
    for (const auto& parameter : parsed->params(literal_plus)) {
        target.query.emplace_back(std::string(parameter.key), std::string(parameter.value));
        if (!is_plain(target.query.back().first) || !is_plain(target.query.back().second))
            return bad_request("The query has characters it may not.");
    }
    return target;
}

}  // namespace server
