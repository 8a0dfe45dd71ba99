// The distributions of data/generator_parameters.csv, as whole millionths.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "events/codes/code_lists.h"

namespace synthetic {

/// Names below a prefix with their weights: `category.` gives DZ, QY ...
struct Weights {
    std::vector<std::string> names;
    std::vector<std::int64_t> weights;
};

/// Threads: read-only after construction.
class Parameters {
public:
    Parameters();

    /// In millionths: a share of 0.35 is 350,000, a rate of 0.08 is 80,000.
    std::int64_t millionths(std::string_view name) const;
    Weights below(std::string_view prefix) const;

private:
    std::map<std::string, std::int64_t, std::less<>> values_;
    std::vector<std::string> order_;
};

/// `0.0213` in millionths; 0 for what is no number.
std::int64_t millionths_of(std::string_view text);

/// Rows of a file embedded from data/: `zone_members`.
std::vector<events::Row> embedded(std::string_view name);

}  // namespace synthetic
