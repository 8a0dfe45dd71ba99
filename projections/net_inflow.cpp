// V6: what a region won and lost in [from, to), against its mean stock.
//
// The identity that ties stocks and moves (domain.md V6), with `before` = at the end of the day
// before `from`, `last` = at the end of the last day of the range:
//   stock_last − stock_before = net + entries − exits + between_before − between_last
//                               + recoded + reclassified
// `recoded`: people whose home came to another region because divisions or zones changed while
// they stayed. `reclassified`: people who came to pass the filters, or no longer pass them.
#include <map>

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
        if (!passes(day, home.traits, home.place)) return;
        const int change = signed_row.sign * home.step();
        if (day <= before_) at(home.place, before_).stock_before += change;
        if (day <= last_) at(home.place, last_).stock_last += change;
        add_person_days(home.place, day, change);
        add_level(home.place, day, change);
    }

    void add_move(const SignedRow& signed_row) {
        const MoveRow move = MoveRow::of(signed_row.row);
        const events::Date day{signed_row.row.day};
        const events::Date other{move.other_day};
        if (!passes(day, move.traits, move.to_place != 0 ? move.to_place : move.from_place)) return;
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
        for (const auto& [column, balance] : balances_) {
            if (balance.is_empty()) continue;
            out_.all += balance.stock_last;
            if (counting_.coding.counts(column)) out_.used += balance.stock_last;
            out_.rows.push_back(describe(column, balance));
        }
        return std::move(out_);
    }

private:
    Balance& at(Word place, events::Date day) {
        return balances_[counting_.coding.of_place(place, day)];
    }
    bool passes(events::Date day, Word traits, Word place) {
        bool passed = false;
        counting_.slicer.each({.day = day, .traits = traits, .employer_place = place},
                              [&](Slice) { passed = true; });
        return passed;
    }
    void enter(const MoveRow& move, events::Date day, int sign) {
        if (range_.contains(day)) at(move.to_place, day).entries += sign;
    }
    void leave(const MoveRow& move, events::Date day, int sign) {
        if (range_.contains(day)) at(move.from_place, day).exits += sign;
    }
    // A move across the edge of the scheme (site unknown or outside the province) is an entry or
    // an exit for the side inside, because In and Out sum over the scheme's regions only.
    void cross(const MoveRow& move, events::Date day, int sign) {
        if (!range_.contains(day)) return;
        Coding& coding = counting_.coding;
        const Column from = coding.of_place(move.from_place, day);
        const Column to = coding.of_place(move.to_place, day);
        if (from == to) return;
        if (!coding.counts(from) || !coding.counts(to)) {
            balances_[from].exits += sign;
            balances_[to].entries += sign;
            return;
        }
        balances_[from].out += sign;
        balances_[to].in += sign;
        const bool resigned = move.kind == MoveKind::transfer &&
                              move.mode == static_cast<Word>(events::schema::TransferMode::RESIGN);
        if (resigned) balances_[to].resigned_in += sign;
    }
    void add_between(const MoveRow& move, const events::Period& days, int sign) {
        if (days.contains(before_)) at(move.from_place, before_).between_before += sign;
        if (days.contains(last_)) at(move.from_place, last_).between_last += sign;
        add_level(move.from_place, days.from, sign);
        add_level(move.from_place, days.to, -sign);
    }
    /// One person more from `day` on adds to every later day of the range, coded as on that day.
    void add_person_days(Word place, events::Date day, int change) {
        events::Date from = std::max(day, range_.from);
        for (std::size_t i = 0; i <= recodings_.size() && from < range_.to; ++i) {
            const events::Date end = i < recodings_.size() ? recodings_[i] : range_.to;
            if (end <= from) continue;
            at(place, from).person_days += std::int64_t{change} * (end - from);
            from = end;
        }
    }
    /// People of a place who are there (or between two homes) when the coding changes go over from
    /// the old column to the new one.
    void add_level(Word place, events::Date day, int change) {
        for (const events::Date recoding : recodings_) {
            if (day >= recoding) continue;
            at(place, recoding - 1).recoded -= change;
            at(place, recoding).recoded += change;
        }
    }

    boost::json::object describe(Column column, const Balance& b) const {
        const double days = range_.to - range_.from;
        const double mean = static_cast<double>(b.person_days) / days;
        const auto real = [](std::int64_t n) { return static_cast<double>(n); };
        boost::json::object row;
        row["region"] = counting_.coding.name(column);
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
        // Without filters nobody is reclassified; the test of the identity rests on that.
        if (!counting_.ask.filters.empty()) row["reclassified"] = b.reclassified();
        return row;
    }

    Counting& counting_;
    const events::Period range_;
    const events::Date before_;
    const events::Date last_;
    const std::vector<events::Date> recodings_;
    std::map<Column, Balance> balances_;
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
