#include "tools/bench/pairs.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "events/base/ensure.h"

namespace tools {

struct SyncPairs::Thread {
    std::thread thread;
};

base::Result<std::unique_ptr<SyncPairs>> SyncPairs::open(const std::filesystem::path& dir) {
    std::unique_ptr<SyncPairs> pairs(new SyncPairs());
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    pairs->first_ = ::open((dir / "pair.first").c_str(), flags, 0600);
    pairs->second_ = ::open((dir / "pair.second").c_str(), flags, 0600);
    if (pairs->first_ < 0 || pairs->second_ < 0) {
        return base::Error{base::Fault::storage, "E_STORAGE", "the files cannot be made"};
    }
    pairs->thread_ = std::make_unique<Thread>();
    pairs->thread_->thread = std::thread([raw = pairs.get()] { raw->follow(); });
    return pairs;
}

SyncPairs::~SyncPairs() {
    stop_ = true;
    ++asked_;
    asked_.notify_one();
    if (thread_) thread_->thread.join();
    if (first_ >= 0) ::close(first_);
    if (second_ >= 0) ::close(second_);
}

void SyncPairs::append(int fd) {
    static const std::array<char, 4096> page{};
    const bool good = ::write(fd, page.data(), page.size()) == static_cast<ssize_t>(page.size()) &&
                      ::fdatasync(fd) == 0;
    ENSURE(good, "a disk that fails here fails the ledger as well");
}

void SyncPairs::follow() {
    std::uint64_t seen = 0;
    for (;;) {
        asked_.wait(seen);
        seen = asked_.load();
        if (stop_) return;
        append(second_);
        done_.store(seen);
        done_.notify_one();
    }
}

double SyncPairs::run(const base::Clock& clock, double seconds) {
    const auto started = clock.now();
    std::uint64_t pairs = 0;
    double took = 0;
    while (took < seconds) {
        const std::uint64_t turn = ++asked_;
        asked_.notify_one();
        append(first_);
        for (auto done = done_.load(); done < turn; done = done_.load()) done_.wait(done);
        ++pairs;
        took = std::chrono::duration<double>(clock.now() - started).count();
    }
    return static_cast<double>(pairs) / took;
}

}  // namespace tools
