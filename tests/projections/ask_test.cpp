// Questions: parameters read, refused, and answered in pages.
#include <catch2/catch.hpp>

#include "tests/projections/cases.h"

namespace {

struct Asked : test::Cases {
    test::Seat seat = employer("510107");
    std::string someone = talent();
    std::string home_of_someone = home(someone, seat, "2015-01-01");
    test::ViewsFixture views{*fixture.ledger};

    Asked() { views.catch_up(); }
    std::string refusal(const std::string& view, test::Parameters parameters,
                        const std::string& subject = {}) {
        const auto answer = views.try_ask(view, std::move(parameters), subject);
        return answer ? "answered" : answer.error().code;
    }
};

}  // namespace

TEST_CASE("Wrong questions are refused with a stable code", "[projections]") {
    Asked asked;
    CHECK(asked.refusal("stok", {}) == "E_UNKNOWN_VIEW");
    CHECK(asked.refusal("stock", {{"efective_at", "2019-01-01"}}) == "E_UNKNOWN_PARAMETER");
    CHECK(asked.refusal("stock", {{"from", "2019-01-01"}}) == "E_UNKNOWN_PARAMETER");
    CHECK(asked.refusal("net-inflow", {{"slice", "kind"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"effective_at", "2019-02-30"}}) == "E_BAD_DATE");
    CHECK(asked.refusal("stock", {{"known_at", "yesterday"}}) == "E_BAD_DATE");
    CHECK(asked.refusal("stock", {{"known_at", "seq:x"}}) == "E_BAD_POSITION");
    CHECK(asked.refusal("stock", {{"known_at", "seq:-1"}}) == "E_BAD_POSITION");
    CHECK(asked.refusal("stock", {{"known_at", "seq:18446744073709551615"}}) == "E_BAD_POSITION");
    CHECK(asked.refusal("stock", {{"known_at", "seq:99999999999999999999"}}) == "E_BAD_POSITION");
    CHECK(asked.refusal("stock", {{"by", "planet"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"recast", "maybe"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"scheme", "none such"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"slice", "colour"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"limit", "0"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"limit", "many"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("stock", {{"cursor", "x"}}) == "E_BAD_PARAMETER");
    CHECK(asked.refusal("flow-matrix", {{"from", "2019-01-02"}, {"to", "2019-01-02"}}) ==
          "E_BAD_PARAMETER");
    CHECK(asked.refusal("flow-matrix", {{"from", "1800-01-01"}, {"to", "2200-12-31"}}) ==
          "E_BAD_PARAMETER");
    CHECK(asked.refusal("dossier", {}, "xyz") == "E_BAD_ID");
    CHECK(asked.refusal("dossier", {}, test::fresh_id()) == "E_NO_TALENT");
    CHECK(asked.refusal("dossier", {{"known_at", "seq:0"}}, asked.someone) == "E_NO_TALENT");
    CHECK(asked.refusal("calendar", {}, test::fresh_id()) == "E_NO_TALENT");
    CHECK(asked.refusal("roster", {}, test::fresh_id()) == "E_NO_EMPLOYER");
    CHECK(asked.refusal("roster", {{"cursor", "x"}}, asked.seat.employer) == "E_BAD_PARAMETER");
}

TEST_CASE("An unknown parameter is told the nearest name", "[projections]") {
    Asked asked;
    const auto answer = asked.views.try_ask("stock", {{"efective_at", "2019-01-01"}});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().what.find("\"effective_at\"") != std::string::npos);
}

TEST_CASE("An answer says what it rests on", "[projections]") {
    Asked asked;
    const auto answer = asked.views.ask("stock", {{"effective_at", "2020-06-30"}, {"by", "zone"}});
    const std::uint64_t head = asked.fixture.ledger->head().size;
    CHECK(test::text(answer.at("view")) == "stock");
    CHECK(test::text(answer.at("effective_at")) == "2020-06-30");
    CHECK(test::text(answer.at("known_at")) == fmt::format("seq:{}", head - 1));
    CHECK(test::text(answer.at("position")) == std::to_string(head));
    CHECK(test::text(answer.at("scheme")) == "SC-5Z-2016");
    CHECK(answer.at("coverage").to_number<double>() == 1);
    // Nothing counted: null, never 0.
    const auto empty = asked.views.ask("stock", {{"effective_at", "2014-12-31"}});
    CHECK(empty.at("coverage").is_null());
    CHECK(empty.at("rows").as_array().empty());
}

TEST_CASE("A position inside a command stands for the whole command", "[projections]") {
    Asked asked;
    // The employer was registered with its site in one command; the home came two commands later.
    const std::uint64_t home = asked.fixture.ledger->head().size - 1;
    const auto stock = [&](std::uint64_t position) {
        return asked.views.by_region("stock", "persons",
                                     {{"known_at", fmt::format("seq:{}", position)}});
    };
    CHECK(stock(home) == test::Cells{{"510100", 1}});
    CHECK(stock(home - 1).empty());
    const auto answer = asked.views.ask("stock", {{"known_at", fmt::format("seq:{}", home - 3)}});
    CHECK(test::text(answer.at("known_at")) == fmt::format("seq:{}", home - 2));
}

TEST_CASE("Slices split and filters narrow", "[projections]") {
    Asked asked;
    for (int i = 0; i < 3; ++i) asked.home(asked.talent(), asked.seat, "2016-01-01");
    asked.views.catch_up();
    const auto persons = [&](test::Parameters parameters) {
        return asked.views.by_region("stock", "persons", std::move(parameters));
    };
    CHECK(persons({}) == test::Cells{{"510100", 4}});
    CHECK(persons({{"sex", "1"}}) == test::Cells{{"510100", 2}});
    CHECK(persons({{"sex", "1,2"}}) == test::Cells{{"510100", 4}});
    CHECK(persons({{"category", "NC"}}).empty());
    CHECK(persons({{"degree", "null"}, {"ownership", "PRIVATE"}, {"section", "C"}}) ==
          test::Cells{{"510100", 4}});
    const auto answer = asked.views.ask("stock", {{"slice", "sex,skill"}, {"limit", "1"}});
    REQUIRE(answer.at("rows").as_array().size() == 1);
    const auto& row = answer.at("rows").as_array().at(0);
    CHECK(test::text(row.at("sex")) == "1");
    CHECK(row.at("skill").is_null());
    CHECK(row.at("persons").to_number<int>() == 2);
    CHECK(test::text(answer.at("next_cursor")) == "1");
    const auto rest = asked.views.ask("stock", {{"slice", "sex,skill"}, {"cursor", "1"}});
    CHECK(rest.at("rows").as_array().size() == 1);
    CHECK(rest.at("next_cursor").is_null());
}

TEST_CASE("A roster comes in pages of whole people", "[projections]") {
    Asked asked;
    for (int i = 0; i < 4; ++i) asked.home(asked.talent(), asked.seat, "2016-01-01");
    asked.views.catch_up();
    std::set<std::string> seen;
    test::Parameters parameters{{"limit", "2"}};
    for (int page = 0; page < 3; ++page) {
        const auto answer = asked.views.ask("roster", parameters, asked.seat.employer);
        for (const auto& row : answer.at("rows").as_array()) {
            CHECK(seen.insert(test::text(row.at("talent"))).second);
            CHECK(test::text(row.at("relation")) == "staff");
        }
        CHECK(answer.at("next_cursor").is_null() == (page == 2));
        parameters["cursor"] = test::text(answer.at("next_cursor"));
    }
    CHECK(seen.size() == 5);
}
