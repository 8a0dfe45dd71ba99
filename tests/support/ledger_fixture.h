// A ledger in a folder of its own: open it, record JSON commands, crash it, open it again.
#pragma once

#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
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

namespace test {

/// A folder that goes when the object does.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto name = (std::filesystem::temp_directory_path() / "ledger-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A random id in hexadecimal digits.
inline std::string fresh_id() {
    base::SystemRandom random;  // not kept: a child process would draw its parent's ids again
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

    /// Runs `work` on the opened ledger in a process of its own, which then ends abruptly: nothing
    /// is closed, flushed or destroyed. Returns its wait status. The ledger must be closed here.
    int crash_after(const std::function<void(LedgerFixture&)>& work) {
        close();
        const auto child = ::fork();
        if (child < 0) throw std::runtime_error("no child process");
        if (child == 0) {
            try {
                random = {};
                open();
                work(*this);
            } catch (const std::exception& error) {
                fmt::print(stderr, "in the child: {}\n", error.what());
                ::_exit(99);
            }
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return status;
    }

    TemporaryFolder folder;
    base::SystemClock clock;
    base::SystemRandom random;
    ledger::Ledger::Options options;
    events::CommandReader reader{events::Catalogue::built_in(), events::CodeLists::built_in()};
    std::unique_ptr<ledger::Ledger> ledger;
};

}  // namespace test
