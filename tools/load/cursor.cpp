#include "tools/load/cursor.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

namespace tools {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

base::Error bad_cursor(const fs::path& file) {
    return {
        base::Fault::invalid, "E_BAD_CURSOR",
        fmt::format("{} is not a cursor of an import; remove it to start again", file.string())};
}

}  // namespace

std::uint64_t Cursor::refused_total() const {
    std::uint64_t sum = 0;
    for (const auto& [code, count] : refused) sum += count;
    return sum;
}

base::Result<std::optional<Cursor>> Cursor::load(const fs::path& file) {
    std::ifstream in(file);
    if (!in) return std::optional<Cursor>();
    std::stringstream text;
    text << in.rdbuf();
    boost::system::error_code bad;
    const auto parsed = json::parse(text.str(), bad);
    if (bad || !parsed.is_object()) return bad_cursor(file);
    try {
        const auto& object = parsed.get_object();
        Cursor cursor;
        cursor.digest = json::value_to<std::string>(object.at("digest"));
        const auto seed = events::Id::parse(json::value_to<std::string>(object.at("seed")));
        if (!seed) return bad_cursor(file);
        cursor.seed = *seed;
        cursor.items = json::value_to<std::uint64_t>(object.at("items"));
        cursor.recorded = json::value_to<std::uint64_t>(object.at("recorded"));
        cursor.replayed = json::value_to<std::uint64_t>(object.at("replayed"));
        cursor.next = json::value_to<std::uint64_t>(object.at("next"));
        cursor.finished = json::value_to<bool>(object.at("finished"));
        for (const auto& [code, count] : object.at("refused").as_object()) {
            cursor.refused[std::string(code)] = json::value_to<std::uint64_t>(count);
        }
        return std::optional<Cursor>(std::move(cursor));
    } catch (const std::exception&) {
        return bad_cursor(file);
    }
}

base::Result<void> Cursor::save(const fs::path& file) const {
    json::object codes;
    for (const auto& [code, count] : refused) codes[code] = count;
    const json::object object{{"digest", digest},     {"seed", seed.text()},  {"items", items},
                              {"recorded", recorded}, {"replayed", replayed}, {"refused", codes},
                              {"next", next},         {"finished", finished}};
    const fs::path beside = file.string() + ".new";
    {
        std::ofstream out(beside, std::ios::trunc);
        out << json::serialize(object) << "\n";
        if (!out.flush()) {
            return base::Error{base::Fault::storage, "E_STORAGE",
                               fmt::format("{} cannot be written", beside.string())};
        }
    }
    std::error_code failed;
    fs::rename(beside, file, failed);
    if (failed) return base::Error{base::Fault::storage, "E_STORAGE", failed.message()};
    return {};
}

}  // namespace tools
