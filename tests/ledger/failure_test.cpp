// What the ledger does when the disk or the process fails while it runs.
#include <fcntl.h>
#include <sys/mman.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "ledger/fail_stop.h"
#include "tests/ledger/commands.h"
#include "tests/ledger/verified.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/ledger_fixture.h"

using namespace test;

namespace {

/// A number in a file, which a child process and its parent both see at once.
class SharedCounter {
public:
    explicit SharedCounter(const std::filesystem::path& path) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0 || ::ftruncate(file, sizeof(std::atomic<int>)) != 0) {
            throw std::runtime_error("no shared counter");
        }
        counter_ = static_cast<std::atomic<int>*>(
            ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
        ::close(file);
    }
    ~SharedCounter() { ::munmap(counter_, sizeof(std::atomic<int>)); }
    SharedCounter(const SharedCounter&) = delete;
    SharedCounter& operator=(const SharedCounter&) = delete;
    std::atomic<int>& operator*() { return *counter_; }

private:
    std::atomic<int>* counter_;
};

std::filesystem::path counter_of(const LedgerFixture& fixture) {
    return fixture.folder.path() / "acknowledged";
}

/// The command at each place of the load, a quarter of them with sealed parts.
std::string command_at(unsigned place) {
    const auto id = fmt::format("{:032x}", 0xc0'0000u + place);
    const auto subject = fmt::format("{:032x}", 0x5b'0000u + place);
    return place % 4 == 0 ? talent_registered(subject, 100 + place, id)
                          : employer_registered(subject, id, {}, 2'000 + place);
}
constexpr int load_commands = 400;

/// Arguments: how many syncs succeed.
const Crash failing_syncs{"failing syncs", [](LedgerFixture& fixture, const Arguments& given) {
                              FaultyDisk disk;
                              SharedCounter acknowledged(counter_of(fixture));
                              fixture.options.disk = &disk.disk;
                              fixture.open();
                              disk.faults.syncs_left = std::stoi(given.at(0));
                              disk.faults.armed = true;
                              for (unsigned i = 0; i < 10; ++i) {
                                  const auto json =
                                      employer_registered(fresh_id(), {}, {}, 500 + i);
                                  if (fixture.record(json)) ++*acknowledged;
                              }
                          }};

/// Arguments: the first command, and how many are acknowledged when the kill comes.
void load_until_killed(LedgerFixture& fixture, const Arguments& given) {
    SharedCounter acknowledged(counter_of(fixture));
    const int upto = std::stoi(given.at(1));
    fixture.open();
    for (int i = std::stoi(given.at(0)); i < load_commands; ++i) {
        fixture.ledger->registrar().submit(*fixture.read(command_at(static_cast<unsigned>(i))),
                                           [&](base::Result<ledger::Receipt> receipt) {
                                               if (!receipt) ::_exit(98);
                                               if (++*acknowledged == upto)
                                                   ::kill(::getpid(), SIGKILL);
                                           });
    }
    fixture.ledger->registrar().stop();
}
const Crash killed_load{"killed load", load_until_killed};

}  // namespace

TEST_CASE("Ledger ends the process when a sync fails, and answers nobody", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    fixture.close();
    const int before_failure = GENERATE(0, 3);
    const auto status = fixture.crash_after("failing syncs", {std::to_string(before_failure)});
    SharedCounter acknowledged(counter_of(fixture));
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == ledger::fail_stop_status);
    CHECK(*acknowledged == before_failure);
    const auto size = fixture.open().head().size;
    CHECK(is_good(*fixture.ledger));
    // The one that failed is of unknown fate; those acknowledged are there.
    for (int i = 0; i < before_failure; ++i) {
        CHECK(fixture.record(employer_registered(fresh_id(), {}, {}, 500u + unsigned(i)))
                  .error()
                  .code == "E_USCC");
    }
    CHECK(fixture.ledger->head().size == size);
}

TEST_CASE("Ledger keeps what it acknowledged when killed at any moment", "[ledger]") {
    LedgerFixture fixture;
    fixture.options.index_events = 40;
    fixture.options.block_events_max = 8;
    fixture.open();
    fixture.close();
    SharedCounter acknowledged(counter_of(fixture));
    for (int round = 0; round < 6; ++round) {
        // Commands from here on may be recorded without an answer: a retry finds out.
        const int from = *acknowledged;
        const int upto = std::min(from + 30 + 17 * round, load_commands);
        fixture.crash_after("killed load", {std::to_string(from), std::to_string(upto)});
        fixture.open();
        const int known = *acknowledged;
        CHECK(known >= upto);
        for (int i = 0; i < known; ++i) {
            const auto id = fixture.read(command_at(static_cast<unsigned>(i)))->id;
            REQUIRE(fixture.ledger->receipt(id).has_value());
        }
        CHECK(is_good(*fixture.ledger));
        fixture.close();
        if (upto == load_commands) break;
    }
}
