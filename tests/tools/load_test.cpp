// From files to commands: encodings, CSV, mappings, cursors.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>

#include "events/json/command_reader.h"
#include "tools/load/actor.h"
#include "tools/load/cell_value.h"
#include "tools/load/csv.h"
#include "tools/load/cursor.h"
#include "tools/load/encoding.h"
#include "tools/load/items.h"
#include "tools/load/mapping.h"

namespace json = boost::json;
using namespace tools;

namespace {

const events::Catalogue& catalogue() {
    return events::Catalogue::built_in();
}

constexpr const char* employers_map = R"(
type = "EmployerRegistered"
[columns]
"统一社会信用代码" = "uscc"
"单位名称" = "name"
"登记地" = "region"
"成立日期" = "effectivefrom"
"所有制" = "ownership"
[constants]
section = "C"
subject = "$row"
[values."所有制"]
"民营" = "PRIVATE"
)";

constexpr const char* employers_csv =
    "统一社会信用代码,单位名称,登记地,成立日期,所有制\n"
    "91510100MA61XXXX0A,\"示例, 有限公司\",510100,2019/4/1,民营\n";

/// `成都` and a comma in GB18030.
const std::string chengdu_gb = "\xb3\xc9\xb6\xbc,1\n";

Item only_item(Items& items) {
    Item item;
    auto found = items.next(item);
    REQUIRE(found);
    REQUIRE(*found);
    return item;
}

}  // namespace

TEST_CASE("UTF-8 and GB18030 are told apart", "[tools]") {
    CHECK(decode("成都,1\n")->encoding == "UTF-8");
    CHECK(decode("\xef\xbb\xbfx")->text == "x");
    const auto gb = decode(chengdu_gb);
    REQUIRE(gb);
    CHECK(gb->encoding == "GB18030");
    CHECK(gb->text == "成都,1\n");
    CHECK(decode("\x95\x32\x82\x36")->text == "𠀀");  // four bytes, beyond the basic plane
    const auto neither = decode("ok\nbad \xff\xff\n");
    REQUIRE_FALSE(neither);
    CHECK(neither.error().code == "E_BAD_TEXT");
    CHECK(neither.error().what.find("line 2") != std::string::npos);
    CHECK_FALSE(decode(chengdu_gb, "utf-8"));
}

TEST_CASE("CSV rows know the line they begin on", "[tools]") {
    CsvRows rows("a,\"b\nc\"\r\n\n\"d \"\"e\"\"\",f", ',');
    std::vector<std::string> cells;
    REQUIRE(*rows.next(cells));
    CHECK(cells == std::vector<std::string>{"a", "b\nc"});
    CHECK(rows.line() == 1);
    REQUIRE(*rows.next(cells));
    CHECK(cells == std::vector<std::string>{"d \"e\"", "f"});
    CHECK(rows.line() == 4);
    CHECK_FALSE(*rows.next(cells));
    CsvRows open("x\n\"never closed", ',');
    REQUIRE(*open.next(cells));
    const auto broken = open.next(cells);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().what.find("line 2") != std::string::npos);
    CHECK(separator_of("a;b;c\n1,2") == ';');
}

TEST_CASE("A mapped row becomes a CloudEvent", "[tools]") {
    auto mapping = Mapping::parse(employers_map, catalogue());
    REQUIRE(mapping);
    const events::Id seed = *events::Id::parse("000102030405060708090a0b0c0d0e0f");
    auto items = csv_items(employers_csv, *mapping, seed);
    REQUIRE(items);
    const Item item = only_item(**items);
    CHECK(item.line == 2);
    const auto event = json::parse(item.json).as_object();
    CHECK(event.at("type") == "talent.EmployerRegistered.v1");
    CHECK(event.at("effectivefrom") == "2019-04-01");
    CHECK(std::string(event.at("subject").as_string()).starts_with("employer/"));
    const auto& payload = event.at("data").at("payload").as_object();
    CHECK(payload.at("name") == "示例, 有限公司");
    CHECK(payload.at("ownership") == "PRIVATE");
    CHECK(payload.at("section") == "C");
    CHECK(item.headings.at("/data/payload/name") == "单位名称");

    SECTION("with the same ids on every run") {
        auto again = csv_items(employers_csv, *mapping, seed);
        REQUIRE(again);
        CHECK(only_item(**again).json == item.json);
    }
    SECTION("and its faults are found in their columns") {
        events::CommandReader reader(catalogue(), events::CodeLists::built_in());
        const auto read = reader.read(item.json, {});
        REQUIRE_FALSE(read);  // the code's check character is wrong
        REQUIRE_FALSE(read.error().details.empty());
        CHECK(item.headings.at(read.error().details.front().pointer) == "统一社会信用代码");
    }
}

TEST_CASE("A row may become several events of one command", "[tools]") {
    auto mapping = Mapping::parse(R"(
[[event]]
type = "SiteOpened"
columns = { site = "site", region = "region" }
constants = { function = "HQ", subject = "$row" }
[[event]]
type = "SiteClosed"
columns = { site = "site" }
constants = { subject = "$row" }
)",
                                  catalogue());
    REQUIRE(mapping);
    auto items = csv_items("site,region\n0198c6f0000070008000000000000001,510100\n", *mapping, {});
    REQUIRE(items);
    const auto events = json::parse(only_item(**items).json).as_array();
    REQUIRE(events.size() == 2);
    CHECK(events[0].at("commandid") == events[1].at("commandid"));
    CHECK(events[0].at("type") == "talent.SiteOpened.v1");
}

TEST_CASE("A mapping names what is wrong with it", "[tools]") {
    const auto fault = [](const char* text) {
        const auto mapping = Mapping::parse(text, catalogue());
        REQUIRE_FALSE(mapping);
        CHECK(mapping.error().code == "E_BAD_MAPPING");
        return mapping.error().what;
    };
    CHECK(fault("type = \"EmployerRegisterd\"").find("EmployerRegistered") != std::string::npos);
    CHECK(
        fault("type = \"EmployerRegistered\"\n[columns]\nx = \"nmae\"").find("did you mean name") !=
        std::string::npos);
    CHECK(fault("type = ").find("line 1") != std::string::npos);
    auto good = Mapping::parse(employers_map, catalogue());
    REQUIRE(good);
    CHECK_FALSE(csv_items("a,b\n1,2\n", *good, {}));
}

TEST_CASE("Dates are read as people write them", "[tools]") {
    for (const char* text : {"2019-4-1", "2019/04/01", "2019.4.1", "20190401", "2019年4月1日"}) {
        CHECK(normalised_date(text) == "2019-04-01");
    }
    CHECK(normalised_date("spring") == "spring");
    CHECK(normalised_date("1/4/2019") == "1/4/2019");
}

TEST_CASE("Lines of NDJSON keep their number", "[tools]") {
    auto items = ndjson_items("{}\r\n\n  \n[1]");
    Item item;
    REQUIRE(*items->next(item));
    CHECK(item.json == "{}");
    REQUIRE(*items->next(item));
    CHECK(item.line == 4);
    CHECK_FALSE(*items->next(item));
}

TEST_CASE("A line of NDJSON may say who asks from there on", "[tools]") {
    auto items = ndjson_items("{}\n{\"ledgeractor\":\"id=1; role=P\"}\n[1]\n");
    Item item;
    REQUIRE(*items->next(item));
    CHECK(item.actor.empty());
    REQUIRE(*items->next(item));
    CHECK(item.line == 3);
    CHECK(item.actor == "id=1; role=P");
    CHECK_FALSE(*items->next(item));
}

TEST_CASE("A cursor comes back as it was saved", "[tools]") {
    std::string dir = (std::filesystem::temp_directory_path() / "tools-test-XXXXXX").string();
    REQUIRE(mkdtemp(dir.data()) != nullptr);
    const std::string file = dir + "/x.cursor";
    CHECK(Cursor::load(file)->has_value() == false);
    Cursor cursor;
    cursor.digest = "abc";
    cursor.seed.bytes[0] = 7;
    cursor.items = 12;
    cursor.refused["E_SECOND_HOME"] = 3;
    cursor.next = 99;
    REQUIRE(cursor.save(file));
    const auto loaded = Cursor::load(file);
    REQUIRE(loaded);
    REQUIRE(loaded->has_value());
    CHECK((*loaded)->seed == cursor.seed);
    CHECK((*loaded)->refused_total() == 3);
    CHECK((*loaded)->next == 99);
    std::filesystem::remove_all(dir);
}

TEST_CASE("An actor reads and writes alike", "[tools]") {
    const std::string text =
        "id=0198c6f0000070008000000000000001; role=P; region=510000; "
        "organisation=0198c6f0000070008000000000000002";
    const auto actor = parse_actor(text);
    REQUIRE(actor);
    CHECK(actor->role == events::Role::P);
    CHECK(actor_text(*actor) == text);
    CHECK_FALSE(parse_actor("role=P"));
    CHECK_FALSE(parse_actor("id=12; role=P"));
}
