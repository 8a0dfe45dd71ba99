// Which records break a rule, as of (E, K): late handovers, and what a correction of reference
// data, an employer or a site has brought about. Reads rows; events only to name those of the page.
#include <algorithm>
#include <map>
#include <tuple>

#include "projections/counted.h"
#include "projections/subjects.h"

namespace projections {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

bool passes(const Ask& ask, std::string_view code, const std::string& talent) {
    return std::all_of(ask.filters.begin(), ask.filters.end(), [&](const Filter& filter) {
        const std::string_view own = filter.field == Field::code ? code : talent;
        return std::find(filter.values.begin(), filter.values.end(), own) != filter.values.end();
    });
}

struct Standing {
    Row row;
    std::string code;
    std::string talent;
};

/// The rows that hold as of K and stand on E, by day, code, talent and event.
base::Result<std::vector<Standing>> standing_rows(const Ask& ask, const Shelves& shelves,
                                                  const Store& store,
                                                  const Store::Snapshot& snapshot) {
    std::map<Row, std::int64_t> sums;
    auto read = store.rows(snapshot, Table::breaches, beginning, ask.effective_at + 1,
                           [&](const SignedRow& row) {
                               if (row.position < ask.size) sums[row.row] += row.sign;
                           });
    if (!read) return read.error();
    std::vector<Standing> standing;
    for (const auto& [row, sum] : sums) {
        const auto breach = BreachRow::of(row);
        if (sum == 0 || breach.until <= ask.effective_at.days) continue;
        Standing one{row, std::string(shelves.words.texts.text(breach.code)),
                     breach.talent.text()};
        if (passes(ask, one.code, one.talent)) standing.push_back(std::move(one));
    }
    std::sort(standing.begin(), standing.end(), [](const Standing& a, const Standing& b) {
        return std::tie(a.row.day, a.code, a.talent, a.row) <
               std::tie(b.row.day, b.code, b.talent, b.row);
    });
    return standing;
}

/// Adds `<name>` = `12:<event id>` and `<name>_type`, or nulls where no event is meant.
base::Result<void> name_event(object& row, const std::string& name, std::uint64_t position,
                              const ledger::Ledger& ledger) {
    row[name] = row[name + "_type"] = nullptr;
    if (position == 0) return {};
    const auto stored = ledger.event({position});
    if (!stored) return stored.error();
    const auto fact = events::Fact::of(stored->event());
    const auto* type = ledger.catalogue().find(fact.type);
    row[name] = text_of(events::EventName{fact.position, fact.event});
    if (type != nullptr) row[name + "_type"] = type->name;
    return {};
}

}  // namespace

base::Result<void> answer_breaches(const Ask& ask, const Shelves& shelves, const Store& store,
                                   const Store::Snapshot& snapshot, array& rows) {
    const auto standing = standing_rows(ask, shelves, store, snapshot);
    if (!standing) return standing.error();
    for (const auto& one : *standing) {
        const auto breach = BreachRow::of(one.row);
        object row;
        row["since"] = json_of(events::Date{one.row.day});
        row["until"] = json_of(events::Date{breach.until});
        row["code"] = one.code;
        row["talent"] = one.talent;
        row["what"] = shelves.words.texts.text(breach.what);
        row["event"] = breach.event;
        row["caused_by"] = breach.caused_by;
        rows.push_back(std::move(row));
    }
    return {};
}

base::Result<void> name_events(const ledger::Ledger& ledger, array& rows) {
    for (auto& one : rows) {
        auto& row = one.as_object();
        for (const char* name : {"event", "caused_by"}) {
            const auto position = row.at(name).to_number<std::uint64_t>();
            if (auto named = name_event(row, name, position, ledger); !named) return named;
        }
    }
    return {};
}

}  // namespace projections
