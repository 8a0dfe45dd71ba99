// Single flipped bits anywhere: each is noticed, or changes nothing that anybody reads.
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iterator>
#include <map>
#include <random>

#include "ledger/proof/cose_receipt.h"
#include "ledger/proof/tlog_proof.h"
#include "ledger/prover.h"
#include "tests/acceptance/flipped_ledger.h"
#include "tests/proof/published_log.h"
#include "tools/evidence/pack.h"

using acceptance::FlippedLedger;
using acceptance::Reading;

namespace {

constexpr int flips_usually = 200;

/// FLIP_COUNT and FLIP_SEED repeat a run.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given ? std::strtoull(given, nullptr, 10) : otherwise;
}

class Dice {
public:
    std::uint64_t below(std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_);
    }
    template <class All>
    const auto& of(const All& all) {
        return *std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())));
    }

private:
    std::mt19937_64 engine_{setting("FLIP_SEED", Catch::rngSeed())};
};

/// How many flips there were of each kind of file, and what came of them.
class Tally {
public:
    enum Outcome { refused, found, harmless };

    void add(const std::string& kind, Outcome outcome) { ++counts_[kind][outcome]; }
    void print() const {
        for (const auto& [kind, counts] : counts_)
            fmt::print("  {:<18} {:>6} flips: {:>6} refused, {:>6} found, {:>6} harmless\n", kind,
                       counts[refused] + counts[found] + counts[harmless], counts[refused],
                       counts[found], counts[harmless]);
    }

private:
    std::map<std::string, std::array<int, 3>> counts_;
};

std::string kind_of(const std::string& name) {
    const auto folder = name.substr(0, name.find('/'));
    if (folder == name || folder == "signing") return name;
    if (name.starts_with("vault/keys/")) return "vault/keys";
    const auto file = name.substr(name.rfind('/') + 1);
    if (file.ends_with(".sst")) return folder + "/*.sst";
    if (file.ends_with(".log")) return folder + "/*.log";
    return folder + "/" + file.substr(0, file.find('-'));
}

std::string with_flipped_bit(std::string bytes, Dice& dice) {
    auto& byte = bytes[dice.below(bytes.size())];
    byte = static_cast<char>(byte ^ (1 << dice.below(8)));
    return bytes;
}

}  // namespace

TEST_CASE("Every flipped bit of a stopped ledger is noticed or harmless", "[flips]") {
    const auto count = setting("FLIP_COUNT", flips_usually) * 3 / 4;
    Dice dice;
    Tally tally;
    for (const bool flushed : {false, true}) {
        FlippedLedger stopped(flushed);
        for (const auto& file : stopped.files()) {
            INFO(stopped.name_of(file));
            REQUIRE_FALSE(stopped.untouched(file).noticed());
        }
        for (std::uint64_t i = 0; i < count / 2; ++i) {
            const auto& file = dice.of(stopped.files());
            const auto byte = dice.below(std::filesystem::file_size(file));
            const auto bit = static_cast<unsigned>(dice.below(8));
            INFO(stopped.name_of(file) << " byte " << byte << " bit " << bit);
            const Reading reading = stopped.with_flip(file, byte, bit);
            if (!reading.noticed()) CHECK(reading.report == stopped.untouched(file).report);
            tally.add(kind_of(stopped.name_of(file)), !reading.refused.empty() ? Tally::refused
                                                      : reading.noticed()      ? Tally::found
                                                                               : Tally::harmless);
        }
    }
    tally.print();
}

TEST_CASE("Every flipped bit of what others are given is noticed", "[flips]") {
    const auto count = setting("FLIP_COUNT", flips_usually) / 4;
    Dice dice;
    const FlippedLedger stopped(false);
    REQUIRE(stopped.fault_in(stopped.served()).empty());
    for (std::uint64_t i = 0; i < count; ++i) {
        auto served = stopped.served();
        const auto& [name, bytes] = dice.of(stopped.served());
        served[name] = with_flipped_bit(bytes, dice);
        INFO(name);
        CHECK_FALSE(stopped.fault_in(served).empty());
    }
}

TEST_CASE("Every flipped bit of an evidence pack is noticed or harmless", "[flips]") {
    const auto count = setting("FLIP_COUNT", flips_usually) / 4;
    Dice dice;
    Tally tally;
    const FlippedLedger stopped(false);
    const auto trust = proof::Policy::of(stopped.key());
    const auto untouched = evidence::verify_pack(stopped.pack(), trust);
    REQUIRE(untouched.good());
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto verdict = evidence::verify_pack(with_flipped_bit(stopped.pack(), dice), trust);
        // Bytes of the ZIP format that tell of nothing in the pack, such as an attribute of a file.
        if (verdict.good()) CHECK(evidence::json_of(verdict) == evidence::json_of(untouched));
        tally.add("evidence pack", verdict.good() ? Tally::harmless : Tally::found);
    }
    tally.print();
}

TEST_CASE("Every flipped bit of a proof file is noticed, and none makes a receipt prove more",
          "[flips]") {
    const auto count = setting("FLIP_COUNT", flips_usually) / 4;
    Dice dice;
    const auto tree = test::published_tree();
    const auto key = *proof::SigningKey::parse(test::published_key);
    const proof::Checkpoint checkpoint{key.name(), 15, tree.root(15)};
    proof::Note note{checkpoint.text(), {key.sign_note(checkpoint.text())}};
    const auto path = *proof::inclusion_path(7, 15, tree.reader());
    const auto file = proof::TlogProof{std::nullopt, 7, path, note.encoded()}.encoded();
    const auto receipt = proof::inclusion_receipt(key, 7, 15, path, checkpoint.root);
    const auto policy = proof::Policy::of(key.verifier());
    const auto leaf = tree.leaves()[7];
    REQUIRE(proof::verify(*proof::TlogProof::parse(file), leaf, policy));
    REQUIRE(proof::verify_inclusion_receipt(receipt, leaf, key.verifier()));
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto parsed = proof::TlogProof::parse(with_flipped_bit(file, dice));
        if (parsed) CHECK_FALSE(proof::verify(*parsed, leaf, policy));
        const auto root = proof::verify_inclusion_receipt(with_flipped_bit(receipt, dice), leaf,
                                                          key.verifier());
        if (root) CHECK(*root == checkpoint.root);
    }
}
