// A small ledger, signed, and laid out as a folder of tiles that tests may spoil.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ledger/durable_file.h"
#include "ledger/notary.h"
#include "ledger/proof/entry_bundle.h"
#include "ledger/proof/tile_path.h"
#include "ledger/tile_nodes.h"
#include "tests/support/ledger_fixture.h"
#include "tools/audit/fetching_log.h"
#include "tools/audit/folder_log.h"

namespace test {

namespace fs = std::filesystem;

inline void write(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(),
                                                static_cast<std::streamsize>(bytes.size()));
}

/// A demonstration ledger with its signing folder inside, as a server leaves it.
struct SignedLedger : LedgerFixture {
    std::unique_ptr<ledger::Notary> notary;

    fs::path signing() const { return options.dir / "signing"; }
    void start() {
        open();
        auto opened = ledger::Notary::open(*ledger, signing(), random);
        if (!opened) throw std::runtime_error(opened.error().what);
        notary = *std::move(opened);
    }
    void grow(std::uint64_t size) {
        while (ledger->head().size < size) {
            must_record(cloud_event(
                "FirstLoadOpened", {},
                R"({"source":"test","approver":"b0000000000000000000000000000002"})"));
            must_record(cloud_event("FirstLoadClosed", {}, R"({"source":"test"})"));
        }
    }
    std::string publish() {
        const auto note = notary->sign();
        if (!note || !notary->publish(*note)) throw std::runtime_error("not published");
        return notary->published();
    }
    /// Everything that is needed to check the log, as files.
    void write_tiles(const fs::path& dir) {
        tools::FolderLog log(*ledger, signing(), "here");
        tools::FetchingLog copy(log, dir);
        const auto size = notary->published_checkpoint()->size;
        for (const bool entries : {false, true}) {
            for (std::uint8_t level = 0; level < (entries ? 1 : 3); ++level) {
                for (std::uint64_t index = 0;; ++index) {
                    proof::TilePath path{entries, level, index};
                    path.width = proof::width_in(path, size);
                    if (path.width == 0) break;
                    if (!copy.tile(path)) throw std::runtime_error("no tile");
                }
            }
        }
        if (!copy.seal(notary->published())) throw std::runtime_error("not sealed");
    }
};

/// The entries of a folder of tiles; writing them back makes tiles and tree anew, so that only the
/// events themselves can give away what was done to them.
struct TileEntries {
    std::vector<std::string> entries;

    static TileEntries read(const fs::path& dir, std::uint64_t size) {
        TileEntries out;
        for (std::uint64_t index = 0; index * 256 < size; ++index) {
            proof::TilePath path{true, 0, index};
            path.width = proof::width_in(path, size);
            const auto bundle = ledger::read_file(dir / path.text());
            const auto framed = proof::split_bundle(bundle);
            if (!framed) throw std::runtime_error("a torn bundle");
            for (const auto entry : *framed) out.entries.emplace_back(entry);
        }
        return out;
    }
    /// Returns the root.
    proof::Hash write_back(const fs::path& dir) const {
        fs::remove_all(dir / "tile");
        std::vector<proof::Hash> level;
        for (const auto& entry : entries) level.push_back(proof::leaf_hash(entry));
        ledger::Frontier tree;
        for (const auto& leaf : level) tree.append(leaf);
        write_bundles(dir);
        for (std::uint8_t number = 0; !level.empty(); ++number) {
            level = write_level(dir, number, level);
        }
        return tree.root();
    }

private:
    void write_bundles(const fs::path& dir) const {
        for (std::size_t first = 0; first < entries.size(); first += 256) {
            proof::TilePath path{true, 0, first / 256};
            path.width = proof::width_in(path, entries.size());
            std::string bundle;
            for (std::size_t i = first; i < first + path.width; ++i)
                proof::append_entry(bundle, entries[i]);
            write(dir / path.text(), bundle);
        }
    }
    static std::vector<proof::Hash> write_level(const fs::path& dir, std::uint8_t number,
                                                const std::vector<proof::Hash>& hashes) {
        std::vector<proof::Hash> above;
        for (std::size_t first = 0; first < hashes.size(); first += 256) {
            ledger::TileNodes nodes;
            for (std::size_t i = first; i < hashes.size() && i < first + 256; ++i)
                nodes.add(hashes[i]);
            proof::TilePath path{false, number, first / 256};
            path.width = static_cast<std::uint16_t>(nodes.size());
            write(dir / path.text(), nodes.bytes());
            if (nodes.full()) above.push_back(nodes.root());
        }
        return above;
    }
};

}  // namespace test
