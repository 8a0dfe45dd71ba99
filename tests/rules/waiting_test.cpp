// Steps on what a proposal opened, while it waits for approval and after (INV-X6).
#include <catch2/catch.hpp>

#include "tests/rules/desk.h"

using tests::Asked;
using tests::Desk;
using events::Role;

namespace {

/// Names the first event of the proposal, as `"12:<id>"`, in payloads.
constexpr std::string_view opened = "@opened";

Asked naming(Asked asked, const std::string& event) {
    const auto at = asked.payload.find(opened);
    if (at != std::string::npos) asked.payload.replace(at, opened.size(), event);
    return asked;
}

struct Row {
    const char* name;
    Role proposer;
    Asked proposal;  ///< far from 2019-06-03
    Role next;
    Asked step;
};

std::string post_at(const char* employer, const char* site) {
    return fmt::format(R"({{"employer":'{}',"site":'{}',"kind":"FULL_TIME_HOME",)"
                       R"("staffing":"CONTRACT","team":"ZJ"}})",
                       employer, site);
}

const Asked registration{
    "TalentRegistered", "talent/N",
    R"({"category":"ZJ","doc":{"kind":"PASS","issuer":"CHN","number":"E99999999"},)"
    R"("name":{"zh":"某人"},"sex":1,"birth_year":1975,"nationality":"CHN","residence":"510107"})",
    "2018-01-01"};
const Asked enrolment{"EmployerRegistered", "employer/N",
                      R"({"uscc":"11513200MTXX000659","name":"N works","ownership":"PUBLIC",)"
                      R"("section":"M","region":"513201"})",
                      "2018-01-01"};
const Asked request{"TransferRequested", "transfer/X",
                    R"({"talent":'T1',"mode":"CONSENT","from_employer":'E8',"to_employer":'E3',)"
                    R"("to_site":'S3',"target_team":"ZJ"})",
                    "2019-09-01"};
const Asked proposal{
    "EngagementProposed", "engagement/F",
    R"({"talent":'T1',"host_employer":'E2',"host_site":'S2',"region_served":"513401",)"
    R"("place_of_work":"513401","kind":"SUN","schedule":{"kind":"WEEKLY","slots":["SAT_AM"]},)"
    R"("load":100})",
    "2019-09-01", "2020-04-01"};
const Asked site{"SiteOpened", "employer/E1",
                 R"({"site":'S1c',"region":"510107","function":"RND"})", "2018-01-01"};
const Asked start{"AffiliationStarted", "talent/T3", post_at("E3", "S3"), "2019-09-01"};
const Asked degree{"QualificationRecorded", "talent/T3",
                   R"({"kind":"DEGREE","code":"201","issuer":"uni"})", "2018-01-01"};
const Asked merge{"TalentRecordsMerged", "talent/T1", R"({"absorbed":['T3']})"};

const Row rows[] = {
    {"a transfer, a consent", Role::H, request, Role::T, {"TalentAgreed", "transfer/X"}},
    {"a transfer, its withdrawal", Role::H, request, Role::H, {"TransferWithdrawn", "transfer/X"}},
    {"an engagement, a consent", Role::H, proposal, Role::T,
     {"EngagementConsented", "engagement/F", R"({"party":"TALENT"})"}},
    {"an engagement, its cancellation", Role::H, proposal, Role::H,
     {"EngagementCancelled", "engagement/F"}},
    {"a talent, a post", Role::M, registration, Role::M,
     {"AffiliationStarted", "talent/N", post_at("E3", "S3"), "2019-06-01"}},
    {"a talent, an amendment", Role::M, registration, Role::M,
     {"TalentAmended", "talent/N", R"({"degree":"2"})"}},
    {"an employer, a site", Role::M, enrolment, Role::M,
     {"SiteOpened", "employer/N", R"({"site":'Sn',"region":"513201","function":"HQ"})",
      "2019-05-01"}},
    {"an employer, as a parent", Role::M, enrolment, Role::M,
     {"EmployerAmended", "employer/E1", R"({"parent":'N'})"}},
    {"a site, a post there", Role::M, site, Role::M,
     {"AffiliationStarted", "talent/T3", post_at("E1", "S1c"), "2019-06-01"}},
    {"a site, its closing", Role::M, site, Role::M,
     {"SiteClosed", "employer/E1", R"({"site":'S1c'})", "2019-06-01"}},
    {"a post, its ending", Role::M, start, Role::M,
     {"AffiliationEnded", "talent/T3", R"({"affiliation":@opened,"reason":"RESIGN"})",
      "2019-10-01"}},
    {"a qualification, its revocation", Role::M, degree, Role::M,
     {"QualificationRevoked", "talent/T3", R"({"qualification":@opened,"reason":"forged"})"}},
    {"a merge, its split", Role::S, merge, Role::S,
     {"TalentRecordsSplit", "talent/T1", R"({"merge":@opened,"restored":['T3']})"}},
};

}  // namespace

TEST_CASE("a step on what waits for approval says so, and so after a rejection", "[rules]") {
    for (const auto& row : rows) {
        INFO(row.name);
        Desk desk;
        desk.person("T1", "E8", "S8");
        desk.person("T3");
        desk.on("2019-06-03");
        REQUIRE(desk.tell(row.proposer, row.proposal) == "");
        REQUIRE(desk.registry.proposed);
        const auto command = desk.registry.last;
        const auto step = naming(row.step, desk.registry.ref());

        CHECK(desk.tell(row.next, step) == "E_AWAITS_APPROVAL");
        CHECK(desk.registry.why.find("Command " + command.text()) != std::string::npos);
        CHECK(desk.registry.why.find("role P") != std::string::npos);
        CHECK(desk.registry.why.find("ActionApproved") != std::string::npos);

        SECTION(std::string(row.name) + ": rejected") {
            REQUIRE(desk.registry.reject(command) == "");
            CHECK(desk.tell(row.next, step) == "E_PROPOSAL_REJECTED");
        }
        SECTION(std::string(row.name) + ": approved") {
            REQUIRE(desk.registry.approve(command) == "");
            CHECK(desk.tell(row.next, step) == "");
        }
    }
}
