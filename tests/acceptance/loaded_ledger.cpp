#include "tests/acceptance/loaded_ledger.h"

#include <stdlib.h>

#include <atomic>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

namespace acceptance {

namespace {

constexpr std::size_t in_flight_max = 4'000;

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "acceptance.XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

struct LoadedLedger::Pending {
    std::mutex mutex;
    std::condition_variable fewer;
    std::size_t count = 0;
};

LoadedLedger::LoadedLedger() : pending_(std::make_shared<Pending>()) {
    ledger::Ledger::Options options;
    options.dir = folder_.path();
    options.opening = ledger::Ledger::Opening::demo;
    auto opened = ledger::Ledger::open(options, clock_, random_);
    if (!opened) FAIL(opened.error().what);
    ledger_ = std::move(*opened);
    auto views = projections::Views::open(std::nullopt, *ledger_);
    if (!views) FAIL(views.error().what);
    views_ = std::move(*views);
    reader_ = std::make_unique<events::CommandReader>(ledger_->catalogue(), ledger_->codes());
}

std::string LoadedLedger::record(const std::string& json, const events::Actor& actor) {
    auto command = reader_->read(json, actor);
    if (!command) return command.error().code;
    const auto receipt = ledger_->registrar().record(std::move(*command));
    if (!receipt) return receipt.error().code;
    return receipt->replayed ? "replayed" : "recorded";
}

void LoadedLedger::submit(const std::string& json, const events::Actor& actor,
                          const std::string& expected) {
    const auto settled = [this, json, expected](const std::string& happened,
                                                const std::string& what) {
        if (happened[0] == 'E') ++refused_[happened];
        if (happened != expected) surprises_.push_back({expected, happened, what, json});
    };
    auto command = reader_->read(json, actor);
    if (!command) {
        const std::lock_guard lock(pending_->mutex);
        return settled(command.error().code, command.error().what);
    }
    {
        std::unique_lock lock(pending_->mutex);
        pending_->fewer.wait(lock, [&] { return pending_->count < in_flight_max; });
        ++pending_->count;
    }
    ledger_->registrar().submit(
        std::move(*command),
        [this, settled, pending = pending_](base::Result<ledger::Receipt> receipt) {
            const std::lock_guard lock(pending->mutex);
            if (!receipt) {
                settled(receipt.error().code, receipt.error().what);
            } else {
                for (const auto& warning : receipt->warnings) ++warned_[warning.code];
                settled(receipt->replayed ? "replayed" : "recorded", {});
            }
            --pending->count;
            pending->fewer.notify_all();
        });
}

void LoadedLedger::settle() {
    std::unique_lock lock(pending_->mutex);
    pending_->fewer.wait(lock, [&] { return pending_->count == 0; });
}

void LoadedLedger::catch_up() {
    const std::atomic<bool> stop{false};
    const auto done = views_->catch_up(stop);
    if (!done) FAIL(done.error().what);
    REQUIRE(views_->position() == ledger_->head().size);
}

boost::json::object LoadedLedger::ask(const std::string& view, const std::string& subject,
                                      const std::map<std::string, std::string>& parameters) {
    projections::Question question;
    question.view = view;
    question.subject = subject;
    question.parameters = parameters;
    question.now = ledger_->head().recorded_at;
    auto answer = views_->answer(question);
    if (!answer) FAIL(view << ": " << answer.error().code << " " << answer.error().what);
    return std::move(*answer);
}

std::vector<std::string> LoadedLedger::log() const {
    std::vector<std::string> out;
    const auto head = ledger_->head();
    auto scan = ledger_->scan({0}, {head.size});
    for (;;) {
        const auto more = scan.next();
        if (!more) FAIL(more.error().what);
        if (!*more) break;
        out.emplace_back(scan.bytes());
    }
    return out;
}

events::Date LoadedLedger::next_day() const {
    return ledger_->zone().civil_date(ledger_->head().recorded_at) + 1;
}

}  // namespace acceptance
