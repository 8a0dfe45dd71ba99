// Where two sets of stored views part, entry by entry.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "projections/storage/store.h"

namespace projections {

/// One entry that the folder has otherwise than the replay.
struct Difference {
    enum class Kind {
        missing,  ///< the folder lacks it
        added,    ///< the folder has it, the replay does not
        altered
    };

    Kind kind = Kind::altered;
    std::string part;  ///< `homes`, `agenda` …: the kind of entry
    /// Of the event it rests on; nothing for notes that say only what holds now.
    std::optional<std::uint64_t> position;
    std::vector<std::string> views;  ///< whose answers rest on it
    std::string key, stored, replayed;  ///< bytes; empty where there is none

    static std::string_view name_of(Kind kind);
};

struct Comparison {
    std::uint64_t entries = 0;      ///< looked at
    std::uint64_t differences = 0;  ///< found
    /// The one with the smallest position; without a position last.
    std::optional<Difference> first;
    std::map<std::string, Difference> first_by_view;
};

/// Called with the number of entries looked at; false ends the comparison.
using ComparisonProgress = std::function<bool(std::uint64_t)>;

/// Compares everything that is stored but the checkpoint and what is written twice.
/// REQUIRES: both are folded to the same position by the same version.
base::Result<Comparison> compare(const Store& stored, const Store& replayed,
                                 const ComparisonProgress& progress);

/// What an entry says, words written out by the dictionaries of its own store.
///
/// Lifetime: the store must outlive it.
class Speller {
public:
    explicit Speller(const Store& store) : store_(store) {}
    /// Null for no value.
    boost::json::value spell(std::string_view key, std::string_view value) const;

private:
    boost::json::value row(std::string_view key, std::string_view value) const;
    std::string word(char dictionary, std::uint32_t number) const;
    boost::json::value place(std::uint32_t number) const;
    boost::json::value traits(std::uint32_t number) const;

    const Store& store_;
};

}  // namespace projections
