#include "tools/load/opened.h"

#include <fmt/format.h>

#include <utility>

#include "tools/load/digest.h"
#include "tools/load/encoding.h"
#include "tools/load/file.h"

namespace tools {

base::Result<Opened> Opened::open(Session& session, const ImportOptions& options) {
    auto bytes = read_whole(options.file);
    if (!bytes) return bytes.error();
    Opened opened;
    opened.digest = events::hex(sha256(*bytes));
    auto decoded = decode(*std::move(bytes), options.encoding);
    if (!decoded) return decoded.error();
    if (decoded->encoding != "UTF-8") {
        session.say(fmt::format("{} is read as {}", options.file, decoded->encoding));
    }
    opened.text = std::move(decoded->text);
    if (options.map.empty()) {
        const auto first = opened.text.find_first_not_of(" \t\r\n");
        if (first != std::string::npos && opened.text[first] != '{' && opened.text[first] != '[') {
            return usage_error("this looks like CSV: say with --map FILE what its columns mean");
        }
        return opened;
    }
    auto toml = read_whole(options.map);
    if (!toml) return toml.error();
    opened.digest = events::hex(sha256(opened.digest + *toml));
    auto mapping = Mapping::parse(*toml, events::Catalogue::built_in());
    if (!mapping) return mapping.error();
    opened.mapping = *std::move(mapping);
    return opened;
}

std::string place_of(const Item& item, const std::string& pointer) {
    std::string path = pointer;
    while (!path.empty()) {
        const auto found = item.headings.find(path);
        if (found != item.headings.end()) return found->second;
        path.erase(path.rfind('/'));
    }
    return pointer;
}

}  // namespace tools
