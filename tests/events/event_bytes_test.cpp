// The stored bytes of an event are the Merkle leaf: they can never change.
#include <openssl/evp.h>

#include <catch2/catch.hpp>
#include <random>

#include "events/event.h"
#include "events/fact.h"
#include "events/json/command_reader.h"
#include "events/json/event_writer.h"

using namespace events;

namespace {

std::string digest_of(std::string_view bytes) {
    Hash hash;
    const auto* sha256 = EVP_sha256();
    REQUIRE(EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, sha256, nullptr) == 1);
    return hex(hash);
}

Id id(unsigned char last) {
    Id out;
    out.bytes[15] = last;
    return out;
}

struct Fixture {
    CommandReader reader{Catalogue::built_in(), CodeLists::built_in()};
    EventEncoder encoder;

    Command read(std::string_view json) {
        const Actor actor{id(1), Role::M, id(2), "510100", {}, schema::Assurance::ASSERTED};
        auto command = reader.read(json, actor);
        REQUIRE(command);
        return std::move(*command);
    }
    static Placement place(StreamKind kind) {
        Placement placement;
        placement.position = {42};
        placement.event_id = id(9);
        placement.streams = {{{kind, id(3)}, {5}}, {{StreamKind::employer, id(4)}, {6}}};
        placement.recorded_at = *Instant::parse("2019-04-01T10:00:00+08:00");
        placement.from = Date::of(2019, 4, 1);
        return placement;
    }
    std::string encode(const Command& command, const Placement& placement,
                       std::vector<SealedRef> sealed = {}) {
        BodyMac mac;
        mac.mac.fill(0xab);
        if (sealed.empty()) mac.salt.emplace().fill(0xcd);
        const auto bytes =
            encoder.encode(command, command.drafts[0], placement, sealed, mac, 1);
        REQUIRE(bytes);
        return std::string(*bytes);
    }
};

const char* const service = R"({"specversion":"1.0","id":"00000000000000000000000000000007",
    "type":"talent.ServiceRendered.v1","subject":"engagement/00000000000000000000000000000003",
    "effectivefrom":"2019-04-01","effectiveto":"2019-05-01","correlationid":
    "00000000000000000000000000000008","data":{"payload":{"workday_mday":0,"restday_mday":1000,
    "region_served":"513401","place":"513401"}}})";

const char* const registration = R"({"specversion":"1.0","id":"00000000000000000000000000000007",
    "type":"talent.TalentRegistered.v1","subject":"talent/00000000000000000000000000000003",
    "firstload":true,"data":{"legal_basis":"STATUTORY_DUTY","evidence":[{"alg":"SHA-256",
    "digest":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f","bytes":"7"}],
    "payload":{"category":"ZJ","name":{"zh":"张三"},"nationality":"CHN","residence":"510100",
    "sex":1,"birth_year":1980,"titles":[{"code":"011","awarded_on":"2010-09-01"}],
    "skills":["SK01","SK02"],"doc":{"kind":"CN_ID","issuer":"CHN",
    "number":"510100198005120012"}}}})";

const char* const correction = R"({"specversion":"1.0","id":"00000000000000000000000000000007",
    "type":"talent.EventCorrected.v1","subject":"talent/00000000000000000000000000000003",
    "data":{"payload":{"target":"12:00000000000000000000000000000005","reason":"TYPO",
    "dates":{"from":"2019-07-08"},"replacement_type":"SiteOpened","replacement":{
    "site":"00000000000000000000000000000006","region":"510100","function":"RND"}}}})";

SealedRef sealed_part() {
    SealedRef part{id(3), PersonalClass::IDENTITY, id(10), {}, {}, 256};
    part.key_commitment.fill(1);
    part.ciphertext_digest.fill(2);
    return part;
}

}  // namespace

TEST_CASE("The bytes of an event are pinned", "[events]") {
    Fixture given;
    auto placement = Fixture::place(StreamKind::engagement);
    placement.to = Date::of(2019, 5, 1);
    CHECK(digest_of(given.encode(given.read(service), placement)) ==
          "7448fa993ba54e289409ab6a355358e55de98afdd531eddfac9bc618a8c5b59a");

    placement = Fixture::place(StreamKind::talent);
    placement.subjects = {id(3)};
    CHECK(digest_of(given.encode(given.read(registration), placement, {sealed_part()})) ==
          "0dba921a0e4de7f9f33b356c3d1a76b735cef21c314916d98a2fc2b1e5eea9b9");

    placement = Fixture::place(StreamKind::talent);
    placement.proposed = true;
    placement.named_as = id(11);
    placement.command_index = 1;
    placement.command_size = 3;
    CHECK(digest_of(given.encode(given.read(correction), placement)) ==
          "9ee0e684c598c63c79c482ad4b5e1a3db0231fa9f4fea1ddfc601d1ba782486e");
}

TEST_CASE("The id of an event is pinned", "[events]") {
    CHECK(event_id_of(id(1), CommandId{id(2)}, 0).text() == "879a132250cc36a43737b0424cc52171");
    CHECK(event_id_of(id(1), CommandId{id(2)}, 1).text() == "9c22fef30611df186fa5319f97a1931f");
    CHECK(event_id_of(id(1), CommandId{id(2)}, 256).text() == "63375b3179152197be15b8e42c92e934");
}

TEST_CASE("EventEncoder writes what the placement says", "[events]") {
    Fixture given;
    auto placement = Fixture::place(StreamKind::talent);
    placement.subjects = {id(3)};
    const auto bytes = given.encode(given.read(registration), placement, {sealed_part()});
    const auto found = read_event(bytes);
    REQUIRE(found);
    const auto& event = **found;
    CHECK(event.position() == 42);
    CHECK(Id::of(*event.event_id()) == id(9));
    CHECK(event.streams()->size() == 2);
    CHECK(event.streams()->Get(1)->revision() == 6);
    CHECK(event.schema_version() == 1);
    CHECK(event.suite() == 1);
    CHECK(event.effective_to() == nullptr);
    CHECK(event.first_load());
    CHECK(event.legal_basis() == schema::LegalBasis::STATUTORY_DUTY);
    CHECK(event.evidence()->Get(0)->bytes() == 7u);
    CHECK(event.evidence()->Get(0)->digest()->size() == 32);
    CHECK(event.sealed()->Get(0)->blob_bytes() == 256);
    CHECK(event.body_salt() == nullptr);
    const auto& payload = *event.payload_as_TalentRegistered();
    CHECK(payload.category()->str() == "ZJ");
    CHECK(payload.doc()->number() == nullptr);
    CHECK(payload.doc()->kind()->str() == "CN_ID");
    CHECK(payload.sex() == 1);
    CHECK(payload.titles()->Get(0)->awarded_on()->days() == Date::of(2010, 9, 1).days);
    CHECK(bytes.find("张三") == std::string::npos);
    CHECK(bytes.find("198005120012") == std::string::npos);

    const auto fact = Fact::of(event);
    CHECK(fact.home == StreamId{StreamKind::talent, id(3)});
    CHECK(fact.to == forever);
    CHECK(fact.actor == id(1));
    CHECK(fact.as<schema::TalentRegistered>().birth_year() == 1980);
}

TEST_CASE("A fact of a draft says what the fact of its stored event says", "[events]") {
    Fixture given;
    const auto command = given.read(correction);
    auto placement = Fixture::place(StreamKind::talent);
    placement.proposed = true;
    const auto bytes = given.encode(command, placement);
    const auto stored = Fact::of(**read_event(bytes));
    const auto draft = Fact::of(command, command.drafts[0], placement);
    CHECK(draft.stored == nullptr);
    CHECK(draft.position == stored.position);
    CHECK(draft.event == stored.event);
    CHECK(draft.type == stored.type);
    CHECK(draft.home == stored.home);
    CHECK(draft.from == stored.from);
    CHECK(draft.to == stored.to);
    CHECK(draft.recorded_at == stored.recorded_at);
    CHECK(draft.command == stored.command);
    CHECK(draft.role == stored.role);
    CHECK(draft.proposed == stored.proposed);
    const auto& payload = stored.as<schema::EventCorrected>();
    CHECK(draft.as<schema::EventCorrected>().reason() == payload.reason());
    CHECK(payload.replacement_as_SiteOpened()->region()->str() == "510100");
}

TEST_CASE("Structs of a draft can be set in place", "[events]") {
    Fixture given;
    auto command = given.read(correction);
    auto& draft = command.drafts[0];
    REQUIRE(draft.references.size() == 1);
    auto* target = draft.as_mutable<schema::EventCorrected>().mutable_target();
    const auto* there = draft.payload.data() + draft.references[0].offset;
    CHECK(reinterpret_cast<const std::uint8_t*>(target) == there);
    target->mutate_position(12);
    const auto bytes = given.encode(command, Fixture::place(StreamKind::talent));
    CHECK((*read_event(bytes))->payload_as_EventCorrected()->target()->position() == 12);
}

TEST_CASE("EventEncoder refuses what is too large", "[events]") {
    Fixture given;
    std::string entries;
    for (int i = 0; i < 1000; ++i) {
        entries += i == 0 ? "" : ",";
        entries += R"({"code":"x","zh":")" + std::string(90, 'x') + "\"}";
    }
    const auto command = given.read(R"({"specversion":"1.0","id":"00000000000000000000000000000007",
        "type":"CodeListPublished","data":{"payload":{"list":"x","part":1,"parts":1,"entries":[)" +
                                    entries + "]}}}");
    const auto placement = Fixture::place(StreamKind::reference);
    const auto bytes =
        given.encoder.encode(command, command.drafts[0], placement, {}, BodyMac{}, 1);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code == "E_EVENT_TOO_LARGE");

    auto wide = Fixture::place(StreamKind::engagement);
    wide.streams.resize(129, wide.streams[0]);
    const auto small = given.read(service);
    const auto refused = given.encoder.encode(small, small.drafts[0], wide, {}, BodyMac{}, 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "E_TOO_MANY_STREAMS");
}

TEST_CASE("read_event refuses damaged bytes and never crashes", "[events]") {
    Fixture given;
    auto placement = Fixture::place(StreamKind::talent);
    placement.subjects = {id(3)};
    const auto good = given.encode(given.read(registration), placement, {sealed_part()});
    REQUIRE(read_event(good));
    CHECK(read_event("").error().code == "E_EVENT_BYTES");
    CHECK(read_event("TLE1").error().code == "E_EVENT_BYTES");
    for (std::size_t size = 0; size + 8 < good.size(); size += 8) {
        CHECK_FALSE(read_event(std::string_view(good).substr(0, size)));
    }
    std::mt19937 random(1);
    for (int run = 0; run < 20'000; ++run) {
        auto bad = good;
        for (int n = 0; n < 3; ++n) {
            bad[random() % bad.size()] = static_cast<char>(random() % 256);
        }
        const auto found = read_event(bad);
        if (!found) continue;
        // What passes the check can be walked.
        std::string written;
        write_event(written, Catalogue::built_in(), **found, Hash{});
        CHECK(written.size() > 100);
    }
}
