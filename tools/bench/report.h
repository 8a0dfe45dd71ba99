// What a benchmark found, round by round, and how it reads.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tools {

/// Median and spread of several rounds.
struct Spread {
    double median = 0;
    double least = 0;
    double most = 0;

    static Spread of(std::vector<double> values);
};

/// One row of performance.md 3: subject and baseline were measured in turns.
struct Finding {
    std::string work;
    std::string unit;      ///< of subject and baseline, `events/s`, `ms`
    std::string baseline;  ///< what it is compared with; empty if nothing
    std::vector<double> subject_rounds = {};
    std::vector<double> baseline_rounds = {};
    std::optional<double> ratio_least = {};  ///< the issue's threshold for subject / baseline
    std::optional<double> ratio_goal = {};   ///< that of performance.md 3
    std::optional<double> most = {};   ///< bound on the subject itself, where smaller is better
    std::optional<double> least = {};  ///< bound where larger is better
    std::string note = {};

    std::vector<double> ratios() const;
    /// Whether every threshold that the row has is met by the median.
    bool met() const;
    boost::json::object json() const;
};

}  // namespace tools
