// What the clock demands: lapses, completions, cancellations, suspensions, conversions, recorded
// by the server itself, once, in the same order however a stream is sent.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <thread>

#include "events/rules/decide.h"
#include "server/duty_runner.h"
#include "tests/server/server_fixture.h"

using namespace test;

namespace {

/// The machine's time for waiting, the test's for everything else.
class GivenClock final : public base::Clock {
public:
    Instant now() const override { return machine_.now(); }
    std::int64_t wall_micros() const override { return wall_; }
    void set(std::string_view time) { wall_ = events::Instant::parse(time)->micros; }

private:
    base::SystemClock machine_;
    std::atomic<std::int64_t> wall_{0};
};

std::string id_of(int kind, int number) {
    return fmt::format("{:02x}{:04x}c5f0a9477e9b1d20e86f35ba41", kind, number);
}

const std::string university = id_of(2, 1), maker = id_of(2, 2), institute = id_of(2, 3);
const std::string campus = id_of(5, 1), plant = id_of(5, 2), laboratory = id_of(5, 3);
const std::string tang = id_of(1, 1), song = id_of(1, 2), ming = id_of(1, 3);

/// One line of a load: who asks, and the command.
struct Line {
    std::string actor;
    std::string json;
};

/// Writes the commands of a province with three employers and three people.
class Script {
public:
    /// Without a time for real ledgers.
    explicit Script(bool timed = true) : timed_(timed) {}

    struct More {
        std::string from = {}, to = {};
        std::string guard = {};  ///< `"talent/<id>":3`
    };
    void say(std::string_view time, std::string_view role, std::string_view type,
             const std::string& subject, const std::string& payload, const More& more) {
        lines.push_back({actor(role), event(time, type, subject, payload, more, next_command())});
    }
    void say(std::string_view time, std::string_view role, std::string_view type,
             const std::string& subject, const std::string& payload = "{}") {
        say(time, role, type, subject, payload, More{});
    }

    void employer(std::string_view time, const std::string& id, const std::string& site,
                  unsigned number) {
        say(time, "P", "EmployerRegistered", "employer/" + id,
            fmt::format(R"({{"uscc":"{}","name":"Works","ownership":"STATE","section":"C",)"
                        R"("region":"510107"}})",
                        credit_code(number)),
            {.from = std::string(time.substr(0, 10))});
        say(time, "P", "SiteOpened", "employer/" + id,
            fmt::format(R"({{"site":"{}","region":"510107","function":"HQ"}})", site),
            {.from = std::string(time.substr(0, 10))});
    }
    void talent(std::string_view time, const std::string& id, unsigned number) {
        const int sex = number % 2 == 1 ? 1 : 2;
        say(time, "P", "TalentRegistered", "talent/" + id,
            fmt::format(R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN",)"
                        R"("number":"{}"}},"name":{{"zh":"某人"}},"sex":{},"birth_year":1980,)"
                        R"("nationality":"CHN","residence":"510107"}})",
                        citizen_number(number), sex),
            {.from = std::string(time.substr(0, 10))});
        say(time, "M", "AffiliationStarted", "talent/" + id, home_at(university, campus),
            {.from = std::string(time.substr(0, 10)), .guard = guard(id, 1)});
        homes_[id] = last_command();
        revisions_[id] = 2;
    }
    void request(std::string_view time, const std::string& transfer, const std::string& id,
                 const std::string& day, const std::string& to = maker,
                 const std::string& site = plant, std::string_view mode = "CONSENT") {
        say(time, mode == "ORDER" ? "P" : "H", "TransferRequested", "transfer/" + transfer,
            fmt::format(R"({{"talent":"{}","mode":"{}","from_employer":"{}",)"
                        R"("to_employer":"{}","to_site":"{}","target_team":"ZJ",)"
                        R"("target_staffing":"CONTRACT"}})",
                        id, mode, university, to, site),
            {.from = day});
        ++revisions_[id];
    }
    /// By order, approved on the same day and in effect on `day`.
    void transfer(std::string_view time, const std::string& transfer, const std::string& id,
                  const std::string& day, const std::string& to, const std::string& site) {
        request(time, transfer, id, day, to, site, "ORDER");
        say(time, "P", "AuthorityApproved", "transfer/" + transfer);
        ++revisions_[id];
        effect(time, transfer, id, day, to, site);
    }
    void propose(std::string_view time, const std::string& engagement, const std::string& id,
                 std::string_view kind, const std::string& from, const std::string& to) {
        say(time, "H", "EngagementProposed", "engagement/" + engagement,
            fmt::format(R"({{"talent":"{}","host_employer":"{}","host_site":"{}",)"
                        R"("region_served":"510107","place_of_work":"510107","kind":"{}",)"
                        R"("schedule":{{"kind":"CONTINUOUS"}},"load":100}})",
                        id, maker, plant, kind),
            {.from = from, .to = to});
        ++revisions_[id];
    }
    void agree(std::string_view time, const std::string& engagement, const std::string& id,
               const std::string& from, bool home = false) {
        const auto consent = [&](std::string_view role, std::string_view party) {
            say(time, role, "EngagementConsented", "engagement/" + engagement,
                fmt::format(R"({{"party":"{}"}})", party));
            ++revisions_[id];
        };
        consent("T", "TALENT");
        if (home) consent("E", "HOME");
        say(time, "H", "EngagementActivated", "engagement/" + engagement, "{}",
            {.from = from, .guard = guard(id, revisions_[id])});
        ++revisions_[id];
    }
    /// The transfer takes effect: one command of three events.
    void effect(std::string_view time, const std::string& transfer, const std::string& id,
                const std::string& day, const std::string& to, const std::string& site) {
        const auto command = next_command();
        const More more{.from = day, .guard = guard(id, revisions_[id])};
        const auto one = [&](std::string_view type, const std::string& subject,
                             const std::string& payload) {
            return event(time, type, subject, payload, more, command);
        };
        const auto end =
            fmt::format(R"({{"affiliation":"{}#0","reason":"TRANSFER"}})", homes_[id]);
        lines.push_back({actor("M"),
                         "[" + one("TransferEffected", "transfer/" + transfer, "{}") + "," +
                             one("AffiliationEnded", "talent/" + id, end) + "," +
                             one("AffiliationStarted", "talent/" + id, home_at(to, site)) + "]"});
        revisions_[id] += 3;
    }
    /// What the server will have recorded of the person by then.
    void count_duty(const std::string& id) { ++revisions_[id]; }
    /// Something that concerns nobody, to move the time.
    void pass(std::string_view time) {
        say(time, "P", "ParameterSet", "", R"({"name":"small_cell_min","value":5})",
            {.from = std::string(time.substr(0, 10))});
    }
    std::string last_command() const { return id_of(12, commands_); }

    std::vector<Line> lines;

private:
    static std::string actor(std::string_view role) {
        return fmt::format("id={}; role={}; region=510000", id_of(10, role[0]), role);
    }
    static std::string guard(const std::string& talent, int revision) {
        return fmt::format(R"("talent/{}":{})", talent, revision);
    }
    static std::string home_at(const std::string& employer, const std::string& site) {
        return fmt::format(R"({{"employer":"{}","site":"{}","kind":"FULL_TIME_HOME",)"
                           R"("staffing":"CONTRACT","team":"ZJ"}})",
                           employer, site);
    }
    std::string next_command() { return id_of(12, ++commands_); }
    std::string event(std::string_view time, std::string_view type, const std::string& subject,
                      const std::string& payload, const More& more,
                      const std::string& command) const {
        std::string rest = fmt::format(R"("commandid":"{}",)", command);
        if (timed_) rest += fmt::format(R"("demotime":"{}+08:00",)", time);
        if (!more.from.empty()) rest += fmt::format(R"("effectivefrom":"{}",)", more.from);
        if (!more.to.empty()) rest += fmt::format(R"("effectiveto":"{}",)", more.to);
        std::string data = R"("legal_basis":"STATUTORY_DUTY",)";
        if (!more.guard.empty()) data += fmt::format(R"("expect":{{{}}},)", more.guard);
        return cloud_event(type, subject, payload, rest, command, data);
    }

    const bool timed_;
    int commands_ = 0;
    std::map<std::string, std::string> homes_;
    std::map<std::string, int> revisions_;
};

const std::string open_transfer = id_of(3, 1), effected = id_of(3, 2), ordered = id_of(3, 3);
const std::string short_help = id_of(4, 1), never_agreed = id_of(4, 2), converted = id_of(4, 3),
                  unconfirmed = id_of(4, 4);

void populate(Script& script, std::string_view time) {
    script.employer(time, university, campus, 501);
    script.employer(time, maker, plant, 502);
    script.employer(time, institute, laboratory, 503);
    script.talent(time, tang, 1);
    script.talent(time, song, 2);
    script.talent(time, ming, 3);
}

/// Every kind of duty falls due once.
Script whole_life() {
    Script script;
    populate(script, "2019-02-01T09:00:00");
    // Nobody goes on with it: it lapses ninety days later, on 2019-05-30.
    script.request("2019-03-01T09:00:00", open_transfer, tang, "2019-04-01");
    // It runs from March to May and is completed the day after its end, on 2019-06-02.
    script.propose("2019-03-01T10:00:00", short_help, song, "CON", "2019-03-10", "2019-06-01");
    script.agree("2019-03-01T11:00:00", short_help, song, "2019-03-10");
    // Nobody agrees to it: it is cancelled when its period has passed, on 2019-07-01.
    script.propose("2019-03-02T09:00:00", never_agreed, song, "CON", "2019-03-20", "2019-07-01");
    // Its host becomes the home: it is converted on the day of the move, 2019-06-15.
    script.propose("2019-03-03T09:00:00", converted, ming, "CON", "2019-03-10", "2020-01-01");
    script.agree("2019-03-03T10:00:00", converted, ming, "2019-03-10");
    // A new home has to consent again within thirty days, and does not: by 2019-08-09.
    script.propose("2019-03-04T09:00:00", unconfirmed, song, "PRJ", "2019-03-20", "2020-02-01");
    script.agree("2019-03-04T10:00:00", unconfirmed, song, "2019-03-20", true);
    script.pass("2019-05-29T09:00:00");
    script.transfer("2019-06-10T09:00:00", effected, ming, "2019-06-15", maker, plant);
    script.count_duty(song);  // completed
    script.count_duty(song);  // cancelled
    script.transfer("2019-07-02T09:00:00", ordered, song, "2019-07-10", institute, laboratory);
    script.pass("2019-09-01T09:00:00");
    script.pass("2020-03-01T09:00:00");
    return script;
}

HttpClient::Headers headers_of(const Line& line, const char* single) {
    return {{"Content-Type", line.json[0] == '[' ? "application/cloudevents-batch+json" : single},
            {"Ledger-Actor", line.actor}};
}

void send_one_by_one(ServerFixture& server, const Script& script, std::size_t from = 0,
                     std::size_t upto = std::size_t(-1)) {
    auto client = server.client();
    for (std::size_t i = from; i < std::min(upto, script.lines.size()); ++i) {
        const Line& line = script.lines[i];
        const auto answer = client.post("/v1/commands",
                                        headers_of(line, "application/cloudevents+json"),
                                        line.json);
        INFO(line.json << "\n" << answer.body);
        REQUIRE(answer.status == 201);
    }
}

void send_in_bulk(ServerFixture& server, const Script& script) {
    std::string body;
    for (const Line& line : script.lines)
        body += "{\"ledgeractor\":\"" + line.actor + "\"}\n" + line.json + "\n";
    const auto answer = server.client().post(
        "/v1/commands", with(as_province, "Content-Type", "application/x-ndjson"), body);
    INFO(answer.body);
    const auto lines = lines_of(answer.body);
    REQUIRE(lines.back().at("recorded") == script.lines.size());
}

/// `2019-05-30 TransferLapsed@7`: day and hour of recording, type, revision of the home stream.
std::vector<std::string> log_of(const ledger::Ledger& ledger, bool system_only) {
    std::vector<std::string> out;
    auto scan = ledger.scan({0}, {ledger.head().size});
    for (auto more = scan.next(); more && *more; more = scan.next()) {
        const auto fact = events::Fact::of(scan.bytes());
        const bool system = fact.stored->actor()->role() == events::Role::Y;
        if (fact.home.kind == events::StreamKind::ops || (system_only && !system)) continue;
        const auto* home = fact.stored->streams()->Get(0);
        const auto time = ledger.zone().text(fact.recorded_at);
        out.push_back(fmt::format("{} {}@{}", time.substr(0, 16),
                                  events::schema::EnumNamePayload(fact.type), home->revision()));
    }
    return out;
}

/// What the counted views say once all is folded in.
std::vector<std::string> shown_by(ServerFixture& server) {
    std::vector<std::string> out;
    for (const auto* view : {"stock", "flow-matrix", "use-matrix", "net-inflow", "breaches"}) {
        const auto answer = server.client().get(fmt::format(
            "/v1/views/{}?effective_at=2020-03-01&min_position={}&wait=20s", view,
            server.size() - 1));
        REQUIRE(answer.status == 200);
        // Event ids are drawn anew for each ledger.
        static const std::regex event_id(":[0-9a-f]{32}");
        out.push_back(std::regex_replace(answer.body, event_id, ""));
    }
    return out;
}

const std::vector<std::string> what_fell_due{
    "2019-05-30T00:00 TransferLapsed@2",
    "2019-06-02T00:00 EngagementCompleted@4",
    "2019-06-15T00:00 EngagementConverted@4",
    "2019-07-01T00:00 EngagementCancelled@2",
    "2019-08-09T00:00 EngagementSuspended@5",
    "2020-02-02T00:00 EngagementCompleted@6",
};

std::string metric(ServerFixture& server, const std::string& name) {
    const auto page = server.client().get("/metrics").body;
    const auto at = page.find("\n" + name + " ");
    if (at == std::string::npos) return "none";
    const auto begin = at + name.size() + 2;
    return page.substr(begin, page.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("What falls due in a demonstration is recorded at the start of its day", "[server]") {
    ServerFixture server;
    send_one_by_one(server, whole_life());
    CHECK(log_of(server.ledger(), true) == what_fell_due);
    CHECK(metric(server, R"(ledger_duties_total{result="recorded"})") == "6");
}

TEST_CASE("Two loads of one stream are equal, line by line or in bulk", "[server]") {
    ServerFixture slow, fast;
    const auto script = whole_life();
    send_one_by_one(slow, script);
    send_in_bulk(fast, script);
    CHECK(log_of(slow.ledger(), false) == log_of(fast.ledger(), false));
    CHECK(shown_by(slow) == shown_by(fast));
}

TEST_CASE("A restart in the middle neither loses nor repeats what fell due", "[server]") {
    const auto script = whole_life();
    for (const std::size_t back : {1u, 2u, 3u}) {
        ServerFixture server;
        send_one_by_one(server, script, 0, script.lines.size() - back);
        server.app.reset();
        server.start();
        send_one_by_one(server, script, script.lines.size() - back);
        CHECK(log_of(server.ledger(), true) == what_fell_due);
    }
}

TEST_CASE("A duty that is refused is told once and stops nobody", "[server]") {
    ServerFixture server;
    Script script;
    populate(script, "2019-02-01T09:00:00");
    script.request("2019-03-01T09:00:00", open_transfer, tang, "2019-04-01");
    script.request("2019-03-01T09:00:00", effected, song, "2019-04-01");
    send_one_by_one(server, script);
    // Somebody has used the id of the first lapse for something else.
    const events::Duty duty{events::schema::Payload::TransferLapsed,
                            {events::StreamKind::transfer, *events::Id::parse(open_transfer)},
                            *events::Date::parse("2019-05-30"),
                            {},
                            {}};
    const auto id = events::duty_command(server.ledger().info().id, duty).text();
    server.must_post(employer_registered(fresh_id(), id));
    for (int day = 1; day < 10; ++day)
        server.must_post(employer_registered(
            fresh_id(), {}, fmt::format(R"("demotime":"2019-06-0{}T09:00:00+08:00",)", day)));
    CHECK(log_of(server.ledger(), true) ==
          std::vector<std::string>{"2019-05-30T00:00 TransferLapsed@2"});
    CHECK(metric(server, R"(ledger_duties_total{result="refused"})") == "1");
    CHECK(metric(server, R"(ledger_duties_total{result="recorded"})") == "1");
}

TEST_CASE("A rehearsal does not move the time", "[server]") {
    ServerFixture server;
    Script script;
    populate(script, "2019-02-01T09:00:00");
    script.request("2019-03-01T09:00:00", open_transfer, tang, "2019-04-01");
    send_one_by_one(server, script);
    const auto size = server.size();
    script.pass("2020-01-01T09:00:00");
    const auto answer = server.client().post(
        "/v1/commands?dry_run=true",
        headers_of(script.lines.back(), "application/cloudevents+json"),
        script.lines.back().json);
    CHECK(answer.status == 200);
    CHECK(server.size() == size);
}

TEST_CASE("Loads that come together take turns at the days", "[server]") {
    ServerFixture server;
    Script script;
    populate(script, "2019-02-01T09:00:00");
    script.request("2019-03-01T09:00:00", open_transfer, tang, "2019-04-01");
    send_one_by_one(server, script);
    std::vector<std::vector<std::string>> loads(4);
    for (int loader = 0; loader < 4; ++loader) {
        for (int month = 4; month < 10; ++month) {
            const auto time = fmt::format("2019-{:02}-{:02}T09:00:00", month, 5 + loader);
            loads[static_cast<std::size_t>(loader)].push_back(employer_registered(
                fresh_id(), {}, fmt::format(R"("demotime":"{}+08:00",)", time)));
        }
    }
    std::vector<std::thread> loaders;
    for (const auto& load : loads)
        loaders.emplace_back([&server, &load] {
            auto client = server.client();
            // Who comes after another has moved the time on is refused, and that is right.
            for (const auto& json : load) client.post("/v1/commands", as_province, json);
        });
    for (auto& loader : loaders) loader.join();
    CHECK(log_of(server.ledger(), true) ==
          std::vector<std::string>{"2019-05-30T00:00 TransferLapsed@2"});
}

TEST_CASE("A real ledger goes by the clock on the wall", "[server]") {
    TemporaryFolder folder;
    GivenClock clock;
    base::SystemRandom random;
    server::Settings settings;
    settings.data = folder.path() / "data";
    settings.port = 0;
    settings.opening = ledger::Ledger::Opening::create;
    clock.set("2019-02-01T09:00:00+08:00");
    auto started = server::App::start(settings, clock, random);
    REQUIRE(started);
    auto& app = **started;
    REQUIRE(app.wait_ready(std::chrono::seconds(20)));
    HttpClient client(app.port());
    Script script(false);
    populate(script, "2019-02-01T09:00:00");
    script.request("2019-02-01T09:00:00", open_transfer, tang, "2019-04-01");
    for (const Line& line : script.lines) {
        const auto answer = client.post(
            "/v1/commands", headers_of(line, "application/cloudevents+json"), line.json);
        INFO(answer.body);
        REQUIRE(answer.status == 201);
    }
    const auto& ledger = app.services().ledger;
    const auto size = ledger.head().size;
    clock.set("2019-05-02T00:30:00+08:00");
    app.services().duties.look_now();
    REQUIRE(ledger.wait_past(size, std::chrono::seconds(20)));
    CHECK(log_of(ledger, true) == std::vector<std::string>{"2019-05-02T00:30 TransferLapsed@2"});
    CHECK(ledger.head().size == size + 1);
}

TEST_CASE("Nobody can ask in the system's name, not even in a load", "[server]") {
    ServerFixture server;
    const auto answer = server.client().post(
        "/v1/commands", with(as_province, "Content-Type", "application/x-ndjson"),
        "{\"ledgeractor\":\"id=a0000000000000000000000000000009; role=Y\"}\n" +
            employer_registered(fresh_id()) + "\n");
    const auto lines = lines_of(answer.body);
    REQUIRE(lines.size() == 3);
    CHECK(text_of(lines[0], "code") == "E_BAD_ACTOR");
    CHECK(text_of(lines[1], "code") == "E_ROLE");
    CHECK(lines[2].at("recorded") == 0);
}
