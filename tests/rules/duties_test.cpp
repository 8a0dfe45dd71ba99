// What the clock demands of a standing, and when (settled.md 2.10).
#include <catch2/catch.hpp>

#include "events/rules/decide.h"
#include "tests/rules/people.h"
#include "tests/support/calendar.h"

using namespace events;
using namespace tests;
using schema::Payload;

namespace {

const auto home = range("2005-07-01", "2100-01-01");
const auto agreed = range("2019-09-01", "2021-09-01");

TransferCase transfer_in(TransferState state, const char* last_step) {
    TransferCase transfer;
    transfer.id = id(9);
    transfer.from_employer = id(2);
    transfer.to_employer = id(50);
    transfer.state = state;
    transfer.last_step = day(last_step);
    return transfer;
}

EngagementCase in_state(EngagementState state) {
    const bool started = state != EngagementState::proposed &&
                         state != EngagementState::consented &&
                         state != EngagementState::declined && state != EngagementState::cancelled;
    auto engagement = engaged("DEP", continuous(1000), agreed, started);
    engagement.state = state;
    engagement.home_employer = id(2);
    engagement.home_consented = {10};
    return engagement;
}

struct Expected {
    const char* today;
    std::vector<Payload> due;
    const char* next;  ///< null: never
};

void check(const Person& person, const std::vector<Expected>& rows) {
    const auto book = tests::book_of_2019();
    for (const auto& row : rows) {
        INFO("on " << row.today);
        std::vector<Payload> types;
        for (const auto& duty : duties(person, day(row.today), book)) types.push_back(duty.type);
        CHECK(types == row.due);
        const auto next = next_duty(person, day(row.today), book);
        CHECK((next ? next->text() : "never") == (row.next ? row.next : "never"));
    }
}

Person at_home() {
    auto person = somebody();
    person.affiliations.push_back(home_at(id(2), home));
    person.affiliations.back().opened.position = {5};
    return person;
}

}  // namespace

TEST_CASE("an open transfer lapses ninety days after its last step") {
    for (const auto state :
         {TransferState::requested, TransferState::collecting, TransferState::ready}) {
        auto person = at_home();
        person.transfers.push_back(transfer_in(state, "2019-06-03"));
        check(person, {{"2019-06-03", {}, "2019-09-01"},
                       {"2019-08-31", {}, "2019-09-01"},
                       {"2019-09-01", {Payload::TransferLapsed}, nullptr},
                       {"2020-09-01", {Payload::TransferLapsed}, nullptr}});
    }
}

TEST_CASE("a transfer that is over never lapses") {
    for (const auto state : {TransferState::effective, TransferState::handed_over,
                             TransferState::refused, TransferState::rejected,
                             TransferState::withdrawn, TransferState::lapsed,
                             TransferState::reversed}) {
        auto person = at_home();
        person.transfers.push_back(transfer_in(state, "2019-06-03"));
        check(person, {{"2025-01-01", {}, nullptr}});
    }
}

TEST_CASE("a live engagement is completed one day after its period, effective on its end") {
    for (const auto state : {EngagementState::active, EngagementState::suspended}) {
        auto person = at_home();
        person.engagements.push_back(in_state(state));
        check(person, {{"2021-08-31", {}, "2021-09-02"},
                       {"2021-09-01", {}, "2021-09-02"},
                       {"2021-09-02", {Payload::EngagementCompleted}, nullptr}});
        const auto found = duties(person, day("2021-09-05"), tests::book_of_2019());
        REQUIRE(found.size() == 1);
        CHECK(found.front().due == day("2021-09-02"));
        CHECK(found.front().from == day("2021-09-01"));
        CHECK(found.front().payload_json == "{}");
    }
}

TEST_CASE("an engagement that never started is cancelled when its period has passed") {
    for (const auto state : {EngagementState::proposed, EngagementState::consented}) {
        auto person = at_home();
        person.engagements.push_back(in_state(state));
        check(person, {{"2021-08-31", {}, "2021-09-01"},
                       {"2021-09-01", {Payload::EngagementCancelled}, nullptr}});
    }
}

TEST_CASE("an engagement that is over demands nothing") {
    for (const auto state : {EngagementState::completed, EngagementState::terminated,
                             EngagementState::converted, EngagementState::declined,
                             EngagementState::cancelled}) {
        auto person = at_home();
        person.engagements.push_back(in_state(state));
        check(person, {{"2025-01-01", {}, nullptr}});
    }
}

TEST_CASE("a new home has thirty days to consent, then the engagement is suspended") {
    auto person = at_home();
    person.engagements.push_back(in_state(EngagementState::active));
    person.affiliations.front().period.to = day("2020-03-01");
    person.affiliations.push_back(home_at(id(3), range("2020-03-01", "2100-01-01")));
    person.affiliations.back().opened.position = {20};
    check(person, {{"2020-03-01", {}, "2020-03-31"},
                   {"2020-03-30", {}, "2020-03-31"},
                   {"2020-03-31", {Payload::EngagementSuspended}, "2021-09-02"}});
    const auto found = duties(person, day("2020-04-20"), tests::book_of_2019());
    REQUIRE(found.size() == 1);
    CHECK(found.front().from == day("2020-03-31"));

    SECTION("its consent ends the wait") {
        person.engagements.front().home_consented = {21};
        check(person, {{"2020-04-01", {}, "2021-09-02"}});
    }
    SECTION("a suspended engagement is not suspended again") {
        person.engagements.front().state = EngagementState::suspended;
        check(person, {{"2020-04-01", {}, "2021-09-02"}});
    }
    SECTION("a kind that only notifies the home waits for nobody") {
        person.engagements.front().kind = "CON";
        check(person, {{"2020-04-01", {}, "2021-09-02"}});
    }
}

TEST_CASE("a relocated home consents again; without a home there is nobody to ask") {
    auto person = at_home();
    person.engagements.push_back(in_state(EngagementState::active));
    SECTION("relocated") {
        person.affiliations.front().sites.push_back({day("2020-03-01"), {20}, id(7)});
        check(person, {{"2020-03-31", {Payload::EngagementSuspended}, "2021-09-02"}});
    }
    SECTION("relocated before the consent") {
        person.affiliations.front().sites.push_back({day("2019-10-01"), {9}, id(7)});
        check(person, {{"2020-03-31", {}, "2021-09-02"}});
    }
    SECTION("retired") {
        person.affiliations.front().period.to = day("2020-03-01");
        person.affiliations.front().ended = EventName{{20}, id(8)};
        check(person, {{"2020-03-31", {}, "2021-09-02"}});
    }
}

TEST_CASE("a transfer to the host converts the engagement on its day, also on the last one") {
    for (const auto* effected : {"2020-03-01", "2021-09-01"}) {
        INFO(effected);
        auto person = at_home();
        person.engagements.push_back(in_state(EngagementState::active));
        person.transfers.push_back(transfer_in(TransferState::effective, "2020-01-01"));
        person.transfers.back().effected_on = day(effected);
        const auto found = duties(person, day(effected), tests::book_of_2019());
        REQUIRE(found.size() == 1);
        CHECK(found.front().type == Payload::EngagementConverted);
        CHECK(found.front().from == day(effected));
        CHECK(found.front().payload_json == "{\"transfer\":\"" + id(9).text() + "\"}");
        check(person, {{"2019-12-31", {}, effected}});
    }
}

TEST_CASE("a transfer elsewhere, after the end or reversed converts nothing") {
    auto person = at_home();
    person.engagements.push_back(in_state(EngagementState::active));
    person.transfers.push_back(transfer_in(TransferState::effective, "2020-01-01"));
    auto& transfer = person.transfers.back();
    transfer.effected_on = day("2020-03-01");
    SECTION("elsewhere") { transfer.to_employer = id(4); }
    SECTION("after the end") { transfer.effected_on = day("2021-09-02"); }
    SECTION("reversed") { transfer.state = TransferState::reversed; }
    SECTION("as old as the engagement") { transfer.effected_on = agreed.from; }
    check(person, {{"2021-09-02", {Payload::EngagementCompleted}, nullptr}});
}

TEST_CASE("death ends a live engagement on its day") {
    auto person = at_home();
    person.engagements.push_back(in_state(EngagementState::active));
    person.statuses.push_back({day("2020-05-05"), {}, schema::TalentStatus::DECEASED});
    check(person, {{"2020-05-04", {}, "2020-05-05"},
                   {"2020-05-05", {Payload::EngagementTerminated}, nullptr}});
    CHECK(duties(person, day("2020-06-01"), tests::book_of_2019()).front().from ==
          day("2020-05-05"));
}

TEST_CASE("a duty has one command id however often it is named, and no two share one") {
    const auto ledger = id(200);
    Duty duty{Payload::TransferLapsed, {StreamKind::transfer, id(9)}, day("2019-09-01"), {}, "{}"};
    const auto first = duty_command(ledger, duty);
    CHECK(first == duty_command(ledger, duty));
    // Worked out with an independent SHA-256.
    CHECK(first.text() == "a4182bc434a3ef57b2069003d84d7589");
    auto other = duty;
    other.due = day("2019-09-02");
    CHECK(duty_command(ledger, other) != first);
    other = duty;
    other.type = Payload::EngagementCompleted;
    CHECK(duty_command(ledger, other) != first);
    other = duty;
    other.stream.id = id(10);
    CHECK(duty_command(ledger, other) != first);
    other = duty;
    other.stream.kind = StreamKind::engagement;
    CHECK(duty_command(ledger, other) != first);
    CHECK(duty_command(id(201), duty) != first);
}
