// Fields of rows: which rows pass the filters, and how they are split.
#pragma once

#include <boost/json/fwd.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/ask.h"
#include "projections/coding.h"
#include "projections/traits.h"

namespace projections {

/// What a row says beside regions and amounts.
struct RowFacts {
    events::Date day = {};   ///< of the counted fact; ages are counted to its year
    Word traits = 0;
    Word employer_place = 0; ///< whose section and ownership are asked
    std::string_view type = {};
    std::string_view mode = {};
    Word team_from = 0;
    Word kind = 0;
    bool same_employer = false;
};

/// One combination of slice values; number in the order of first use.
using Slice = std::uint32_t;

/// Threads: one thread owns it. Lifetime: everything handed in must outlive it.
class Slicer {
public:
    Slicer(const Ask& ask, const Shelves& shelves, const Coding& coding)
        : ask_(ask), shelves_(shelves), coding_(coding) {}

    /// Calls `visit` for each slice the row falls in: none if it fails a filter, several where a
    /// field has several values (skills).
    template <class Visit>
    void each(const RowFacts& facts, Visit&& visit) {
        if (is_plain()) {
            if (keys_.empty()) keys_.emplace_back();
            visit(Slice{0});
            return;
        }
        if (!passes(facts)) return;
        std::vector<std::string> keys = {""};
        for (Field field : ask_.slices) extend(keys, field, facts);
        for (const auto& key : keys) visit(slice_of(key));
    }
    /// Whether nothing is filtered and nothing split: all rows are alike.
    bool is_plain() const { return ask_.filters.empty() && ask_.slices.empty(); }
    /// Days inside the range on which the values of a row may become others although its traits
    /// stay: people grow older, employers change.
    std::vector<events::Date> turning_days(Word employer_place, const events::Period& range) const;
    /// Adds the slice's values to an answer row, by field name; null where not known.
    void describe(Slice slice, boost::json::object& row) const;
    /// Order of slices in an answer.
    const std::string& key(Slice slice) const { return keys_[slice]; }

private:
    bool passes(const RowFacts& facts);
    bool asks(Field field) const;
    void extend(std::vector<std::string>& keys, Field field, const RowFacts& facts);
    std::vector<std::string> values(Field field, const RowFacts& facts);
    const Traits& traits(Word word);
    Slice slice_of(const std::string& key);

    const Ask& ask_;
    const Shelves& shelves_;
    const Coding& coding_;
    std::unordered_map<Word, Traits> traits_;
    std::unordered_map<std::string, Slice> slices_;
    std::vector<std::string> keys_;
};

/// `25-34` ...; empty if the year of birth is not known.
std::string_view age_band(int birth_year, int year);

}  // namespace projections
