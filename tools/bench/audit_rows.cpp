// What checking costs: a whole log against hashing its bytes alone, and the latency of proofs.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>

#include "ledger/prover.h"
#include "ledger/verifier.h"
#include "tools/bench/rows.h"

namespace tools {
namespace {

/// As `openssl speed` does it, but with algorithm and context made once for all events.
class HashingAlone {
public:
    HashingAlone()
        : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free),
          context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {}

    void hash(std::string_view bytes) {
        std::array<unsigned char, EVP_MAX_MD_SIZE> out;
        const bool hashed =
            EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1 &&
            EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1 &&
            EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1;
        ENSURE(hashed, "hashing memory cannot fail");
        swallowed_ = swallowed_ + out[0];
    }

private:
    std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_;
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
    std::atomic<unsigned> swallowed_{0};  // keeps the compiler from leaving the work out
};

/// Passes over the whole log until the time is over; events per second.
base::Result<double> repeat(Workbench& bench, const std::function<base::Result<void>()>& pass) {
    const auto started = bench.clock().now();
    std::uint64_t events = 0;
    do {
        if (auto done = pass(); !done) return done.error();
        events += bench.ledger().head().size;
    } while (bench.seconds_since(started) < bench.options().seconds);
    return static_cast<double>(events) / bench.seconds_since(started);
}

base::Result<void> verify_once(Workbench& bench, const ledger::VerifyOptions& options) {
    const std::atomic<bool> stop{false};
    const auto found = ledger::verify(bench.ledger(), options, {}, stop);
    if (!found) return found.error();
    if (!found->fault) return {};
    return base::Error{base::Fault::corrupt, "E_VERIFY", found->fault->what};
}

base::Result<Finding> against_hashing(Workbench& bench, Finding found,
                                      const std::function<base::Result<void>()>& pass) {
    const auto bytes = bench.bytes_from(0);
    if (!bytes) return bytes.error();
    found.unit = "events/s";
    found.baseline = "hashing the same bytes alone (EVP)";
    std::size_t total = 0;
    for (const auto& event : *bytes) total += event.size();
    found.note = fmt::format("{} events of {} bytes", bytes->size(), total / bytes->size());
    HashingAlone alone;
    for (int round = 0; round < bench.options().rounds; ++round) {
        const auto base = repeat(bench, [&]() -> base::Result<void> {
            for (const auto& event : *bytes) alone.hash(event);
            return {};
        });
        const auto ours = repeat(bench, pass);
        if (!ours) return ours.error();
        found.baseline_rounds.push_back(*base);
        found.subject_rounds.push_back(*ours);
    }
    return found;
}

base::Result<Finding> verify_row(Workbench& bench, std::string work,
                                 const ledger::VerifyOptions& options) {
    Finding found{.work = std::move(work), .unit = {}, .baseline = {}};
    found.ratio_goal = 0.6;
    return against_hashing(bench, std::move(found),
                           [&bench, options] { return verify_once(bench, options); });
}

using Prove = std::function<base::Result<proof::Path>(std::uint64_t)>;

/// Microseconds of single proofs, asked for at random; everything is asked once before.
base::Result<Finding> latency_row(Workbench& bench, Finding found, double quantile,
                                  const Prove& prove) {
    constexpr std::size_t asked = 20'000;
    const auto size = bench.ledger().head().size;
    std::mt19937_64 random(bench.options().seed);
    for (int round = -1; round < bench.options().rounds; ++round) {
        std::vector<double> micros;
        for (std::size_t i = 0; i < asked; ++i) {
            const auto which = random() % size;
            const auto started = bench.clock().now();
            if (const auto path = prove(which); !path) return path.error();
            const std::chrono::duration<double, std::micro> took = bench.clock().now() - started;
            micros.push_back(took.count());
        }
        const auto at = micros.begin() + static_cast<std::ptrdiff_t>(quantile * (asked - 1));
        std::nth_element(micros.begin(), at, micros.end());
        if (round >= 0) found.subject_rounds.push_back(*at);  // the first one only warms up
    }
    found.unit = "µs";
    found.note = fmt::format("{} events", size);
    return found;
}

base::Result<Finding> inclusion_row(Workbench& bench, double quantile, double most) {
    Finding found{.work = fmt::format("inclusion proof, warm, p{}", quantile * 100),
                  .unit = {},
                  .baseline = {}};
    found.most = most;
    const auto size = bench.ledger().head().size;
    return latency_row(bench, std::move(found), quantile, [&bench, size](std::uint64_t position) {
        return bench.ledger().prover().inclusion(position, size);
    });
}

base::Result<Finding> consistency_row(Workbench& bench, double quantile, double most) {
    Finding found{.work = fmt::format("consistency proof, warm, p{}", quantile * 100),
                  .unit = {},
                  .baseline = {}};
    found.most = most;
    const auto size = bench.ledger().head().size;
    return latency_row(bench, std::move(found), quantile, [&bench, size](std::uint64_t older) {
        return bench.ledger().prover().consistency(older, size);
    });
}

}  // namespace

base::Result<Finding> bench_verify_log(Workbench& bench, unsigned jobs) {
    ledger::VerifyOptions options;
    options.jobs = jobs;
    options.sealed = options.index = false;
    return verify_row(bench,
                      fmt::format("verify: bytes, ids, order, revisions, leaves, tiles, blocks; "
                                  "{} thread{}",
                                  jobs, jobs == 1 ? "" : "s"),
                      options);
}

base::Result<Finding> bench_verify_folder(Workbench& bench) {
    return verify_row(bench, "the same with every sealed part opened and the index looked up", {});
}

base::Result<Finding> bench_inclusion(Workbench& bench, bool worst) {
    return inclusion_row(bench, worst ? 0.99 : 0.5, worst ? 100 : 20);
}

base::Result<Finding> bench_consistency(Workbench& bench, bool worst) {
    return consistency_row(bench, worst ? 0.99 : 0.5, worst ? 100 : 20);
}

}  // namespace tools
