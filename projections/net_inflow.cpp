// V6: what a region won and lost in [from, to), against its mean stock.
//
// The identity that ties stocks and moves (domain.md V6), with `before` = at the end of the day
// before `from`, `last` = at the end of the last day of the range:
//   stock_last − stock_before = net + entries − exits + between_before − between_last
//                               + recoded + reclassified
// `recoded`: people whose home came to another region because divisions or zones changed while
// they stayed. `reclassified`: people whose fields changed, so that they came to another slice, or
// came to pass the filters or no longer do.
#include <algorithm>
#include <map>
#include <utility>

#include "projections/counted.h"

namespace projections {

namespace {

struct Balance {
    std::int64_t in = 0, out = 0, resigned_in = 0;
    std::int64_t entries = 0, exits = 0;
    std::int64_t stock_before = 0, stock_last = 0;
    std::int64_t between_before = 0, between_last = 0;
    std::int64_t recoded = 0;
    std::int64_t person_days = 0;

    std::int64_t net() const { return in - out; }
    std::int64_t reclassified() const {
        return stock_last - stock_before - net() - entries + exits - between_before + between_last -
               recoded;
    }
    bool is_empty() const {
        return in == 0 && out == 0 && entries == 0 && exits == 0 && stock_before == 0 &&
               stock_last == 0 && between_before == 0 && between_last == 0 && recoded == 0 &&
               person_days == 0;
    }
};

class NetCount {
public:
    explicit NetCount(Counting& counting)
        : counting_(counting),
          range_(counting.ask.range),
          before_(range_.from - 1),
          last_(range_.to - 1),
          recodings_(counting.coding.changes_in({before_, range_.to})) {}

    void add_home(const SignedRow& signed_row) {
        const HomeRow home = HomeRow::of(signed_row.row);
        const events::Date day{signed_row.row.day};
        const int change = signed_row.sign * home.step();
        const RowFacts facts{.traits = home.traits, .employer_place = home.place};
        if (day <= before_) {
            at(home.place, before_, facts, before_, [&](Balance& b) { b.stock_before += change; });
        }
        if (day <= last_) add_last(home, facts, change);
        add_person_days(home.place, facts, day, change);
        add_level(home.place, facts, day, change);
    }

    void add_move(const SignedRow& signed_row) {
        const MoveRow move = MoveRow::of(signed_row.row);
        const events::Date day{signed_row.row.day};
        const events::Date other{move.other_day};
        switch (move.kind) {
            case MoveKind::transfer:
            case MoveKind::relocation:
            case MoveKind::other:
                if (!counting_.is_one_move(move, day, other)) {
                    enter(move, day, signed_row.sign);
                } else {
                    cross(move, day, signed_row.sign);
                }
                return;
            case MoveKind::between:
                if (!counting_.is_one_move(move, other, day)) {
                    leave(move, day, signed_row.sign);
                } else {
                    add_between(move, {day, other}, signed_row.sign);
                }
                return;
            case MoveKind::entry:
                enter(move, day, signed_row.sign);
                return;
            case MoveKind::exit:
                leave(move, day, signed_row.sign);
                return;
            default:
                return;  // the home's own rows already tell of an arrival or departure
        }
    }

    Counted take() {
        for (const auto& [cell, balance] : balances_) {
            if (balance.is_empty()) continue;
            out_.rows.push_back(describe(cell.first, cell.second, balance));
        }
        return std::move(out_);
    }

private:
    /// Changes the balances of the column and of every slice that the facts of `day` fall in.
    template <class Change>
    void in(Column column, RowFacts facts, events::Date day, Change change) {
        facts.day = day;
        counting_.slicer.each(facts, [&](Slice slice) { change(balances_[{column, slice}]); });
    }
    /// The same for a place, coded as on `coded`.
    template <class Change>
    void at(Word place, events::Date coded, const RowFacts& facts, events::Date day,
            Change change) {
        in(counting_.coding.of_place(place, coded), facts, day, change);
    }
    /// Coverage counts a person once, in however many slices.
    void add_last(const HomeRow& home, const RowFacts& facts, int change) {
        const Column column = counting_.coding.of_place(home.place, last_);
        bool counted = false;
        in(column, facts, last_, [&](Balance& b) {
            b.stock_last += change;
            counted = true;
        });
        if (!counted) return;
        out_.all += change;
        if (counting_.coding.counts(column)) out_.used += change;
    }
    void enter(const MoveRow& move, events::Date day, int sign) {
        if (!range_.contains(day)) return;
        at(move.to_place, day, {.traits = move.traits, .employer_place = move.to_place}, day,
           [&](Balance& b) { b.entries += sign; });
    }
    // Who leaves is told by the last day.
    void leave(const MoveRow& move, events::Date day, int sign) {
        if (!range_.contains(day)) return;
        at(move.from_place, day, {.traits = move.traits, .employer_place = move.from_place},
           day - 1, [&](Balance& b) { b.exits += sign; });
    }
    // A move across the edge of the scheme (site unknown or outside the province) is an entry or
    // an exit for the side inside, because In and Out sum over the scheme's regions only.
    void cross(const MoveRow& move, events::Date day, int sign) {
        if (!range_.contains(day)) return;
        Coding& coding = counting_.coding;
        const Column from = coding.of_place(move.from_place, day);
        const Column to = coding.of_place(move.to_place, day);
        if (from == to) return;
        const RowFacts facts{.traits = move.traits, .employer_place = move.to_place};
        if (!coding.counts(from) || !coding.counts(to)) {
            in(from, facts, day, [&](Balance& b) { b.exits += sign; });
            in(to, facts, day, [&](Balance& b) { b.entries += sign; });
            return;
        }
        const bool resigned = move.kind == MoveKind::transfer &&
                              move.mode == static_cast<Word>(events::schema::TransferMode::RESIGN);
        in(from, facts, day, [&](Balance& b) { b.out += sign; });
        in(to, facts, day, [&](Balance& b) {
            b.in += sign;
            if (resigned) b.resigned_in += sign;
        });
    }
    void add_between(const MoveRow& move, const events::Period& days, int sign) {
        const RowFacts facts{.traits = move.traits, .employer_place = move.from_place};
        const events::Date told = days.from - 1;
        const Word place = move.from_place;
        if (days.contains(before_)) {
            at(place, before_, facts, told, [&](Balance& b) { b.between_before += sign; });
        }
        if (days.contains(last_)) {
            at(place, last_, facts, told, [&](Balance& b) { b.between_last += sign; });
        }
        for (const events::Date recoding : recodings_) {
            if (days.contains(recoding - 1)) recode(place, facts, told, recoding, sign);
        }
    }
    /// One person more from `day` on adds to every later day of the range, coded and told as on
    /// that day.
    void add_person_days(Word place, const RowFacts& facts, events::Date day, int change) {
        events::Date from = std::max(day, range_.from);
        std::vector<events::Date> turns;
        if (!counting_.slicer.is_plain()) {
            turns = counting_.slicer.turning_days(place, {from, range_.to});
        }
        std::vector<events::Date> ends = recodings_;
        ends.insert(ends.end(), turns.begin(), turns.end());
        ends.push_back(range_.to);
        std::sort(ends.begin(), ends.end());
        for (const events::Date end : ends) {
            if (end <= from) continue;
            at(place, from, facts, from,
               [&](Balance& b) { b.person_days += std::int64_t{change} * (end - from); });
            from = end;
        }
    }
    /// People of a place who are there the day before the coding changes go over from the old
    /// column to the new one.
    void add_level(Word place, const RowFacts& facts, events::Date day, int change) {
        for (const events::Date recoding : recodings_) {
            if (day < recoding) recode(place, facts, recoding - 1, recoding, change);
        }
    }
    void recode(Word place, const RowFacts& facts, events::Date told, events::Date recoding,
                int change) {
        at(place, recoding - 1, facts, told, [&](Balance& b) { b.recoded -= change; });
        at(place, recoding, facts, told, [&](Balance& b) { b.recoded += change; });
    }

    boost::json::object describe(Column column, Slice slice, const Balance& b) const {
        const double days = range_.to - range_.from;
        const double mean = static_cast<double>(b.person_days) / days;
        const auto real = [](std::int64_t n) { return static_cast<double>(n); };
        boost::json::object row;
        row["region"] = counting_.coding.name(column);
        counting_.slicer.describe(slice, row);
        row["in"] = b.in;
        row["out"] = b.out;
        row["net"] = b.net();
        row["mean_stock"] = ratio(real(b.person_days), days);
        row["rate_permille"] = ratio(1000.0 * real(b.net()), mean);
        row["effectiveness"] = ratio(real(b.net()), real(b.in + b.out));
        row["poaching_ratio"] = ratio(real(b.resigned_in), real(b.in));
        row["entries"] = b.entries;
        row["exits"] = b.exits;
        row["between_before"] = b.between_before;
        row["between_last"] = b.between_last;
        row["stock_before"] = b.stock_before;
        row["stock_last"] = b.stock_last;
        row["recoded"] = b.recoded;
        // Where all are counted alike nobody is reclassified; the test of the identity rests on it.
        if (!counting_.slicer.is_plain()) row["reclassified"] = b.reclassified();
        return row;
    }

    Counting& counting_;
    const events::Period range_;
    const events::Date before_;
    const events::Date last_;
    const std::vector<events::Date> recodings_;
    std::map<std::pair<Column, Slice>, Balance> balances_;
    Counted out_;
};

}  // namespace

base::Result<Counted> count_net_inflow(Counting& counting) {
    NetCount count(counting);
    auto homes = counting.each(Table::homes, {beginning, counting.ask.range.to},
                               [&](const SignedRow& row) { count.add_home(row); });
    if (!homes) return homes.error();
    // A pair of homes that began before the range may have people between at its start.
    auto moves = counting.each(Table::moves, {beginning, counting.ask.range.to},
                               [&](const SignedRow& row) { count.add_move(row); });
    if (!moves) return moves.error();
    return count.take();
}

}  // namespace projections
