#include "tools/synthetic/parameters.h"

#include "events/base/ensure.h"

#define EMBEDDED(name) extern "C" const char synthetic_##name##_csv[], synthetic_##name##_csv_end[]
EMBEDDED(generator_parameters);
EMBEDDED(sichuan_prefecture_stats);
EMBEDDED(zone_members);
EMBEDDED(hardship_areas_sichuan);
EMBEDDED(divisions_sichuan);
EMBEDDED(calendar_cn_2019);
#undef EMBEDDED

namespace synthetic {
namespace {

std::string_view text_of(std::string_view name) {
    const std::map<std::string_view, std::string_view> files = {
        {"generator_parameters",
         {synthetic_generator_parameters_csv, synthetic_generator_parameters_csv_end}},
        {"sichuan_prefecture_stats",
         {synthetic_sichuan_prefecture_stats_csv, synthetic_sichuan_prefecture_stats_csv_end}},
        {"zone_members", {synthetic_zone_members_csv, synthetic_zone_members_csv_end}},
        {"hardship_areas_sichuan",
         {synthetic_hardship_areas_sichuan_csv, synthetic_hardship_areas_sichuan_csv_end}},
        {"divisions_sichuan",
         {synthetic_divisions_sichuan_csv, synthetic_divisions_sichuan_csv_end}},
        {"calendar_cn_2019", {synthetic_calendar_cn_2019_csv, synthetic_calendar_cn_2019_csv_end}},
    };
    const auto found = files.find(name);
    ENSURE(found != files.end(), "only embedded files are asked for");
    return found->second;
}

}  // namespace

std::vector<events::Row> embedded(std::string_view name) {
    auto rows = events::parse_csv(text_of(name));
    ENSURE(rows, "embedded files are well formed");
    return std::move(*rows);
}

std::int64_t millionths_of(std::string_view text) {
    std::int64_t out = 0;
    int decimals = -1;
    for (const char c : text) {
        if (c == '.' && decimals < 0) {
            decimals = 0;
        } else if (c >= '0' && c <= '9') {
            if (decimals == 6) break;
            out = out * 10 + (c - '0');
            if (decimals >= 0) ++decimals;
        } else {
            return 0;
        }
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 6; ++i) out *= 10;
    return out;
}

Parameters::Parameters() {
    for (const auto& row : embedded("generator_parameters")) {
        values_.emplace(row.at("key"), millionths_of(row.at("value")));
        order_.push_back(row.at("key"));
    }
}

std::int64_t Parameters::millionths(std::string_view name) const {
    const auto found = values_.find(name);
    ENSURE(found != values_.end(), "only parameters of the file are asked for");
    return found->second;
}

Weights Parameters::below(std::string_view prefix) const {
    Weights out;
    for (const auto& name : order_) {
        if (name.compare(0, prefix.size(), prefix) != 0) continue;
        out.names.push_back(name.substr(prefix.size()));
        out.weights.push_back(values_.find(name)->second);
    }
    return out;
}

}  // namespace synthetic
