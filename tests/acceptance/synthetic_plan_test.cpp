// What the generator plans, against the real rules: worked cases, refusals, warnings, bytes.
#include <openssl/evp.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <memory>

#include "tests/acceptance/loaded_ledger.h"
#include "tools/synthetic/synthetic.h"

namespace {

/// Of the 50 in 100,000 that settled.md 8 asks for; at least one.
std::uint64_t least(std::uint32_t talents) {
    return std::max<std::uint64_t>(1, talents * 50ull / 100'000);
}

void check_cases(const synthetic::Plan& plan, std::uint32_t talents) {
    for (const auto name : synthetic::worked_cases) {
        const auto found = plan.cases.find(std::string(name));
        INFO(name << " among " << talents);
        REQUIRE(found != plan.cases.end());
        std::cout << name << ": " << found->second << " among " << talents << '\n';
        CHECK(found->second >= least(talents));
    }
}

std::uint64_t sum(const std::map<std::string, std::uint64_t>& counts) {
    std::uint64_t out = 0;
    for (const auto& [name, count] : counts) out += count;
    return out;
}

/// SHA-256 of all commands with their outcomes.
std::string digest_of(const synthetic::Options& options) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    REQUIRE(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
    synthetic::Generator generator(options);
    synthetic::Step step;
    while (generator.next(step)) {
        const std::string line = step.json + " " + std::string(step.outcome) + "\n";
        REQUIRE(EVP_DigestUpdate(context.get(), line.data(), line.size()) == 1);
    }
    std::array<unsigned char, 32> hash{};
    REQUIRE(EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1);
    std::string out;
    for (const auto byte : hash) {
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 15];
    }
    return out;
}

}  // namespace

TEST_CASE("The stream holds every worked case in proportion", "[synthetic]") {
    for (const std::uint32_t talents : {1'500u, 10'000u, 100'000u}) {
        check_cases(synthetic::plan({.talents = talents}), talents);
    }
}

TEST_CASE("The stream says every type of event of the families that it is about",
          "[synthetic]") {
    const auto plan = synthetic::plan({.talents = 1'500});
    for (const char* type :
         {"SecondaryPostConsented", "ObligationDeclared", "EmployerMerged", "EmployerDivided",
          "EmployerDissolved", "EngagementExtended", "EngagementRescheduled", "SiteRelocated",
          "TransferReversed", "TalentRecordsSplit", "EventRetracted", "DepartureRecorded"}) {
        INFO(type);
        CHECK(plan.recorded.contains(type));
    }
    for (const char* sight : {"second_post", "own_business", "engagement_extended",
                              "engagement_rescheduled", "service_years_over"}) {
        INFO(sight);
        CHECK(plan.cases.contains(sight));
    }
}

TEST_CASE("Refusals and warnings of other seeds come as planned too", "[synthetic]") {
    for (const std::uint64_t seed : {7u, 20'260'101u}) {
        acceptance::LoadedLedger loaded;
        synthetic::Generator generator(
            {.seed = seed, .talents = 1'500, .start = loaded.next_day()});
        synthetic::Step step;
        while (generator.next(step)) {
            loaded.submit(step.json, *step.actor, std::string(step.outcome));
        }
        loaded.settle();
        const auto& plan = generator.plan();
        for (const auto& one : loaded.surprises()) {
            UNSCOPED_INFO(one.expected << " became " << one.happened << ": " << one.what << "\n"
                                       << one.json.substr(0, 700));
        }
        INFO("seed " << seed);
        CHECK(loaded.surprises().empty());
        CHECK(loaded.refused() == plan.refused);
        CHECK(plan.refused.size() >= 10);
        CHECK(loaded.warned().at("W_OBLIGATION") == plan.warned.at("W_OBLIGATION"));
        CHECK(plan.warned.at("W_OBLIGATION") > 0);
        CHECK(plan.refused.contains("E_SERVICE_YEARS"));
        CHECK(plan.refused.contains("E_SELF_CIVIL"));
        check_cases(plan, 1'500);
    }
}

TEST_CASE("People move into the trunk from where the census says they came", "[synthetic]") {
    const auto plan = synthetic::plan({.talents = 60'000});
    const auto all = static_cast<double>(sum(plan.into_trunk));
    REQUIRE(all > 800);
    const std::map<std::string, double> shares = {{"512000", 0.11},
                                                  {"511400", 0.072},
                                                  {"510900", 0.068},
                                                  {"510600", 0.065},
                                                  {"510700", 0.059}};
    for (const auto& [prefecture, share] : shares) {
        INFO(prefecture);
        CHECK(static_cast<double>(plan.into_trunk.at(prefecture)) / all ==
              Approx(share).margin(0.03));
    }
}

// A change of the generator changes the number; two builds of one source never do.
TEST_CASE("The stream is the same to the byte in every build", "[synthetic]") {
    CHECK(digest_of({.talents = 300}) ==
          "01d1fb4856d0d0634673b43ea2971bbd79daf2240ea4ba19c631471e790f5ec8");
}
