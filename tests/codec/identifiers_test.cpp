#include "events/codes/identifiers.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "events/codes/code_lists.h"

using namespace events;

namespace {

std::vector<Row> vectors() {
    std::ifstream file(TEST_DATA "/test_vectors.csv");
    std::stringstream text;
    text << file.rdbuf();
    auto rows = parse_csv(text.str());
    REQUIRE(rows);
    REQUIRE(rows->size() > 30);
    return *rows;
}

/// `valid`, or the code of the refusal.
std::string verdict(const std::string& scheme, const std::string& input) {
    if (scheme == "USCC") {
        const auto found = check_uscc(input);
        return found ? "valid" : found.error().code;
    }
    if (scheme == "ORG_CODE") return organisation_code_matches(input) ? "valid" : "invalid";
    const auto found = check_document(scheme, "CHN", input, scheme == "CN_ID15");
    return found ? "valid" : found.error().code;
}

}  // namespace

TEST_CASE("Identifiers are judged as the test vectors say", "[codec]") {
    for (const auto& row : vectors()) {
        const auto& scheme = row.find("scheme")->second;
        const auto& input = row.find("input")->second;
        const auto& expected = row.find("expected")->second;
        if (scheme == "SM3" || scheme == "SM4_ECB") continue;  // no number but a cipher
        INFO(scheme << " " << input << " " << expected);
        const auto found = verdict(scheme, input);
        if (expected.starts_with("upgrades_to:")) {
            const auto upgraded = check_document(scheme, "CHN", input, true);
            REQUIRE(upgraded);
            CHECK(upgraded->normalised == expected.substr(12));
            CHECK(check_document(scheme, "CHN", input).error().code == "E_DOC_KIND");
        } else if (expected.starts_with("invalid")) {
            CHECK(found != "valid");
            const bool check_digit = expected == "invalid:check" && scheme == "CN_ID";
            if (check_digit) CHECK(found == "E_DOC_CHECK_DIGIT");
            if (expected == "invalid:date") CHECK(found == "E_DOC_DATE");
        } else {
            CHECK(found == "valid");
        }
    }
}

TEST_CASE("A citizen number tells birth and sex", "[codec]") {
    const auto female = check_document("CN_ID", "CHN", "11010519491231002x");
    REQUIRE(female);
    CHECK(female->normalised == "11010519491231002X");
    CHECK(female->birth == Date::of(1949, 12, 31));
    CHECK(female->sex == 2);
    const auto male = check_document("CN_ID", "CHN", "440524188001010014");
    REQUIRE(male);
    CHECK(male->birth == Date::of(1880, 1, 1));
    CHECK(male->sex == 1);
}

TEST_CASE("Documents are normalised for equality", "[codec]") {
    CHECK(check_document("HM_TRV", "CHN", "H0012345600")->normalised == "H00123456");
    CHECK(check_document("HM_TRV", "CHN", "h0012345601")->normalised == "H00123456");
    CHECK(check_document("TW_TRV", "CHN", "0012345602")->normalised == "00123456");
    CHECK(check_document("PASS", "DEU", "ｃ01x00t47")->normalised == "C01X00T47");
    CHECK(check_document("CN_ID", "CHN", "５１０１００１９８００５１２００１２")->normalised ==
          "510100198005120012");
}

TEST_CASE("Documents are refused with a precise code", "[codec]") {
    const auto code = [](std::string_view kind, std::string_view issuer, std::string_view number) {
        return check_document(kind, issuer, number).error().code;
    };
    CHECK(code("LIBRARY_CARD", "CHN", "1") == "E_DOC_KIND");
    CHECK(code("CN_ID15", "CHN", "110105491231002") == "E_DOC_KIND");
    CHECK(code("CN_ID", "USA", "510100198005120012") == "E_DOC_ISSUER");
    CHECK(code("CN_ID", "CHN", "51010019800512001") == "E_DOC_FORMAT");
    CHECK(code("CN_ID", "CHN", "") == "E_DOC_FORMAT");
    CHECK(code("CN_ID", "CHN", "510100198002300012") == "E_DOC_DATE");
    CHECK(code("PASS", "DEU", "a b") == "E_DOC_FORMAT");
    CHECK(code("FPR", "CHN", "951999197908150017") == "E_DOC_AREA");
}

TEST_CASE("One changed or swapped character of a USCC is found", "[codec]") {
    const std::string good = "12510000MTXX00014E";
    REQUIRE(check_uscc(good));
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char c : std::string("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
            auto wrong = good;
            wrong[i] = c;
            if (wrong != good) CHECK_FALSE(check_uscc(wrong));
        }
    }
    CHECK_FALSE(check_uscc("12510000MTXX00041E"));
    CHECK_FALSE(check_uscc("12510000mtxx00014e"));
}
