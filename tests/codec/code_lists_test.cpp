#include "events/codes/code_lists.h"

#include <catch2/catch.hpp>
#include <set>

using namespace events;

namespace {

const CodeLists& codes() { return CodeLists::built_in(); }

}  // namespace

TEST_CASE("CodeLists has every list with codes that occur once", "[codec]") {
    static const std::set<std::string_view> many = {"zone_members", "division_changes",
                                                       "id_area_codes"};
    for (const auto name : codes().names()) {
        const auto& list = *codes().list(name);
        INFO(name);
        CHECK_FALSE(list.rows().empty());
        std::set<const Row*> found;
        std::size_t distinct = 0;
        for (const auto& row : list.rows()) {
            for (const auto& [column, cell] : row) {
                const auto* first = list.find(cell);
                if (first == &row) ++distinct;
            }
        }
        if (!many.contains(name)) CHECK(distinct >= list.rows().size());
    }
}

TEST_CASE("CodeLists lets good codes pass", "[codec]") {
    const auto [list, value] = GENERATE(table<const char*, const char*>({
        {"talent_categories", "ZJ"}, {"countries", "CHN"}, {"degrees", "201"}, {"sex", "9"},
        {"regions", "510100"}, {"regions", "512081"}, {"regions", "510132"}, {"regions", "510118"},
        {"regions", "EXT-TWN"}, {"regions", "UNK"}, {"regions", "110000"}, {"regions", "513401"},
        {"month_day", "02-29"}, {"token", "urn:x/1.2_3-4"}, {"uri", "http://x.eu/a?b=c"},
        {"uscc", "91350100M000100Y43"}, {"division_code", "519999"}, {"engagement_kinds", "SUN"},
        {"professional_titles", "011"}, {"parameters", "lapse_days"}, {"currencies", "CNY"},
    }));
    INFO(list << " " << value);
    CHECK(codes().check(list, value));
}

TEST_CASE("CodeLists refuses wrong codes", "[codec]") {
    const auto [list, value, code] = GENERATE(table<const char*, const char*, const char*>({
        {"talent_categories", "zj", "E_BAD_CODE"}, {"countries", "CN", "E_BAD_CODE"},
        {"regions", "519999", "E_BAD_CODE"}, {"regions", "EXT-XXX", "E_BAD_CODE"},
        {"regions", "EXT-", "E_BAD_CODE"}, {"regions", "", "E_BAD_CODE"},
        {"month_day", "02-30", "E_BAD_CODE"}, {"month_day", "2-3", "E_BAD_CODE"},
        {"token", "a b", "E_BAD_CODE"}, {"token", "", "E_BAD_CODE"}, {"token", "张", "E_BAD_CODE"},
        {"uri", "no scheme", "E_BAD_CODE"}, {"uri", ":x", "E_BAD_CODE"},
        {"uscc", "91350100M000100Y44", "E_USCC"}, {"division_code", "5101", "E_BAD_CODE"},
        {"no_such_list", "x", "E_BAD_CODE"},
    }));
    INFO(list << " " << value);
    const auto found = codes().check(list, value);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == code);
}

TEST_CASE("CodeLists says what was probably meant", "[codec]") {
    const auto what = [](std::string_view list, std::string_view value) {
        return codes().check(list, value).error().what;
    };
    CHECK(what("engagement_kinds", "SUM").find("SUN") != std::string::npos);
    CHECK(what("talent_categories", "专业技术人才").find("ZJ") != std::string::npos);
    CHECK(what("regions", "510199").find("did you mean 51") != std::string::npos);
    CHECK(what("countries", "Zhongguo").find("mean") == std::string::npos);
}

TEST_CASE("Every error code has a status, a title and a hint in both languages", "[codec]") {
    for (const auto& row : codes().list("error_codes")->rows()) {
        const auto& code = row.find("code")->second;
        INFO(code);
        CHECK((code.starts_with("E_") || code.starts_with("W_")));
        const auto status = std::stoi(row.find("status")->second);
        CHECK(((status >= 400 && status < 600) || (status == 200 && code.starts_with("W_"))));
        for (const auto* column : {"title_en", "title_zh", "hint_en", "hint_zh"}) {
            CHECK_FALSE(row.find(column)->second.empty());
        }
    }
    std::set<std::string> seen;
    for (const auto& row : codes().list("error_codes")->rows()) {
        INFO(row.find("code")->second);
        CHECK(seen.insert(row.find("code")->second).second);
    }
}

TEST_CASE("Every kind of engagement asks the talent and the host", "[codec]") {
    for (const auto& row : codes().list("engagement_kinds")->rows()) {
        const auto& consents = row.find("consents")->second;
        CHECK(consents.find("TALENT") != std::string::npos);
        CHECK(consents.find("HOST") != std::string::npos);
    }
}

TEST_CASE("CSV is read as RFC 4180 has it", "[codec]") {
    const auto rows = parse_csv("\xEF\xBB\xBF" "a,b\r\n\"x,\"\"y\"\"\nz\",2\r\n\r\n3,\n");
    REQUIRE(rows);
    REQUIRE(rows->size() == 2);
    CHECK((*rows)[0].find("a")->second == "x,\"y\"\nz");
    CHECK((*rows)[1].find("b")->second.empty());

    const auto line = [](std::string_view text) { return parse_csv(text).error().what; };
    CHECK(line("").starts_with("line 1:"));
    CHECK(line("a,b\n1,2\n1\n").starts_with("line 3:"));
    CHECK(line("a,b\n1,\"2\n").starts_with("line 2:"));
    CHECK(line("a,b\n1,x\"2\n").starts_with("line 2:"));
    CHECK(line("a,b\n\"1\"x,2\n").starts_with("line 2:"));
}
