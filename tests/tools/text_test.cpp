// How text reads on a terminal and in files.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cstdio>

#include "tools/bench/report.h"
#include "tools/output/cells.h"
#include "tools/output/printer.h"
#include "tools/term/progress.h"
#include "tools/term/table.h"
#include "tools/term/width.h"

namespace json = boost::json;
using namespace tools;

namespace {

/// What a printer writes.
std::string printed(Printer::Options options, const std::function<void(Printer&)>& use) {
    char* text = nullptr;
    std::size_t size = 0;
    options.out = open_memstream(&text, &size);
    options.notes = options.out;
    Printer printer(options);
    use(printer);
    std::fclose(options.out);
    std::string out(text, size);
    std::free(text);
    return out;
}

json::object matrix() {
    return json::parse(R"({"view":"flow-matrix","position":"97","rows":[
        {"from":"CDP","to":"SSC","persons":1},{"from":"SSC","to":"CDP","persons":12}]})")
        .as_object();
}

}  // namespace

TEST_CASE("A Han character takes two cells", "[tools]") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("成都") == 4);
    CHECK(display_width("Ａ１") == 4);     // full-width letters
    CHECK(display_width("e\u0301") == 1);  // a combining accent
    CHECK(display_width("ཀྵ") == 1);        // Tibetan stacks
    CHECK(display_width("\xff") == 1);     // not UTF-8
    CHECK(cut_to_width("成都平原", 5) == "成都…");
    CHECK(cut_to_width("成都", 4) == "成都");
    CHECK(pad_to_width("成都", 6) == "成都  ");
    CHECK(pad_to_width("12", 4, true) == "  12");
}

TEST_CASE("Stored text cannot drive a terminal", "[tools]") {
    CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(printable("a\nb") == "a⏎b");
}

TEST_CASE("Columns stay straight whatever script they are in", "[tools]") {
    Table table;
    table.columns = {{"region", false}, {"persons", true}};
    table.rows = {{"成都", "3"}, {"Yibin", "12"}};
    CHECK(table.text({}) ==
          "region  persons\n"
          "──────  ───────\n"
          "成都          3\n"
          "Yibin        12\n");
    CHECK(table.markdown() ==
          "| region | persons |\n| --- | ---: |\n| 成都 | 3 |\n| Yibin | 12 |\n");
    CHECK(row_count(1, false) == "1 row");
    CHECK(row_count(2, true) == "2 行");
}

TEST_CASE("Nothing recorded is a dash in tables and null in JSON", "[tools]") {
    const json::object row{{"a", nullptr}, {"b", json::object{{"c", "1,2"}}}};
    Printer::Options options;
    options.form = Form::table;
    const auto use = [&](Printer& printer) {
        REQUIRE(printer.row(row));
        REQUIRE(printer.finish());
    };
    CHECK(printed(options, use) == "a  b.c\n─  ───\n–  1,2\n(1 row)\n");
    options.form = Form::ndjson;
    CHECK(printed(options, use) == "{\"a\":null,\"b\":{\"c\":\"1,2\"}}\n");
    options.form = Form::csv;
    CHECK(printed(options, use) == "a,b.c\n,\"1,2\"\n");
    options.fields = {"b.c"};
    CHECK(printed(options, use) == "b.c\n\"1,2\"\n");
}

TEST_CASE("An unknown field lists the valid ones with the nearest", "[tools]") {
    Printer::Options options;
    options.fields = {"persns"};
    options.form = Form::csv;
    printed(options, [](Printer& printer) {
        REQUIRE(printer.row({{"from", "CDP"}, {"persons", 1}}));
        const auto finished = printer.finish();
        REQUIRE_FALSE(finished);
        CHECK(finished.error().code == "E_UNKNOWN_FIELD");
        CHECK(finished.error().what.find("did you mean persons?") != std::string::npos);
    });
}

TEST_CASE("A matrix is a square on a terminal and rows elsewhere", "[tools]") {
    Printer::Options options;
    options.form = Form::table;
    const auto use = [](Printer& printer) { REQUIRE(printer.answer(matrix())); };
    CHECK(printed(options, use) ==
          "flow-matrix  position=97\n\n"
          "from ＼ to  CDP  SSC\n"
          "──────────  ───  ───\n"
          "CDP           ·    1\n"
          "SSC          12    ·\n"
          "(2 rows)\n");
    options.form = Form::ndjson;
    CHECK(printed(options, use) ==
          "{\"from\":\"CDP\",\"to\":\"SSC\",\"persons\":1}\n"
          "{\"from\":\"SSC\",\"to\":\"CDP\",\"persons\":12}\n");
}

TEST_CASE("A template writes its fields and nothing else", "[tools]") {
    Printer::Options options;
    options.form = Form::pattern;
    options.pattern = *Pattern::parse("{a.b}\\t{{{c}}}");
    const auto use = [](Printer& printer) {
        REQUIRE(printer.row({{"a", json::object{{"b", 1}}}, {"c", "x"}}));
        REQUIRE(printer.finish());
    };
    CHECK(printed(options, use) == "1\t{x}\n");
    for (const char* bad : {"{a", "a}", "{}"}) CHECK_FALSE(Pattern::parse(bad));
}

TEST_CASE("Fields are selected from the rows of an answer in JSON too", "[tools]") {
    Printer::Options options;
    options.form = Form::json;
    options.fields = {"to", "persons"};
    const auto use = [](Printer& printer) { REQUIRE(printer.answer(matrix())); };
    CHECK(printed(options, use) ==
          "[{\"to\":\"SSC\",\"persons\":1},{\"to\":\"CDP\",\"persons\":12}]\n");
}

TEST_CASE("Live rows go out as they come", "[tools]") {
    Printer::Options options;
    options.form = Form::table;
    options.fields = {"a"};
    printed(options, [&](Printer& printer) {
        REQUIRE(printer.row({{"a", 1}}));
        REQUIRE(printer.live());
        REQUIRE(printer.row({{"a", 22}}));
    });
    CHECK(printed(options, [](Printer& printer) {
              REQUIRE(printer.live());
              REQUIRE(printer.row({{"a", "x"}}));
              REQUIRE(printer.row({{"a", "y"}}));
          }) == "a\n─\nx\ny\n");
}

TEST_CASE("Times in tables stand in the zone with its offset", "[tools]") {
    const auto zone = events::Zone::find("Asia/Shanghai");
    REQUIRE(zone);
    CHECK(local_cell("2019-07-01T01:00:00.000000Z", *zone) == "2019-07-01T09:00:00+08:00");
    CHECK(local_cell("2019-07-01", *zone) == "2019-07-01");
    CHECK(local_cell("GET Z", *zone) == "GET Z");
}

TEST_CASE("A spreadsheet runs nothing that was stored", "[tools]") {
    CHECK(csv_cell("=1+1") == "\"'=1+1\"");
    CHECK(csv_cell("-5") == "-5");
    CHECK(csv_cell("-cmd") == "\"'-cmd\"");
    CHECK(csv_cell("a\"b") == "\"a\"\"b\"");
    CHECK(tsv_cell("a\tb") == "a\\tb");
}

TEST_CASE("Progress says rate and time left", "[tools]") {
    CHECK(Progress::line("import", 600, 1200, 2) == "import 600/1200 50% 300/s, 2 s left");
    CHECK(Progress::line("import", 600, 0, 2) == "import 600 300/s");
}

TEST_CASE("A finding is judged by its median", "[tools]") {
    Finding found{.work = "w", .unit = "u", .baseline = "b"};
    found.subject_rounds = {80, 90, 10};
    found.baseline_rounds = {100, 100, 100};
    found.ratio_least = 0.8;
    CHECK(found.met());
    CHECK(Spread::of(found.ratios()).median == Approx(0.8));
    found.ratio_least = 0.81;
    CHECK_FALSE(found.met());
    CHECK(found.json().at("met") == false);
}
