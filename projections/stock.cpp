// V3: persons with a full-time home on effective_at, by the region of the home's site.
#include <charconv>
#include <map>

#include "projections/counted.h"

namespace projections {

namespace {

/// Residents of the column on the population list's own date; nothing where no list covers it.
class Population {
public:
    Population(const events::CodeLists& codes, Coding& coding, events::Date day) {
        const events::CodeList* list = codes.list("prefecture_stats");
        if (list == nullptr) return;
        for (const events::Row& row : list->rows()) {
            const auto code = row.find("prefecture_code");
            const auto count = row.find("population_2020");
            if (code == row.end() || count == row.end()) continue;
            std::int64_t residents = 0;
            std::from_chars(count->second.data(), count->second.data() + count->second.size(),
                            residents);
            residents_[coding.of_region(code->second, day)] += residents;
        }
    }
    std::optional<std::int64_t> of(Column column) const {
        const auto found = residents_.find(column);
        if (found == residents_.end()) return std::nullopt;
        return found->second;
    }

private:
    std::map<Column, std::int64_t> residents_;
};

}  // namespace

base::Result<Counted> count_stock(Counting& counting) {
    Counted out;
    const events::Date day = counting.ask.effective_at;
    std::map<std::pair<Column, Slice>, std::int64_t> cells;
    auto read = counting.each(Table::homes, {beginning, day + 1}, [&](const SignedRow& signed_row) {
        const HomeRow home = HomeRow::of(signed_row.row);
        const int change = signed_row.sign * home.step();
        const Column column = counting.coding.of_place(home.place, day);
        bool counted = false;
        counting.slicer.each({.day = day, .traits = home.traits, .employer_place = home.place},
                             [&](Slice slice) {
                                 cells[{column, slice}] += change;
                                 counted = true;
                             });
        if (!counted) return;
        out.all += change;
        if (counting.coding.counts(column)) out.used += change;
    });
    if (!read) return read.error();
    const Population population(counting.codes, counting.coding, day);
    for (const auto& [cell, persons] : cells) {
        if (persons == 0) continue;
        boost::json::object row;
        row["region"] = counting.coding.name(cell.first);
        counting.slicer.describe(cell.second, row);
        row["persons"] = persons;
        // A county has no figure of its own in the list; its prefecture's would mislead.
        const auto residents =
            counting.ask.by == By::region ? std::nullopt : population.of(cell.first);
        row["per_10000_residents"] = residents ? ratio(10'000.0 * static_cast<double>(persons),
                                                       static_cast<double>(*residents))
                                               : boost::json::value(nullptr);
        row["population"] =
            residents ? boost::json::value(*residents) : boost::json::value(nullptr);
        row["population_year"] = residents ? boost::json::value(2020) : boost::json::value(nullptr);
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace projections
