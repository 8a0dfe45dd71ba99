// Net inflow by hand.
#include <algorithm>

#include "tests/acceptance/naive_sheet.h"

namespace naive {

namespace json = boost::json;

namespace {

struct Balance {
    std::int64_t in = 0, out = 0, resigned = 0, entries = 0, exits = 0, between_before = 0,
                 between_last = 0, before = 0, last = 0, recoded = 0, person_days = 0;
    bool operator==(const Balance&) const = default;
};

/// One question's balances, person by person.
class Balances {
public:
    Balances(const Model& model, const Asked& asked)
        : model_(model), asked_(asked), sheet_(model, asked) {
        if (asked.recast) return;
        for (const Date day : model.recodings()) {
            if (asked.from <= day && day < asked.to) recodings_.push_back(day);
        }
    }

    void add(const Person& person) {
        const auto& stays = person.stays;
        for (std::size_t i = 0; i < stays.size(); ++i) {
            add_stay(person, stays[i]);
            if (i == 0) enter(person, stays[i]);
            if (i + 1 == stays.size()) {
                if (stays[i].to != events::forever) leave(person, stays[i]);
                continue;
            }
            const Move move = move_between(model_, person, stays[i], stays[i + 1]);
            if (move.type.empty()) {
                leave(person, stays[i]);
                enter(person, stays[i + 1]);
            } else {
                go(person, move);
            }
        }
    }
    Answer take() {
        Answer out;
        out.scheme = sheet_.scheme_name(asked_.to - 1);
        out.all = all_;
        out.used = used_;
        for (const auto& [cell, b] : cells_) {
            if (b == Balance{}) continue;
            out.rows.push_back(describe(cell.first, cell.second, b));
        }
        return out;
    }

private:
    template <class Do>
    void each(const std::string& column, const Facts& facts, Do change) {
        for (const auto& slice : sheet_.slices(facts)) change(cells_[{column, slice}]);
    }
    const std::string& column(const Stay& stay, Date day) {
        return sheet_.column(model_.region_of(stay.site), day);
    }
    bool in_range(Date day) const { return asked_.from <= day && day < asked_.to; }

    void add_stay(const Person& person, const Stay& stay) {
        const auto there = [&](Date day) { return stay.from <= day && day < stay.to; };
        const Date end = std::min(asked_.to, stay.to);
        const bool all_alike = asked_.slices.empty() && asked_.filters.empty();
        for (Date day = std::max(asked_.from, stay.from), next = day; day < end; day = next) {
            const std::string& here = column(stay, day);
            next = day + 1;
            // Days on which nothing that is asked for can differ are added together.
            while (all_alike && next < end && column(stay, next) == here) next = next + 1;
            each(here, facts_at(person, stay, day),
                 [&](Balance& b) { b.person_days += next - day; });
        }
        if (const Date day = asked_.from - 1; there(day)) {
            each(column(stay, day), facts_at(person, stay, day), [](Balance& b) { ++b.before; });
        }
        if (const Date day = asked_.to - 1; there(day)) {
            const auto facts = facts_at(person, stay, day);
            each(column(stay, day), facts, [](Balance& b) { ++b.last; });
            if (!sheet_.slices(facts).empty()) {
                ++all_;
                if (sheet_.inside(column(stay, day))) ++used_;
            }
        }
        for (const Date day : recodings_) {
            if (there(day - 1)) recode(stay, day, facts_at(person, stay, day - 1));
        }
    }
    void recode(const Stay& stay, Date day, const Facts& facts) {
        each(column(stay, day - 1), facts, [](Balance& b) { --b.recoded; });
        each(column(stay, day), facts, [](Balance& b) { ++b.recoded; });
    }
    void enter(const Person& person, const Stay& stay) {
        if (!in_range(stay.from)) return;
        each(column(stay, stay.from), facts_at(person, stay, stay.from),
             [](Balance& b) { ++b.entries; });
    }
    /// Who leaves is described by the last day.
    void leave(const Person& person, const Stay& stay) {
        if (!in_range(stay.to)) return;
        each(column(stay, stay.to), facts_at(person, stay, stay.to - 1),
             [](Balance& b) { ++b.exits; });
    }
    void go(const Person& person, const Move& move) {
        const Date day = move.after->from;
        const auto facts = facts_at(person, *move.after, day);
        const auto left = facts_at(person, *move.before, move.before->to - 1);
        const auto between = [&](Date on) { return move.before->to <= on && on < day; };
        if (between(asked_.from - 1)) {
            each(column(*move.before, asked_.from - 1), left,
                 [](Balance& b) { ++b.between_before; });
        }
        if (between(asked_.to - 1)) {
            each(column(*move.before, asked_.to - 1), left,
                 [](Balance& b) { ++b.between_last; });
        }
        for (const Date recoding : recodings_) {
            if (between(recoding - 1)) recode(*move.before, recoding, left);
        }
        if (!in_range(day)) return;
        const std::string from = column(*move.before, day);
        const std::string to = column(*move.after, day);
        if (from == to) return;
        if (sheet_.inside(from) && sheet_.inside(to)) {
            each(from, facts, [](Balance& b) { ++b.out; });
            each(to, facts, [&](Balance& b) {
                ++b.in;
                if (move.mode == "RESIGN") ++b.resigned;
            });
        } else {
            each(from, facts, [](Balance& b) { ++b.exits; });
            each(to, facts, [](Balance& b) { ++b.entries; });
        }
    }
    json::object describe(const std::string& column, const Texts& slice, const Balance& b) const {
        const double days = asked_.to - asked_.from;
        const double net = static_cast<double>(b.in - b.out);
        const double mean = static_cast<double>(b.person_days) / days;
        json::object row;
        row["region"] = column;
        sheet_.describe(slice, row);
        row["in"] = b.in;
        row["out"] = b.out;
        row["net"] = b.in - b.out;
        row["mean_stock"] = ratio(static_cast<double>(b.person_days), days);
        row["rate_permille"] = ratio(1000.0 * net, mean);
        row["effectiveness"] = ratio(net, static_cast<double>(b.in + b.out));
        row["poaching_ratio"] = ratio(static_cast<double>(b.resigned), static_cast<double>(b.in));
        row["entries"] = b.entries;
        row["exits"] = b.exits;
        row["between_before"] = b.between_before;
        row["between_last"] = b.between_last;
        row["stock_before"] = b.before;
        row["stock_last"] = b.last;
        row["recoded"] = b.recoded;
        // What ties stocks and moves; where all people are counted alike nothing is left over.
        const std::int64_t left_over = b.last - b.before - (b.in - b.out) - b.entries + b.exits -
                                       b.between_before + b.between_last - b.recoded;
        if (!asked_.filters.empty() || !asked_.slices.empty() || left_over != 0) {
            row["reclassified"] = left_over;
        }
        return row;
    }

    const Model& model_;
    const Asked& asked_;
    Sheet sheet_;
    std::vector<Date> recodings_;
    std::map<std::pair<std::string, Texts>, Balance> cells_;
    std::int64_t all_ = 0, used_ = 0;
};

}  // namespace

Answer net_inflow(const Model& model, const Asked& asked) {
    Balances balances(model, asked);
    for (const auto& [talent, person] : model.people()) balances.add(person);
    return balances.take();
}

}  // namespace naive
