#include "ledger/proof/tlog_proof.h"

#include <catch2/catch.hpp>

#include "ledger/proof/cose_receipt.h"
#include "tests/proof/published_log.h"

namespace {

const proof::SigningKey& log_key() {
    static const auto key = *proof::SigningKey::parse(test::published_key);
    return key;
}

std::string note_of(std::uint64_t size) {
    const auto text =
        proof::Checkpoint{log_key().name(), size, test::published_tree(size).root(size)}.text();
    return proof::Note{text, {log_key().sign_note(text)}}.encoded();
}

proof::TlogProof proof_of(std::uint64_t index) {
    const auto tree = test::published_tree();
    return {std::nullopt, index, *proof::inclusion_path(index, 15, tree.reader()), note_of(15)};
}

}  // namespace

TEST_CASE("The proof file of a published entry is the known one, byte for byte") {
    const auto bytes = proof_of(7).encoded();
    CHECK(bytes.size() == 408);
    CHECK(events::hex(proof::sha256({bytes})) ==
          "1cbd5c21e08205c4a9839bae2188eb0a9fea4b6aa048d65028081e6f595ad866");
}

TEST_CASE("A proof holds in both spellings, for its own entry only") {
    const auto policy = proof::Policy::of(log_key().verifier());
    for (std::uint64_t index = 0; index < 15; ++index) {
        for (const bool header : {true, false}) {
            auto made = proof_of(index);
            if (index % 2 == 0) made.extra = "something to go with it";
            const auto parsed = proof::TlogProof::parse(made.encoded(header));
            REQUIRE(parsed);
            CHECK(parsed->extra == made.extra);
            const auto entry = test::published_entries[index];
            const auto proven = proof::verify(*parsed, proof::leaf_hash(entry), policy);
            REQUIRE(proven);
            CHECK(proven->checkpoint.size == 15);
            CHECK(proof::verify(*parsed, proof::leaf_hash("another"), policy).error().code ==
                  "E_INCLUSION");
        }
    }
}

TEST_CASE("Every flipped bit of a proof file is noticed") {
    const auto policy = proof::Policy::of(log_key().verifier());
    const auto leaf = proof::leaf_hash(test::published_entries[7]);
    const auto bytes = proof_of(7).encoded();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto altered = bytes;
        altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ 1 << bit % 8);
        const auto parsed = proof::TlogProof::parse(altered);
        INFO("bit " << bit);
        REQUIRE((!parsed || !proof::verify(*parsed, leaf, policy)));
    }
}

TEST_CASE(
    "A receipt of inclusion proves its entry, and no flipped bit makes it prove another root") {
    int harmless = 0;
    const auto tree = test::published_tree();
    const auto root = tree.root(15);
    const auto path = *proof::inclusion_path(7, 15, tree.reader());
    const auto leaf = proof::leaf_hash(test::published_entries[7]);
    const auto receipt = proof::inclusion_receipt(log_key(), 7, 15, path, root);
    CHECK(*proof::verify_inclusion_receipt(receipt, leaf, log_key().verifier()) == root);
    CHECK_FALSE(proof::verify_inclusion_receipt(receipt, proof::leaf_hash("another"),
                                                log_key().verifier()));
    for (std::size_t bit = 0; bit < receipt.size() * 8; ++bit) {
        auto altered = receipt;
        altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ 1 << bit % 8);
        INFO("bit " << bit);
        // Index and size are not signed; where they ask for the same turns the root stays the same.
        const auto found = proof::verify_inclusion_receipt(altered, leaf, log_key().verifier());
        REQUIRE((!found || *found == root));
        harmless += found.has_value();
    }
    CHECK(harmless < 8);
    for (std::size_t size = 0; size < receipt.size(); ++size)
        REQUIRE_FALSE(
            proof::verify_inclusion_receipt(receipt.substr(0, size), leaf, log_key().verifier()));
}

TEST_CASE("A receipt of consistency leads from the older root to the newer one") {
    const auto tree = test::published_tree();
    const auto path = *proof::consistency_path(6, 15, tree.reader());
    const auto receipt = proof::consistency_receipt(log_key(), 6, 15, path, tree.root(15));
    const auto newer =
        proof::verify_consistency_receipt(receipt, tree.root(6), log_key().verifier());
    REQUIRE(newer);
    CHECK(*newer == tree.root(15));
    CHECK_FALSE(proof::verify_consistency_receipt(receipt, tree.root(7), log_key().verifier()));
}
