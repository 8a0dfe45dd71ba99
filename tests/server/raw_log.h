// A log of raw entries behind the real routes: what other people have published can be shown by
// this server too, byte for byte. No shipped program takes raw entries (settled.md 5).
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/proof/checkpoint.h"
#include "ledger/proof/text.h"
#include "ledger/prover.h"
#include "server/log_source.h"
#include "server/ledger_host.h"
#include "server/listener.h"
#include "server/task_group.h"
#include "tests/server/server_fixture.h"

namespace test {

/// Threads: entries are appended before anybody asks.
class RawLog final : public server::LogSource {
public:
    explicit RawLog(proof::SigningKey key) : key_(std::move(key)) {}

    void append(std::string entry) {
        tree_.append(proof::leaf_hash(entry));
        entries_.push_back(std::move(entry));
        auto full = tree_.take_full();
        for (const auto& tile : full) tiles_[tile.name] = tile.hashes;
        tree_.stored(full);
    }

    std::string checkpoint() const override {
        proof::Note note{proof::Checkpoint{key_.name(), size(), tree_.root()}.text(), {}};
        note.signatures.push_back(key_.sign_note(note.text));
        return note.encoded();
    }
    std::uint64_t size() const override { return entries_.size(); }
    std::string verifiers() const override { return key_.verifier().text() + "\n"; }
    std::string policy() const override { return proof::Policy::of(key_.verifier()).text(); }
    base::Result<std::string> tile(const proof::TilePath& path) const override {
        if (!path.entries) return prover_.tile({path.level, path.index}, path.width);
        std::string bundle;
        for (std::uint64_t i = 0; i < path.width; ++i) {
            const auto& entry = entries_[path.index * proof::tile_width + i];
            proof::put_be(bundle, entry.size(), 2);
            bundle += entry;
        }
        return bundle;
    }

private:
    proof::SigningKey key_;
    std::vector<std::string> entries_;
    std::map<ledger::TileName, std::string> tiles_;
    ledger::Tree tree_{[this](ledger::TileName name) -> std::optional<std::string> {
        const auto found = tiles_.find(name);
        if (found == tiles_.end()) return std::nullopt;
        return found->second;
    }};
    ledger::Prover prover_{tree_};
};

/// The routes of a running server, shown another tree, on a port of their own.
class RawLogServer {
public:
    explicit RawLogServer(const RawLog& log)
        : services_(server_.app->services()),
          listener_(io_, host_, tasks_, "0011223344556677") {
        services_.log = log;
        const auto opened = listener_.open("127.0.0.1", 0);
        if (!opened) throw std::runtime_error(opened.error().what);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~RawLogServer() {
        listener_.stop_accepting();
        listener_.abort_all();
        tasks_.wait_empty(std::chrono::seconds(20));
        work_.reset();
        io_.stop();
        thread_.join();
    }
    RawLogServer(const RawLogServer&) = delete;
    RawLogServer& operator=(const RawLogServer&) = delete;

    HttpClient client() const { return HttpClient(listener_.port()); }

private:
    ServerFixture server_;
    server::Services services_;
    server::LedgerHost host_{services_};
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    server::TaskGroup tasks_;
    server::Listener listener_;
    std::thread thread_;
};

}  // namespace test
