// A case worker's desk for tests of transfers and engagements: a registrar in memory, a few
// employers, and people who are tried one thing after another.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/calendar.h"
#include "tests/support/memory_history.h"

namespace tests {

/// One event of a command.
struct Asked {
    std::string type;
    std::string subject;  ///< `transfer/X1`: the name is turned into an id
    std::string payload = "{}";  ///< names in single quotes become ids
    std::string from = {};
    std::string to = {};
};

/// Opens on 2019-03-01 with the employers E1 (510107), E2 (513401, hardship class 1), E3 (511502)
/// and E8 (510704), each with a site `S` + its number, E1 with a second one `S1b` in 513201
/// (class 4); calendar of 2019 and hardship list published.
class Desk {
public:
    Desk() {
        must(Role::P, {"CalendarPublished", "", calendar_payload(), "2019-01-01", "2020-01-01"});
        must(Role::P, {"HardshipListPublished", "",
                       R"({"list":"CN-2006","areas":[{"county":"513401","hardship_class":1},)"
                       R"({"county":"513201","hardship_class":4}]})",
                       "2016-08-01"});
        must(Role::P, {employer("E1", "12510000MTXX00014E", "510107"),
                       site("E1", "S1", "510107"), site("E1", "S1b", "513201")});
        must(Role::P,
             {employer("E2", "91513400MTXX00022X", "513401"), site("E2", "S2", "513401")});
        must(Role::P,
             {employer("E3", "91511500MTXX000305", "511502"), site("E3", "S3", "511502")});
        must(Role::P,
             {employer("E8", "12510700MTXX00081G", "510704"), site("E8", "S8", "510704")});
    }

    static events::Id id(std::string_view name) { return Registry::id(name); }
    void on(std::string_view day) { registry.on(day); }
    events::Date today() const { return registry.today(); }

    /// Empty if recorded, else the code of the refusal.
    std::string tell(events::Role role, const std::vector<Asked>& asked) {
        std::vector<Say> said;
        for (const auto& one : asked) {
            const auto slash = one.subject.find('/');
            const auto subject = one.subject.empty()
                                     ? std::string()
                                     : one.subject.substr(0, slash) + "/'" +
                                           one.subject.substr(slash + 1) + "'";
            said.push_back({one.type, subject, one.payload, one.from, one.to});
        }
        return registry.tell(As{role}, said);
    }
    std::string tell(events::Role role, Asked asked) { return tell(role, std::vector{asked}); }
    void must(events::Role role, const std::vector<Asked>& asked) {
        if (!tell(role, asked).empty())
            throw std::runtime_error(asked.front().type + " was refused: " + registry.why);
    }
    void must(events::Role role, Asked asked) { must(role, std::vector{std::move(asked)}); }

    /// Registers a person with a full-time home since 2018-06-01; no employer: without a home.
    void person(std::string_view name, std::string_view employer = {},
                std::string_view site = {}, std::string_view staffing = "CONTRACT",
                std::string_view team = "ZJ", std::string_view extra = {}) {
        const auto subject = fmt::format("talent/{}", name);
        std::vector<Asked> asked{
            {"TalentRegistered", subject,
             fmt::format(R"({{"category":"ZJ","doc":{{"kind":"PASS","issuer":"CHN",)"
                         R"("number":"E{:08}"}},)"
                         R"("name":{{"zh":"某人"}},"sex":1,"birth_year":1975,"nationality":"CHN",)"
                         R"("residence":"510107"{}}})",
                         ++people_, extra),
             "2018-06-01"}};
        if (!employer.empty())
            asked.push_back({"AffiliationStarted", subject,
                             fmt::format(R"({{"employer":'{}',"site":'{}',"kind":"FULL_TIME_HOME",)"
                                         R"("staffing":"{}","team":"{}"}})",
                                         employer, site, staffing, team),
                             "2018-06-01"});
        must(Role::M, asked);
    }
    /// `"12:<id>"` of the event that opened the person's newest affiliation, quotes included.
    std::string home_of(std::string_view name) {
        return registry.ref_at(who(name).affiliations.back().opened.position.value);
    }

    const events::Person& who(std::string_view name) {
        const auto* person = registry.who(name);
        if (!person) throw std::logic_error("nobody of that name");
        return *person;
    }
    const events::TransferCase& transfer(std::string_view talent, std::string_view name) {
        const auto* found = who(talent).transfer(id(name));
        if (!found) throw std::logic_error("no transfer of that name");
        return *found;
    }
    const events::EngagementCase& engagement(std::string_view talent, std::string_view name) {
        const auto* found = who(talent).engagement(id(name));
        if (!found) throw std::logic_error("no engagement of that name");
        return *found;
    }
    const events::ReferenceBook& reference() { return registry.standings().reference(); }
    const MemoryHistory& log() const { return registry.history(); }
    bool warned(std::string_view code) const { return registry.warned(code); }

    Registry registry;

private:
    using Role = events::Role;

    static std::string calendar_payload() {
        std::string days;
        for (const auto& day : days_of_2019())
            days += fmt::format(
                "{}{{\"date\":\"{}\",\"kind\":\"{}\"}}", days.empty() ? "" : ",", day.date.text(),
                day.kind == events::schema::DayKind::WORKDAY ? "WORKDAY" : "HOLIDAY");
        return "{\"year\":2019,\"days\":[" + days + "]}";
    }
    static Asked employer(std::string_view name, std::string_view uscc, std::string_view region) {
        return {"EmployerRegistered", fmt::format("employer/{}", name),
                fmt::format(R"({{"uscc":"{}","name":"{} works","ownership":"PUBLIC",)"
                            R"("section":"M","region":"{}"}})",
                            uscc, name, region),
                "2018-06-01"};
    }
    static Asked site(std::string_view employer, std::string_view name, std::string_view region) {
        return {"SiteOpened", fmt::format("employer/{}", employer),
                fmt::format(R"({{"site":'{}',"region":"{}","function":"HQ"}})", name, region),
                "2018-06-01"};
    }

    unsigned people_ = 0;
};

}  // namespace tests
