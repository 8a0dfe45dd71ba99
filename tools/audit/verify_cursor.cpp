#include "tools/audit/verify_cursor.h"

#include <fmt/format.h>

#include <filesystem>

#include "ledger/durable_file.h"
#include "ledger/proof/hashes.h"
#include "ledger/proof/text.h"

namespace tools {
namespace {

constexpr std::string_view heading = "verify-cursor/v1 ";

}  // namespace

base::Result<std::optional<VerifyCursor>> VerifyCursor::load(const std::string& file) {
    if (!std::filesystem::exists(file)) return std::optional<VerifyCursor>();
    const base::Error bad{base::Fault::invalid, "E_BAD_CURSOR",
                          fmt::format("{} is not the cursor of a check, or is damaged", file)};
    const auto bytes = ledger::read_file(file);
    std::string_view rest = bytes;
    const auto first = proof::take_line(rest);
    if (!first || !first->starts_with(heading)) return bad;
    if (first->substr(heading.size()) != events::hex(proof::sha256({rest}))) return bad;
    VerifyCursor out;
    const auto about = proof::take_line(rest);
    const auto note_bytes = proof::take_line(rest);
    const auto size = note_bytes ? proof::decimal(*note_bytes) : std::nullopt;
    if (!about || !size || *size > rest.size()) return bad;
    out.about = *about;
    out.note = rest.substr(0, *size);
    out.state = rest.substr(*size);
    return std::optional<VerifyCursor>(std::move(out));
}

base::Result<void> VerifyCursor::save(const std::string& file) const {
    const auto body = fmt::format("{}\n{}\n", about, note.size()) + note + state;
    const auto first = fmt::format("{}{}\n", heading, events::hex(proof::sha256({body})));
    return ledger::replace_file(std::filesystem::absolute(file), first + body);
}

}  // namespace tools
