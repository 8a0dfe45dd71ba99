// The program as people run it: exit codes, pipes, imports, the story, a damaged folder.
#include <array>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/tools/program.h"

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

using test::Demo;
using test::Folder;
using test::Ran;
using test::run;
using test::text_of;

constexpr const char* actor = " --actor 'id=0198c6f0000070008000000000000001; role=M'";

std::string employer(const std::string& id, const std::string& uscc, const std::string& name) {
    return R"({"specversion":"1.0","id":")" + id +
           R"(","source":"test","type":"talent.EmployerRegistered.v1",)"
           R"("effectivefrom":"2019-01-01",)"
           R"("data":{"payload":{"uscc":")" +
           uscc + R"(","name":")" + name +
           R"(","ownership":"PRIVATE","section":"C","region":"510100"}}})";
}

constexpr const char* good_uscc = "91350100M000100Y43";

}  // namespace

TEST_CASE("The program answers without a server where it can", "[tools][program]") {
    const Folder folder;
    const Ran version = run(folder, "version");
    CHECK(version.exit == 0);
    CHECK(json::parse(version.out).as_object().contains("schema"));
    CHECK(run(folder, "explain E_BAD_CODE").exit == 0);
    CHECK(run(folder, "types show AffiliationStarted -o csv").out.starts_with("field,zh,"));
    CHECK(run(folder, "help flow matrix").out.find("Examples:") != std::string::npos);

    const Ran unknown = run(folder, "explain E_BAD_CODDE");
    CHECK(unknown.exit == 3);
    CHECK(unknown.err.find("did you mean E_BAD_CODE?") != std::string::npos);
    const Ran mistyped = run(folder, "evnts list");
    CHECK(mistyped.exit == 2);
    CHECK(mistyped.err.find("did you mean events?") != std::string::npos);
    CHECK(mistyped.out.empty());
    const Ran flag = run(folder, "events list --limt 3");
    CHECK(flag.exit == 2);
    CHECK(flag.err.find("did you mean --limit?") != std::string::npos);
}

TEST_CASE("Nobody there is 7, no folder is 3, a reader that leaves is no failure",
          "[tools][program]") {
    const Folder folder;
    const Ran nobody = run(folder, "--server http://127.0.0.1:1 status");
    CHECK(nobody.exit == 7);
    CHECK(nobody.err.find("E_UNREACHABLE") != std::string::npos);
    CHECK(run(folder, "--server ftp://x status").exit == 2);
    CHECK(run(folder, "--offline " + folder.path.string() + "/none status").exit == 3);
    const Ran piped = run(folder, "types list | head -1");
    CHECK(piped.exit == 0);
    CHECK(piped.err.empty());
    CHECK(run(folder, "types list -o table").out.find('\x1b') == std::string::npos);
}

TEST_CASE("A context is kept for its owner, and flag and environment go before it",
          "[tools][program]") {
    const Folder folder;
    REQUIRE(run(folder, "context add home --server http://127.0.0.1:1 --lang zh").exit == 0);
    REQUIRE(run(folder, "context add away --server http://127.0.0.1:2 --zone UTC").exit == 0);
    const auto file = folder.path / "config/talentctl/config.toml";
    CHECK((fs::status(file).permissions() & fs::perms(077)) == fs::perms::none);

    const std::string show = "context show --origin -o 'template={setting} {value} {origin}'";
    const Ran kept = run(folder, show);
    CHECK(kept.out.find("server http://127.0.0.1:1 context home\n") != std::string::npos);
    CHECK(kept.out.find("zone Asia/Shanghai default\n") != std::string::npos);
    const Ran set = run(folder, show, "TALENTCTL_SERVER=http://127.0.0.1:3");
    CHECK(set.out.find("server http://127.0.0.1:3 environment TALENTCTL_SERVER\n") !=
          std::string::npos);
    const Ran given =
        run(folder, show + " --server http://127.0.0.1:4", "TALENTCTL_SERVER=http://127.0.0.1:3");
    CHECK(given.out.find("server http://127.0.0.1:4 flag --server\n") != std::string::npos);
    CHECK(run(folder, show + " --context away").out.find("zone UTC context away\n") !=
          std::string::npos);
    CHECK(run(folder, "context use away").exit == 0);
    CHECK(run(folder, "context list -o csv").out.find("away,true") != std::string::npos);

    const Ran unknown = run(folder, "context use awya");
    CHECK(unknown.exit == 3);
    CHECK(unknown.err.find("did you mean away?") != std::string::npos);
    CHECK(run(folder, "context remove away < /dev/null").exit == 8);
    CHECK(run(folder, "context remove away --yes").exit == 0);
    CHECK(run(folder, "context show away").exit == 3);
    CHECK(run(folder, "status", "TALENTCTL_ZONE=Mars/Base").exit == 2);
    fs::permissions(file, fs::perms(0622));
    CHECK(run(folder, "status").err.find("others may write") != std::string::npos);
}

TEST_CASE("--curl prints the request and sends nothing", "[tools][program]") {
    const Folder folder;
    const Ran printed = run(folder, "stock --by zone --known-at 2019-07 --curl");
    CHECK(printed.exit == 0);
    CHECK(printed.out.starts_with("curl -sS 'http://127.0.0.1:7400/v1/views/stock?"));
    CHECK(printed.out.find("known_at=2019-07-31") != std::string::npos);
    const auto file = folder.file("one.json", "{\"id\":\"1\"}");
    CHECK(run(folder, "append " + file + " --curl").out.find("--data-binary") != std::string::npos);
}

TEST_CASE("A token never travels in clear to another machine", "[tools][program]") {
    const Folder folder;
    const auto token = folder.file("token", "s3cret\n");
    const Ran refused = run(folder, "--server http://192.0.2.1 --token-file " + token + " status");
    CHECK(refused.exit == 2);
    CHECK(refused.err.find("https only") != std::string::npos);
    const Ran named = run(folder, "--token-command 'cat " + token + "' status --curl");
    CHECK(named.out.find("Bearer $TOKEN") != std::string::npos);
    CHECK(named.out.find("s3cret") == std::string::npos);
}

TEST_CASE("Bash takes the completion script and finds verbs and flags", "[tools][program]") {
    const Folder folder;
    const auto script = folder.file("complete.bash", run(folder, "completion bash").out);
    const auto test = folder.file("try.bash", ". " + script +
                                                  "\nCOMP_WORDS=(talentctl flow ma)\nCOMP_CWORD=2\n"
                                                  "_talentctl\necho \"${COMPREPLY[@]}\"\n");
    std::FILE* pipe = popen(("bash " + test).c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 256> line{};
    CHECK(std::fgets(line.data(), line.size(), pipe) != nullptr);
    CHECK(pclose(pipe) == 0);
    CHECK(std::string(line.data()) == "matrix\n");
}

TEST_CASE("A dry run reports every bad row with line and code", "[tools][program]") {
    const Folder folder;
    const auto map = folder.file("map.toml",
                                 "type = \"EmployerRegistered\"\n[columns]\n\"代码\" = \"uscc\"\n"
                                 "\"名称\" = \"name\"\n\"地区\" = \"region\"\n[constants]\n"
                                 "ownership = \"PRIVATE\"\nsection = \"C\"\nsubject = \"$row\"\n"
                                 "effectivefrom = \"2019-01-01\"\n");
    // 代码,名称,地区 / 成都 in GB18030
    const std::string heading = "\xb4\xfa\xc2\xeb,\xc3\xfb\xb3\xc6,\xb5\xd8\xc7\xf8\n";
    const auto file = folder.file("rows.csv", heading + good_uscc + ",\xb3\xc9\xb6\xbc,510100\n" +
                                                  "91350100M000100Y44,\xb3\xc9\xb6\xbc,510100\n" +
                                                  good_uscc + ",\xb3\xc9\xb6\xbc,999999\n");
    const Ran ran = run(folder, "import " + file + " --map " + map + " --dry-run --local -o csv");
    CHECK(ran.exit == 1);
    CHECK(ran.err.find("GB18030") != std::string::npos);
    CHECK(ran.err.find("3 rows, 2 bad") != std::string::npos);
    CHECK(ran.out.find("3,E_USCC,代码,") != std::string::npos);
    CHECK(ran.out.find("4,E_BAD_CODE,地区,") != std::string::npos);
    CHECK_FALSE(fs::exists(file + ".cursor"));
}

TEST_CASE("A command is recorded once, whoever sends it again", "[tools][program]") {
    const Demo demo;
    const std::string id = "0198c6f0000070008000000000000aa1";
    const auto file = demo.folder.file("one.json", employer(id, good_uscc, "One"));
    const Ran rehearsed = demo.ask("append " + file + " --dry-run" + actor);
    CHECK(rehearsed.exit == 0);
    const Ran first = demo.ask("append " + file + actor);
    REQUIRE(first.exit == 0);
    const auto receipt = json::parse(first.out).as_object();
    CHECK(receipt.at("replayed") == false);
    const Ran second = demo.ask("append " + file + actor);
    CHECK(second.exit == 0);
    CHECK(json::parse(second.out).as_object().at("position") == receipt.at("position"));

    const auto other = demo.folder.file("other.json", employer(id, good_uscc, "Other"));
    CHECK(demo.ask("append " + other + actor).exit == 5);
    const auto third = demo.folder.file(
        "third.json", employer("0198c6f0000070008000000000000aa3", good_uscc, "X"));
    CHECK(demo.ask("append " + third + " --actor 'id=0198c6f0000070008000000000000001; role=T'")
              .exit == 4);
    CHECK(demo.ask("dossier show 0198c6f000007000800000000000ffff").exit == 3);
    CHECK(demo.ask("stock --param colour=red").exit == 2);
}

TEST_CASE("A dry run judges the file as a whole", "[tools][program]") {
    const Demo demo;
    const std::string ids = "0198c6f0000070008000000000000c0";
    const std::string opened = "0198c6f0000070008000000000000e01";
    std::string first = employer(ids + "1", good_uscc, "One");
    first.insert(1, R"("subject":"employer/)" + opened + R"(",)");
    // The same credit code again is refused only because of the line before.
    const std::string second = employer(ids + "2", good_uscc, "Taken");
    const std::string site =
        R"({"specversion":"1.0","id":")" + ids +
        R"(3","source":"test","type":"talent.SiteOpened.v1","effectivefrom":"2019-01-01",)"
        R"("subject":"employer/)" +
        opened +
        R"(","data":{"payload":{"site":"0198c6f0000070008000000000000f01","region":"510100",)"
        R"("function":"HQ"}}})";
    const auto file = demo.folder.file("whole.ndjson", first + "\n" + second + "\n" + site + "\n");
    const Ran ran = demo.ask("import " + file + " --dry-run -o csv" + actor);
    CAPTURE(ran.out, ran.err);
    CHECK(ran.exit == 1);
    CHECK(ran.out.find("\n2,E_USCC") != std::string::npos);
    CHECK(ran.out.find("\n3,") == std::string::npos);
    CHECK(ran.err.find("3 rows, 1 bad") != std::string::npos);
    CHECK(demo.ask("events count").out.find("EmployerRegistered") == std::string::npos);
    const Ran real = demo.ask("import " + file + actor);
    CHECK(json::parse(real.out).as_object().at("recorded") == 2);
}

TEST_CASE("An import goes on where it stopped", "[tools][program]") {
    const Demo demo;
    const std::string ids = "0198c6f0000070008000000000000b0";
    const std::string lines = employer(ids + "1", good_uscc, "One") + "\n" +
                              employer(ids + "2", good_uscc, "Taken") + "\n" + "{\"broken\":1}\n";
    const auto file = demo.folder.file("commands.ndjson", lines);
    const Ran part = demo.ask("import " + file + " --limit 1 --batch 1 -q" + actor);
    CHECK(part.exit == 10);
    const Ran rest = demo.ask("import " + file + " --wait --reject " + file + ".bad" + actor);
    CHECK(rest.exit == 10);
    CHECK(rest.err.find("going on after 1 commands") != std::string::npos);
    const auto summary = json::parse(rest.out).as_object();
    CHECK(summary.at("recorded") == 1);
    CHECK(summary.at("refused") == 2);
    CHECK(summary.at("refused_by_code").as_object().contains("E_USCC"));
    const std::string rejects = text_of(file + ".bad");
    CHECK(rejects.find("\"line\":2") != std::string::npos);
    CHECK(rejects.find("\"line\":3") != std::string::npos);
    CHECK((fs::status(file + ".bad").permissions() & fs::perms::others_read) == fs::perms::none);
}

TEST_CASE("The story loads as told, and its folder verifies until a byte is turned",
          "[tools][program]") {
    Demo demo;
    const Ran story = demo.ask("demo story");
    CAPTURE(story.err, story.out);
    CHECK(story.exit == 0);
    const Ran again = demo.ask("demo story");
    CHECK(again.exit == 0);
    CHECK(again.out == story.out);
    CHECK(again.err.find("loaded already") != std::string::npos);
    CHECK(demo.ask("events count --from 2021 --to end -q").exit == 0);
    CHECK(demo.ask("events list --from 2019-07-01 --to 2019-07-02 -o 'template={sequence}'")
              .out.starts_with("00000000000000000056\n"));
    const std::string t3 = "dossier diff 0103bf43e5eabe8fb8a7382692fa23bb ";
    CHECK(demo.ask(t3 + "--known-before 2019-07-20 --known-after 2019-08-10").exit == 9);
    CHECK(demo.ask(t3 + "--known-before seq:96 --known-after end").exit == 0);
    const Ran answers = demo.ask("demo answers");
    CAPTURE(answers.out);
    CHECK(answers.exit == 0);
    const std::string question = "flow matrix --from 2019-01-01 --to 2020-01-01 --by zone -o json";
    const Ran online = demo.ask(question);
    CHECK(online.exit == 0);
    const Ran count = demo.ask("events count");
    CHECK(count.out.find("TransferEffected") != std::string::npos);
    CHECK(demo.ask("events tail --from 0 --exit-at-end --fields sequence").exit == 0);
    demo.server.reset();

    // The folder gives the same answer as the server did.
    const Ran offline = demo.offline(question);
    CHECK(offline.exit == 0);
    CHECK(json::parse(offline.out).as_object().at("rows") ==
          json::parse(online.out).as_object().at("rows"));
    CHECK(demo.offline("events count").out == count.out);
    const Ran sound = demo.offline("verify -o json");
    CAPTURE(sound.err);
    CHECK(sound.exit == 0);
    CHECK(json::parse(sound.out).as_object().at("ok") == true);

    // One bit of the write-ahead log, in the middle of what was acknowledged.
    fs::path log;
    for (const auto& entry : fs::recursive_directory_iterator(demo.data() + "/ledger")) {
        if (entry.path().extension() == ".log" && entry.file_size() > 100'000) log = entry.path();
    }
    REQUIRE_FALSE(log.empty());
    std::fstream bytes(log, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(log) / 2));
    const char turned = static_cast<char>(bytes.peek() ^ 1);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(log) / 2));
    bytes.put(turned);
    bytes.close();
    const Ran damaged = demo.offline("verify");
    CHECK(damaged.exit == 6);
    CHECK(damaged.err.find("E_LOG_") != std::string::npos);
}
