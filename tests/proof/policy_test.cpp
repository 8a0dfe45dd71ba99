#include "ledger/proof/policy.h"

#include <catch2/catch.hpp>

#include "events/base/random.h"

namespace {

struct Keys {
    base::SystemRandom random;
    proof::SigningKey log = proof::SigningKey::generate("log.example/one", random);
    std::vector<proof::SigningKey> witnesses;

    Keys() {
        for (int i = 0; i < 4; ++i)
            witnesses.push_back(proof::SigningKey::generate(
                "w" + std::to_string(i) + ".example", random, proof::KeyType::cosignature_v1));
    }
    std::string witness(int i) const {
        return "witness w" + std::to_string(i) + " " +
               witnesses[static_cast<std::size_t>(i)].verifier().text() + "\n";
    }
    std::string head() const {
        std::string out = "# whom we trust\n\nlog " + log.verifier().text() + " https://x\n";
        for (int i = 0; i < 4; ++i) out += witness(i);
        return out;
    }
    std::string note(const std::vector<int>& cosigners) const {
        const auto text = proof::Checkpoint{log.name(), 7, proof::leaf_hash("x")}.text();
        proof::Note out{text, {log.sign_note(text)}};
        for (const int i : cosigners)
            out.signatures.push_back(
                proof::cosign(witnesses[static_cast<std::size_t>(i)], 1'700'000'000, text));
        return out.encoded();
    }
};

}  // namespace

TEST_CASE("A quorum is reached by the groups that the policy names") {
    const Keys keys;
    const std::string groups =
        "group pair all w0 w1\ngroup spare any w2 w3\ngroup both all pair spare\n";
    struct Case {
        std::string quorum;
        std::vector<int> cosigners;
        bool reached;
    };
    const std::vector<Case> cases = {
        {"none", {}, true},
        {"w0", {}, false},
        {"w0", {0}, true},
        {"w0", {1, 2, 3}, false},
        {"pair", {0}, false},
        {"pair", {0, 1}, true},
        {"spare", {3}, true},
        {"both", {0, 1}, false},
        {"both", {0, 1, 3}, true},
        {"both", {1, 2, 3}, false},
        {"both", {3, 2, 1, 0}, true},
        {"pair", {0, 0}, false},
    };
    for (const auto& one : cases) {
        const auto policy =
            proof::Policy::parse(keys.head() + groups + "quorum " + one.quorum + "\n");
        REQUIRE(policy);
        const auto verdict = policy->judge(keys.note(one.cosigners));
        REQUIRE(verdict);
        INFO(one.quorum << " of " << one.cosigners.size());
        CHECK(verdict->quorum == one.reached);
        CHECK(verdict->checkpoint.checkpoint.size == 7);
        // What is written reads the same.
        CHECK(proof::Policy::parse(policy->text())->text() == policy->text());
    }
}

TEST_CASE("A wrong policy is refused with its line") {
    const Keys keys;
    const auto head = keys.head();
    const std::vector<std::pair<std::string, std::string_view>> cases = {
        {head, "no quorum"},
        {head + "quorum w9\n", "not defined"},
        {head + "quorum none\nquorum none\n", "already"},
        {head + "group g all w0 w9\nquorum g\n", "not defined"},
        {head + "group g 3 w0 w1\nquorum g\n", "threshold"},
        {head + "group g 0 w0 w1\nquorum g\n", "threshold"},
        {head + "group g any w0\ngroup h any w0\nquorum g\n", "member already"},
        {head + "group w0 any w1\nquorum w0\n", "defined twice"},
        {head + keys.witness(0) + "quorum none\n", "defined twice"},
        {head + "watcher w5\nquorum none\n", "not one of"},
        {"log x\nquorum none\n", "malformed"},
        {"log " + keys.witnesses[0].verifier().text() + "\nquorum none\n", "Ed25519"},
        {"witness w " + keys.log.verifier().text() + "\nquorum none\n", "cosigner"},
    };
    for (const auto& [text, why] : cases) {
        const auto policy = proof::Policy::parse(text);
        INFO(why);
        REQUIRE_FALSE(policy);
        CHECK(policy.error().code == "E_POLICY");
        CHECK(policy.error().what.find(why) != std::string::npos);
        CHECK(policy.error().what.starts_with("line "));
    }
}

TEST_CASE("A policy of 40 witnesses and groups is read") {
    Keys keys;
    std::string text = "log " + keys.log.verifier().text() + "\n";
    std::string all;
    for (int i = 0; i < 40; ++i) {
        const auto name = "x" + std::to_string(i);
        text += "witness " + name + " " +
                proof::SigningKey::generate(name + ".example", keys.random,
                                            proof::KeyType::cosignature_v1)
                    .verifier()
                    .text() +
                "\ngroup g" + std::to_string(i) + " any " + name + "\n";
        all += " g" + std::to_string(i);
    }
    CHECK(proof::Policy::parse(text + "group all 21" + all + "\nquorum all\n"));
}

TEST_CASE("A signature of a known key that does not fit spoils the whole note") {
    const Keys keys;
    const auto policy = proof::Policy::parse(keys.head() + "quorum w0\n");
    const auto good = keys.note({0});
    REQUIRE(policy->judge(good));
    auto note = *proof::Note::parse(good);
    note.signatures[1].signature[20] = static_cast<char>(note.signatures[1].signature[20] ^ 1);
    CHECK(policy->judge(note.encoded()).error().code == "E_SIGNATURE");
    note = *proof::Note::parse(good);
    note.signatures[0].signature[20] = static_cast<char>(note.signatures[0].signature[20] ^ 1);
    CHECK(policy->judge(note.encoded()).error().code == "E_SIGNATURE");
    note = *proof::Note::parse(good);
    note.signatures.erase(note.signatures.begin());
    CHECK(policy->judge(note.encoded()).error().code == "E_NOT_SIGNED");
    // One of nobody known is passed over.
    note = *proof::Note::parse(good);
    note.signatures.push_back({"stranger.example", 7, "abcde"});
    CHECK(policy->judge(note.encoded())->quorum);
}
