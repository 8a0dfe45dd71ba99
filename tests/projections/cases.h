// Short sentences that fill a demonstration ledger for the worked cases: a first load recorded on
// 2021-01-01, so that facts of earlier years need no approval.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "events/codes/identifiers.h"
#include "tests/projections/province.h"

namespace test {

struct Seat {
    std::string employer;
    std::string site;
};

class Cases {
public:
    Cases() {
        fixture.open();
        scheme("SC-5Z-2006", "2006-01-01", "2016-08-01", "SSC");
        scheme("SC-5Z-2016", "2016-08-01", "", "CDP");
        say("FirstLoadOpened", "",
            R"({"source":"files","approver":"a0000000000000000000000000000009"})");
        loading_ = true;
    }

    /// Leshan (511100) lies in another zone in each scheme.
    void scheme(const std::string& name, const std::string& from, const std::string& to,
                const std::string& leshan) {
        std::string members;
        for (const auto& [zone, prefecture] :
             std::vector<std::pair<std::string, std::string>>{{"CDP", "510100"},
                                                              {"CDP", "510700"},
                                                              {leshan, "511100"},
                                                              {"SSC", "511500"},
                                                              {"PXI", "513400"},
                                                              {"NWS", "513300"}}) {
            members += fmt::format(R"({}{{"zone":"{}","prefecture":"{}","role":"{}"}})",
                                   members.empty() ? "" : ",", zone, prefecture,
                                   prefecture == "510100" ? "TRUNK" : "MEMBER");
        }
        say("ZoneSchemeActivated", "",
            fmt::format(R"({{"scheme":"{}","members":[{}]}})", name, members), from, to);
    }
    Seat employer(const std::string& region) {
        Seat seat{fresh_id(), fresh_id()};
        std::string uscc = fmt::format("91510000MTXX{:04}X", ++employers_);
        for (const char check : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
            if (events::check_uscc(uscc + check)) {
                uscc += check;
                break;
            }
        }
        say({event(
                 "EmployerRegistered", "employer/" + seat.employer,
                 fmt::format(
                     R"({{"uscc":"{}","name":"Works {}",)"
                     R"("ownership":"PRIVATE","section":"C","region":"{}"}})",
                     uscc, employers_, region),
                 "2000-01-01"),
             site_event(seat.employer, seat.site, region)});
        return seat;
    }
    /// Another site of the same employer.
    Seat site(const std::string& employer, const std::string& region) {
        Seat seat{employer, fresh_id()};
        say({site_event(employer, seat.site, region)});
        return seat;
    }
    std::string talent(const std::string& residence = "510107") {
        const std::string id = fresh_id();
        ++talents_;  // a thousand numbers a day
        std::string number =
            fmt::format("510100198001{:02}{:03}", 1 + talents_ / 1'000, talents_ % 1'000);
        number += events::mod_11_2(number);
        say("TalentRegistered", "talent/" + id,
            fmt::format(
                R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN","number":"{}"}},)"
                R"("name":{{"zh":"某人"}},"sex":{},"birth_year":1980,)"
                R"("nationality":"CHN","residence":"{}"}})",
                number, talents_ % 2 == 0 ? 2 : 1, residence),
            "2010-01-01");
        return id;
    }
    /// Reference to the opening event of a full-time home.
    std::string home(const std::string& talent, const Seat& seat, const std::string& from) {
        return say({home_event(talent, seat, from)}) + "#0";
    }
    std::string end(const std::string& talent, const std::string& home, const std::string& from) {
        return say({end_event(talent, home, from, "RESIGN")});
    }
    std::string relocate(const std::string& talent, const std::string& home, const Seat& from,
                         const Seat& to, const std::string& day) {
        return say("SiteRelocated", "talent/" + talent,
                   fmt::format(R"({{"affiliation":"{}","from_site":"{}","to_site":"{}"}})", home,
                               from.site, to.site),
                   day);
    }
    /// By order; returns the command that effects it: transfer, ending, start.
    std::string transfer(const std::string& talent, const std::string& home, const Seat& from,
                         const Seat& to, const std::string& day, const std::string& id) {
        say("TransferRequested", "transfer/" + id,
            fmt::format(R"({{"talent":"{}","mode":"ORDER","from_employer":"{}","to_employer":"{}",)"
                        R"("to_site":"{}","target_team":"ZJ"}})",
                        talent, from.employer, to.employer, to.site),
            day);
        say("AuthorityApproved", "transfer/" + id, "{}");
        return say({event("TransferEffected", "transfer/" + id, "{}", day),
                    end_event(talent, home, day, "TRANSFER"), home_event(talent, to, day)});
    }
    /// An engagement in force, CONTINUOUS at a small load.
    std::string engagement(const std::string& talent, const Seat& host, const std::string& region,
                           const std::string& from, const std::string& to) {
        const std::string id = fresh_id();
        say("EngagementProposed", "engagement/" + id,
            fmt::format(
                R"({{"talent":"{}","host_employer":"{}","host_site":"{}","region_served":"{}",)"
                R"("place_of_work":"{}","kind":"PRJ",)"
                R"("schedule":{{"kind":"CONTINUOUS"}},"load":100}})",
                talent, host.employer, host.site, region, region),
            from, to);
        for (const auto& [party, role] :
             {std::pair("TALENT", events::Role::T), std::pair("HOME", events::Role::E),
              std::pair("HOST", events::Role::H)}) {
            // Whose consent the proposal implies, or nobody asks for, is refused here: no harm.
            (void)try_say({event("EngagementConsented", "engagement/" + id,
                                 fmt::format(R"({{"party":"{}"}})", party), "", "", false)},
                          actor(role));
        }
        say("EngagementActivated", "engagement/" + id, "{}", from);
        return id;
    }
    std::string service(const std::string& engagement, const std::string& region,
                        const std::string& month, int workday, int restday) {
        return say({event(
            "ServiceRendered", "engagement/" + engagement,
            fmt::format(
                R"({{"workday_mday":{},"restday_mday":{},"region_served":"{}","place":"{}"}})",
                workday, restday, region, region),
            month, events::Date::parse(month)->first_of_next_month().text())});
    }
    /// Has the other office approve what waits for approval.
    void approve(const std::string& command) {
        say({event("ActionApproved", "", fmt::format(R"({{"command":"{}"}})", command), "", "",
                   false)},
            actor(events::Role::P, "a0000000000000000000000000000002"));
    }
    /// Corrects dates, retracts ...; approved by the other office where that is needed.
    std::string amend(const std::vector<std::string>& events) {
        bool proposed = false;
        const std::string command = say(events, actor(events::Role::P), &proposed);
        if (proposed) approve(command);
        return command;
    }

    // -- single events, for commands of several ---------------------------------------------------
    std::string event(std::string_view type, const std::string& subject, const std::string& payload,
                      const std::string& from = {}, const std::string& to = {}, bool loads = true) {
        std::string rest = R"("demotime":"2021-01-01T09:00:00+08:00",)";
        if (!from.empty()) rest += fmt::format(R"("effectivefrom":"{}",)", from);
        if (!to.empty()) rest += fmt::format(R"("effectiveto":"{}",)", to);
        if (loading_ && loads) rest += R"("firstload":true,)";
        rest += R"("commandid":"COMMAND",)";
        const std::string digest(64, '7');
        const std::string data = fmt::format(
            R"("legal_basis":"STATUTORY_DUTY","evidence":[{{"alg":"SHA-256","digest":"{}"}}],)",
            digest);
        return cloud_event(type, subject, payload, rest, {}, data);
    }
    std::string home_event(const std::string& talent, const Seat& seat, const std::string& from) {
        return event("AffiliationStarted", "talent/" + talent,
                     fmt::format(R"({{"employer":"{}","site":"{}","kind":"FULL_TIME_HOME",)"
                                 R"("staffing":"CONTRACT","team":"ZJ"}})",
                                 seat.employer, seat.site),
                     from);
    }
    std::string end_event(const std::string& talent, const std::string& home,
                          const std::string& from, std::string_view reason) {
        return event("AffiliationEnded", "talent/" + talent,
                     fmt::format(R"({{"affiliation":"{}","reason":"{}"}})", home, reason), from);
    }
    std::string correct_event(const std::string& stream, const std::string& target,
                              const std::string& from) {
        return event(
            "EventCorrected", stream,
            fmt::format(R"({{"target":"{}","dates":{{"from":"{}"}},"reason":"WRONG_DATE"}})",
                        target, from),
            "", "", false);
    }
    std::string retract_event(const std::string& stream, const std::string& target) {
        return event("EventRetracted", stream,
                     fmt::format(R"({{"target":"{}","reason":"OTHER"}})", target), "", "", false);
    }

    // -- saying them ------------------------------------------------------------------------------
    std::string say(std::string_view type, const std::string& subject, const std::string& payload,
                    const std::string& from = {}, const std::string& to = {}) {
        return say({event(type, subject, payload, from, to)});
    }
    /// One command of these events; returns its id.
    std::string say(const std::vector<std::string>& events,
                    const events::Actor& by = actor(events::Role::P), bool* proposed = nullptr) {
        const std::string command = fresh_id();
        const auto receipt = fixture.must_record(joined(events, command), by);
        if (proposed != nullptr) *proposed = receipt.proposed;
        return command;
    }
    bool try_say(const std::vector<std::string>& events, const events::Actor& by) {
        return fixture.record(joined(events, fresh_id()), by).has_value();
    }
    /// K as of now: everything said so far.
    std::string now() const { return fmt::format("seq:{}", fixture.ledger->head().size - 1); }

    LedgerFixture fixture;

private:
    static std::string joined(const std::vector<std::string>& events, const std::string& command) {
        std::string out;
        for (const auto& one : events) {
            if (!out.empty()) out += ",";
            std::string text = one;
            const auto at = text.find("COMMAND");
            out += text.replace(at, 7, command);
        }
        return "[" + out + "]";
    }
    std::string site_event(const std::string& employer, const std::string& site,
                           const std::string& region) {
        return event(
            "SiteOpened", "employer/" + employer,
            fmt::format(R"({{"site":"{}","region":"{}","function":"PLANT"}})", site, region),
            "2000-01-01");
    }

    bool loading_ = false;
    int employers_ = 0;
    int talents_ = 0;
};

}  // namespace test
