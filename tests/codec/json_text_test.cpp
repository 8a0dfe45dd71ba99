#include "events/json/json_text.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <limits>

using events::json_text;
namespace json = boost::json;

TEST_CASE("json_text writes numbers as a person would", "[codec]") {
    CHECK(json_text(json::value(16.5)) == "16.5");
    CHECK(json_text(json::value(18.0)) == "18");
    CHECK(json_text(json::value(0.001)) == "0.001");
    CHECK(json_text(json::value(std::numeric_limits<double>::infinity())) == "null");
    CHECK(json_text(json::value(-7)) == "-7");
}

TEST_CASE("json_text writes everything else as the library does", "[codec]") {
    const auto text = R"({"a":[],"b":{},"c":[1,"x\ny",null,true],"d":{"e":"甘孜"}})";
    CHECK(json_text(json::parse(text)) == text);
}
