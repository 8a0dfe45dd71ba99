// A few people and employers in a ledger that was signed and stopped, and packs made of it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "ledger/notary.h"
#include "tests/ledger/commands.h"
#include "tests/support/ledger_fixture.h"
#include "tests/support/listed_streams.h"
#include "tools/bundle/gather.h"
#include "tools/evidence/pack.h"
#include "tools/offline/folder.h"

namespace test {

class SmallProvince {
public:
    /// One for all cases: it is only read.
    static SmallProvince& get() {
        static SmallProvince province;
        return province;
    }

    SmallProvince() {
        fixture.open();
        fixture.must_record(employer_registered(employer));
        fixture.must_record(site_opened(employer, site));
        for (unsigned i = 0; i < 3; ++i) {
            fixture.must_record(talent_registered(talents[i], 41 + i));
            fixture.must_record(affiliation(talents[i]), actor(events::Role::M));
        }
        sign();
        listed = signed_last.size;
        list_streams(*fixture.ledger, signed_last);
        sign();
        fixture.close();
        auto opened = tools::Folder::open(fixture.options.dir, fixture.clock, fixture.random);
        if (!opened) throw std::runtime_error(opened.error().what);
        folder = *std::move(opened);
    }

    /// The contents of a pack, before anything was made of them.
    evidence::Contents contents(const evidence::Asked& asked, bool personal = true) {
        tools::FolderSupply supply(*folder, fixture.options.dir / "signing");
        tools::Gathering what;
        what.manifest.program = "test";
        what.manifest.made_at = {1'700'000'000'000'000};
        what.manifest.asked = asked;
        what.personal = personal;
        auto out = tools::gather(supply, std::move(what), [](auto, auto) {});
        if (!out) throw std::runtime_error(out.error().code + ": " + out.error().what);
        return *std::move(out);
    }
    std::string pack(const evidence::Asked& asked, bool personal = true) {
        auto out = evidence::make_pack(contents(asked, personal));
        if (!out) throw std::runtime_error(out.error().code + ": " + out.error().what);
        return *std::move(out);
    }
    evidence::Asked of_person(std::size_t which = 0) const {
        evidence::Asked out;
        out.person = *events::Id::parse(talents[which]);
        out.upto = UINT64_MAX;
        return out;
    }
    evidence::Asked of_positions(std::uint64_t from, std::uint64_t upto) const {
        evidence::Asked out;
        out.from = from;
        out.upto = upto;
        return out;
    }
    std::uint64_t size() const { return folder->ledger().head().size; }
    evidence::Trust trust() const { return proof::Policy::of(key); }

    LedgerFixture fixture;
    std::uint64_t listed = 0;  ///< events whose streams the log has listed
    const std::string employer = fresh_id(), site = fresh_id();
    const std::string talents[3] = {fresh_id(), fresh_id(), fresh_id()};
    proof::VerifierKey key;
    std::unique_ptr<tools::Folder> folder;

private:
    std::string affiliation(const std::string& talent) const {
        return cloud_event("AffiliationStarted", stream("talent", talent),
                           fmt::format(R"({{"employer":"{}","site":"{}",)"
                                       R"("kind":"FULL_TIME_HOME","staffing":"CONTRACT",)"
                                       R"("team":"ZJ"}})",
                                       employer, site),
                           R"("effectivefrom":"2019-01-01",)", {},
                           fmt::format(R"("legal_basis":"CONTRACT_HR","expect":{{"talent/{}":1}},)",
                                       talent));
    }
    void sign() {
        auto notary = ledger::Notary::open(*fixture.ledger, fixture.options.dir / "signing",
                                           fixture.random);
        if (!notary) throw std::runtime_error(notary.error().what);
        auto note = (*notary)->sign();
        if (!note || !(*notary)->publish(*note)) throw std::runtime_error("nothing was signed");
        key = (*notary)->verifiers().front();
        signed_last = (*notary)->newest()->checkpoint;
    }
    proof::Checkpoint signed_last;
};

}  // namespace test
