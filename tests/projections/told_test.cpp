// Who is told where, and by which day: joined and parted records, slices of net inflow, plans that
// a calendar changes. Each case was once answered wrongly.
#include <catch2/catch.hpp>

#include "tests/projections/cases.h"

namespace {

using test::Cells;
using test::Parameters;
using test::ViewsFixture;

struct World : test::Cases {
    test::Seat chengdu = employer("510107");
    test::Seat yibin = employer("511502");
    test::Seat xichang = employer("513401");

    ViewsFixture views() {
        ViewsFixture out(*fixture.ledger);
        out.catch_up();
        return out;
    }
    std::string merge(const std::string& survivor, const std::string& absorbed) {
        return amend({event("TalentRecordsMerged", "talent/" + survivor,
                            fmt::format(R"({{"absorbed":["{}"]}})", absorbed), "", "", true)});
    }
    void publish(int year, const std::string& days) {
        say("CalendarPublished", "", fmt::format(R"({{"year":{},"days":[{}]}})", year, days),
            fmt::format("{}-01-01", year), fmt::format("{}-01-01", year + 1));
    }
    /// An engagement in force with this kind and schedule.
    std::string engage(const std::string& talent, std::string_view kind, std::string_view schedule,
                       const std::string& from, const std::string& to) {
        const std::string id = test::fresh_id();
        say("EngagementProposed", "engagement/" + id,
            fmt::format(
                R"({{"talent":"{}","host_employer":"{}","host_site":"{}","region_served":"513401",)"
                R"("place_of_work":"513401","kind":"{}","schedule":{},"load":100}})",
                talent, xichang.employer, xichang.site, kind, schedule),
            from, to);
        for (const auto& [party, role] :
             {std::pair("TALENT", events::Role::T), std::pair("HOME", events::Role::E),
              std::pair("HOST", events::Role::H)}) {
            (void)try_say({event("EngagementConsented", "engagement/" + id,
                                 fmt::format(R"({{"party":"{}"}})", party), "", "", false)},
                          test::actor(role));
        }
        say("EngagementActivated", "engagement/" + id, "{}", from);
        return id;
    }
};

Parameters range(const std::string& from, const std::string& to, Parameters more = {}) {
    more.emplace("from", from);
    more.emplace("to", to);
    return more;
}

/// Value of a field → figure of net inflow.
Cells net(const ViewsFixture& views, const std::string& field, const std::string& figure,
          Parameters parameters) {
    parameters["slice"] = field;
    Cells out;
    const auto answer = views.ask("net-inflow", parameters);
    for (const auto& row : answer.at("rows").as_array()) {
        const double value = row.at(figure).to_number<double>();
        if (value != 0) out[test::text(row.at(field))] += value;
    }
    return out;
}

std::set<std::string> talents(const boost::json::object& roster) {
    std::set<std::string> out;
    for (const auto& row : roster.at("rows").as_array()) out.insert(test::text(row.at("talent")));
    return out;
}

}  // namespace

TEST_CASE("Net inflow splits by fields, each stock told by its own day", "[projections]") {
    World world;
    world.home(world.talent(), world.chengdu, "2015-01-01");  // born in 1980
    const ViewsFixture views = world.views();
    const Parameters year = range("2025-01-01", "2026-01-01");
    CHECK(net(views, "age_band", "stock_before", year) == Cells{{"35-44", 1}});
    CHECK(net(views, "age_band", "stock_last", year) == Cells{{"45-54", 1}});
    CHECK(net(views, "age_band", "mean_stock", year) == Cells{{"45-54", 1}});
    CHECK(net(views, "age_band", "reclassified", year) == Cells{{"35-44", -1}, {"45-54", 1}});
    CHECK(net(views, "sex", "reclassified", year).empty());
    const Parameters older = range("2025-01-01", "2026-01-01", {{"age_band", "45-54"}});
    CHECK(views.by_region("net-inflow", "stock_before", older) == Cells{{"CDP", 0}});
    CHECK(views.by_region("net-inflow", "reclassified", older) == Cells{{"CDP", 1}});
    const Parameters both = range("2024-01-01", "2026-01-01");
    CHECK(net(views, "age_band", "mean_stock", both) ==
          Cells{{"35-44", 0.500684}, {"45-54", 0.499316}});
}

TEST_CASE("Who leaves is told by the home that was left", "[projections]") {
    World world;
    const std::string talent = world.talent();
    world.end(talent, world.home(talent, world.chengdu, "2015-01-01"), "2020-01-01");
    std::string later = world.home_event(talent, world.yibin, "2020-12-01");
    later.replace(later.find("\"team\":\"ZJ\""), 11, "\"team\":\"QY\"");
    world.say({later});
    const ViewsFixture views = world.views();
    const Parameters year = range("2020-01-01", "2021-01-01");
    CHECK(net(views, "team", "exits", year) == Cells{{"ZJ", 1}});
    CHECK(net(views, "team", "entries", year) == Cells{{"QY", 1}});
    CHECK(net(views, "team", "reclassified", year).empty());
}

TEST_CASE("A roster shows a person of joined records under the survivor's id", "[projections]") {
    World world;
    const std::string first = world.talent();
    const std::string second = world.talent();
    world.end(first, world.home(first, world.chengdu, "2015-01-01"), "2019-06-01");
    world.home(second, world.yibin, "2019-09-01");
    const std::string apart = world.now();
    world.merge(first, second);
    const ViewsFixture views = world.views();
    const Parameters day{{"effective_at", "2020-01-01"}};
    CHECK(talents(views.ask("roster", day, world.yibin.employer)) == std::set{first});
    Parameters before = day;
    before["known_at"] = apart;
    CHECK(talents(views.ask("roster", before, world.yibin.employer)) == std::set{second});
}

TEST_CASE("A split-off record's timeline has the events that the split gave to it",
          "[projections]") {
    World world;
    const std::string first = world.talent();
    const std::string second = world.talent();
    const std::string merge = world.merge(first, second);
    const std::string joint =
        world.say("QualificationRecorded", "talent/" + first,
                  R"({"kind":"TITLE","code":"083","issuer":"x"})", "2020-03-01") +
        "#0";
    world.amend({world.event(
        "TalentRecordsSplit", "talent/" + first,
        fmt::format(R"({{"merge":"{}#0","restored":["{}"],)"
                    R"("allocations":[{{"event":"{}","talent":"{}"}}]}})",
                    merge, second, joint, second),
        "", "", true)});
    const ViewsFixture views = world.views();
    for (const auto& talent : {first, second}) {
        const auto dossier = views.ask("dossier", {{"effective_at", "2020-06-30"}}, talent);
        int found = 0;
        for (const auto& row : dossier.at("rows").as_array()) {
            if (test::text(row.at("type")) != "QualificationRecorded") continue;
            ++found;
            CHECK(test::text(row.at("allocated_to")) == second);
        }
        CHECK(found == 1);
        CHECK(dossier.at("current").at("qualifications").as_array().size() ==
              (talent == second ? 1 : 0));
    }
}

TEST_CASE("A yearly budget is rounded once, in however many pieces it is worked",
          "[projections]") {
    World world;
    const std::string talent = world.talent();
    world.home(talent, world.chengdu, "2015-01-01");
    const std::string engagement = world.engage(
        talent, "PRJ", R"({"kind":"DAYS","budget_mday":1000})", "2020-01-01", "2021-01-01");
    const auto step = [&](std::string_view type, const std::string& day) {
        world.say(type, "engagement/" + engagement, R"({"reason":"x"})", day);
    };
    step("EngagementSuspended", "2020-01-11");
    step("EngagementResumed", "2020-01-21");
    step("EngagementSuspended", "2020-01-31");
    const ViewsFixture views = world.views();
    // 1,000 mday over 366 days: twice ten days are 54.6, and twice 27.3.
    CHECK(views.matrix("use-matrix", "planned_mday",
                       range("2020-01-01", "2021-01-01", {{"basis", "planned"}})) ==
          Cells{{"CDP>PXI", 55}});
}

TEST_CASE("A calendar reaches plans that came to nothing under the one before",
          "[projections]") {
    World world;
    const std::string talent = world.talent();
    world.home(talent, world.chengdu, "2015-01-01");
    // A Saturday that is worked in place of another day: nothing is left for a Sunday engineer.
    world.publish(2020, R"({"date":"2020-10-10","kind":"WORKDAY","name":"x"})");
    world.engage(talent, "SUN",
                 R"({"kind":"WEEKLY","slots":["SAT_AM"],"anchor":"2020-10-05"})", "2020-10-10",
                 "2020-10-11");
    ViewsFixture views = world.views();
    const Parameters planned = range("2020-01-01", "2021-01-01", {{"basis", "planned"}});
    CHECK(views.use(planned).empty());
    world.publish(2020, R"({"date":"2020-05-01","kind":"HOLIDAY","name":"x"})");
    views.catch_up();
    CHECK(views.use(planned) == Cells{{"CDP>PXI", 0.5}});
    CHECK(*world.views().views->digests() == *views.views->digests());
}
