// The small parts of the server, without a socket.
#include <catch2/catch.hpp>

#include "server/http_date.h"
#include "server/message.h"
#include "server/problem.h"
#include "server/route_table.h"
#include "server/target.h"

using namespace server;

TEST_CASE("An Accept header chooses the form it likes best", "[server]") {
    const auto choose = [](const std::string& accept) {
        return std::string(
            preferred(&accept, {"application/json", "application/x-ndjson"}).value_or("none"));
    };
    CHECK(preferred(nullptr, {"application/json"}) == "application/json");
    CHECK(choose("") == "application/json");
    CHECK(choose("*/*") == "application/json");
    CHECK(choose("application/x-ndjson") == "application/x-ndjson");
    CHECK(choose("application/json;q=0.5, application/x-ndjson") == "application/x-ndjson");
    CHECK(choose("application/*;q=0.2, application/json;q=0.1") == "application/x-ndjson");
    CHECK(choose("text/html, */*;q=0.1") == "application/json");
    CHECK(choose("text/html") == "none");
    CHECK(choose("application/json;q=0") == "none");
    CHECK(choose(",;,q=,") == "none");
}

TEST_CASE("A language is Chinese only where Chinese is liked better", "[server]") {
    const auto choose = [](const std::string& accept) {
        Request request;
        request.headers.push_back({"accept-language", accept});
        return language_of(request);
    };
    CHECK(language_of(Request{}) == Language::en);
    CHECK(choose("zh") == Language::zh);
    CHECK(choose("zh-Hans-CN, en;q=0.8") == Language::zh);
    CHECK(choose("en-GB, zh;q=0.9") == Language::en);
    CHECK(choose("fr, zh;q=0.1") == Language::zh);
    CHECK(choose("*") == Language::en);
    CHECK(choose("-") == Language::en);
}

TEST_CASE("A target is decoded, its plus signs stay", "[server]") {
    const auto target = Target::parse("/v1/views/%E5%B7%9D?at=2019-01-01T00:00:00+08:00&a&b=%20c");
    REQUIRE(target);
    CHECK(target->segments == std::vector<std::string>{"v1", "views", "川"});
    REQUIRE(target->query.size() == 3);
    CHECK(target->query[0].second == "2019-01-01T00:00:00+08:00");
    CHECK(target->query[1] == std::pair<std::string, std::string>{"a", ""});
    CHECK(target->query[2].second == " c");
    for (const char* bad : {"", "x", "/%", "/%f", "/%c3%28", "/a?b=%00", "/a#b", "/ a"}) {
        INFO(bad);
        CHECK_FALSE(Target::parse(bad));
    }
}

TEST_CASE("UTF-8 is told from what only looks like it", "[server]") {
    for (const char* good : {"", "a", "é", "人", "😀", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
        CHECK(is_utf8(good));
    for (const char* bad : {"\xff", "\x80", "\xc0\xaf", "\xc3", "\xe4\xba", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\xe0\x80\xaf"})
        CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("Paths find their routes", "[server]") {
    const auto find = [](std::vector<std::string> segments, Method method = Method::get) {
        const auto found = match(route_table(), method, segments);
        return found.route ? found.route->id : std::string();
    };
    CHECK(find({"v1", "events"}) == "listEvents");
    CHECK(find({"v1", "events", "12"}) == "getEvent");
    CHECK(find({"v1", "events", "stream"}) == "streamEvents");
    CHECK(find({"v1", "events", "stream"}, Method::head) == "streamEvents");
    CHECK(find({"v1", "commands"}, Method::post) == "recordCommand");
    CHECK(find({"v1", "commands"}) == "");
    CHECK(find({}) == "home");
    CHECK(find({""}) == "home");
    CHECK(find({"v1"}) == "");
    CHECK(match(route_table(), Method::get, {"v1", "streams", "talent", "ab"}).variables.at("id") ==
          "ab");
}

TEST_CASE("A mistyped name has a nearest one, a foreign one has none", "[server]") {
    const std::vector<std::string> known{"limit", "from", "stream"};
    CHECK(nearest("lmit", known) == "limit");
    CHECK(nearest("form", known) == "from");
    CHECK(nearest("streams", known) == "stream");
    CHECK(nearest("qqqqqq", known) == "");
    CHECK(nearest("", {}) == "");
}

TEST_CASE("Dates are written as HTTP writes them", "[server]") {
    CHECK(http_date(784'111'777'000'000) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("Text becomes a JSON string", "[server]") {
    std::string out;
    append_json(out, "a\"b\\c\n\x01人");
    CHECK(out == "\"a\\\"b\\\\c\\u000a\\u0001人\"");
}
