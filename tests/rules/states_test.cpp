// Both state machines of domain.md 2.4, exhaustively: every step in every state.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <map>

#include "tests/rules/desk.h"

using namespace events;
using tests::Asked;
using tests::Desk;

namespace {

// -- transfers -----------------------------------------------------------------------------------

const Asked request{"TransferRequested", "transfer/X",
                    R"({"talent":'T',"mode":"CONSENT","from_employer":'E8',"to_employer":'E3',)"
                    R"("to_site":'S3',"target_team":"ZJ"})",
                    "2019-06-10"};

Asked transfer_step(std::string_view type) {
    static const std::map<std::string_view, std::string_view> payloads{
        {"ReleaseRefused", R"({"reason":"no"})"},
        {"AcceptanceRefused", R"({"reason":"no"})"},
        {"AuthorityRejected", R"({"reason":"no"})"},
        {"FileHandedOver", R"({"custodian_from":"a","custodian_to":"b"})"},
        {"InsuranceTransferred", R"({"scheme":"PENSION"})"},
    };
    const auto payload = payloads.find(type);
    const bool is_dated = type == "FileHandedOver" || type == "InsuranceTransferred";
    return {std::string(type), "transfer/X",
            std::string(payload == payloads.end() ? "{}" : payload->second),
            is_dated ? "2019-06-12" : ""};
}

std::string take_effect(Desk& desk) {
    return desk.tell(
        Role::M,
        {{"TransferEffected", "transfer/X", "{}", "2019-06-10"},
         {"AffiliationEnded", "talent/T",
          fmt::format(R"({{"affiliation":{},"reason":"TRANSFER"}})", desk.home_of("T")),
          "2019-06-10"},
         {"AffiliationStarted", "talent/T",
          R"({"employer":'E3',"site":'S3',"kind":"FULL_TIME_HOME","staffing":"CONTRACT",)"
          R"("team":"ZJ"})",
          "2019-06-10"}});
}

std::string reverse(Desk& desk) {
    const auto* transfer = desk.who("T").transfer(Desk::id("X"));
    const auto target = [&](const std::optional<EventName>& event, std::uint64_t otherwise) {
        return fmt::format(R"({{"target":"{}","reason":"OTHER"}})",
                           event ? event->position.value : otherwise);
    };
    const auto size = desk.log().size();
    const auto code = desk.tell(
        Role::P, {{"TransferReversed", "transfer/X", R"({"reason":"in error"})"},
                  {"EventRetracted", "", target(transfer->old_affiliation, size - 1)},
                  {"EventRetracted", "", target(transfer->new_affiliation, size - 1)}});
    return code.empty() ? desk.registry.approve(desk.registry.last) : code;
}

struct TransferStep {
    const char* type;
    Role role;
};

constexpr TransferStep transfer_steps[] = {
    {"TalentAgreed", Role::T},        {"ReleaseGranted", Role::E},
    {"ReleaseRefused", Role::E},      {"AcceptanceGranted", Role::H},
    {"AcceptanceRefused", Role::H},   {"AuthorityApproved", Role::P},
    {"AuthorityRejected", Role::P},   {"TransferEffected", Role::M},
    {"FileHandedOver", Role::M},      {"InsuranceTransferred", Role::M},
    {"TransferWithdrawn", Role::T},   {"TransferLapsed", Role::Y},
    {"TransferReversed", Role::P},
};

std::string do_step(Desk& desk, const TransferStep& step) {
    if (std::string_view(step.type) == "TransferEffected") return take_effect(desk);
    if (std::string_view(step.type) == "TransferReversed") return reverse(desk);
    return desk.tell(step.role, transfer_step(step.type));
}

/// The shortest way into each state.
const std::vector<std::pair<TransferState, std::vector<const char*>>>& ways() {
    static const std::vector<std::pair<TransferState, std::vector<const char*>>> all{
        {TransferState::requested, {}},
        {TransferState::collecting, {"AuthorityApproved"}},
        {TransferState::ready, {"TalentAgreed", "ReleaseGranted", "AcceptanceGranted"}},
        {TransferState::effective,
         {"TalentAgreed", "ReleaseGranted", "AcceptanceGranted", "TransferEffected"}},
        {TransferState::handed_over,
         {"TalentAgreed", "ReleaseGranted", "AcceptanceGranted", "TransferEffected",
          "FileHandedOver", "InsuranceTransferred"}},
        {TransferState::refused, {"ReleaseRefused"}},
        {TransferState::rejected, {"AuthorityRejected"}},
        {TransferState::withdrawn, {"TransferWithdrawn"}},
        {TransferState::lapsed, {"TransferLapsed"}},
        {TransferState::reversed, {"TalentAgreed", "ReleaseGranted", "AcceptanceGranted",
                                   "TransferEffected", "TransferReversed"}},
    };
    return all;
}

const TransferStep& step_named(std::string_view type) {
    for (const auto& step : transfer_steps)
        if (type == step.type) return step;
    throw std::logic_error("no such step");
}

void lead_to(Desk& desk, const std::vector<const char*>& way) {
    desk.person("T", "E8", "S8");
    desk.on("2019-06-03");
    desk.must(Role::H, request);
    desk.on("2019-09-30");  // late enough to lapse
    for (const auto* type : way) {
        INFO(type);
        REQUIRE(do_step(desk, step_named(type)) == "");
    }
}

/// The state a step leads to; nothing: refused.
std::optional<TransferState> after(TransferState state, std::string_view type) {
    const bool open = state <= TransferState::ready;
    const bool in_effect = state == TransferState::effective || state == TransferState::handed_over;
    if (type == "ReleaseRefused" || type == "AcceptanceRefused")
        return open ? std::optional(TransferState::refused) : std::nullopt;
    if (type == "AuthorityRejected")
        return open ? std::optional(TransferState::rejected) : std::nullopt;
    if (type == "TransferWithdrawn")
        return open ? std::optional(TransferState::withdrawn) : std::nullopt;
    if (type == "TransferLapsed")  // a step was made today, unless only requested
        return state == TransferState::requested ? std::optional(TransferState::lapsed)
                                                 : std::nullopt;
    if (type == "TransferEffected")
        return state == TransferState::ready ? std::optional(TransferState::effective)
                                             : std::nullopt;
    if (type == "TransferReversed")
        return in_effect ? std::optional(TransferState::reversed) : std::nullopt;
    if (type == "FileHandedOver" || type == "InsuranceTransferred")  // the other one is missing
        return state == TransferState::effective ? std::optional(TransferState::effective)
                                                 : std::nullopt;
    if (type == "AuthorityApproved") {  // not needed between contracts, but allowed once
        if (state == TransferState::ready) return TransferState::ready;
        return state == TransferState::requested ? std::optional(TransferState::collecting)
                                                 : std::nullopt;
    }
    // The other consents: given already where the transfer is ready.
    return state <= TransferState::collecting ? std::optional(TransferState::collecting)
                                              : std::nullopt;
}

}  // namespace

TEST_CASE("a transfer goes from state to state as written, and no other way") {
    for (const auto& [state, way] : ways())
        for (const auto& step : transfer_steps) {
            INFO("state " << static_cast<int>(state) << ", step " << step.type);
            Desk desk;
            lead_to(desk, way);
            REQUIRE(desk.transfer("T", "X").state == state);
            const auto events = desk.log().size();
            const auto expected = after(state, step.type);
            const auto code = do_step(desk, step);
            CHECK(code.empty() == expected.has_value());
            CHECK(desk.transfer("T", "X").state == expected.value_or(state));
            if (expected) continue;
            CHECK(desk.log().size() == events);
            const bool known = code == "E_TRANSFER_STATE" || code == "E_ALREADY_GIVEN" ||
                               code == "E_CONSENT_MISSING" || code == "E_NOT_DUE";
            CHECK(known);
        }
}

// -- engagements ---------------------------------------------------------------------------------

namespace {

using State = EngagementState;

const Asked proposal{
    "EngagementProposed", "engagement/F",
    R"({"talent":'T',"host_employer":'E2',"host_site":'S2',"region_served":"513401",)"
    R"("place_of_work":"513401","kind":"SUN","schedule":{"kind":"WEEKLY","slots":["SAT_AM"]},)"
    R"("load":100})",
    "2019-06-10", "2019-12-01"};

struct EngagementStep {
    const char* type;
    Role role;
    const char* payload = "{}";
    const char* from = "";
    const char* to = "";
};

constexpr EngagementStep engagement_steps[] = {
    {"EngagementConsented", Role::T, R"({"party":"TALENT"})"},
    {"EngagementDeclined", Role::T, R"({"party":"TALENT"})"},
    {"EngagementActivated", Role::H, "{}", "2019-06-10"},
    {"EngagementSuspended", Role::H, R"({"reason":"x"})", "2019-08-01"},
    {"EngagementResumed", Role::H, "{}", "2019-09-01"},
    {"EngagementRescheduled", Role::H,
     R"({"schedule":{"kind":"WEEKLY","slots":["SUN_AM"]},"load":100})", "2019-10-01"},
    {"EngagementExtended", Role::H, "{}", "2019-12-01", "2020-02-01"},
    {"ServiceRendered", Role::H,
     R"({"workday_mday":0,"restday_mday":500,"region_served":"513401","place":"513401"})",
     "2019-07-01", "2019-08-01"},
    {"EngagementEvaluated", Role::H, R"({"grade":"B"})"},
    {"EngagementCompleted", Role::H, "{}", "2019-11-01"},
    {"EngagementTerminated", Role::H, R"({"reason":"x"})", "2019-11-01"},
    {"EngagementCancelled", Role::H},
};

std::string do_step(Desk& desk, const EngagementStep& step) {
    return desk.tell(step.role, Asked{step.type, "engagement/F", step.payload, step.from, step.to});
}

std::optional<State> after(State state, std::string_view type) {
    const bool live = state == State::active || state == State::suspended;
    const bool over = state == State::completed || state == State::terminated;
    const auto when = [](bool allowed, State next) {
        return allowed ? std::optional(next) : std::nullopt;
    };
    if (type == "EngagementConsented") return when(state == State::proposed, State::consented);
    if (type == "EngagementDeclined") return when(state == State::proposed, State::declined);
    if (type == "EngagementActivated") return when(state == State::consented, State::active);
    if (type == "EngagementSuspended") return when(state == State::active, State::suspended);
    if (type == "EngagementResumed") return when(state == State::suspended, State::active);
    if (type == "EngagementRescheduled" || type == "EngagementExtended") return when(live, state);
    if (type == "ServiceRendered" || type == "EngagementEvaluated")
        return when(live || over, state);
    if (type == "EngagementCompleted") return when(live, State::completed);
    if (type == "EngagementTerminated") return when(live, State::terminated);
    return when(state == State::proposed || state == State::consented, State::cancelled);
}

}  // namespace

TEST_CASE("an engagement goes from state to state as written, and no other way") {
    const std::vector<std::pair<State, std::vector<int>>> ways_in{
        {State::proposed, {}},         {State::consented, {0}},       {State::declined, {1}},
        {State::active, {0, 2}},       {State::suspended, {0, 2, 3}}, {State::completed, {0, 2, 9}},
        {State::terminated, {0, 2, 10}}, {State::cancelled, {11}},
    };
    for (const auto& [state, way] : ways_in)
        for (const auto& step : engagement_steps) {
            INFO("state " << static_cast<int>(state) << ", step " << step.type);
            Desk desk;
            desk.person("T", "E8", "S8");
            desk.on("2019-06-03");
            desk.must(Role::H, proposal);
            desk.on("2019-11-05");
            for (const auto index : way) REQUIRE(do_step(desk, engagement_steps[index]) == "");
            REQUIRE(desk.engagement("T", "F").state == state);
            const auto expected = after(state, step.type);
            const auto code = do_step(desk, step);
            CHECK(code.empty() == expected.has_value());
            CHECK(desk.engagement("T", "F").state == expected.value_or(state));
            if (expected) continue;
            const bool known = code == "E_ENGAGEMENT_STATE" || code == "E_CONSENT_MISSING";
            CHECK(known);
        }
}
