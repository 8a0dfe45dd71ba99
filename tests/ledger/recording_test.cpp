// Proof events: what the system records of its own log, and the completeness map under it.
#include <catch2/catch.hpp>
#include <map>

#include "ledger/completeness.h"
#include "ledger/map_advance.h"
#include "ledger/map_record.h"
#include "ledger/notary.h"
#include "ledger/stream_map.h"
#include "ledger/system_events.h"
#include "tests/ledger/commands.h"
#include "tests/ledger/notarized_ledger.h"
#include "tests/support/listed_streams.h"

namespace {

namespace fs = std::filesystem;
using test::fresh_id;

/// A ledger that grows by employers with a site each.
struct RecordedLedger : test::NotarizedLedger {
    void grow(int employers) {
        for (int i = 0; i < employers; ++i) {
            const auto id = fresh_id();
            must_record(test::employer_registered(id));
            must_record(test::site_opened(id, fresh_id()));
        }
    }
    const proof::Checkpoint& publish() {
        sign_and_publish();
        return notary->newest()->checkpoint;
    }
    /// Records what is published; `keep` the map too.
    ledger::Receipt record_proofs(bool keep = true) {
        auto receipt = test::list_streams(*ledger, publish(), keep);
        publish();
        return receipt;
    }
    base::Result<ledger::Completeness::Answer> prove(const events::StreamId& stream) {
        const auto newest = notary->newest();
        return ledger::Completeness(*ledger).prove(stream, newest->note, newest->checkpoint);
    }
    /// Every stream of the first `size` events, counted by hand.
    std::map<events::StreamId, proof::StreamState> count(std::uint64_t size) {
        std::map<events::StreamId, proof::StreamState> out;
        auto scan = ledger->scan({0}, {size});
        while (*scan.next())
            for (const auto* at : *scan.event().streams()) {
                auto& state = out[{at->kind(), events::Id::of(at->id())}];
                state = {state.count + 1, scan.position().value};
            }
        return out;
    }
    events::StreamId ops() const { return {events::StreamKind::ops, ledger->info().id}; }
};

}  // namespace

TEST_CASE("A recording names the checkpoint and the map, and every stream can be proven by it") {
    RecordedLedger log;
    log.start();
    log.grow(20);
    log.publish();
    CHECK(log.prove(log.ops()).error().code == "E_NO_MAP");
    const auto receipt = log.record_proofs();
    REQUIRE(receipt.items.size() == 2);
    const auto policy = proof::Policy::of(log.notary->verifiers().front());
    log.grow(3);  // does not move what is proven
    log.publish();
    const auto size = receipt.items.front().position.value;
    auto streams = log.count(size);
    CHECK(streams.size() > 20);
    for (const auto& [stream, state] : streams) {
        const auto answer = log.prove(stream);
        REQUIRE(answer);
        const auto proven = proof::verify(answer->proof, policy, ledger::read_map_record);
        REQUIRE(proven);
        CHECK(proven->state == state);
        CHECK(proven->record.size == size);
        CHECK(proven->record.streams == streams.size());
        CHECK(proven->record.position == receipt.items.back().position.value);
    }
    const events::StreamId nobody{events::StreamKind::talent, *events::Id::parse(fresh_id())};
    const auto absent = log.prove(nobody);
    REQUIRE(absent);
    CHECK_FALSE(absent->proof.state);
    CHECK(proof::verify(absent->proof, policy, ledger::read_map_record));
}

TEST_CASE("A later recording proves what came since, page by page or at once") {
    RecordedLedger log;
    log.start();
    log.grow(4);
    log.record_proofs();
    log.grow(40);
    const auto size = log.publish().size;
    ledger::MapAdvance advance(*log.ledger, 16);
    int pages = 0;
    for (bool near = false; !near; ++pages) {
        const auto more = advance.approach(size);
        REQUIRE(more);
        near = *more;
        // On the way nothing is proven: no such map is on record.
        CHECK(log.prove(log.ops()).error().code == "E_MAP_BEHIND");
    }
    CHECK(pages >= 4);
    // A restart goes on from the page that was kept.
    const auto kept = log.ledger->stream_map().state().size;
    log.stop();
    log.start();
    CHECK(log.ledger->stream_map().state().size == kept);
    log.record_proofs();
    for (const auto& [stream, state] : log.count(size)) {
        const auto answer = log.prove(stream);
        REQUIRE(answer);
        CHECK(answer->proof.state == state);
    }
}

TEST_CASE("A map whose recording outlived it is worked out again with the same root") {
    RecordedLedger log;
    log.start();
    log.grow(5);
    log.record_proofs(false);
    CHECK(log.prove(log.ops()).error().code == "E_MAP_BEHIND");
    log.stop();
    log.start();
    const auto record = *ledger::MapRecords(*log.ledger).newest();
    REQUIRE(record);
    ledger::MapAdvance advance(*log.ledger);
    auto staged = advance.stage(record->size);
    REQUIRE(staged);
    CHECK(staged->state.root == record->root);
    REQUIRE(log.ledger->stream_map().keep(*std::move(staged)));
    CHECK(log.prove(log.ops()));
}

TEST_CASE("A void map is emptied at the next start, and nothing of it is left") {
    RecordedLedger log;
    log.start();
    log.grow(5);
    log.record_proofs();
    REQUIRE(log.ledger->stream_map().declare_void());
    CHECK(log.prove(log.ops()).error().code == "E_MAP_DAMAGED");
    log.stop();
    log.start();
    CHECK(log.ledger->stream_map().state().size == 0);
    const auto record = *ledger::MapRecords(*log.ledger).newest();
    auto staged = ledger::MapAdvance(*log.ledger).stage(record->size);
    REQUIRE(staged);
    CHECK(staged->state.root == record->root);
}

TEST_CASE("The same recording told twice is recorded once") {
    RecordedLedger log;
    log.start();
    log.grow(2);
    const ledger::Recording recording{log.publish(), {}, {}};
    const auto command = ledger::recording_command(log.ledger->info(), recording);
    const auto first = log.ledger->registrar().record(command);
    REQUIRE(first);
    const auto again = log.ledger->registrar().record(command);
    REQUIRE(again);
    CHECK(again->replayed);
    CHECK(again->items.front().position == first->items.front().position);
}

TEST_CASE("Only the system records proof events") {
    RecordedLedger log;
    log.start();
    const ledger::Recording recording{log.publish(), {}, {}};
    auto command = ledger::recording_command(log.ledger->info(), recording);
    using events::Role;
    for (const auto role : {Role::P, Role::M, Role::S, Role::A, Role::none}) {
        command.actor.role = role;
        CHECK(log.ledger->registrar().record(command).error().code == "E_ROLE");
    }
    for (const char* type :
         {"CheckpointRecorded", "StreamMapRecorded", "ViewDigestsRecorded", "SigningKeyRotated",
          "LogRestored"}) {
        const auto json = test::cloud_event(type, {}, "{}");
        INFO(type);
        CHECK_FALSE(log.record(json));
    }
    command.actor.role = Role::Y;
    CHECK(log.ledger->registrar().record(command));
}

TEST_CASE("Once a checkpoint is on record a signing folder that is gone is not made anew") {
    RecordedLedger log;
    log.start();
    log.record_proofs();
    log.stop();
    fs::rename(log.signing, log.folder.path() / "moved");
    log.open();
    CHECK(ledger::Notary::open(*log.ledger, log.signing, log.random).error().code ==
          "E_SIGNING_MISSING");
    CHECK_FALSE(fs::exists(log.signing));
    fs::rename(log.folder.path() / "moved", log.signing);
    CHECK(ledger::Notary::open(*log.ledger, log.signing, log.random));
}
