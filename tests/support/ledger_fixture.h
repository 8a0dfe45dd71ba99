// A ledger in a folder of its own: open it, record JSON commands, crash it, open it again.
#pragma once

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "events/catalogue.h"
#include "events/codes/code_lists.h"
#include "events/json/command_reader.h"
#include "ledger/ledger.h"
#include "ledger/registrar.h"
#include "tests/support/child_process.h"

namespace test {

/// A folder that goes when the object does, unless it is somebody else's.
class TemporaryFolder {
public:
    explicit TemporaryFolder(std::filesystem::path others) : path_(std::move(others)) {}
    TemporaryFolder() {
        auto name = (std::filesystem::temp_directory_path() / "ledger-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
        own_ = true;
    }
    ~TemporaryFolder() {
        if (!own_) return;
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    bool own_ = false;
};

/// A random id in hexadecimal digits.
inline std::string fresh_id() {
    base::SystemRandom random;
    events::Id id;
    random.fill(id.bytes);
    return id.text();
}

inline events::Actor actor(events::Role role, std::string_view id = {}) {
    events::Actor out;
    out.id = id.empty() ? *events::Id::parse("a0000000000000000000000000000001")
                        : *events::Id::parse(id);
    out.role = role;
    out.assurance = events::schema::Assurance::ASSERTED;
    return out;
}

/// One CloudEvent. `payload` is JSON; `rest` further members, each ending in a comma.
inline std::string cloud_event(std::string_view type, std::string_view subject,
                               std::string_view payload, std::string_view rest = {},
                               std::string_view command = {}, std::string_view data_rest = {}) {
    return fmt::format(
        R"({{"specversion":"1.0","type":"talent.{}.v1","source":"test","id":"{}",{}{})"
        R"("data":{{{}"payload":{}}}}})",
        type, command.empty() ? fresh_id() : std::string(command),
        subject.empty() ? std::string() : fmt::format(R"("subject":"{}",)", subject), rest,
        data_rest, payload);
}

/// A ledger and the reader of its commands. A real one (`create`) or a demonstration one.
class LedgerFixture {
public:
    using Opening = ledger::Ledger::Opening;

    explicit LedgerFixture(Opening opening = Opening::demo) {
        options.dir = folder.path() / "data";
        options.opening = opening;
    }
    /// In a child process: the folder and options of its parent's, not opened yet.
    explicit LedgerFixture(const Arguments& given) : folder(given.at(0)) {
        options.dir = folder.path() / "data";
        options.opening = static_cast<Opening>(std::stoi(given.at(1)));
        options.index_events = std::stoul(given.at(2));
        options.block_events_max = std::stoul(given.at(3));
    }
    ~LedgerFixture() { close(); }

    /// Opens and throws where that fails.
    ledger::Ledger& open() {
        auto opened = try_open();
        if (!opened) throw std::runtime_error(opened.error().code + ": " + opened.error().what);
        return *ledger;
    }
    base::Result<void> try_open() {
        close();
        auto opened = ledger::Ledger::open(options, clock, random);
        if (!opened) return opened.error();
        ledger = std::move(*opened);
        return {};
    }
    void close() { ledger.reset(); }
    ledger::Ledger& reopen() {
        close();
        return open();
    }

    base::Result<events::Command> read(std::string_view json,
                                       const events::Actor& by = actor(events::Role::P)) {
        return reader.read(json, by);
    }
    /// Reads and records.
    base::Result<ledger::Receipt> record(std::string_view json,
                                         const events::Actor& by = actor(events::Role::P)) {
        auto command = reader.read(json, by);
        if (!command) return command.error();
        return ledger->registrar().record(std::move(*command));
    }
    /// Records or throws.
    ledger::Receipt must_record(std::string_view json,
                                const events::Actor& by = actor(events::Role::P)) {
        auto receipt = record(json, by);
        if (!receipt) {
            auto text = receipt.error().code + ": " + receipt.error().what;
            for (const auto& detail : receipt.error().details) {
                text += fmt::format("; {} {} {}", detail.code, detail.pointer, detail.what);
            }
            throw std::runtime_error(text);
        }
        return std::move(*receipt);
    }

    /// Has a Crash done in a process of its own, which then ends abruptly: nothing is closed,
    /// flushed or destroyed. Returns its wait status.
    int crash_after(const std::string& name, const Arguments& arguments = {}) {
        close();
        Arguments words{folder.path().string(), std::to_string(static_cast<int>(options.opening)),
                        std::to_string(options.index_events),
                        std::to_string(options.block_events_max)};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run_child(name, words);
    }

    TemporaryFolder folder;
    base::SystemClock clock;
    base::SystemRandom random;
    ledger::Ledger::Options options;
    events::CommandReader reader{events::Catalogue::built_in(), events::CodeLists::built_in()};
    std::unique_ptr<ledger::Ledger> ledger;
};

/// What a child process does to a ledger that it has to open itself, before it is killed. Made
/// before `main`, so that the child finds it by its name.
struct Crash {
    using Work = void (*)(LedgerFixture& fixture, const Arguments& arguments);

    Crash(const std::string& name, Work work) {
        child_works()[name] = [work](const Arguments& given) {
            try {
                LedgerFixture fixture(given);
                work(fixture, Arguments(given.begin() + 4, given.end()));
                ::kill(::getpid(), SIGKILL);
            } catch (const std::exception& error) {
                fmt::print(stderr, "in the child: {}\n", error.what());
            }
            return 99;
        };
    }
};

/// The ledger is opened, and that is all.
inline const Crash crash_at_once{"at once",
                                 [](LedgerFixture& fixture, const Arguments&) { fixture.open(); }};

}  // namespace test
