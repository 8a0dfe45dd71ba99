#include "projections/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "projections/ask.h"
#include "projections/counted.h"
#include "projections/digests.h"
#include "projections/runner.h"
#include "projections/storage/store.h"
#include "projections/subjects.h"

namespace projections {

using base::Result;
using boost::json::array;
using boost::json::object;
using boost::json::value;

struct Views::State {
    State(const ledger::Ledger& the_ledger, std::unique_ptr<Store> the_store,
          std::uint64_t batch_events)
        : ledger(the_ledger),
          store(std::move(the_store)),
          shelves(the_ledger.codes()),
          log(the_ledger),
          runner(log, *store, shelves, batch_events) {}

    const ledger::Ledger& ledger;
    std::unique_ptr<Store> store;
    Shelves shelves;
    LedgerReader log;
    Runner runner;
};

namespace {

/// Rows in the order of their texts, so that an answer does not depend on the order of storage.
void sort_rows(array& rows) {
    const auto key = [](const value& row) {
        std::string out;
        for (const auto& [name, member] : row.as_object()) {
            if (const auto* text = member.if_string()) {
                out.append(text->data(), text->size());
                out.push_back('\0');
            } else if (member.is_null()) {
                out.push_back('\0');
            } else {
                break;  // figures follow the texts
            }
        }
        return out;
    };
    std::vector<std::pair<std::string, value>> keyed;
    keyed.reserve(rows.size());
    for (auto& row : rows) keyed.emplace_back(key(row), std::move(row));
    std::sort(keyed.begin(), keyed.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    rows.clear();
    for (auto& row : keyed) rows.push_back(std::move(row.second));
}

/// Cuts the page out of all rows; the cursor is the number of rows before it.
Result<void> cut_page(const Ask& ask, array& rows, object& out) {
    std::size_t skip = 0;
    const char* end = ask.cursor.data() + ask.cursor.size();
    const auto read = std::from_chars(ask.cursor.data(), end, skip);
    if (!ask.cursor.empty() && (read.ec != std::errc() || read.ptr != end)) {
        return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                           "parameter cursor: give the next_cursor of the page before"};
    }
    skip = std::min(skip, rows.size());
    const std::size_t upto = std::min(rows.size(), skip + ask.limit);
    const bool more = upto < rows.size();
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(upto), rows.end());
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(skip));
    out["next_cursor"] = more ? value(std::to_string(upto)) : value(nullptr);
    return {};
}

std::string_view name_of(By by) {
    return by == By::region ? "region" : by == By::prefecture ? "prefecture" : "zone";
}

using Count = Result<Counted> (*)(Counting&);

Count count_of(std::string_view view) {
    if (view == "stock") return count_stock;
    if (view == "flow-matrix") return count_flow;
    if (view == "use-matrix") return count_use;
    return count_net_inflow;
}

Result<void> answer_counted(const Ask& ask, const ViewInfo& view, const ledger::Ledger& ledger,
                            const Shelves& shelves, const Store& store,
                            const Store::Snapshot& snapshot, object& out) {
    auto coding = Coding::make(ask, shelves);
    if (!coding) return coding.error();
    Slicer slicer(ask, shelves, *coding);
    Counting counting{ask,      shelves,        store,
                      snapshot, ledger.codes(), shelves.reference.at(ask.size),
                      *coding,  slicer};
    auto counted = count_of(ask.view)(counting);
    if (!counted) return counted.error();
    const std::string scheme =
        coding->scheme_name(view.has_range ? ask.range.to - 1 : ask.effective_at);
    out["scheme"] = scheme.empty() ? value(nullptr) : value(scheme);
    out["by"] = name_of(ask.by);
    out["recast"] = ask.recast;
    if (view.has_basis) out["basis"] = ask.planned ? "planned" : "actual";
    out["coverage"] = ratio(static_cast<double>(counted->used), static_cast<double>(counted->all));
    sort_rows(counted->rows);
    if (auto cut = cut_page(ask, counted->rows, out); !cut) return cut;
    out["rows"] = std::move(counted->rows);
    return {};
}

Result<void> answer_subject(const Ask& ask, const ledger::Ledger& ledger, const Shelves& shelves,
                            const Store& store, object& out) {
    const auto history = ledger.history(ask.size);
    const Asking asking{ask, ledger, shelves, store, *history, shelves.reference.at(ask.size)};
    if (ask.view == "roster") return answer_roster(asking, out);
    auto done = ask.view == "dossier" ? answer_dossier(asking, out) : answer_calendar(asking, out);
    if (!done) return done;
    return cut_page(ask, out["rows"].as_array(), out);
}

Result<void> list_breaches(const Ask& ask, const ledger::Ledger& ledger, const Shelves& shelves,
                           const Store& store, const Store::Snapshot& snapshot, object& out) {
    array rows;
    if (auto done = answer_breaches(ask, shelves, store, snapshot, rows); !done) return done;
    if (auto cut = cut_page(ask, rows, out); !cut) return cut;
    if (auto named = name_events(ledger, rows); !named) return named;
    out["rows"] = std::move(rows);
    return {};
}

}  // namespace

Views::Views(std::unique_ptr<State> state) : state_(std::move(state)) {}
Views::~Views() = default;

Result<std::unique_ptr<Views>> Views::open(std::optional<std::filesystem::path> dir,
                                           const ledger::Ledger& ledger,
                                           std::uint64_t batch_events) {
    auto store = Store::open(std::move(dir));
    if (!store) return store.error();
    auto state = std::make_unique<State>(ledger, std::move(*store), batch_events);
    if (auto loaded = state->runner.load(); !loaded) return loaded.error();
    return std::unique_ptr<Views>(new Views(std::move(state)));
}

std::uint64_t Views::position() const {
    return state_->runner.position();
}

Result<void> Views::catch_up(const std::atomic<bool>& stop, std::uint64_t upto) {
    return state_->runner.catch_up(stop, upto);
}

Result<object> Views::answer(const Question& question) const {
    const auto snapshot = state_->store->snapshot();
    if (!snapshot) return snapshot.error();
    const std::uint64_t position = (*snapshot)->checkpoint().position;
    const auto ask = read_question(question, state_->ledger, position);
    if (!ask) return ask.error();
    const ViewInfo& view = *ViewInfo::find(ask->view);

    object out;
    out["view"] = ask->view;
    out["effective_at"] = ask->effective_at.text();
    out["known_at"] = ask->known_at;
    if (view.has_range) {
        out["from"] = ask->range.from.text();
        out["to"] = ask->range.to.text();
    }
    out["scheme"] = nullptr;
    out["position"] = std::to_string(position);
    out["coverage"] = nullptr;
    const auto& ledger = state_->ledger;
    const auto& store = state_->store;
    const auto& shelves = state_->shelves;
    const auto answer = [&]() -> Result<void> {
        if (view.has_subject) return answer_subject(*ask, ledger, shelves, *store, out);
        if (view.name == "breaches")
            return list_breaches(*ask, ledger, shelves, *store, **snapshot, out);
        return answer_counted(*ask, view, ledger, shelves, *store, **snapshot, out);
    };
    const auto done = answer();
    if (!done) return done.error();
    return out;
}

Result<ViewDigests> Views::digests() const {
    const auto snapshot = state_->store->snapshot();
    if (!snapshot) return snapshot.error();
    return kept_digests(*state_->store, **snapshot);
}

Result<ViewDigests> Views::digests_at(std::uint64_t size) const {
    const auto snapshot = state_->store->snapshot();
    if (!snapshot) return snapshot.error();
    return stored_digests(*state_->store, **snapshot, size);
}

std::vector<Views::Due> Views::due(events::Date upto) const {
    std::vector<Due> out;
    for (const auto& entry : state_->shelves.agenda.due(upto))
        out.push_back({entry.due, entry.talent});
    return out;
}

std::shared_ptr<const events::ReferenceBook> Views::reference() const {
    return state_->shelves.reference.newest();
}

std::vector<std::string> Views::names() {
    std::vector<std::string> out;
    for (const ViewInfo& view : ViewInfo::all()) out.emplace_back(view.name);
    return out;
}

}  // namespace projections
