#include "tools/bench/report.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace tools {
namespace json = boost::json;
namespace {

/// Three significant digits are more than a noisy disk gives.
double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) return 0;
    const double scale = std::pow(10.0, 2 - std::floor(std::log10(std::abs(value))));
    return std::round(value * scale) / scale;
}

json::value optional(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

}  // namespace

Spread Spread::of(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    const double median =
        values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {median, values.front(), values.back()};
}

std::vector<double> Finding::ratios() const {
    std::vector<double> out;
    const auto rounds = std::min(subject_rounds.size(), baseline_rounds.size());
    for (std::size_t i = 0; i < rounds; ++i) {
        if (baseline_rounds[i] > 0) out.push_back(subject_rounds[i] / baseline_rounds[i]);
    }
    return out;
}

bool Finding::met() const {
    const double ratio = Spread::of(ratios()).median;
    const double subject = Spread::of(subject_rounds).median;
    if (ratio_least && ratio < *ratio_least) return false;
    if (most && subject > *most) return false;
    return !least || subject >= *least;
}

json::object Finding::json() const {
    const Spread subject = Spread::of(subject_rounds);
    const Spread base = Spread::of(baseline_rounds);
    const Spread ratio = Spread::of(ratios());
    const bool compared = !baseline_rounds.empty();
    const auto compared_value = [&](double value) {
        return compared ? json::value(rounded(value)) : json::value(nullptr);
    };
    const bool bounded = ratio_least || most || least;
    return {{"work", work},
            {"unit", unit},
            {"subject", rounded(subject.median)},
            {"subject_least", rounded(subject.least)},
            {"subject_most", rounded(subject.most)},
            {"baseline", compared_value(base.median)},
            {"ratio", compared_value(ratio.median)},
            {"ratio_least", compared_value(ratio.least)},
            {"ratio_most", compared_value(ratio.most)},
            {"wanted", ratio_least ? optional(ratio_least)
                       : most      ? optional(most)
                                   : optional(least)},
            {"goal", optional(ratio_goal)},
            {"met", bounded ? json::value(met()) : json::value(nullptr)},
            {"against", baseline.empty() ? json::value(nullptr) : json::value(baseline)},
            {"note", note.empty() ? json::value(nullptr) : json::value(note)},
            {"rounds", subject_rounds.size()}};
}

}  // namespace tools
