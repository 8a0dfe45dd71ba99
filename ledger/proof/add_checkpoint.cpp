#include "ledger/proof/add_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/proof/base64.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::string_view old_word = "old ";

base::Error bad_request(std::string_view what) {
    return {base::Fault::invalid, "E_ADD_CHECKPOINT",
            fmt::format("the request for a cosignature is malformed: {}", what)};
}

}  // namespace

std::string AddCheckpoint::encoded() const {
    auto out = fmt::format("{}{}\n", old_word, old_size);
    for (const auto& hash : path) out += base64(bytes_of(hash)) + "\n";
    return out + "\n" + note;
}

base::Result<AddCheckpoint> AddCheckpoint::parse(std::string_view body) {
    AddCheckpoint out;
    const auto first = take_line(body);
    if (!first || !first->starts_with(old_word)) return bad_request("it begins with `old SIZE`");
    const auto size = decimal(first->substr(old_word.size()));
    if (!size) return bad_request("the old size is a decimal number without leading zeros");
    out.old_size = *size;
    for (;;) {
        const auto line = take_line(body);
        if (!line) return bad_request("there is no empty line before the checkpoint");
        if (line->empty()) break;
        const auto raw = unbase64(*line);
        if (!raw || raw->size() != sizeof(Hash)) return bad_request("a hash is not 32 bytes");
        if (out.path.size() == path_hashes_max) return bad_request("over 63 hashes");
        std::copy(raw->begin(), raw->end(), out.path.emplace_back().begin());
    }
    out.note = body;
    return out;
}

}  // namespace proof
