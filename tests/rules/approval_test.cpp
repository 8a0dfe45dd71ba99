// An approval makes nothing effective that would be refused today (docs/decisions/0015).
#include <catch2/catch.hpp>

#include <functional>

#include "tests/rules/desk.h"

using tests::Asked;
using tests::Desk;
using events::Role;

namespace {

std::string post_at(const char* employer, const char* site) {
    return fmt::format(R"({{"employer":'{}',"site":'{}',"kind":"FULL_TIME_HOME",)"
                       R"("staffing":"CONTRACT","team":"ZJ"}})",
                       employer, site);
}

Asked request(const char* name, const char* day) {
    return {"TransferRequested", fmt::format("transfer/{}", name),
            R"({"talent":'T1',"mode":"ORDER","from_employer":'E8',"to_employer":'E3',)"
            R"("to_site":'S3',"target_team":"ZJ"})",
            day};
}

Asked propose(const char* from) {
    return {"EngagementProposed", "engagement/F",
            R"({"talent":'T1',"host_employer":'E3',"host_site":'S3',"region_served":"511502",)"
            R"("place_of_work":"511502","kind":"SUN",)"
            R"("schedule":{"kind":"WEEKLY","slots":["SAT_AM"]},"load":100})",
            from, "2020-04-01"};
}

Asked start(const char* day) {
    return {"AffiliationStarted", "talent/T3", post_at("E3", "S3"), day};
}

std::vector<Asked> effect(Desk& desk, const char* day) {
    return {{"TransferEffected", "transfer/X", "{}", day},
            {"AffiliationEnded", "talent/T1",
             fmt::format(R"({{"affiliation":{},"reason":"TRANSFER"}})", desk.home_of("T1")), day},
            {"AffiliationStarted", "talent/T1", post_at("E3", "S3"), day}};
}

Asked correct_home(Desk& desk) {
    return {"EventCorrected", "",
            fmt::format(R"({{"target":{},"replacement_type":"AffiliationStarted",)"
                        R"("replacement":{},"reason":"TYPO"}})",
                        desk.home_of("T1"), post_at("E3", "S3"))};
}

void consented(Desk& desk) {
    desk.must(Role::H, propose("2019-07-01"));
    desk.must(Role::T, {"EngagementConsented", "engagement/F", R"({"party":"TALENT"})"});
    if (desk.engagement("T1", "F").state == events::EngagementState::proposed)
        desk.must(Role::E, {"EngagementConsented", "engagement/F", R"({"party":"HOME"})"});
}

void ordered(Desk& desk) {
    desk.must(Role::P, request("X", "2019-07-01"));
    desk.must(Role::P, {"AuthorityApproved", "transfer/X", R"({"order_no":"1"})"});
}

const Asked closing{"SiteClosed", "employer/E3", R"({"site":'S3'})", "2019-08-01"};
const Asked dissolution{"EmployerDissolved", "employer/E3", "{}", "2019-08-01"};

struct Row {
    const char* name;
    std::function<void(Desk&)> before;
    Role proposer;
    std::function<std::vector<Asked>(Desk&)> proposal;
    std::function<void(Desk&)> meanwhile;
    const char* code;
};

const auto nothing = [](Desk&) {};
const auto one = [](Asked asked) {
    return [asked = std::move(asked)](Desk&) { return std::vector{asked}; };
};
const auto then = [](Role role, Asked asked) {
    return [role, asked = std::move(asked)](Desk& desk) { desk.must(role, asked); };
};

const Row rows[] = {
    {"a post, and nothing happens", nothing, Role::M, one(start("2019-09-01")), nothing, ""},
    {"a post, and its site closes", nothing, Role::M, one(start("2019-09-01")),
     then(Role::M, closing), "E_NO_SITE"},
    {"a post, and its site closes only later", nothing, Role::M, one(start("2018-06-02")),
     then(Role::M, closing), ""},
    {"a post, and the employer ends", nothing, Role::M, one(start("2019-09-01")),
     then(Role::M, dissolution), "E_EMPLOYER_ENDED"},
    {"a post, and the person dies", nothing, Role::M, one(start("2019-09-01")),
     then(Role::M, {"TalentStatusChanged", "talent/T3", R"({"status":"DECEASED"})", "2019-06-02"}),
     "E_CLOSED_PERSON"},
    {"a post, and the person takes another", nothing, Role::M, one(start("2019-09-01")),
     then(Role::M, {"AffiliationStarted", "talent/T3", post_at("E2", "S2"), "2019-06-02"}),
     "E_SECOND_HOME"},
    {"a request, and another one is open", nothing, Role::P, one(request("X", "2019-09-01")),
     then(Role::P, request("Y", "2019-07-01")), "E_TRANSFER_OPEN"},
    {"a request, and the home has ended", nothing, Role::P, one(request("X", "2019-09-01")),
     [](Desk& desk) {
         desk.must(Role::M, Asked{"AffiliationEnded", "talent/T1",
                             fmt::format(R"({{"affiliation":{},"reason":"RESIGN"}})",
                                         desk.home_of("T1")),
                             "2019-07-01"});
     },
     "E_NOT_CURRENT_EMPLOYER"},
    {"a transfer, and nothing happens", ordered, Role::M,
     [](Desk& desk) { return effect(desk, "2019-09-01"); }, nothing, ""},
    {"a transfer, and it is withdrawn", ordered, Role::M,
     [](Desk& desk) { return effect(desk, "2019-09-01"); },
     then(Role::H, {"TransferWithdrawn", "transfer/X"}), "E_TRANSFER_STATE"},
    {"a reversal, and nothing happens",
     [](Desk& desk) {
         ordered(desk);
         desk.must(Role::M, effect(desk, "2019-07-01"));
     },
     Role::P,
     [](Desk& desk) {
         const auto& transfer = desk.transfer("T1", "X");
         const auto retract = [&](const events::EventName& event) {
             return Asked{"EventRetracted", "",
                          fmt::format(R"({{"target":{},"reason":"OTHER"}})",
                                      desk.registry.ref_at(event.position.value))};
         };
         return std::vector<Asked>{
             {"TransferReversed", "transfer/X", R"({"reason":"in error"})"},
             retract(*transfer.old_affiliation),
             retract(*transfer.new_affiliation)};
     },
     nothing, ""},
    {"an engagement, and nothing happens", nothing, Role::H, one(propose("2019-09-01")), nothing,
     ""},
    {"an engagement, and its site closes", nothing, Role::H, one(propose("2019-09-01")),
     then(Role::M, closing), "E_NO_SITE"},
    {"an activation, and nothing happens", consented, Role::H,
     one({"EngagementActivated", "engagement/F", "{}", "2019-09-01"}), nothing, ""},
    {"an activation, and it is cancelled", consented, Role::H,
     one({"EngagementActivated", "engagement/F", "{}", "2019-09-01"}),
     then(Role::H, {"EngagementCancelled", "engagement/F"}), "E_ENGAGEMENT_STATE"},
    {"a registration, and nothing happens", nothing, Role::M,
     one({"TalentRegistered", "talent/N",
          R"({"category":"ZJ","doc":{"kind":"PASS","issuer":"CHN","number":"E99999999"},)"
          R"("name":{"zh":"某人"},"sex":1,"birth_year":1975,"nationality":"CHN",)"
          R"("residence":"510107"})",
          "2018-01-01"}),
     nothing, ""},
    {"a new name, and nothing happens", nothing, Role::M,
     one({"TalentAmended", "talent/T3", R"({"name":{"zh":"别名"}})", "2018-06-01"}), nothing, ""},
    {"a correction, and nothing happens", nothing, Role::M,
     [](Desk& desk) { return std::vector{correct_home(desk)}; }, nothing, ""},
    {"a correction, and the new site was never open", nothing, Role::M,
     [](Desk& desk) { return std::vector{correct_home(desk)}; },
     [](Desk& desk) {
         std::string opened;
         desk.log().each({events::StreamKind::employer, Desk::id("E3")}, [&](const auto& fact) {
             if (fact.type == events::schema::Payload::SiteOpened)
                 opened = desk.registry.ref_at(fact.position.value);
         });
         desk.must(Role::M, Asked{"EventRetracted", "",
                                  "{\"target\":" + opened + ",\"reason\":\"TYPO\"}"});
         if (desk.registry.proposed) REQUIRE(desk.registry.approve(desk.registry.last) == "");
     },
     "E_NO_SITE"},
};

}  // namespace

TEST_CASE("an approval asks again what was asked of the proposal", "[rules]") {
    for (const auto& row : rows) {
        INFO(row.name);
        Desk desk;
        desk.person("T1", "E8", "S8");
        desk.person("T3");
        desk.on("2019-06-03");
        row.before(desk);
        REQUIRE(desk.tell(row.proposer, row.proposal(desk)) == "");
        REQUIRE(desk.registry.proposed);
        const auto waiting = desk.registry.last;
        row.meanwhile(desk);
        const auto size = desk.log().size();
        const auto code = desk.registry.approve(waiting);
        INFO(desk.registry.why);
        CHECK(code == row.code);
        CHECK(desk.log().size() == size + (code.empty() ? 1 : 0));
        if (code.empty()) continue;
        // What cannot be approved any more can still be rejected.
        CHECK(desk.registry.reject(waiting) == "");
    }
}

TEST_CASE("a retraction is approved once", "[rules]") {
    Desk desk;
    desk.person("T1", "E8", "S8");
    desk.on("2019-06-03");
    const Asked retraction{"EventRetracted", "",
                           "{\"target\":" + desk.home_of("T1") + ",\"reason\":\"TYPO\"}"};
    desk.must(Role::M, retraction);
    const auto first = desk.registry.last;
    desk.must(Role::M, retraction);
    const auto second = desk.registry.last;
    REQUIRE(desk.registry.approve(first) == "");
    CHECK(desk.registry.approve(second) == "E_ALREADY_RETRACTED");
}

TEST_CASE("two approvals in one command see each other", "[rules]") {
    Desk desk;
    desk.person("T1", "E8", "S8");
    desk.person("T3");
    desk.on("2019-06-03");
    desk.must(Role::P, request("X", "2019-09-01"));
    const auto first = desk.registry.last;
    desk.must(Role::P, request("Y", "2019-10-01"));
    const auto second = desk.registry.last;
    const auto both = [&](const events::CommandId& a, const events::CommandId& b) {
        const auto approval = [](const events::CommandId& command) {
            return tests::Say{"ActionApproved", "", "{\"command\":\"" + command.text() + "\"}"};
        };
        return desk.registry.tell({Role::P, "approver"}, {approval(a), approval(b)});
    };
    CHECK(both(first, second) == "E_TRANSFER_OPEN");
    CHECK(both(first, first) == "E_ALREADY_DECIDED");
    CHECK(desk.registry.approve(second) == "");
    CHECK(desk.registry.approve(first) == "E_TRANSFER_OPEN");
}
