#include "tests/acceptance/flipped_ledger.h"

#include <algorithm>
#include <atomic>
#include <fstream>

#include "ledger/durable_file.h"
#include "ledger/notary.h"
#include "ledger/proof/text.h"
#include "ledger/proof/tile_path.h"
#include "ledger/prover.h"
#include "ledger/unreadable.h"
#include "ledger/verifier.h"
#include "projections/views.h"
#include "tests/ledger/commands.h"
#include "tests/support/stored_damage.h"
#include "tools/evidence/pack.h"

namespace acceptance {
namespace fs = std::filesystem;
namespace {

constexpr unsigned people = 40;
constexpr unsigned employers = 130;  // each with a site: together more than one full tile
constexpr unsigned rounds = 5;
constexpr std::uint64_t packed_events = 20;

void flip(const fs::path& path, std::uint64_t byte, unsigned bit) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(byte));
    const int was = file.get();
    file.seekp(static_cast<std::streamoff>(byte));
    file.put(static_cast<char>(was ^ (1 << bit)));
}

/// A folder of its own for a moment.
class Copy {
public:
    explicit Copy(const fs::path& from) { fs::copy(from, path(), fs::copy_options::recursive); }
    fs::path path() const { return folder_.path() / "copy"; }

private:
    test::TemporaryFolder folder_;
};

Reading refused(const base::Error& error) {
    return {error.code.empty() ? "no code" : error.code, {}, {}};
}

/// A note that was kept must be signed by a known key, over what the log was then.
std::string fault_in_note(std::string_view note, const ledger::Notary& notary,
                          const ledger::Ledger& ledger) {
    for (const auto& key : notary.verifiers()) {
        const auto opened = proof::SignedCheckpoint::open(note, key);
        if (!opened) continue;
        const auto& was = opened->checkpoint;
        if (was.size <= ledger.head().size && ledger.root(was.size) == was.root) return {};
        return "a kept note is of another log";
    }
    return "a kept note is not signed";
}

/// Reads the notes that are kept, as docs/data_layout.md says: length u32, note.
std::string fault_in_history(const fs::path& file, const ledger::Notary& notary,
                             const ledger::Ledger& ledger) {
    const auto bytes = ledger::read_file(file);
    for (std::string_view rest = bytes; !rest.empty();) {
        const auto length = rest.size() < 4 ? rest.size() : proof::get_be(rest, 4);
        if (rest.size() < 4 + length) return "the last kept note is cut off";
        if (auto fault = fault_in_note(rest.substr(4, length), notary, ledger); !fault.empty())
            return fault;
        rest.remove_prefix(4 + length);
    }
    return {};
}

}  // namespace

FlippedLedger::FlippedLedger(bool flushed) {
    fill();
    if (flushed) test::flush_log(fixture_.options.dir);
    fixture_.options.opening = test::LedgerFixture::Opening::read_only;
    for (const auto& each : fs::recursive_directory_iterator(folder())) {
        // What RocksDB writes down about itself under LOG is for people, and is begun anew.
        const bool diary = each.path().filename().string().starts_with("LOG");
        if (each.is_regular_file() && each.file_size() > 0 && !diary) files_.push_back(each.path());
    }
    std::sort(files_.begin(), files_.end());
    serve();
}

void FlippedLedger::fill() {
    auto& ledger = fixture_.open();
    auto notary = *ledger::Notary::open(ledger, folder() / "signing", fixture_.random);
    for (unsigned round = 0; round < rounds; ++round) {
        for (unsigned i = 0; i < employers / rounds; ++i) {
            const auto employer = test::fresh_id();
            fixture_.must_record(test::employer_registered(employer));
            fixture_.must_record(test::site_opened(employer, test::fresh_id()));
        }
        for (unsigned i = 0; i < people / rounds; ++i)
            fixture_.must_record(
                test::talent_registered(test::fresh_id(), round * people / rounds + i + 1));
        const auto note = notary->sign();
        if (!note || !notary->publish(*note)) throw std::runtime_error("nothing was published");
    }
    key_ = notary->verifiers().front();
    served_["checkpoint"] = notary->published();
    auto views = *projections::Views::open(folder() / "views", ledger);
    if (!views->catch_up(std::atomic<bool>{false})) throw std::runtime_error("no views");
    views.reset();
    notary.reset();
    fixture_.close();
}

void FlippedLedger::serve() {
    const auto& ledger = fixture_.open();
    const auto size = ledger.head().size;
    for (std::uint8_t level = 0; size >> (8 * level) > 0; ++level) {
        for (std::uint64_t index = 0; index * 256 < size >> (8 * level); ++index) {
            proof::TilePath path{false, level, index, 256};
            path.width = proof::width_in(path, size);
            served_[path.text()] = *ledger.prover().tile({level, index}, path.width);
            if (level > 0) continue;
            path.entries = true;
            auto& bundle = served_[path.text()];
            for (std::uint64_t i = 0; i < path.width; ++i) {
                const auto stored = ledger.event({index * 256 + i});
                proof::put_be(bundle, stored->bytes().size(), 2);
                bundle += stored->bytes();
            }
        }
    }
    pack_first(ledger);
    fixture_.close();
}

void FlippedLedger::pack_first(const ledger::Ledger& ledger) {
    evidence::Contents contents;
    contents.manifest.program = "test";
    contents.manifest.asked.upto = packed_events;
    contents.checkpoint = served_.at("checkpoint");
    contents.policy = proof::Policy::of(key_).text();
    contents.vkeys = key_.text() + "\n";
    const auto size = proof::SignedCheckpoint::open(contents.checkpoint, key_)->checkpoint.size;
    for (std::uint64_t position = 0; position < packed_events; ++position) {
        auto& entry = contents.entries[position];
        entry.bytes = std::string(ledger.event({position})->bytes());
        entry.path = *ledger.prover().inclusion(position, size);
    }
    auto made = evidence::make_pack(std::move(contents));
    if (!made) throw std::runtime_error(made.error().what);
    pack_ = *std::move(made);
}

std::string FlippedLedger::name_of(const fs::path& file) const {
    return file.lexically_relative(folder()).string();
}

FlippedLedger::Part FlippedLedger::part_of(const fs::path& file) const {
    const auto name = name_of(file);
    if (name.starts_with("views/")) return Part::views;
    if (name.starts_with("signing/")) return Part::signing;
    return Part::log;
}

Reading FlippedLedger::with_flip(const fs::path& file, std::uint64_t byte, unsigned bit) {
    flip(file, byte, bit);
    auto reading = read(part_of(file));
    flip(file, byte, bit);
    return reading;
}

const Reading& FlippedLedger::untouched(const fs::path& file) {
    const auto part = part_of(file);
    if (!untouched_.contains(part)) untouched_[part] = read(part);
    return untouched_[part];
}

Reading FlippedLedger::read(Part part) {
    try {
        switch (part) {
            case Part::log:
                return read_log();
            case Part::views:
                return read_views();
            case Part::signing:
                return read_signing();
        }
    } catch (const ledger::Unreadable& damage) {
        fixture_.close();
        return {{}, damage.error().code, {}};
    }
    return {};
}

Reading FlippedLedger::read_log() {
    const auto opened = fixture_.try_open();
    if (!opened) return refused(opened.error());
    const auto& ledger = *fixture_.ledger;
    const auto verified = ledger::verify(ledger, {}, std::atomic<bool>{false});
    Reading out;
    if (!verified)
        out.fault = verified.error().code;
    else if (verified->fault)
        out.fault = verified->fault->what;
    else
        out.report = fmt::format("{} {} {} {} {} {}", verified->events, verified->blocks,
                                 verified->sealed_parts, verified->erased_parts,
                                 verified->streams, events::hex(verified->root));
    // A start that had to go another way says so.
    if (!ledger.recovery().clean) out.fault += ledger.recovery().what;
    fixture_.close();
    return out;
}

Reading FlippedLedger::read_views() {
    const auto& ledger = fixture_.open();
    const Copy copy(folder() / "views");
    auto views = projections::Views::open(copy.path(), ledger);
    if (!views) return refused(views.error());
    Reading out;
    if (const auto done = (*views)->catch_up(std::atomic<bool>{false}); !done)
        out.fault = done.error().code;
    else if (const auto digests = (*views)->digests(); !digests)
        out.fault = digests.error().code;
    else
        for (const auto& [name, digest] : digests->views)
            out.report += name + " " + events::hex(digest) + "\n";
    views->reset();
    fixture_.close();
    return out;
}

Reading FlippedLedger::read_signing() {
    const auto& ledger = fixture_.open();
    const Copy copy(folder() / "signing");
    const auto notary = ledger::Notary::open(ledger, copy.path(), fixture_.random);
    Reading out;
    if (!notary) {
        out = refused(notary.error());
    } else {
        for (const auto& key : (*notary)->verifiers()) out.report += key.text() + "\n";
        out.report += (*notary)->published();
        out.fault = fault_in_note((*notary)->published(), **notary, ledger);
        if (out.fault.empty())
            out.fault = fault_in_history(copy.path() / "history", **notary, ledger);
    }
    fixture_.close();
    return out;
}

std::string FlippedLedger::fault_in(const std::map<std::string, std::string>& served) const {
    const auto opened = proof::SignedCheckpoint::open(served.at("checkpoint"), key_);
    if (!opened) return opened.error().code;
    const auto size = opened->checkpoint.size;
    ledger::Tree tree([](ledger::TileName) { return std::nullopt; });
    for (std::uint64_t index = 0; index * 256 < size; ++index) {
        proof::TilePath path{true, 0, index, 256};
        path.width = proof::width_in(path, size);
        const auto found = served.find(path.text());
        if (found == served.end()) return "no " + path.text();
        for (std::string_view rest = found->second; !rest.empty();) {
            const auto length = rest.size() < 2 ? 0 : proof::get_be(rest, 2);
            if (rest.size() < 2 + length) return "an entry is cut off in " + path.text();
            tree.append(proof::leaf_hash(rest.substr(2, length)));
            rest.remove_prefix(2 + length);
        }
    }
    if (tree.size() != size || tree.root() != opened->checkpoint.root) return "another root";
    for (const auto& [name, bytes] : served) {
        const auto path = proof::TilePath::parse(name);
        if (!path || path->entries) continue;
        if (tree.tile({path->level, path->index}, path->width) != bytes) return "wrong " + name;
    }
    return {};
}

}  // namespace acceptance
