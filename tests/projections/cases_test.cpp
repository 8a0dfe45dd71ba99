// The worked cases of the settled points: literal numbers, worked out by hand.
#include "tests/projections/cases.h"

#include <catch2/catch.hpp>

namespace {

using test::Cases;
using test::Cells;
using test::Parameters;
using test::Seat;
using test::ViewsFixture;

/// A province with one employer in each of five prefectures.
struct World : Cases {
    Seat chengdu = employer("510107");
    Seat mianyang = employer("510703");
    Seat leshan = employer("511102");
    Seat yibin = employer("511502");
    Seat xichang = employer("513401");

    ViewsFixture views() {
        ViewsFixture out(*fixture.ledger);
        out.catch_up();
        return out;
    }
};

Parameters year(const std::string& number, Parameters more = {}) {
    more.emplace("from", number + "-01-01");
    more.emplace("to", std::to_string(std::stoi(number) + 1) + "-01-01");
    return more;
}

/// stock_last − stock_before = net + entries − exits + between_before − between_last + recoded
void check_identity(const ViewsFixture& views, Parameters parameters) {
    const auto answer = views.ask("net-inflow", std::move(parameters));
    CHECK(!answer.at("rows").as_array().empty());
    for (const auto& row : answer.at("rows").as_array()) {
        const auto n = [&](const char* name) { return row.at(name).to_number<std::int64_t>(); };
        INFO(row);
        CHECK(n("net") == n("in") - n("out"));
        CHECK(n("stock_last") - n("stock_before") == n("net") + n("entries") - n("exits") +
                                                         n("between_before") - n("between_last") +
                                                         n("recoded"));
    }
}

}  // namespace

TEST_CASE("A home change inside a month and a range cut inside it", "[projections]") {
    World world;
    const std::string talent = world.talent();
    const std::string home = world.home(talent, world.chengdu, "2015-01-01");
    const std::string engagement =
        world.engagement(talent, world.xichang, "513401", "2020-04-01", "2020-06-01");
    world.service(engagement, "513401", "2020-04-01", 3'000, 1'000);
    world.transfer(talent, home, world.chengdu, world.yibin, "2020-04-16", test::fresh_id());
    const ViewsFixture views = world.views();

    // April has 30 days of ACTIVE time. Working days: 100 each. Rest days: 34 on the first ten,
    // 33 on the others. At Chengdu 15 days: 1,500 + 340 + 165 = 2,005; at Yibin 1,500 + 495.
    CHECK(views.use(year("2020")) == Cells{{"CDP>PXI", 2.005}, {"SSC>PXI", 1.995}});
    // 1 to 10 April: 1,000 + 340. 11 to 20 April: 500 + 165 at Chengdu, 500 + 165 at Yibin.
    CHECK(views.use({{"from", "2020-04-01"}, {"to", "2020-04-11"}}) == Cells{{"CDP>PXI", 1.34}});
    CHECK(views.use({{"from", "2020-04-11"}, {"to", "2020-04-21"}}) ==
          Cells{{"CDP>PXI", 0.665}, {"SSC>PXI", 0.665}});
    CHECK(views.use({{"from", "2020-04-21"}, {"to", "2021-01-01"}}) == Cells{{"SSC>PXI", 1.33}});
    // The plan where no record exists: May 2020 has 21 weekdays from Monday to Friday, at 100
    // permille 2,100 mday.
    const Parameters planned = year("2020", {{"basis", "planned"}});
    CHECK(views.use(planned) == Cells{{"CDP>PXI", 2.005}, {"SSC>PXI", 4.095}});
    CHECK(views.matrix("use-matrix", "planned_mday", planned) ==
          Cells{{"CDP>PXI", 0}, {"SSC>PXI", 2'100}});
    // With the service split by kind and by whether host and home are the same employer.
    const auto answer = views.ask("use-matrix", year("2020", {{"slice", "kind,same_employer"}}));
    CHECK(test::text(answer.at("rows").as_array().at(0).at("kind")) == "PRJ");
    CHECK(test::text(answer.at("rows").as_array().at(0).at("same_employer")) == "false");
    CHECK(views.use(year("2020", {{"kind", "SUN"}})).empty());
}

TEST_CASE("A calendar that arrives later changes the plan from then on", "[projections]") {
    World world;
    const std::string talent = world.talent();
    world.home(talent, world.chengdu, "2015-01-01");
    world.engagement(talent, world.xichang, "513401", "2020-04-01", "2020-05-01");
    const std::string before = world.now();
    world.say("CalendarPublished", "",
              R"({"year":2020,"days":[{"date":"2020-04-06","kind":"HOLIDAY","name":"x"}]})",
              "2020-01-01", "2021-01-01");
    const ViewsFixture views = world.views();
    // April 2020 has 22 weekdays.
    CHECK(views.use(year("2020", {{"basis", "planned"}, {"known_at", before}})) ==
          Cells{{"CDP>PXI", 2.2}});
    CHECK(views.use(year("2020", {{"basis", "planned"}})) == Cells{{"CDP>PXI", 2.1}});
}

TEST_CASE("A gap of 180 days is one move, of 181 an exit and an entry", "[projections]") {
    World world;
    const std::string near = world.talent();
    const std::string far = world.talent();
    // From 2020-01-01 to 2020-06-29 it is 180 days.
    world.end(near, world.home(near, world.chengdu, "2015-01-01"), "2020-01-01");
    world.home(near, world.yibin, "2020-06-29");
    world.end(far, world.home(far, world.chengdu, "2015-01-01"), "2020-01-01");
    world.home(far, world.yibin, "2020-06-30");
    const ViewsFixture views = world.views();

    CHECK(views.flow(year("2020", {{"slice", "type"}})) == Cells{{"CDP>SSC", 1}});
    CHECK(views.flow(year("2020", {{"type", "OTHER"}})) == Cells{{"CDP>SSC", 1}});
    CHECK(views.by_region("net-inflow", "in", year("2020")) == Cells{{"CDP", 0}, {"SSC", 1}});
    CHECK(views.by_region("net-inflow", "exits", year("2020")) == Cells{{"CDP", 1}, {"SSC", 0}});
    CHECK(views.by_region("net-inflow", "entries", year("2020")) == Cells{{"CDP", 0}, {"SSC", 1}});
    check_identity(views, year("2020"));
    // In the middle one of them is between two homes, the other one has left.
    const Parameters spring{{"from", "2019-12-01"}, {"to", "2020-04-01"}};
    CHECK(views.by_region("net-inflow", "between_last", spring) == Cells{{"CDP", 1}});
    CHECK(views.by_region("net-inflow", "exits", spring) == Cells{{"CDP", 1}});
    check_identity(views, spring);
    check_identity(views, {{"from", "2020-04-01"}, {"to", "2020-06-30"}});
    // 2 people for the 31 days of December out of 122 days.
    CHECK(views.by_region("net-inflow", "mean_stock", spring).at("CDP") ==
          Approx(2 * 31 / 122.0).margin(1e-6));
}

TEST_CASE("A change of site is one move", "[projections]") {
    World world;
    const std::string talent = world.talent();
    const Seat branch = world.site(world.chengdu.employer, "510703");
    const std::string home = world.home(talent, world.chengdu, "2015-01-01");
    const std::string moved = world.relocate(talent, home, world.chengdu, branch, "2020-03-01");
    ViewsFixture views = world.views();

    const Parameters by_prefecture = year("2020", {{"by", "prefecture"}});
    CHECK(views.flow(by_prefecture) == Cells{{"510100>510700", 1}});
    CHECK(views.flow(year("2020")) == Cells{{"CDP>CDP", 1}});  // on the diagonal
    CHECK(views.by_region("net-inflow", "in", year("2020")) == Cells{{"CDP", 0}});
    check_identity(views, by_prefecture);

    SECTION("A correction, a second one, and both taken back") {
        const auto in = [&](const char* from, const char* to) {
            views.catch_up();
            return views.flow({{"from", from}, {"to", to}}).size();
        };
        const std::string stream = "talent/" + talent;
        world.amend({world.correct_event(stream, moved + "#0", "2020-03-10")});
        CHECK(in("2020-03-01", "2020-03-02") == 0);
        CHECK(in("2020-03-10", "2020-03-11") == 1);
        const std::string second =
            world.amend({world.correct_event(stream, moved + "#0", "2020-03-20")});
        CHECK(in("2020-03-10", "2020-03-11") == 0);
        CHECK(in("2020-03-20", "2020-03-21") == 1);
        world.amend({world.retract_event(stream, second + "#0")});
        CHECK(in("2020-03-20", "2020-03-21") == 0);
        CHECK(in("2020-03-10", "2020-03-11") == 1);
        ViewsFixture rebuilt = world.views();
        CHECK(*rebuilt.views->digests() == *views.views->digests());
    }
}

TEST_CASE("A reversed transfer drops out from the K of reversal", "[projections]") {
    World world;
    const std::string talent = world.talent();
    const std::string home = world.home(talent, world.chengdu, "2015-01-01");
    const std::string id = test::fresh_id();
    const std::string effected =
        world.transfer(talent, home, world.chengdu, world.yibin, "2020-05-01", id);
    const std::string before = world.now();
    world.amend(
        {world.event("TransferReversed", "transfer/" + id, R"({"reason":"x"})", "", "", false),
         world.retract_event("talent/" + talent, effected + "#1"),
         world.retract_event("talent/" + talent, effected + "#2")});
    const ViewsFixture views = world.views();

    CHECK(views.flow(year("2020", {{"known_at", before}})) == Cells{{"CDP>SSC", 1}});
    CHECK(views.flow(year("2020")).empty());
    const Parameters end{{"effective_at", "2020-12-31"}};
    CHECK(views.by_region("stock", "persons", end) == Cells{{"510100", 1}});
    CHECK(views.by_region("stock", "persons",
                          {{"effective_at", "2020-12-31"}, {"known_at", before}}) ==
          Cells{{"511500", 1}});
    check_identity(views, year("2020"));
}

TEST_CASE("Arrival and departure are entry and exit, even if close together", "[projections]") {
    World world;
    const std::string talent = world.talent();
    const std::string home =
        world.say({world.event("ArrivalRecorded", "talent/" + talent,
                               R"({"external_region":"EXT-USA"})", "2020-02-01"),
                   world.home_event(talent, world.chengdu, "2020-02-01")}) +
        "#1";
    world.say({world.event("DepartureRecorded", "talent/" + talent,
                           R"({"external_region":"110000"})", "2020-08-01"),
               world.end_event(talent, home, "2020-08-01", "RESIGN")});
    const ViewsFixture views = world.views();
    CHECK(views.flow(year("2020")) == Cells{{"EXT>CDP", 1}, {"CDP>EXT", 1}});
    CHECK(views.flow(year("2020", {{"by", "region"}})) ==
          Cells{{"EXT-USA>510107", 1}, {"510107>110000", 1}});
    const auto answer = views.ask("flow-matrix", year("2020"));
    CHECK(answer.at("coverage").to_number<double>() == 0);
    CHECK(views.by_region("net-inflow", "in", year("2020")) == Cells{{"CDP", 0}});
    CHECK(views.by_region("net-inflow", "entries", year("2020")) == Cells{{"CDP", 1}});
    CHECK(views.by_region("net-inflow", "exits", year("2020")) == Cells{{"CDP", 1}});
    CHECK(views.by_region("net-inflow", "effectiveness", year("2020")).empty());  // null
    check_identity(views, year("2020"));
}

TEST_CASE("Leshan as coded then and recast", "[projections]") {
    World world;
    const std::string talent = world.talent();
    const std::string home = world.home(talent, world.chengdu, "2010-01-01");
    world.transfer(talent, home, world.chengdu, world.leshan, "2015-05-01", test::fresh_id());
    const ViewsFixture views = world.views();
    CHECK(views.flow(year("2015")) == Cells{{"CDP>SSC", 1}});
    CHECK(views.flow(year("2015", {{"scheme", "SC-5Z-2016"}})) == Cells{{"CDP>CDP", 1}});
    CHECK(views.flow(year("2015", {{"recast", "true"}, {"effective_at", "2020-01-01"}})) ==
          Cells{{"CDP>CDP", 1}});
    CHECK(views.flow(year("2015", {{"scheme", "SC-5Z-2006"}, {"recast", "true"}})) ==
          Cells{{"CDP>SSC", 1}});
    CHECK(test::text(views.ask("flow-matrix", year("2015")).at("scheme")) == "SC-5Z-2006");
    // In 2016 nobody moves, but Leshan comes to another zone.
    CHECK(views.by_region("net-inflow", "recoded", year("2016")) == Cells{{"CDP", 1}, {"SSC", -1}});
    CHECK(views.by_region("net-inflow", "net", year("2016")) == Cells{{"CDP", 0}, {"SSC", 0}});
    check_identity(views, year("2016"));
    check_identity(views, {{"from", "2014-01-01"}, {"to", "2018-01-01"}});
    CHECK_FALSE(views.try_ask("flow-matrix", year("2015", {{"scheme", "SC-6Z"}})));
}

TEST_CASE("A merge joins two lives into one, a split parts them again", "[projections]") {
    World world;
    const std::string first = world.talent();
    const std::string second = world.talent();
    world.end(first, world.home(first, world.chengdu, "2015-01-01"), "2019-06-01");
    world.home(second, world.yibin, "2019-09-01");
    const std::string apart = world.now();
    const std::string merge =
        world.amend({world.event("TalentRecordsMerged", "talent/" + first,
                                 fmt::format(R"({{"absorbed":["{}"]}})", second), "", "", true)});
    const std::string merged = world.now();
    ViewsFixture views = world.views();
    CHECK(views.flow(year("2019", {{"known_at", apart}})).empty());
    CHECK(views.flow(year("2019", {{"known_at", merged}})) == Cells{{"CDP>SSC", 1}});
    CHECK(test::text(views.ask("dossier", {}, second).at("talent")) == first);

    world.amend({world.event("TalentRecordsSplit", "talent/" + first,
                             fmt::format(R"({{"merge":"{}#0","restored":["{}"]}})", merge, second),
                             "", "", true)});
    views.catch_up();
    CHECK(views.flow(year("2019")).empty());
    CHECK(views.flow(year("2019", {{"known_at", merged}})) == Cells{{"CDP>SSC", 1}});
    CHECK(views.by_region("stock", "persons", {{"effective_at", "2019-12-31"}}) ==
          Cells{{"511500", 1}});
    CHECK(test::text(views.ask("dossier", {}, second).at("talent")) == second);
    check_identity(views, year("2019"));
    CHECK(*world.views().views->digests() == *views.views->digests());
}
