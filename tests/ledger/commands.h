// Commands of types that need few rules.
#pragma once

#include <string>
#include <string_view>

#include "events/codes/identifiers.h"
#include "tests/support/ledger_fixture.h"

namespace test {

/// A unified social credit code with good check characters, made from a number.
inline std::string credit_code(unsigned number) {
    static constexpr std::string_view organisation_letters =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static constexpr std::string_view letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static constexpr int organisation_weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    const auto eight = fmt::format("{:08}", number);
    int sum = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        sum += organisation_weights[i] *
               static_cast<int>(organisation_letters.find(eight[i]));
    }
    const int check = 11 - sum % 11;
    std::string code = "91510100" + eight;
    code += check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
    int total = 0, weight = 1;
    for (std::size_t i = 0; i < 17; ++i) {
        total += weight * static_cast<int>(letters.find(code[i]));
        weight = weight * 3 % 31;
    }
    code += letters[static_cast<std::size_t>((31 - total % 31) % 31)];
    return code;
}

/// A stream as `subject` names it; empty for an empty id.
inline std::string stream(std::string_view kind, std::string_view id) {
    return id.empty() ? std::string() : fmt::format("{}/{}", kind, id);
}

inline unsigned next_number() {
    static unsigned number = 1'000;
    return ++number;
}

inline std::string employer_registered(std::string_view id, std::string_view command = {},
                                       std::string_view rest = {}, unsigned number = 0) {
    const auto payload = fmt::format(
        R"({{"uscc":"{}","name":"Test Works","ownership":"STATE",)"
        R"("section":"C","region":"510100"}})",
        credit_code(number == 0 ? next_number() : number));
    return cloud_event("EmployerRegistered", stream("employer", id), payload, rest, command,
                       R"("legal_basis":"STATUTORY_DUTY",)");
}

inline std::string site_opened(std::string_view employer, std::string_view site,
                               std::string_view command = {}, std::string_view rest = {},
                               std::string_view data_rest = {}) {
    const auto payload =
        fmt::format(R"({{"site":"{}","region":"510100","function":"HQ"}})", site);
    return cloud_event("SiteOpened", stream("employer", employer), payload, rest, command,
                       fmt::format(R"("legal_basis":"STATUTORY_DUTY",{})", data_rest));
}

/// A citizen number of a person born on 1980-01-01, made from a number below 1,000.
inline std::string citizen_number(unsigned number) {
    const auto digits = fmt::format("51010019800101{:03}", number % 1'000);
    return digits + events::mod_11_2(digits);
}

inline std::string talent_registered(std::string_view talent, unsigned number,
                                     std::string_view command = {},
                                     std::string_view name = "Zhang San",
                                     std::string_view rest = {}) {
    const int sex = number % 2 == 1 ? 1 : 2;
    const auto payload = fmt::format(
        R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN","number":"{}"}},)"
        R"("name":{{"zh":"张三","latin":"{}"}},"sex":{},"birth_year":1980,)"
        R"("birth_date":"1980-01-01","nationality":"CHN","residence":"510100"}})",
        citizen_number(number), name, sex);
    return cloud_event("TalentRegistered", stream("talent", talent), payload, rest, command,
                       R"("legal_basis":"STATUTORY_DUTY",)");
}

inline std::string parameter_set(std::string_view name, long value, std::string_view command = {},
                                 std::string_view rest = {}) {
    const auto payload = fmt::format(R"({{"name":"{}","value":{}}})", name, value);
    return cloud_event("ParameterSet", {}, payload, rest, command,
                       R"("legal_basis":"STATUTORY_DUTY",)");
}

}  // namespace test
