// Fills a demonstration ledger with made-up years.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include "tests/support/ledger_fixture.h"
#include "tools/synthetic/synthetic.h"

namespace test {

/// Sends the whole stream, many commands under way at a time.
class Loader {
public:
    explicit Loader(LedgerFixture& fixture) : fixture_(fixture) {}

    std::uint64_t load(std::uint32_t talents) {
        synthetic::Options options;
        options.talents = talents;
        options.start = fixture_.ledger->zone().civil_date(fixture_.ledger->head().recorded_at) + 1;
        synthetic::Generator generator(options);
        synthetic::Step step;
        while (generator.next(step)) {
            auto command = fixture_.reader.read(step.json, *step.actor);
            if (!command) {
                ++refused_;
                continue;
            }
            wait_below(4'000);
            {
                const std::lock_guard lock(mutex_);
                ++under_way_;
            }
            fixture_.ledger->registrar().submit(std::move(*command), [this](auto receipt) {
                const std::lock_guard lock(mutex_);
                if (!receipt) ++refused_;
                --under_way_;
                changed_.notify_all();
            });
        }
        wait_below(1);
        return refused_;
    }

private:
    void wait_below(std::size_t most) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return under_way_ < most; });
    }

    LedgerFixture& fixture_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t under_way_ = 0;
    std::uint64_t refused_ = 0;
};

}  // namespace test
