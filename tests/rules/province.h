// A small province for rule tests: four employers with sites, and people registered on demand.
#pragma once

#include <string>
#include <string_view>

#include "events/codes/identifiers.h"
#include "tests/support/memory_history.h"

namespace tests {

/// Employers since 2010-01-01, each with one open site named like it with an `s` behind:
/// `uni` in Chengdu (510107), `works` in Yibin (511502), `bureau` in Aba (513201),
/// `lab` in Mianyang (510704), which has a second site `lab2` in Chengdu (510105).
class Province : public Registry {
public:
    using Who = As;
    static As office() { return {Role::M, "office"}; }
    static As province() { return {Role::P, "province"}; }
    static As steward() { return {Role::S, "steward"}; }
    static As employer_desk() { return {Role::E, "employer"}; }

    Province() {
        must(loading(), {{"FirstLoadOpened", "", R"({"source":"test","approver":'approver'})"}});
        employer("uni", "12510000MTXX00014E", "510107");
        employer("works", "91511500MTXX000305", "511502");
        employer("bureau", "11513200MTXX000659", "513201");
        employer("lab", "12510700MTXX00081G", "510704");
        must(load(), {open_site("lab", "lab2", "510105")});
        must(loading(), {{"FirstLoadClosed"}});
    }

    /// A registered person without any affiliation; born on 1980-05-01 unless said otherwise.
    void talent(std::string_view name, std::string_view born = "1980-05-01") {
        must(office(), {registration(name, number(born), born)});
    }
    Say registration(std::string_view name, std::string_view number, std::string_view born,
                     std::string_view from = {}) const {
        return {"TalentRegistered", "talent/'" + std::string(name) + "'",
                fmt::format(R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN",)"
                            R"("number":"{}"}},"name":{{"zh":"某人"}},"sex":1,"birth_year":{},)"
                            R"("nationality":"CHN","residence":"510100"}})",
                            number, born.substr(0, 4)),
                std::string(from)};
    }
    /// A citizen number that nobody holds yet (area codes ending in 00 are never issued).
    std::string number(std::string_view born = "1980-05-01") {
        std::string digits = "510100";
        for (const char c : born) {
            if (c != '-') digits += c;
        }
        digits += fmt::format("{:03}", 2 * ++numbers_ + 1);
        return digits + events::mod_11_2(digits);
    }
    static Say start(std::string_view talent, std::string_view employer, std::string_view from,
                     std::string_view extra = {}, std::string_view kind = "FULL_TIME_HOME",
                     std::string_view staffing = "CONTRACT") {
        return {"AffiliationStarted", "talent/'" + std::string(talent) + "'",
                fmt::format(R"({{"employer":'{}',"site":'{}s',"kind":"{}","staffing":"{}",)"
                            R"("team":"ZJ"{}}})",
                            employer, employer, kind, staffing, extra),
                std::string(from)};
    }
    static Say end(std::string_view talent, std::string_view affiliation, std::string_view from,
                   std::string_view reason = "RESIGN") {
        return {"AffiliationEnded", "talent/'" + std::string(talent) + "'",
                fmt::format(R"({{"affiliation":{},"reason":"{}"}})", affiliation, reason),
                std::string(from)};
    }
    /// Person with an open home; returns the reference to its opening event.
    std::string at_home(std::string_view name, std::string_view employer,
                        std::string_view from = "2019-01-01",
                        std::string_view staffing = "CONTRACT") {
        talent(name);
        must(office(), {start(name, employer, from, {}, "FULL_TIME_HOME", staffing)});
        return ref();
    }
    static Say open_site(std::string_view employer, std::string_view site, std::string_view region,
                         std::string_view from = "2010-01-01") {
        return {"SiteOpened", "employer/'" + std::string(employer) + "'",
                fmt::format(R"({{"site":'{}',"region":"{}","function":"HQ"}})", site, region),
                std::string(from)};
    }
    static Say enrol(std::string_view name, std::string_view uscc, std::string_view region,
                     std::string_view from = "2010-01-01") {
        return {"EmployerRegistered", "employer/'" + std::string(name) + "'",
                fmt::format(R"({{"uscc":"{}","name":"{} works","ownership":"PUBLIC",)"
                            R"("section":"M","region":"{}"}})",
                            uscc, name, region),
                std::string(from)};
    }

private:
    using Role = events::Role;

    static As loading() { return {Role::S, "loader"}; }
    static As load() { return {Role::S, "loader", true}; }
    void employer(std::string_view name, std::string_view uscc, std::string_view region) {
        must(load(), {enrol(name, uscc, region),
                      open_site(name, std::string(name) + "s", region)});
    }

    int numbers_ = 0;
};

}  // namespace tests
