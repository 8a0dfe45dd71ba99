// A demonstration ledger with its views, filled by short sentences in JSON.
#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/codes/identifiers.h"
#include "events/dates.h"
#include "projections/views.h"
#include "tests/support/ledger_fixture.h"

namespace test {

using Parameters = std::map<std::string, std::string>;

/// Views over a ledger; asked by name, answered with rows by key.
struct ViewsFixture {
    explicit ViewsFixture(const ledger::Ledger& over) : ledger(over) { open(); }

    void open() {
        auto opened = projections::Views::open(dir, ledger);
        if (!opened) throw std::runtime_error(opened.error().what);
        views = std::move(*opened);
    }
    void catch_up() {
        const std::atomic<bool> stop{false};
        if (auto done = views->catch_up(stop); !done) throw std::runtime_error(done.error().what);
    }
    base::Result<boost::json::object> try_ask(const std::string& view, Parameters parameters,
                                              const std::string& subject = {}) const {
        return views->answer({view, subject, std::move(parameters),
                              *events::Instant::parse("2021-12-31T00:00:00+08:00")});
    }
    boost::json::object ask(const std::string& view, Parameters parameters,
                            const std::string& subject = {}) const {
        auto answer = try_ask(view, std::move(parameters), subject);
        if (!answer) throw std::runtime_error(answer.error().code + ": " + answer.error().what);
        return std::move(*answer);
    }
    /// `from>to` → `figure` of a matrix, without rows of zero.
    std::map<std::string, double> matrix(const std::string& view, const std::string& figure,
                                         Parameters parameters) const {
        std::map<std::string, double> out;
        const auto answer = ask(view, std::move(parameters));
        for (const auto& row : answer.at("rows").as_array()) {
            const auto& cell = row.as_object();
            out[std::string(cell.at("from").as_string()) + ">" +
                std::string(cell.at("to").as_string())] += cell.at(figure).to_number<double>();
        }
        return out;
    }
    std::map<std::string, double> flow(Parameters parameters) const {
        return matrix("flow-matrix", "persons", std::move(parameters));
    }
    std::map<std::string, double> use(Parameters parameters) const {
        return matrix("use-matrix", "fte_days", std::move(parameters));
    }
    /// `region` → `figure`.
    std::map<std::string, double> by_region(const std::string& view, const std::string& figure,
                                            Parameters parameters) const {
        std::map<std::string, double> out;
        const auto answer = ask(view, std::move(parameters));
        for (const auto& row : answer.at("rows").as_array()) {
            const auto& cell = row.as_object();
            const auto& number = cell.at(figure);
            if (!number.is_null()) {
                out[std::string(cell.at("region").as_string())] = number.to_number<double>();
            }
        }
        return out;
    }

    const ledger::Ledger& ledger;
    std::optional<std::filesystem::path> dir;
    std::unique_ptr<projections::Views> views;
};

using Cells = std::map<std::string, double>;

/// A text of an answer; `null` for null.
inline std::string text(const boost::json::value& value) {
    return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

}  // namespace test
