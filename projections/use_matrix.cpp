// V5: FTE-days rendered to a region by people whose home is in another (or the same) region.
#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "projections/counted.h"

namespace projections {

namespace {

struct Amount {
    std::int64_t workday = 0;
    std::int64_t restday = 0;
    std::int64_t planned = 0;  ///< part of both that no record backs

    std::int64_t total() const { return workday + restday; }
};

/// Days of the month that lie in the period, as a mask.
Word mask_of(events::Date month, const events::Period& period) {
    return days_of_month({period}, month);
}

class UseCount {
public:
    explicit UseCount(Counting& counting) : counting_(counting) {}

    // A month is cut by the range, and where divisions, zones or the host change inside it, because
    // the coding and the fields are those of the working day.
    void add(const SignedRow& signed_row) {
        const ServiceRow service = ServiceRow::of(signed_row.row);
        if (service.planned != 0 && !counting_.ask.planned) return;
        const events::Date month{signed_row.row.day};
        const events::Period days =
            counting_.ask.range.intersect({month, month.first_of_next_month()});
        std::vector<events::Date> cuts = counting_.coding.changes_in(days);
        const auto turns = counting_.slicer.turning_days(service.host_place, days);
        cuts.insert(cuts.end(), turns.begin(), turns.end());
        cuts.push_back(days.from);
        std::sort(cuts.begin(), cuts.end());
        for (std::size_t i = 0; i < cuts.size(); ++i) {
            const events::Period part{cuts[i], i + 1 < cuts.size() ? cuts[i + 1] : days.to};
            const Word some = service.days & mask_of(month, part);
            if (some != 0) add_days(service, signed_row.sign, part.from, some);
        }
    }

    Counted take() {
        for (const auto& [cell, amount] : cells_) {
            if (amount.total() == 0) continue;
            boost::json::object row;
            row["from"] = counting_.coding.name(std::get<0>(cell));
            row["to"] = counting_.coding.name(std::get<1>(cell));
            counting_.slicer.describe(std::get<2>(cell), row);
            row["fte_days"] = fte_days(amount.total());
            row["workday_mday"] = amount.workday;
            row["restday_mday"] = amount.restday;
            if (counting_.ask.planned) row["planned_mday"] = amount.planned;
            out_.rows.push_back(std::move(row));
        }
        return std::move(out_);
    }

private:
    void add_days(const ServiceRow& service, int sign, events::Date day, Word some) {
        Coding& coding = counting_.coding;
        const auto& texts = counting_.shelves.words.texts;
        const Column from = service.home_place != 0
                                ? coding.of_place(service.home_place, day)
                                : coding.of_region(texts.text(service.residence), day);
        const Column to = coding.of_region(texts.text(service.served), day);
        const std::int64_t work = sign * share_of(service.workday_mday, service.active, some);
        const std::int64_t rest = sign * share_of(service.restday_mday, service.active, some);
        const auto& places = counting_.shelves.words.places;
        const RowFacts facts{.day = day,
                             .traits = service.traits,
                             .employer_place = service.host_place,
                             .kind = service.kind,
                             .same_employer = service.home_place != 0 &&
                                              places.text(service.home_place).substr(0, 16) ==
                                                  places.text(service.host_place).substr(0, 16)};
        bool counted = false;
        counting_.slicer.each(facts, [&](Slice slice) {
            Amount& cell = cells_[{from, to, slice}];
            cell.workday += work;
            cell.restday += rest;
            if (service.planned != 0) cell.planned += work + rest;
            counted = true;
        });
        if (!counted) return;
        out_.all += work + rest;
        if (coding.counts(from) && coding.counts(to)) out_.used += work + rest;
    }

    Counting& counting_;
    Counted out_;
    std::map<std::tuple<Column, Column, Slice>, Amount> cells_;
};

}  // namespace

base::Result<Counted> count_use(Counting& counting) {
    UseCount count(counting);
    const events::Period months{counting.ask.range.from.first_of_month(), counting.ask.range.to};
    auto read =
        counting.each(Table::services, months, [&](const SignedRow& row) { count.add(row); });
    if (!read) return read.error();
    return count.take();
}

}  // namespace projections
