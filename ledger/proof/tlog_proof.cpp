#include "ledger/proof/tlog_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/proof/base64.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::string_view proof_header = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_word = "extra ";
constexpr std::string_view index_word = "index ";

base::Error bad_tlog_proof(std::string_view what) {
    return {base::Fault::invalid, "E_PROOF", fmt::format("the proof is malformed: {}", what)};
}

/// Reads the hashes up to the empty line.
base::Result<Path> take_path(std::string_view& rest) {
    Path out;
    for (;;) {
        const auto line = take_line(rest);
        if (!line) return bad_tlog_proof("there is no empty line before the checkpoint");
        if (line->empty()) return out;
        const auto raw = unbase64(*line);
        if (!raw || raw->size() != sizeof(Hash)) return bad_tlog_proof("a hash is not 32 bytes");
        if (out.size() == path_hashes_max) return bad_tlog_proof("over 63 hashes");
        std::copy(raw->begin(), raw->end(), out.emplace_back().begin());
    }
}

}  // namespace

std::string TlogProof::encoded(bool with_header) const {
    std::string out;
    if (with_header) out = fmt::format("{}\n", proof_header);
    if (extra) out += fmt::format("{}{}\n", extra_word, base64(*extra));
    out += fmt::format("{}{}\n", index_word, index);
    for (const auto& hash : path) out += base64(bytes_of(hash)) + "\n";
    return out + "\n" + checkpoint;
}

base::Result<TlogProof> TlogProof::parse(std::string_view bytes) {
    TlogProof out;
    auto line = take_line(bytes);
    if (line && *line == proof_header) line = take_line(bytes);
    if (line && line->starts_with(extra_word)) {
        out.extra = unbase64(line->substr(extra_word.size()));
        if (!out.extra) return bad_tlog_proof("the extra line is not base64");
        line = take_line(bytes);
    }
    if (!line || !line->starts_with(index_word)) return bad_tlog_proof("there is no index line");
    const auto index = decimal(line->substr(index_word.size()));
    if (!index) return bad_tlog_proof("the index is a decimal number without leading zeros");
    out.index = *index;
    auto path = take_path(bytes);
    if (!path) return path.error();
    out.path = *std::move(path);
    if (auto note = Note::parse(bytes); !note) return note.error();
    out.checkpoint = bytes;
    return out;
}

base::Result<Proven> verify(const TlogProof& proof, const Hash& leaf, const Policy& policy) {
    auto verdict = policy.judge(proof.checkpoint);
    if (!verdict) return verdict.error();
    if (!verdict->quorum) {
        return base::Error{base::Fault::corrupt, "E_QUORUM",
                           "too few of the witnesses that the policy asks for have cosigned"};
    }
    const auto& checkpoint = verdict->checkpoint.checkpoint;
    if (!verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)) {
        return base::Error{base::Fault::corrupt, "E_INCLUSION",
                           fmt::format("the entry is not at index {} of the log of {} entries",
                                       proof.index, checkpoint.size)};
    }
    return Proven{checkpoint, std::move(verdict->cosigned)};
}

}  // namespace proof
