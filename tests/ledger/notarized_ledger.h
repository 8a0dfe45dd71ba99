// A demonstration ledger with its signing folder beside it.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>

#include "ledger/notary.h"
#include "tests/support/ledger_fixture.h"

namespace test {

struct NotarizedLedger : LedgerFixture {
    std::filesystem::path signing = folder.path() / "signing";
    std::unique_ptr<ledger::Notary> notary;

    base::Result<void> try_notary() {
        notary.reset();
        auto opened = ledger::Notary::open(*ledger, signing, random);
        if (!opened) return opened.error();
        notary = *std::move(opened);
        return {};
    }
    /// Makes the ledger the first time.
    void start() {
        open();
        options.opening = Opening::existing;
        REQUIRE(try_notary());
    }
    void stop() {
        notary.reset();
        close();
    }
    void sign_and_publish() {
        const auto note = notary->sign();
        REQUIRE(note);
        REQUIRE(notary->publish(*note));
    }
};

}  // namespace test
