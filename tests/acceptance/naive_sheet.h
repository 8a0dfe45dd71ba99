// Columns, slices and moves that the naive counts share.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/acceptance/naive_counts.h"

namespace naive {

using Texts = std::vector<std::string>;

/// What a question may ask of one thing that is counted.
struct Facts {
    const Person* person = nullptr;
    Date day;                           ///< for the person's fields and the employer's
    const Affiliation* home = nullptr;  ///< whose team and staffing are told
    Date home_day;
    std::optional<Id> employer = std::nullopt;
    std::string type = {}, mode = {}, team_from = {}, kind = {};
    bool same_employer = false;
};

/// Columns and slices of one question.
class Sheet {
public:
    Sheet(const Model& model, const Asked& asked) : model_(model), asked_(asked) {}

    /// The slices that it falls in; none if a filter keeps it out.
    std::vector<Texts> slices(const Facts& facts) const;
    void describe(const Texts& slice, boost::json::object& row) const;

    /// Of a region on that day.
    const std::string& column(const std::string& region, Date day);
    bool inside(const std::string& column) const;
    std::string scheme_name(Date day) const;

private:
    const Scheme* scheme(Date day) const;
    std::string code(const std::string& region, Date day) const;

    const Model& model_;
    const Asked& asked_;
    std::unordered_map<std::string, std::unordered_map<std::int32_t, std::string>> columns_;
};

/// A step from one stay to the next, or over the border.
struct Move {
    std::string type;  ///< empty: no move but an exit and an entry
    std::string mode;
    const Stay* before = nullptr;
    const Stay* after = nullptr;
};

Move move_between(const Model& model, const Person& person, const Stay& before, const Stay& after);

Facts facts_at(const Person& person, const Stay& stay, Date day);

/// Null if there is nothing to divide by; six decimals.
boost::json::value ratio(double numerator, double denominator);

}  // namespace naive
