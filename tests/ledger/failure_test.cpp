// What the ledger does when the disk or the process fails while it runs.
#include <sys/mman.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "ledger/fail_stop.h"
#include "ledger/verifier.h"
#include "tests/ledger/commands.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/ledger_fixture.h"

using namespace test;

namespace {

bool is_good(const ledger::Ledger& ledger) {
    const auto verified = ledger::verify(ledger, {}, std::atomic<bool>{false});
    if (verified && verified->fault) UNSCOPED_INFO(verified->fault->what);
    return verified && !verified->fault;
}

/// Memory that a child process shares with its parent.
class SharedCounter {
public:
    SharedCounter()
        : counter_(static_cast<std::atomic<int>*>(::mmap(nullptr, sizeof(std::atomic<int>),
                                                         PROT_READ | PROT_WRITE,
                                                         MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
        new (counter_) std::atomic<int>(0);
    }
    ~SharedCounter() { ::munmap(counter_, sizeof(std::atomic<int>)); }
    std::atomic<int>& operator*() { return *counter_; }

private:
    std::atomic<int>* counter_;
};

}  // namespace

TEST_CASE("Ledger ends the process when a sync fails, and answers nobody", "[ledger]") {
    LedgerFixture fixture;
    fixture.open();
    fixture.close();
    SharedCounter acknowledged;
    const int before_failure = GENERATE(0, 3);
    FaultyDisk disk;
    fixture.options.disk = &disk.disk;
    const auto status = fixture.crash_after([&](LedgerFixture& child) {
        disk.faults.syncs_left = before_failure;
        disk.faults.armed = true;
        for (int i = 0; i < 10; ++i) {
            if (child.record(employer_registered(fresh_id(), {}, {}, 500u + unsigned(i)))) {
                ++*acknowledged;
            }
        }
    });
    fixture.options.disk = nullptr;
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
    std::vector<std::string> commands;
    for (unsigned i = 0; i < 400; ++i) {
        commands.push_back(i % 4 == 0 ? talent_registered(fresh_id(), 100 + i, fresh_id())
                                      : employer_registered(fresh_id(), fresh_id(), {}, 2'000 + i));
    }
    SharedCounter acknowledged;
    for (int round = 0; round < 6; ++round) {
        const int from = *acknowledged;
        const int upto = std::min<int>(from + 30 + 17 * round, static_cast<int>(commands.size()));
        fixture.crash_after([&](LedgerFixture& child) {
            // Commands before `from` may be recorded without an answer: a retry finds out.
            for (int i = from; i < static_cast<int>(commands.size()); ++i) {
                child.ledger->registrar().submit(*child.read(commands[static_cast<std::size_t>(i)]),
                                                 [&](base::Result<ledger::Receipt> receipt) {
                                                     if (!receipt) ::_exit(98);
                                                     if (++*acknowledged == upto)
                                                         ::kill(::getpid(), SIGKILL);
                                                 });
            }
            child.ledger->registrar().stop();
        });
        fixture.open();
        const int known = *acknowledged;
        CHECK(known >= upto);
        for (int i = 0; i < known; ++i) {
            const auto id = fixture.read(commands[static_cast<std::size_t>(i)])->id;
            REQUIRE(fixture.ledger->receipt(id).has_value());
        }
        CHECK(is_good(*fixture.ledger));
        fixture.close();
        if (upto == static_cast<int>(commands.size())) break;
    }
}
