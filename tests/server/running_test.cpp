// Start, stop and the program itself.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "tests/server/server_fixture.h"

using namespace test;

namespace {

/// The program in a process of its own.
class Program {
public:
    Program(const std::filesystem::path& folder, std::vector<std::string> arguments) {
        int out[2];
        if (::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        error_file_ = (folder / "stderr").string();
        posix_spawn_file_actions_addopen(&actions, 2, error_file_.c_str(),
                                         O_CREAT | O_WRONLY | O_TRUNC, 0600);
        arguments.insert(arguments.begin(), TALENTD);
        std::vector<char*> argv;
        for (auto& each : arguments) argv.push_back(each.data());
        argv.push_back(nullptr);
        if (::posix_spawn(&pid_, TALENTD, &actions, nullptr, argv.data(), environ) != 0)
            throw std::runtime_error("cannot start talentd");
        posix_spawn_file_actions_destroy(&actions);
        ::close(out[1]);
        output_ = out[0];
    }
    ~Program() {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
        wait();
        ::close(output_);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::string line() {
        std::string text;
        for (char each; ::read(output_, &each, 1) == 1 && each != '\n';) text += each;
        return text;
    }
    void signal(int number) const { ::kill(pid_, number); }
    /// Exit code, or minus the signal that ended it.
    int wait() {
        if (pid_ <= 0) return code_;
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::string complaint() const {
        std::ifstream file(error_file_);
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    pid_t pid_ = -1;
    int output_ = -1;
    int code_ = 0;
    std::string error_file_;
};

std::uint16_t port_of(const std::string& line) {
    REQUIRE(line.starts_with("listening on http://127.0.0.1:"));
    return static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
}

}  // namespace

TEST_CASE("The program serves, drains on SIGTERM and finds everything again", "[server]") {
    TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    const std::string command = fresh_id();
    {
        Program program(folder.path(), {"--data", data, "--listen", "127.0.0.1:0", "--demo"});
        HttpClient client(port_of(program.line()));
        CHECK(client.post("/v1/commands", as_province, employer_registered(fresh_id(), command))
                  .status == 201);
        HttpClient idle(std::move(client));
        program.signal(SIGTERM);
        CHECK(program.wait() == 0);
    }
    Program again(folder.path(), {"--data", data, "--listen", "127.0.0.1:0"});
    HttpClient client(port_of(again.line()));
    CHECK(client.get("/v1/commands/" + command).status == 200);
    again.signal(SIGINT);
    CHECK(again.wait() == 0);
}

TEST_CASE("The program says why it does not start", "[server]") {
    TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    std::ofstream(folder.path() / "bad.toml") << "data = \"x\"\nlissten = \"127.0.0.1:0\"\n";
    std::ofstream(folder.path() / "good.toml")
        << "data = \"" << data << "\"\nlisten = \"127.0.0.1:0\"\nthreads = 2\nidle_time_ms = 5\n";
    const std::string bad = (folder.path() / "bad.toml").string();
    const std::string good = (folder.path() / "good.toml").string();
    struct Case {
        std::vector<std::string> arguments;
        int code;
        std::string says;
    };
    for (const auto& [arguments, code, says] : std::vector<Case>{
             {{"--data", data}, 1, "E_NO_LEDGER"},
             {{"--listen", "127.0.0.1:0"}, 2, "E_USAGE"},
             {{"--data", data, "--listen", "0.0.0.0:0", "--demo"}, 2, "E_OPEN_ADDRESS"},
             {{"--data", data, "--listen", "nonsense"}, 2, "E_USAGE"},
             {{"--data", data, "--listen", "127.0.0.1:70000"}, 2, "E_USAGE"},
             {{"--data", data, "--create", "--demo"}, 2, "E_USAGE"},
             {{"--data", data, "--threads", "0"}, 2, "E_USAGE"},
             {{"--data", data, "--idle-time-ms", "0"}, 2, "idle_time_ms must be a number"},
             {{"--data", data, "--requests-per-minute", "-1"}, 2, "E_USAGE"},
             {{"--colour"}, 2, "E_USAGE"},
             {{"--config", bad}, 2, "did you mean `listen`"},
             {{"--config", bad + "x"}, 2, "E_CONFIG"},
             {{"--config", good, "--check-config"}, 0, ""},
             {{"--help"}, 0, ""}}) {
        Program program(folder.path(), arguments);
        INFO(says);
        CHECK(program.wait() == code);
        CHECK(program.complaint().find(says) != std::string::npos);
    }
}

TEST_CASE("A second signal ends the program at once", "[server]") {
    TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    const std::string command = fresh_id();
    {
        Program program(folder.path(), {"--data", data, "--listen", "127.0.0.1:0", "--demo"});
        const std::uint16_t port = port_of(program.line());
        CHECK(HttpClient(port)
                  .post("/v1/commands", as_province, employer_registered(fresh_id(), command))
                  .status == 201);
        // Half a request keeps the drain waiting for the other half.
        HttpClient half(port);
        half.send(HttpClient::head("POST", "/v1/commands", as_province, 1'000) + "{");
        program.signal(SIGTERM);
        while (program.complaint().find("draining") == std::string::npos)
            std::this_thread::yield();
        program.signal(SIGTERM);
        CHECK(program.wait() == 128 + SIGTERM);
    }
    Program again(folder.path(), {"--data", data, "--listen", "127.0.0.1:0"});
    CHECK(HttpClient(port_of(again.line())).get("/v1/commands/" + command).status == 200);
}

TEST_CASE("A second server of the same ledger is told that it is in use", "[server]") {
    ServerFixture server;
    Program second(server.folder.path(),
                   {"--data", server.settings.data.string(), "--listen", "127.0.0.1:0"});
    CHECK(second.wait() == 7);
    CHECK(second.complaint().find("E_LEDGER_IN_USE") != std::string::npos);
}

TEST_CASE("A drain finishes what is under way and refuses what comes", "[server]") {
    ServerFixture server;
    const std::uint16_t port = server.port();
    std::vector<std::string> commands;
    for (int i = 0; i < 400; ++i) commands.push_back(employer_registered(fresh_id()));
    std::atomic<int> acknowledged{0};
    std::atomic<bool> begun{false};
    std::vector<std::thread> writers;
    const std::uint64_t before = server.size();
    for (std::size_t writer = 0; writer < 4; ++writer)
        writers.emplace_back([&, writer] {
            try {
                HttpClient client(port);
                for (std::size_t i = writer; i < commands.size(); i += 4) {
                    acknowledged +=
                        client.post("/v1/commands", as_province, commands[i]).status == 201;
                    begun = true;
                }
            } catch (const std::runtime_error&) {
                // The server has gone; what it acknowledged must be there.
            }
        });
    while (!begun) std::this_thread::yield();
    server.app->drain();
    for (auto& each : writers) each.join();
    CHECK(server.size() - before >= static_cast<std::uint64_t>(acknowledged));
    CHECK_THROWS(HttpClient(port).get("/livez"));

    const std::uint64_t size = server.size();
    server.app.reset();
    server.settings.opening = ledger::Ledger::Opening::existing;
    server.start();
    CHECK(server.size() == size);
}

TEST_CASE("An idle connection does not hold up the drain", "[server]") {
    ServerFixture server;
    HttpClient idle = server.client();
    CHECK(idle.get("/livez").status == 200);
    const auto began = server.clock.now();
    server.app->drain();
    CHECK(server.clock.now() - began < std::chrono::seconds(5));
    CHECK(idle.closed());
}

TEST_CASE("Commands of several threads are served", "[server]") {
    ServerFixture server;
    server.app.reset();
    server.settings.threads = 4;
    server.settings.opening = ledger::Ledger::Opening::existing;
    server.start();
    const std::uint64_t before = server.size();
    std::vector<std::string> commands;
    for (int i = 0; i < 160; ++i) commands.push_back(employer_registered(fresh_id()));
    std::atomic<int> recorded{0};
    std::vector<std::thread> writers;
    for (std::size_t writer = 0; writer < 8; ++writer)
        writers.emplace_back([&, writer] {
            HttpClient client = server.client();
            for (std::size_t i = writer; i < commands.size(); i += 8)
                recorded += client.post("/v1/commands", as_province, commands[i]).status == 201;
        });
    for (auto& each : writers) each.join();
    CHECK(recorded == 160);
    CHECK(server.size() == before + 160);
}
