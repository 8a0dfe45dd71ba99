// A server in this process, on a port of its own, over a ledger in a folder of its own.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "server/app.h"
#include "server/services.h"
#include "tests/ledger/commands.h"
#include "tests/support/http_client.h"
#include "tests/support/ledger_fixture.h"

namespace test {

inline const HttpClient::Headers as_province = {
    {"Content-Type", "application/cloudevents+json"},
    {"Ledger-Actor", "id=a0000000000000000000000000000001; role=P; region=510000"}};
inline const HttpClient::Headers as_municipality = {
    {"Content-Type", "application/cloudevents+json"},
    {"Ledger-Actor", "id=a0000000000000000000000000000002; role=M; region=510100"}};

inline HttpClient::Headers with(HttpClient::Headers headers, const std::string& name,
                                const std::string& value) {
    std::erase_if(headers, [&](const auto& each) { return each.first == name; });
    headers.emplace_back(name, value);
    return headers;
}

class ServerFixture {
public:
    ServerFixture() {
        settings.data = folder.path() / "data";
        settings.port = 0;
        settings.opening = ledger::Ledger::Opening::demo;
        start();
    }
    void start() {
        auto started = server::App::start(settings, clock, random);
        if (!started) throw std::runtime_error(started.error().code + started.error().what);
        app = std::move(*started);
        if (!app->wait_ready(std::chrono::seconds(20))) throw std::runtime_error("never ready");
    }
    /// The same ledger behind a server of other bounds.
    void restart_with(const server::Bounds& bounds) {
        app.reset();
        settings.opening = ledger::Ledger::Opening::existing;
        settings.bounds = bounds;
        start();
    }
    std::uint16_t port() const { return app->port(); }
    HttpClient client() const { return HttpClient(app->port()); }
    ledger::Ledger& ledger() { return app->services().ledger; }
    std::uint64_t size() { return ledger().head().size; }

    HttpAnswer post(std::string_view json, const HttpClient::Headers& headers = as_province) {
        return client().post("/v1/commands", headers, json);
    }
    /// Records or throws.
    HttpAnswer must_post(std::string_view json, const HttpClient::Headers& headers = as_province) {
        auto answer = post(json, headers);
        if (answer.status != 201) throw std::runtime_error(answer.body);
        return answer;
    }

    TemporaryFolder folder;
    base::SystemClock clock;
    base::SystemRandom random;
    server::Settings settings;
    std::unique_ptr<server::App> app;
};

inline boost::json::object json_of(const HttpAnswer& answer) {
    return boost::json::parse(answer.body).as_object();
}
/// A member as text; empty if it is not there or no text.
inline std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}
inline std::string code_of(const HttpAnswer& answer) {
    return text_of(json_of(answer), "code");
}
/// The lines of an NDJSON body.
inline std::vector<boost::json::object> lines_of(const std::string& body) {
    std::vector<boost::json::object> lines;
    for (std::size_t begin = 0, end; (end = body.find('\n', begin)) != std::string::npos;
         begin = end + 1)
        lines.push_back(boost::json::parse(body.substr(begin, end - begin)).as_object());
    return lines;
}

inline std::string affiliation_started(std::string_view talent, std::string_view employer,
                                       std::string_view site, std::string_view command = {}) {
    return cloud_event("AffiliationStarted", stream("talent", talent),
                       fmt::format(R"({{"employer":"{}","site":"{}","kind":"FULL_TIME_HOME",)"
                                   R"("staffing":"CONTRACT","team":"ZJ"}})",
                                   employer, site),
                       R"("effectivefrom":"2019-01-01",)", command,
                       R"("legal_basis":"CONTRACT_HR",)");
}

}  // namespace test
