// Moments as people write them.
#include "tools/cli/moment.h"

#include <catch2/catch.hpp>

#include "tools/client/curl.h"
#include "tools/client/url.h"

using namespace tools;

namespace {

/// 2026-03-05T10:30:00+08:00.
struct Noon {
    events::Zone zone = *events::Zone::find("Asia/Shanghai");
    Today today{*events::Instant::parse("2026-03-05T10:30:00+08:00"), zone};

    std::string read(const char* text, MomentUse use) const {
        const auto moment = moment_text(text, use, today);
        return moment ? *moment : moment.error().code;
    }
};

}  // namespace

TEST_CASE("A period ends where it is asked about and begins where a range does", "[tools]") {
    const Noon noon;
    CHECK(noon.read("2026-03", MomentUse::known) == "2026-03-31");
    CHECK(noon.read("2026-02", MomentUse::as_of) == "2026-02-28");
    CHECK(noon.read("2026-03", MomentUse::from) == "2026-03-01");
    CHECK(noon.read("2026-03", MomentUse::to) == "2026-03-01");
    CHECK(noon.read("2020", MomentUse::as_of) == "2020-12-31");
    CHECK(noon.read("2020", MomentUse::to) == "2020-01-01");
    CHECK(noon.read("yesterday", MomentUse::known) == "2026-03-04");
    CHECK(noon.read("tomorrow", MomentUse::to) == "2026-03-06");
}

TEST_CASE("Spans count back from now, in days where days are wanted", "[tools]") {
    const Noon noon;
    CHECK(noon.read("-2h", MomentUse::known) == "2026-03-05T00:30:00.000000Z");
    CHECK(noon.read("-11h", MomentUse::as_of) == "2026-03-04");
    CHECK(noon.read("-3d", MomentUse::from) == "2026-03-02");
    CHECK(noon.read("-2w", MomentUse::from) == "2026-02-19");
    CHECK(noon.read("-1mo", MomentUse::from) == "2026-02-05");
    CHECK(noon.read("-1y", MomentUse::from) == "2025-03-05");
}

TEST_CASE("Exact moments go through, and the end is what holds by default", "[tools]") {
    const Noon noon;
    CHECK(noon.read("seq:123", MomentUse::known) == "seq:123");
    CHECK(noon.read("2019-07-20T10:00:00+08:00", MomentUse::known) == "2019-07-20T10:00:00+08:00");
    CHECK(noon.read("2019-07-20T00:30:00Z", MomentUse::as_of) == "2019-07-20");
    CHECK(noon.read("end", MomentUse::known).empty());
    CHECK(noon.read("now", MomentUse::as_of).empty());
    CHECK(noon.read("end", MomentUse::to) == "2026-03-06");
    CHECK(noon.read("", MomentUse::known).empty());
}

TEST_CASE("What is no moment is said with the forms there are", "[tools]") {
    const Noon noon;
    for (const char* text : {"-2x", "2026-13", "2026-3-5", "soon", "-h", "seq:", "seq:x", "--1d",
                             "-99999999999d", "2019-02-30", "20190405"}) {
        CAPTURE(text);
        CHECK(noon.read(text, MomentUse::known) == "E_BAD_DATE");
    }
    CHECK(noon.read("seq:12", MomentUse::as_of) == "E_BAD_DATE");
}

TEST_CASE("A request as curl sends it quotes what the shell would read", "[tools]") {
    const auto url = Url::parse("http://127.0.0.1:7400/base/");
    REQUIRE(url);
    Request request;
    request.method = "POST";
    request.target = "/v1/commands";
    request.content_type = "application/json";
    request.headers = {{"Authorization", "Bearer secret"}, {"Ledger-Actor", "id=1; role=P"}};
    request.body = "it's";
    const auto line = curl_line(*url, request);
    CHECK(line ==
          "curl -sS -X POST 'http://127.0.0.1:7400/base/v1/commands' "
          "-H 'Accept: application/json' -H 'Content-Type: application/json' "
          "-H \"Authorization: Bearer $TOKEN\" -H 'Ledger-Actor: id=1; role=P' "
          "--data-binary 'it'\\''s'");
    CHECK(Url::parse("https://ledger.example")->port == "443");
    CHECK(Url::parse("https://ledger.example")->origin() == "https://ledger.example:443");
    CHECK(Url::parse("http://[::1]:80")->is_loopback());
}
