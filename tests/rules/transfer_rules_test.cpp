// Transfers by INV-X1 to X10: every refusal beside what is allowed.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "tests/rules/desk.h"

using namespace events;
using tests::Asked;
using tests::Desk;

namespace {

Asked request(std::string_view name, std::string_view talent, std::string_view mode,
              std::string_view from, std::string_view to, std::string_view site,
              std::string_view proposed, std::string_view extra = {},
              std::string_view team = "ZJ") {
    return {"TransferRequested", fmt::format("transfer/{}", name),
            fmt::format(R"({{"talent":'{}',"mode":"{}","from_employer":'{}',"to_employer":'{}',)"
                        R"("to_site":'{}',"target_team":"{}"{}}})",
                        talent, mode, from, to, site, team, extra),
            std::string(proposed)};
}

Asked step(std::string_view type, std::string_view name, std::string_view payload = "{}") {
    return {std::string(type), fmt::format("transfer/{}", name), std::string(payload)};
}

Asked dated(Asked asked, std::string_view from) {
    asked.from = from;
    return asked;
}

Asked notice(std::string_view name, std::string_view day, int days) {
    return dated(step("ResignationNoticed", name, fmt::format("{{\"days\":{}}}", days)), day);
}

/// The three events of a transfer that takes effect.
std::vector<Asked> effect(Desk& desk, std::string_view name, std::string_view talent,
                          std::string_view to, std::string_view site, std::string_view day,
                          std::string_view staffing = "CONTRACT", std::string_view team = "ZJ") {
    return {dated(step("TransferEffected", name), day),
            {"AffiliationEnded", fmt::format("talent/{}", talent),
             fmt::format(R"({{"affiliation":{},"reason":"TRANSFER"}})", desk.home_of(talent)),
             std::string(day)},
            {"AffiliationStarted", fmt::format("talent/{}", talent),
             fmt::format(R"({{"employer":'{}',"site":'{}',"kind":"FULL_TIME_HOME",)"
                         R"("staffing":"{}","team":"{}"}})",
                         to, site, staffing, team),
             std::string(day)}};
}

/// T1 at E8 (contract), T2 at E1 (establishment).
struct Story {
    Story() {
        desk.person("T1", "E8", "S8");
        desk.person("T2", "E1", "S1", "ESTABLISHMENT");
        desk.on("2019-06-03");
    }
    void collect(std::string_view name) {
        desk.must(Role::T, step("TalentAgreed", name));
        desk.must(Role::E, step("ReleaseGranted", name));
        desk.must(Role::H, step("AcceptanceGranted", name));
    }
    TransferState state(std::string_view name = "X", std::string_view talent = "T1") {
        return desk.transfer(talent, name).state;
    }
    Desk desk;
};

}  // namespace

TEST_CASE("a request names the full-time home of the proposed day") {
    Story story;
    auto& desk = story.desk;
    struct Row { const char* name; Asked asked; const char* code; };
    const Row rows[] = {
        {"another employer", request("X", "T1", "CONSENT", "E1", "E3", "S3", "2019-07-01"),
         "E_NOT_CURRENT_EMPLOYER"},
        {"before the home began", request("X", "T1", "CONSENT", "E8", "E3", "S3", "2018-05-31"),
         "E_NOT_CURRENT_EMPLOYER"},
        {"the same employer", request("X", "T1", "CONSENT", "E8", "E8", "S8", "2019-07-01"),
         "E_SAME_EMPLOYER"},
        {"an unknown site", request("X", "T1", "CONSENT", "E8", "E3", "S1", "2019-07-01"),
         "E_NO_SITE"},
        {"an unknown person", request("X", "T9", "CONSENT", "E8", "E3", "S3", "2019-07-01"),
         "E_NO_TALENT"},
        {"a pilot out of place", request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01",
                                         R"(,"pilot":'P1')"), "E_PILOT"},
        {"a channel without a pilot", request("X", "T1", "CHANNEL", "E8", "E3", "S3", "2019-07-01",
                                              "", "DZ"), "E_PILOT"},
        {"a channel inside one team", request("X", "T1", "CHANNEL", "E8", "E3", "S3",
                                              "2019-07-01", R"(,"pilot":'P1')"), "E_TEAMS_EQUAL"},
        {"as it should be", request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"), ""},
        {"while one is open", request("Y", "T1", "RESIGN", "E8", "E3", "S3", "2019-07-01"),
         "E_TRANSFER_OPEN"},
        {"under an id in use", request("X", "T2", "CONSENT", "E1", "E3", "S3", "2019-07-01"),
         "E_STREAM_EXISTS"},
        {"a channel between teams", request("Z", "T2", "CHANNEL", "E1", "E3", "S3", "2019-07-01",
                                            R"(,"pilot":'P1')", "DZ"), ""},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(desk.tell(Role::H, row.asked) == row.code);
    }
}

TEST_CASE("a person without a home does not move by transfer") {
    Desk desk;
    desk.person("T1");
    CHECK(desk.tell(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-03-10")) ==
          "E_NOT_CURRENT_EMPLOYER");
}

TEST_CASE("every event of a transfer stands in its own stream, the talent's and both employers'") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    desk.must(Role::T, step("TalentAgreed", "X"));
    const auto& log = desk.log();
    const auto last = log.size() - 1;
    const StreamId streams[] = {{StreamKind::transfer, Desk::id("X")},
                                {StreamKind::talent, Desk::id("T1")},
                                {StreamKind::employer, Desk::id("E8")},
                                {StreamKind::employer, Desk::id("E3")}};
    for (const auto& stream : streams) CHECK(log.streams().at(stream).back() == last);
    const auto& event = trusted_event(log.bytes(last));
    CHECK(event.streams()->size() == 4);
    CHECK(event.streams()->Get(0)->kind() == StreamKind::transfer);
}

TEST_CASE("consents of each mode make a transfer ready, and none less") {
    struct Row {
        const char* name;
        const char* mode;
        const char* talent;
        const char* from;
        const char* extra;
        const char* team;
        std::vector<std::pair<Role, Asked>> steps;
    };
    const auto agreed = std::pair(Role::T, step("TalentAgreed", "X"));
    const auto released = std::pair(Role::E, step("ReleaseGranted", "X"));
    const auto accepted = std::pair(Role::H, step("AcceptanceGranted", "X"));
    const auto approved = std::pair(Role::M, step("AuthorityApproved", "X"));
    const auto noticed = std::pair(Role::T, notice("X", "2019-06-03", 30));
    const Row rows[] = {
        {"contract to contract", "CONSENT", "T1", "E8", "", "ZJ", {agreed, released, accepted}},
        {"another order", "CONSENT", "T1", "E8", "", "ZJ", {accepted, released, agreed}},
        {"out of the establishment", "CONSENT", "T2", "E1", "", "ZJ",
         {agreed, approved, released, accepted}},
        {"into the establishment", "CONSENT", "T1", "E8", R"(,"target_staffing":"ESTABLISHMENT")",
         "ZJ", {agreed, released, accepted, approved}},
        {"into the civil service", "CONSENT", "T1", "E8", R"(,"target_staffing":"CIVIL")", "ZJ",
         {approved, agreed, released, accepted}},
        {"resignation", "RESIGN", "T1", "E8", "", "ZJ", {noticed, accepted}},
        {"resignation from the establishment", "RESIGN", "T2", "E1", "", "ZJ",
         {accepted, noticed}},
        {"order", "ORDER", "T1", "E8", "", "ZJ", {approved}},
        {"channel", "CHANNEL", "T1", "E8", R"(,"pilot":'P1')", "DZ",
         {approved, agreed, released, accepted}},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Story story;
        auto& desk = story.desk;
        desk.must(Role::H, request("X", row.talent, row.mode, row.from, "E3", "S3", "2019-07-10",
                                   row.extra, row.team));
        const auto take_effect = [&] {
            return effect(desk, "X", row.talent, "E3", "S3", "2019-07-10", "CONTRACT", row.team);
        };
        for (const auto& [role, asked] : row.steps) {
            CHECK(story.state("X", row.talent) != TransferState::ready);
            CHECK(desk.tell(Role::M, take_effect()) == "E_CONSENT_MISSING");
            CHECK(desk.tell(role, asked) == "");
            CHECK(desk.tell(role, asked) == "E_ALREADY_GIVEN");
        }
        CHECK(story.state("X", row.talent) == TransferState::ready);
        CHECK(desk.tell(Role::M, take_effect()) == "");
        CHECK(story.state("X", row.talent) == TransferState::effective);
    }
}

TEST_CASE("a step that the mode does not have is refused") {
    struct Row { const char* mode; const char* extra; const char* team; std::vector<Asked> no; };
    const auto refused = step("ReleaseRefused", "X", R"({"reason":"short of staff"})");
    const auto no_acceptance = step("AcceptanceRefused", "X", R"({"reason":"no post"})");
    const auto no_order = step("AuthorityRejected", "X", R"({"reason":"no"})");
    const auto noticed = notice("X", "2019-06-03", 30);
    const Row rows[] = {
        {"CONSENT", "", "ZJ", {noticed}},
        {"RESIGN", "", "ZJ", {refused, no_order, step("TalentAgreed", "X"),
                              step("AuthorityApproved", "X")}},
        {"ORDER", "", "ZJ", {refused, noticed, no_acceptance, step("AcceptanceGranted", "X"),
                             step("ReleaseGranted", "X")}},
        {"CHANNEL", R"(,"pilot":'P1')", "DZ", {refused, noticed}},
    };
    const auto role_of = [](const Asked& asked) {
        if (asked.type.starts_with("Release")) return Role::E;
        if (asked.type.starts_with("Acceptance")) return Role::H;
        return asked.type.starts_with("Authority") ? Role::P : Role::T;
    };
    for (const auto& row : rows) {
        Story story;
        story.desk.must(Role::H, request("X", "T1", row.mode, "E8", "E3", "S3", "2019-07-10",
                                         row.extra, row.team));
        for (const auto& asked : row.no) {
            INFO(row.mode << " " << asked.type);
            CHECK(story.desk.tell(role_of(asked), asked) == "E_TRANSFER_MODE");
        }
    }
}

TEST_CASE("a transfer takes effect with the ending and the start it causes, or not at all") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    story.collect("X");
    const auto whole = effect(desk, "X", "T1", "E3", "S3", "2019-07-01");
    const auto with = [&](std::size_t index, auto change) {
        auto changed = whole;
        change(changed[index]);
        return changed;
    };
    struct Row { const char* name; std::vector<Asked> asked; const char* code; };
    const Row rows[] = {
        {"alone", {whole[0]}, "E_BATCH_INCOMPLETE"},
        {"without the start", {whole[0], whole[1]}, "E_BATCH_INCOMPLETE"},
        {"without the ending", {whole[0], whole[2]}, "E_BATCH_INCOMPLETE"},
        {"without the transfer", {whole[1], whole[2]}, "E_BATCH_INCOMPLETE"},
        {"the start before the ending", {whole[0], whole[2], whole[1]}, "E_BATCH_ORDER"},
        {"ending a day early", with(1, [](Asked& one) { one.from = "2019-06-30"; }),
         "E_BATCH_MISMATCH"},
        {"start a day late", with(2, [](Asked& one) { one.from = "2019-07-02"; }),
         "E_BATCH_MISMATCH"},
        {"another reason", with(1, [&](Asked& one) {
             one.payload = fmt::format(R"({{"affiliation":{},"reason":"RESIGN"}})",
                                       desk.home_of("T1"));
         }), "E_BATCH_MISMATCH"},
        {"another employer", effect(desk, "X", "T1", "E2", "S2", "2019-07-01"),
         "E_BATCH_MISMATCH"},
        {"no full-time home", with(2, [](Asked& one) {
             one.payload = R"({"employer":'E3',"site":'S3',"kind":"SECONDARY",)"
                           R"("staffing":"CONTRACT","team":"ZJ"})";
         }), "E_BATCH_MISMATCH"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(desk.tell(Role::M, row.asked) == row.code);
    }
    CHECK(story.state() == TransferState::ready);

    // Where the three stand in the command is free, as long as the ending comes first.
    REQUIRE(desk.tell(Role::M, {whole[1], whole[2], whole[0]}) == "");
    const auto& transfer = desk.transfer("T1", "X");
    CHECK(transfer.state == TransferState::effective);
    CHECK(transfer.effected_on == Date::of(2019, 7, 1));
    const auto next = desk.log().size();
    CHECK(transfer.old_affiliation->position == Position{next - 3});
    CHECK(transfer.new_affiliation->position == Position{next - 2});
    const auto& stored = *trusted_event(desk.log().bytes(next - 1)).payload_as_TransferEffected();
    CHECK(stored.old_affiliation()->position() == next - 3);
    CHECK(Id::of(stored.new_affiliation()->id()) ==
          Id::of(*trusted_event(desk.log().bytes(next - 2)).event_id()));
    CHECK(desk.who("T1").home_on(Date::of(2019, 6, 30))->employer == Desk::id("E8"));
    CHECK(desk.who("T1").home_on(Date::of(2019, 7, 1))->employer == Desk::id("E3"));
}

TEST_CASE("the ending must be that of the home the person leaves") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::E, {"SecondaryPostConsented", "talent/T1",
                        fmt::format(R"({{"affiliation":{},"other_employer":'E2'}})",
                                    desk.home_of("T1")), "2019-06-01"});
    const auto home = desk.home_of("T1");
    desk.must(Role::M, {"AffiliationStarted", "talent/T1",
                        fmt::format(R"({{"employer":'E2',"site":'S2',"kind":"SECONDARY",)"
                                    R"("staffing":"CONTRACT","team":"ZJ","home_consent":"{}"}})",
                                    desk.log().size() - 1), "2019-06-02"});
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    story.collect("X");
    // home_of names the newest affiliation: the second post.
    const auto code = desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01"));
    CHECK((code == "E_BATCH_MISMATCH" || code == "E_SECOND_HOME"));
    auto right = effect(desk, "X", "T1", "E3", "S3", "2019-07-01");
    right[1].payload = fmt::format(R"({{"affiliation":{},"reason":"TRANSFER"}})", home);
    CHECK(desk.tell(Role::M, right) == "");
}

TEST_CASE("a public post that only shows when it is taken still needs the authority") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    story.collect("X");
    CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01",
                                    "ESTABLISHMENT")) == "E_CONSENT_MISSING");
    desk.must(Role::P, step("AuthorityApproved", "X"));
    CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01",
                                    "ESTABLISHMENT")) == "");
}

TEST_CASE("a channel that ends in the old team is refused") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CHANNEL", "E8", "E3", "S3", "2019-07-01",
                               R"(,"pilot":'P1')", "DZ"));
    story.collect("X");
    desk.must(Role::P, step("AuthorityApproved", "X"));
    CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01")) ==
          "E_TEAMS_EQUAL");
    CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01", "CIVIL", "DZ")) ==
          "");
}

TEST_CASE("a resignation runs its notice unless the release comes earlier") {
    struct Row { const char* name; int days; const char* effected; bool release;
                 const char* code; };
    const Row rows[] = {
        {"day 29", 30, "2019-07-02", false, "E_NOTICE_PERIOD"},
        {"day 30", 30, "2019-07-03", false, ""},
        {"probation, day 2", 3, "2019-06-05", false, "E_NOTICE_PERIOD"},
        {"probation, day 3", 3, "2019-06-06", false, ""},
        {"released", 30, "2019-06-04", true, ""},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Story story;
        auto& desk = story.desk;
        desk.must(Role::T, request("X", "T1", "RESIGN", "E8", "E3", "S3", "2019-07-10"));
        CHECK(desk.tell(Role::T, notice("X", "2019-06-03", 29)) == "E_NOTICE_PERIOD");
        CHECK(desk.tell(Role::T, notice("X", "2019-06-04", 30)) == "E_NOTICE_PERIOD");
        desk.must(Role::T, notice("X", "2019-06-03", row.days));
        desk.must(Role::H, step("AcceptanceGranted", "X"));
        if (row.release) desk.must(Role::E, step("ReleaseGranted", "X"));
        CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", row.effected)) == row.code);
    }
}

TEST_CASE("after a refused release the same wish waits thirty days, resignation does not") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    desk.must(Role::E, step("ReleaseRefused", "X", R"({"reason":"short of staff"})"));
    CHECK(story.state() == TransferState::refused);
    desk.on("2019-07-02");
    CHECK(desk.tell(Role::H, request("Y", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-10")) ==
          "E_RELEASE_REFUSED_RECENTLY");
    desk.must(Role::T, request("Z", "T1", "RESIGN", "E8", "E3", "S3", "2019-08-10"));
    desk.must(Role::T, step("TransferWithdrawn", "Z"));
    desk.on("2019-07-03");
    CHECK(desk.tell(Role::H, request("Y", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-10")) ==
          "");
}

TEST_CASE("agreed service in a hardship county holds, except against order and resignation") {
    struct Row { const char* name; const char* mode; const char* day; const char* site;
                 const char* code; };
    const Row rows[] = {
        {"by consent", "CONSENT", "2019-07-01", "S3", "E_SERVICE_YEARS"},
        {"by order", "ORDER", "2019-07-01", "S3", ""},
        {"by resignation", "RESIGN", "2019-07-01", "S3", ""},
        {"on the last day", "CONSENT", "2019-07-30", "S3", "E_SERVICE_YEARS"},
        {"when it is over", "CONSENT", "2019-07-31", "S3", ""},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        Desk desk;
        desk.person("T1", "E2", "S2");
        desk.on("2019-06-03");
        desk.must(Role::E, {"ObligationDeclared", "talent/T1",
                            R"({"kind":"SERVICE_PERIOD","employer":'E2'})", "2018-07-31",
                            "2019-07-31"});
        CHECK(desk.tell(Role::H, request("X", "T1", row.mode, "E2", "E3", row.site, row.day)) ==
              row.code);
        const bool running = std::string_view(row.day) < "2019-07-31";
        if (*row.code == '\0') CHECK(desk.warned("W_OBLIGATION") == running);
    }
}

TEST_CASE("an obligation outside hardship counties only warns") {
    Story story;
    auto& desk = story.desk;
    for (const auto* kind : {"SERVICE_PERIOD", "NON_COMPETE"})
        desk.must(Role::E, {"ObligationDeclared", "talent/T1",
                            fmt::format(R"({{"kind":"{}","employer":'E8'}})", kind), "2019-01-01",
                            "2020-01-01"});
    CHECK(desk.tell(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01")) == "");
    CHECK(desk.registry.warnings.size() == 2);
}

TEST_CASE("a transfer moved to an earlier day meets the service years when it takes effect") {
    Desk desk;
    desk.person("T1", "E2", "S2");
    desk.on("2019-06-03");
    desk.must(Role::E, {"ObligationDeclared", "talent/T1",
                        R"({"kind":"SERVICE_PERIOD","employer":'E2'})", "2018-07-31",
                        "2019-07-31"});
    desk.must(Role::H, request("X", "T1", "CONSENT", "E2", "E3", "S3", "2019-07-31"));
    desk.must(Role::T, step("TalentAgreed", "X"));
    desk.must(Role::E, step("ReleaseGranted", "X"));
    desk.must(Role::H, step("AcceptanceGranted", "X"));
    CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01")) ==
          "E_SERVICE_YEARS");
    CHECK(desk.tell(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-31")) == "");
}

TEST_CASE("file and insurance hand a transfer over, in either order") {
    const auto file = dated(
        step("FileHandedOver", "X", R"({"custodian_from":"Mianyang","custodian_to":"Yibin"})"),
        "2019-07-12");
    const auto insurance = dated(step("InsuranceTransferred", "X", R"({"scheme":"PENSION"})"),
                                 "2019-07-15");
    for (const bool file_first : {true, false}) {
        Story story;
        auto& desk = story.desk;
        desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
        story.collect("X");
        CHECK(desk.tell(Role::M, file) == "E_TRANSFER_STATE");
        desk.must(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01"));
        desk.must(Role::M, file_first ? file : insurance);
        CHECK(story.state() == TransferState::effective);
        CHECK(desk.tell(Role::M, file_first ? file : insurance) == "E_ALREADY_GIVEN");
        desk.must(Role::M, file_first ? insurance : file);
        CHECK(story.state() == TransferState::handed_over);
        CHECK(desk.transfer("T1", "X").file_on == Date::of(2019, 7, 12));
        CHECK(desk.tell(Role::M, insurance) == "E_ALREADY_GIVEN");
        CHECK(desk.tell(Role::M, dated(step("InsuranceTransferred", "X",
                                            R"({"scheme":"MEDICAL"})"), "2019-07-16")) == "");
        CHECK(desk.tell(Role::M, file) == "E_TRANSFER_STATE");
    }
}

TEST_CASE("a transfer without a step lapses after ninety days, not before") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    desk.on("2019-08-31");
    CHECK(desk.tell(Role::Y, step("TransferLapsed", "X")) == "E_NOT_DUE");
    desk.must(Role::T, step("TalentAgreed", "X"));
    desk.on("2019-11-28");
    CHECK(desk.tell(Role::Y, step("TransferLapsed", "X")) == "E_NOT_DUE");
    desk.on("2019-11-29");
    const auto due = duties(desk.who("T1"), desk.today(), desk.reference());
    REQUIRE(due.size() == 1);
    CHECK(desk.tell(Role::Y, step("TransferLapsed", "X", due.front().payload_json)) == "");
    CHECK(story.state() == TransferState::lapsed);
    CHECK(duties(desk.who("T1"), desk.today(), desk.reference()).empty());
}

TEST_CASE("a reversal retracts both affiliation events and holds nothing until it is approved") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    story.collect("X");
    const auto reversed = step("TransferReversed", "X", R"({"reason":"recorded in error"})");
    CHECK(desk.tell(Role::P, reversed) == "E_TRANSFER_STATE");
    desk.must(Role::M, effect(desk, "X", "T1", "E3", "S3", "2019-07-01"));
    const auto next = desk.log().size();
    const auto retract = [&](std::size_t position) {
        return Asked{"EventRetracted", "",
                     fmt::format(R"({{"target":"{}","reason":"OTHER"}})", position)};
    };
    CHECK(desk.tell(Role::P, reversed) == "E_BATCH_INCOMPLETE");
    CHECK(desk.tell(Role::P, {reversed, retract(next - 1)}) == "E_BATCH_INCOMPLETE");
    CHECK(desk.tell(Role::P, {reversed, retract(next - 3), retract(next - 1)}) != "");
    REQUIRE(desk.tell(Role::P, {retract(next - 1), reversed, retract(next - 2)}) == "");
    const auto proposed = desk.registry.last;
    CHECK(story.state() == TransferState::effective);
    CHECK(desk.who("T1").home_on(Date::of(2019, 7, 1))->employer == Desk::id("E3"));
    REQUIRE(desk.registry.approve(proposed) == "");
    CHECK(story.state() == TransferState::reversed);
    CHECK(desk.who("T1").home_on(Date::of(2019, 7, 1))->employer == Desk::id("E8"));
}

TEST_CASE("a death leaves only endings of a transfer") {
    Story story;
    auto& desk = story.desk;
    desk.must(Role::H, request("X", "T1", "CONSENT", "E8", "E3", "S3", "2019-07-01"));
    desk.must(Role::S, {"TalentStatusChanged", "talent/T1", R"({"status":"DECEASED"})",
                        "2019-06-03"});
    CHECK(desk.tell(Role::E, step("ReleaseGranted", "X")) == "E_CLOSED_PERSON");
    CHECK(desk.tell(Role::H, step("TransferWithdrawn", "X")) == "");
}
