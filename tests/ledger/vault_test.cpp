#include "ledger/vault.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "events/schema/sealed_generated.h"
#include "ledger/bytes.h"
#include "ledger/crypto.h"
#include "ledger/sealing.h"
#include "tests/support/ledger_fixture.h"

using events::PersonalClass;
using ledger::Vault, ledger::VaultChanges, ledger::DataKey, ledger::Key;

namespace {

events::Id id(std::uint8_t last) {
    events::Id out;
    out.bytes[15] = last;
    out.bytes[0] = 7;
    return out;
}

const Vault::IsRecorded all_recorded = [](const events::CommandId&) { return true; };

struct VaultFixture {
    Vault& open(Vault::Opening opening = Vault::Opening::create) {
        vault.reset();
        auto opened = Vault::open(folder.path() / "vault", opening, random, nullptr);
        REQUIRE(opened);
        vault = std::move(*opened);
        return *vault;
    }
    std::shared_ptr<const DataKey> make(const events::Id& subject, PersonalClass of_class) {
        VaultChanges changes;
        auto key = vault->make(subject, of_class, random, changes);
        REQUIRE(key);
        REQUIRE(vault->write(changes));
        return *key;
    }

    test::TemporaryFolder folder;
    base::SystemRandom random;
    std::unique_ptr<Vault> vault;
};

/// The part as a table in a buffer of its own.
struct StoredPart {
    explicit StoredPart(const events::SealedRef& ref) {
        const auto subject = ref.subject.stored();
        const auto key = ref.key.stored();
        events::schema::Digest commitment, digest;
        std::memcpy(static_cast<void*>(&commitment), ref.key_commitment.data(), 32);
        std::memcpy(static_cast<void*>(&digest), ref.ciphertext_digest.data(), 32);
        builder.Finish(events::schema::CreateSealedPart(builder, &subject, ref.personal_class, &key,
                                                        &commitment, &digest, ref.blob_bytes));
    }
    const events::schema::SealedPart& part() const {
        return *flatbuffers::GetRoot<events::schema::SealedPart>(builder.GetBufferPointer());
    }
    flatbuffers::FlatBufferBuilder builder;
};

}  // namespace

TEST_CASE("XAES-256-GCM gives the published ciphertext", "[ledger]") {
    Key key;
    key.fill(1);
    ledger::Nonce24 nonce;
    std::memcpy(nonce.data(), "ABCDEFGHIJKLMNOPQRSTUVWX", 24);
    const auto sealed = ledger::seal_xaes(key, nonce, "XAES-256-GCM", "");
    CHECK(events::hex(reinterpret_cast<const std::uint8_t*>(sealed.data()), sealed.size()) ==
          "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
    CHECK(ledger::open_xaes(key, nonce, sealed, "") == "XAES-256-GCM");
    CHECK_FALSE(ledger::open_xaes(key, nonce, sealed, "other place"));
    key[31] ^= 1;
    CHECK_FALSE(ledger::open_xaes(key, nonce, sealed, ""));
}

TEST_CASE("HMAC and HKDF give the values of their standards", "[ledger]") {
    // RFC 4231 case 2 and RFC 5869 case 3 cut to the first block (salt empty, info empty).
    CHECK(events::hex(ledger::hmac_sha256("Jefe", {"what do ya want ", "for nothing?"})) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const std::string secret(22, '\x0b');
    const events::Hash zeros{};
    const auto extracted = ledger::hmac_sha256(ledger::text_of(zeros), {secret});
    CHECK(events::hex(ledger::hmac_sha256(ledger::text_of(extracted), {std::string(1, '\x01')})) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST_CASE("Vault keeps one key per person and class", "[ledger]") {
    VaultFixture fixture;
    auto& vault = fixture.open();
    const auto ledger = vault.ledger();
    const auto identity = fixture.make(id(1), PersonalClass::IDENTITY);
    CHECK(fixture.make(id(1), PersonalClass::IDENTITY)->id == identity->id);
    CHECK(fixture.make(id(1), PersonalClass::CONTACT)->id != identity->id);
    CHECK(fixture.make(id(2), PersonalClass::IDENTITY)->id != identity->id);

    auto& again = fixture.open(Vault::Opening::write);
    CHECK(again.ledger() == ledger);
    const auto found = again.find(id(1), PersonalClass::IDENTITY);
    REQUIRE(found);
    REQUIRE(*found != nullptr);
    CHECK((*found)->id == identity->id);
    CHECK((*found)->derived.encryption == identity->derived.encryption);
    CHECK((*found)->derived.commitment == identity->derived.commitment);
    const auto none = again.find(id(9), PersonalClass::IDENTITY);
    REQUIRE(none);
    CHECK(*none == nullptr);
}

TEST_CASE("Vault regards holders whose command is not in the log as void", "[ledger]") {
    VaultFixture fixture;
    auto& vault = fixture.open();
    const events::CommandId first{id(10)}, second{id(11)}, third{id(12)};
    const auto number = vault.hash_of("CN_ID|CHN|1");
    VaultChanges changes;
    changes.holders.push_back({number, 5, 0, id(1), first, false});
    changes.holders.push_back({number, 6, 0, id(2), second, false});
    vault.claim(changes);
    const auto without_second = [&](const events::CommandId& command) { return command != second; };
    // Before and after they are on disk.
    CHECK(*vault.holders("CN_ID|CHN|1", all_recorded) == std::vector{id(1), id(2)});
    CHECK(*vault.holders("CN_ID|CHN|1", without_second) == std::vector{id(1)});
    REQUIRE(vault.write(changes));
    CHECK(*vault.holders("CN_ID|CHN|1", all_recorded) == std::vector{id(1), id(2)});
    CHECK(*vault.holders("CN_ID|CHN|1", without_second) == std::vector{id(1)});
    CHECK(vault.holders("CN_ID|CHN|2", all_recorded)->empty());

    SECTION("an owner may give the number up") {
        VaultChanges release;
        release.holders.push_back({number, 7, 0, id(1), third, true});
        vault.claim(release);
        CHECK(*vault.holders("CN_ID|CHN|1", all_recorded) == std::vector{id(2)});
        REQUIRE(vault.write(release));
        CHECK(*vault.holders("CN_ID|CHN|1", all_recorded) == std::vector{id(2)});
    }
    SECTION("a start sweeps them out") {
        auto& again = fixture.open(Vault::Opening::write);
        REQUIRE(again.sweep(without_second));
        CHECK(*again.holders("CN_ID|CHN|1", all_recorded) == std::vector{id(1)});
    }
}

TEST_CASE("Vault keeps no identity number and no key in clear", "[ledger]") {
    VaultFixture fixture;
    auto& vault = fixture.open();
    const auto key = fixture.make(id(1), PersonalClass::IDENTITY);
    VaultChanges changes;
    changes.holders.push_back(
        {vault.hash_of("CN_ID|CHN|510100198001010011"), 5, 0, id(1), {id(10)}, false});
    vault.claim(changes);
    REQUIRE(vault.write(changes));
    fixture.vault.reset();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture.folder.path())) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(in)), {});
        CHECK(bytes.find("510100198001010011") == std::string::npos);
        CHECK(bytes.find(ledger::text_of(key->derived.encryption)) == std::string::npos);
        const auto mode = entry.status().permissions() & std::filesystem::perms::others_all;
        if (entry.path().parent_path().filename() == "keys") {
            CHECK(mode == std::filesystem::perms::none);
        }
    }
}

TEST_CASE("A sealed part opens in its own place only", "[ledger]") {
    VaultFixture fixture;
    fixture.open();
    const auto key = fixture.make(id(1), PersonalClass::IDENTITY);
    const ledger::SealedPlace place{id(100), id(101), 1, 1};
    const events::PersonalField name{"name.zh", PersonalClass::IDENTITY, "\"张三\""};
    const events::PersonalField number{"doc.number", PersonalClass::IDENTITY, "\"5101\""};
    const events::Hash salt = fixture.random.bytes<32>();
    const auto sealed = ledger::seal_record(place, id(1), PersonalClass::IDENTITY, {&name, &number},
                                            salt, *key, fixture.random);
    CHECK(sealed.ref.blob_bytes == sealed.blob.size());
    const StoredPart stored(sealed.ref);
    ledger::OpenedPart opened;
    REQUIRE(ledger::open_part(place, stored.part(), sealed.blob, key.get(), opened) ==
            ledger::Opening::opened);
    REQUIRE(opened.fields.size() == 2);
    CHECK(opened.fields[0].path == "name.zh");
    CHECK(opened.fields[0].json == "\"张三\"");
    CHECK(opened.body_salt == salt);

    ledger::OpenedPart nothing;
    SECTION("not beside another event") {
        auto elsewhere = place;
        elsewhere.event = id(102);
        CHECK(ledger::open_part(elsewhere, stored.part(), sealed.blob, key.get(), nothing) ==
              ledger::Opening::damaged);
    }
    SECTION("not in another ledger or under another type") {
        auto elsewhere = place;
        SECTION("ledger") {
            elsewhere.ledger = id(99);
        }
        SECTION("type") {
            elsewhere.type = 2;
        }
        SECTION("schema") {
            elsewhere.schema_version = 2;
        }
        CHECK(ledger::open_part(elsewhere, stored.part(), sealed.blob, key.get(), nothing) ==
              ledger::Opening::damaged);
    }
    SECTION("not with another key under the same id") {
        DataKey other = *key;
        other.derived = ledger::derive_key(Key{});
        CHECK(ledger::open_part(place, stored.part(), sealed.blob, &other, nothing) ==
              ledger::Opening::damaged);
    }
    SECTION("not if the event commits to another key") {
        auto ref = sealed.ref;
        ref.key_commitment[0] ^= 1;
        CHECK(ledger::open_part(place, StoredPart(ref).part(), sealed.blob, key.get(), nothing) ==
              ledger::Opening::damaged);
    }
    SECTION("not if the ciphertext changed") {
        auto blob = sealed.blob;
        blob[40] = static_cast<char>(blob[40] ^ 1);
        CHECK(ledger::open_part(place, stored.part(), blob, key.get(), nothing) ==
              ledger::Opening::damaged);
    }
    SECTION("not without its key") {
        CHECK(ledger::open_part(place, stored.part(), sealed.blob, nullptr, nothing) ==
              ledger::Opening::no_key);
    }
    CHECK(nothing.fields.empty());
}

TEST_CASE("Sealed parts come in few lengths", "[ledger]") {
    CHECK(ledger::padded_length(1) == 64);
    CHECK(ledger::padded_length(64) == 64);
    CHECK(ledger::padded_length(1'024) == 1'024);
    CHECK(ledger::padded_length(1'025) == 1'280);

    VaultFixture fixture;
    fixture.open();
    const auto key = fixture.make(id(1), PersonalClass::REMARKS);
    std::set<std::size_t> lengths;
    for (std::size_t length = 1; length < 1'500; length += 7) {
        const events::PersonalField text{"text", PersonalClass::REMARKS,
                                         "\"" + std::string(length, 'x') + "\""};
        const auto sealed =
            ledger::seal_record({id(100), id(101), 1, 1}, id(1), PersonalClass::REMARKS, {&text},
                                std::nullopt, *key, fixture.random);
        const auto record = sealed.blob.size() - 24 - 16;
        REQUIRE(record % 64 == 0);
        REQUIRE((record <= 1'024 || record % 256 == 0));
        lengths.insert(record);
    }
    CHECK(lengths.size() <= 18);
}
