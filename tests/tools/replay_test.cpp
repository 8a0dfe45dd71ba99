// Replays as people run them: over a folder and over a server; altered views, contradicted records.
#include "tools/audit/replay.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "projections/views.h"
#include "tests/support/ledger_fixture.h"
#include "tests/tools/program.h"
#include "tools/audit/copied_log.h"

namespace {

using projections::Note;
using projections::Store;
using test::Demo;
using test::Ran;
namespace json = boost::json;

/// A demonstration with the story in it.
struct Story : Demo {
    Story() { REQUIRE(ask("demo story").exit == 0); }
    /// Changes the middle entry of those that begin with `prefix`, or drops it.
    Note alter(const std::string& prefix, bool drop) {
        auto store = Store::open(std::filesystem::path(data()) / "views");
        REQUIRE(store);
        std::vector<Note> entries;
        const auto read =
            (*store)->notes(prefix, [&](std::string_view key, std::string_view value) {
                entries.emplace_back(std::string(key), std::string(value));
            });
        REQUIRE(read);
        REQUIRE(!entries.empty());
        Note chosen = entries[entries.size() / 2];
        projections::Batch batch;
        if (drop) {
            batch.dropped.push_back(chosen.first);
        } else {
            chosen.second.back() = static_cast<char>(chosen.second.back() ^ 1);
            batch.notes.push_back(chosen);
        }
        const auto checkpoint = (*store)->checkpoint();
        REQUIRE(checkpoint);
        batch.checkpoint = **checkpoint;
        REQUIRE((*store)->write(batch));
        return chosen;
    }
};

std::string text(const json::object& object, const char* name) {
    const auto& value = object.at(name);
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

std::string position_of(const Note& row) {
    return std::to_string(projections::get_u64(std::string_view(row.first).substr(5)));
}

}  // namespace

TEST_CASE("A replay of an honest folder and of its server finds nothing", "[tools][program]") {
    Story story;
    const auto live = story.ask("-o json replay diff");
    CHECK(live.exit == 0);
    CHECK(text(object_of(live), "same") == "true");
    const auto fetched = object_of(story.ask("-o json replay run"));
    story.server.reset();

    const auto whole = object_of(story.offline("-o json replay run"));
    CHECK(whole.at("rows").as_array().size() == 11);
    CHECK(text(whole, "ledger") == text(fetched, "ledger"));
    const auto diff = story.offline("-o json replay diff");
    CHECK(diff.exit == 0);
    CHECK(text(object_of(diff), "differences") == "0");
    const auto part = object_of(story.offline("-o json replay run --upto 50"));
    CHECK(std::stoull(text(part, "size")) >= 50);
    CHECK(story.offline("verify").exit == 0);
}

TEST_CASE("A view altered by hand is found by replay diff, with view and position",
          "[tools][program]") {
    Story story;
    story.server.reset();
    const Note row = story.alter("U", false);

    const auto diff = story.offline("-o json replay diff");
    CHECK(diff.exit == 9);
    const auto report = object_of(diff);
    CHECK(text(report, "same") == "false");
    CHECK(text(report, "position") == position_of(row));
    const auto& first = report.at("first").as_array().at(0).as_object();
    CHECK(text(first, "view") == "use-matrix");
    CHECK(text(first, "kind") == "altered");
    for (const auto& view : report.at("rows").as_array()) {
        const auto& one = view.as_object();
        CHECK(one.at("same").as_bool() == (text(one, "view") != "use-matrix"));
    }
    const auto bisect = story.offline("-o json replay bisect");
    CHECK(bisect.exit == 9);
    const auto event = object_of(bisect).at("event").as_object();
    CHECK(std::to_string(std::stoull(text(event, "sequence"))) == position_of(row));
    CHECK(story.offline("verify").exit == 6);

    // The server goes on with what it finds; whoever replays its log finds out.
    story.start("--demo");
    const auto live = story.ask("-o json replay bisect");
    CHECK(live.exit == 9);
    CHECK(text(object_of(live), "position") == position_of(row));
}

TEST_CASE("A row that is gone is found", "[tools][program]") {
    Story story;
    story.server.reset();
    const Note home = story.alter("H", true);
    const auto report = object_of(story.offline("-o json replay diff"));
    CHECK(text(report, "differences") == "1");
    CHECK(text(report, "position") == position_of(home));
    CHECK(report.at("first").as_array().at(0).as_object().at("stored").is_null());
}

TEST_CASE("A replay says what it cannot compare", "[tools][program]") {
    Story story;
    story.server.reset();
    std::filesystem::remove_all(std::filesystem::path(story.data()) / "views");
    const auto none = story.offline("replay diff");
    CHECK(none.exit == 3);
    CHECK(none.err.find("E_NO_VIEWS") != std::string::npos);
    CHECK(story.offline("replay run").exit == 0);
    const auto full = story.offline("replay run --scratch " + story.data());
    CHECK(full.exit == 2);
}

TEST_CASE("Recorded digests that the log does not give are told", "[tools]") {
    test::LedgerFixture fixture;
    fixture.open();
    const auto record = [&](const projections::ViewDigests& digests) {
        std::string views;
        for (const auto& [view, digest] : digests.views) {
            views += fmt::format(R"({}{{"view":"{}","digest":"{}"}})", views.empty() ? "" : ",",
                                 view, events::hex(digest));
        }
        fixture.must_record(
            test::cloud_event("ViewDigestsRecorded", "ops/" + fixture.ledger->info().id.text(),
                              fmt::format(R"({{"size":"{}","version":{},"views":[{}]}})",
                                          digests.size, digests.version, views)),
            test::actor(events::Role::Y));
    };
    const auto audit = [&] {
        const projections::LedgerReader log(*fixture.ledger);
        auto opened = tools::ReplayAudit::open(log, {});
        REQUIRE(opened);
        const auto folded =
            (*opened)->fold_to(log.size(), [](std::uint64_t) { return true; });
        REQUIRE(folded);
        CHECK(*folded);
        return std::pair((*opened)->recorded_checked(), (*opened)->contradictions());
    };
    auto views = projections::Views::open({}, *fixture.ledger);
    REQUIRE(views);
    REQUIRE((*views)->catch_up(false));
    auto digests = (*views)->digests();
    REQUIRE(digests);
    record(*digests);
    const auto [checked, none] = audit();
    CHECK(checked == 1);
    CHECK(none.empty());

    auto lie = *digests;
    lie.views["roster"][0] ^= 1;
    record(lie);
    auto older = *digests;
    older.version = 1;
    record(older);
    const auto [both, found] = audit();
    CHECK(both == 2);
    REQUIRE(found.size() == 1);
    CHECK(found[0].recorded.position == fixture.ledger->head().size - 2);
    CHECK(found[0].views == std::vector<std::string>{"roster"});
}

TEST_CASE("A copy of the events folds as the ledger does, and takes no other bytes", "[tools]") {
    test::LedgerFixture fixture;
    fixture.open();
    auto copy = tools::CopiedLog::make();
    REQUIRE(copy);
    auto scan = fixture.ledger->scan({0}, {fixture.ledger->head().size});
    for (auto more = scan.next(); more && *more; more = scan.next()) {
        REQUIRE((*copy)->add(scan.bytes()));
        CHECK_FALSE((*copy)->add(scan.bytes()));  // stands elsewhere
    }
    CHECK_FALSE((*copy)->add("no event"));
    REQUIRE((*copy)->seal());
    CHECK((*copy)->id() == fixture.ledger->info().id);
    const projections::LedgerReader log(*fixture.ledger);
    const auto digests = [](const projections::LogReader& from) {
        auto replay = projections::Replay::open({}, from);
        REQUIRE(replay);
        REQUIRE((*replay)->fold_to(from.size(), false));
        return *(*replay)->digests();
    };
    CHECK(digests(**copy) == digests(log));
}
