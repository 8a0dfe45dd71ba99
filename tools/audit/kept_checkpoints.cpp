#include "tools/audit/kept_checkpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/prover.h"

namespace tools {
namespace {

class KeptCheck {
public:
    KeptCheck(const ledger::Ledger& ledger, const ledger::SigningFolder& signing,
              const RecordedProofs& recorded)
        : ledger_(ledger), signing_(signing), recorded_(recorded) {}

    CheckResult run();

private:
    void take(std::string_view note);
    void check_keys();
    void fail(std::string what) {
        if (!out_.good()) return;
        out_.fault = std::move(what);
        out_.position = good_upto_;
    }

    const ledger::Ledger& ledger_;
    const ledger::SigningFolder& signing_;
    const RecordedProofs& recorded_;
    CheckResult out_{"checkpoints", 0, {}, {}};
    std::optional<std::uint64_t> good_upto_;
};

CheckResult KeptCheck::run() {
    check_keys();
    const auto read = signing_.history([&](std::string_view note) { take(note); });
    if (!read) fail(read.error().what);
    good_upto_.reset();
    if (!signing_.published().empty()) take(signing_.published());
    if (!signing_.checkpoint().empty()) take(signing_.checkpoint());
    return std::move(out_);
}

/// The newest key stands first; each must have been named by the one before it.
void KeptCheck::check_keys() {
    const auto& keys = signing_.verifiers();
    const auto heirs = recorded_.heirs_of({keys.back()});
    for (const auto& key : keys) {
        if (std::find(heirs.begin(), heirs.end(), key) != heirs.end()) continue;
        fail(fmt::format("the key {} is in the signing folder, but no recorded rotation names it",
                         key.text()));
    }
}

void KeptCheck::take(std::string_view note) {
    ++out_.checked;
    base::Error last{base::Fault::corrupt, "E_NOT_SIGNED", "no key of the log has signed it"};
    for (const auto& key : signing_.verifiers()) {
        const auto opened = proof::SignedCheckpoint::open(note, key);
        if (!opened) {
            if (opened.error().code != "E_NOT_SIGNED") last = opened.error();
            continue;
        }
        const auto& said = opened->checkpoint;
        if (said.size > ledger_.head().size) {
            return fail(fmt::format("{} events were signed, the log holds {}", said.size,
                                    ledger_.head().size));
        }
        const auto root = ledger_.prover().root(said.size);
        if (!root) return fail(root.error().what);
        if (*root != said.root) {
            return fail(fmt::format("the first {} events were signed with root {}, theirs is {}",
                                    said.size, events::hex(said.root), events::hex(*root)));
        }
        if (out_.good()) good_upto_ = said.size;
        return;
    }
    fail(fmt::format("checkpoint {} of the signing folder: {}", out_.checked, last.what));
}

}  // namespace

CheckResult check_kept(const ledger::Ledger& ledger, const ledger::SigningFolder& signing,
                       const RecordedProofs& recorded) {
    return KeptCheck(ledger, signing, recorded).run();
}

}  // namespace tools
