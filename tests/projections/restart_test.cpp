// The views survive restarts and kills, and a rebuild says the same.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "projections/runner.h"
#include "projections/storage/store.h"
#include "tests/projections/cases.h"

namespace {

using test::Cases;

/// Some people with homes, moves, corrections and service: a few hundred events.
void fill(Cases& cases) {
    const test::Seat a = cases.employer("510107");
    const test::Seat b = cases.employer("511502");
    for (int i = 0; i < 12; ++i) {
        const std::string talent = cases.talent();
        const std::string home = cases.home(talent, a, "2015-01-01");
        if (i % 3 == 0) {
            cases.transfer(talent, home, a, b, "2020-05-01", test::fresh_id());
        } else if (i % 3 == 1) {
            const auto engagement =
                cases.engagement(talent, b, "511502", "2020-02-01", "2020-12-01");
            cases.service(engagement, "511502", "2020-03-01", 2'000, 500);
        } else {
            const auto ended = cases.end(talent, home, "2020-01-01");
            cases.home(talent, b, "2020-03-01");
            cases.amend({cases.correct_event("talent/" + talent, ended + "#0", "2020-02-01")});
        }
    }
}

projections::ViewDigests rebuilt(const ledger::Ledger& ledger) {
    test::ViewsFixture views(ledger);
    views.catch_up();
    return *views.views->digests();
}

/// Arguments: the round; the higher, the later the kill comes.
void fold_until_killed(test::LedgerFixture& fixture, const test::Arguments& given) {
    const auto round = static_cast<unsigned>(std::stoul(given.at(0)));
    fixture.open();
    auto views = projections::Views::open(fixture.folder.path() / "views", *fixture.ledger, 8);
    if (!views) ::_exit(98);
    const std::atomic<bool> stop_at_once{true};
    for (unsigned i = 0; i < 7 * round; ++i) (void)(*views)->catch_up(stop_at_once);
    // The kill comes while this thread writes batch after batch.
    std::thread([&] { (void)(*views)->catch_up(false); }).detach();
    while ((*views)->position() < 10 * round) std::this_thread::yield();
    ::kill(::getpid(), SIGKILL);
}
const test::Crash views_half_folded{"views half folded", fold_until_killed};

}  // namespace

TEST_CASE("Views opened again go on where they were", "[projections]") {
    Cases cases;
    const auto dir = cases.fixture.folder.path() / "views";
    const auto open = [&] {
        auto views = projections::Views::open(dir, *cases.fixture.ledger, 16);
        REQUIRE(views);
        return std::move(*views);
    };
    const std::atomic<bool> stop{false};
    const std::atomic<bool> stop_at_once{true};
    fill(cases);
    {
        auto views = open();
        CHECK(views->position() == 0);
        for (int i = 0; i < 10; ++i) REQUIRE(views->catch_up(stop_at_once));
    }
    std::uint64_t position = 0;
    {
        auto views = open();
        CHECK(views->position() > 0);
        CHECK(views->position() < cases.fixture.ledger->head().size);
        REQUIRE(views->catch_up(stop));
        CHECK(views->position() == cases.fixture.ledger->head().size);
        CHECK(*views->digests() == rebuilt(*cases.fixture.ledger));
        position = views->position();
    }
    cases.talent();
    auto views = open();
    CHECK(views->position() == position);
    REQUIRE(views->catch_up(stop));
    CHECK(*views->digests() == rebuilt(*cases.fixture.ledger));
}

TEST_CASE("Stored views of another ledger are not believed", "[projections]") {
    Cases mine;
    const auto dir = mine.fixture.folder.path() / "views";
    {
        Cases other;
        fill(other);
        auto views = projections::Views::open(dir, *other.fixture.ledger);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(false));
    }
    auto views = projections::Views::open(dir, *mine.fixture.ledger);
    REQUIRE(views);
    CHECK((*views)->position() == 0);
    REQUIRE((*views)->catch_up(false));
    CHECK(*(*views)->digests() == rebuilt(*mine.fixture.ledger));
}

TEST_CASE("A checkpoint of another version or past the head means a rebuild", "[projections]") {
    Cases cases;
    fill(cases);
    const auto dir = cases.fixture.folder.path() / "views";
    const std::uint64_t head = cases.fixture.ledger->head().size;
    const auto id = cases.fixture.ledger->info().id;
    for (const auto& checkpoint :
         {projections::Checkpoint{999, id, head},
          projections::Checkpoint{projections::Runner::version, id, head + 1}}) {
        {
            auto store = projections::Store::open(dir);
            REQUIRE(store);
            projections::Batch batch;
            batch.checkpoint = checkpoint;
            REQUIRE((*store)->write(batch));
        }
        auto views = projections::Views::open(dir, *cases.fixture.ledger);
        REQUIRE(views);
        CHECK((*views)->position() == 0);
        REQUIRE((*views)->catch_up(false));
        CHECK(*(*views)->digests() == rebuilt(*cases.fixture.ledger));
    }
}

TEST_CASE("A kill at any point counts nothing twice", "[projections]") {
    Cases cases;
    fill(cases);
    auto& fixture = cases.fixture;
    const auto dir = fixture.folder.path() / "views";
    for (int round = 0; round < 6; ++round) {
        const int status = fixture.crash_after("views half folded", {std::to_string(round)});
        REQUIRE(WIFSIGNALED(status));
        fixture.open();
        auto views = projections::Views::open(dir, *fixture.ledger);
        REQUIRE(views);
        REQUIRE((*views)->catch_up(false));
        CHECK((*views)->position() == fixture.ledger->head().size);
        CHECK(*(*views)->digests() == rebuilt(*fixture.ledger));
        views->reset();
        if (round % 2 == 1) std::filesystem::remove_all(dir);
    }
}
