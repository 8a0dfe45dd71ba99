// A stopped ledger with everything that belongs to it, of which single bits are flipped, and the
// question whether anybody who reads it notices.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ledger/proof/checkpoint.h"
#include "tests/support/ledger_fixture.h"

namespace acceptance {

/// What reading everything again gave.
struct Reading {
    std::string refused;  ///< code of the refusal to open; empty if it was opened
    std::string fault;    ///< what the check found; empty if nothing
    std::string report;   ///< everything that a reader learns

    bool noticed() const { return !refused.empty() || !fault.empty(); }
};

/// Some 330 events about people, employers and sites; views; a signing folder with several
/// checkpoints. Made once, read often, and put back as it was after each flip.
class FlippedLedger {
public:
    /// `flushed`: events and keys lie in sorted files; otherwise in write-ahead logs, as after a
    /// kill.
    explicit FlippedLedger(bool flushed);

    /// Every file that the ledger, its views or its signatures are made of.
    const std::vector<std::filesystem::path>& files() const { return files_; }
    std::string name_of(const std::filesystem::path& file) const;

    /// Reads the file, and everything that depends on it, with one bit flipped. The file is as it
    /// was afterwards.
    Reading with_flip(const std::filesystem::path& file, std::uint64_t byte, unsigned bit);
    /// As `with_flip` without a flip: of the parts that the file belongs to.
    const Reading& untouched(const std::filesystem::path& file);
    const std::filesystem::path& folder() const { return fixture_.options.dir; }
    /// Opens the stopped ledger as an offline tool does, and checks it.
    Reading read_log();

    // -- what others are given --------------------------------------------------------------------
    /// The files of `/log/` by their paths.
    const std::map<std::string, std::string>& served() const { return served_; }
    /// Checks such files as whoever has only them and the key does.
    std::string fault_in(const std::map<std::string, std::string>& served) const;
    /// An evidence pack of the first events, with everything sealed left closed.
    const std::string& pack() const { return pack_; }
    const proof::VerifierKey& key() const { return key_; }

private:
    enum class Part { log, views, signing };

    void fill();
    void serve();
    void pack_first(const ledger::Ledger& ledger);
    Part part_of(const std::filesystem::path& file) const;
    Reading read(Part part);
    Reading read_views();
    Reading read_signing();

    test::LedgerFixture fixture_;
    std::vector<std::filesystem::path> files_;
    std::map<std::string, std::string> served_;
    std::string pack_;
    std::map<Part, Reading> untouched_;
    proof::VerifierKey key_;
};

}  // namespace acceptance
