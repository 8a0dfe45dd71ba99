#include "ledger/repeat.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "events/base/log.h"
#include "ledger/unreadable.h"
#include "ledger/writing.h"

namespace ledger {
namespace {

bool same_body(const Core& core, const events::Command& command,
               const events::History::Block& where) {
    std::optional<events::Hash> salt, mac;
    for (std::uint64_t i = 0; i < where.count; ++i) {
        const auto bytes = core.any_event(where.first.value + i);
        const auto& event = events::trusted_event(bytes);
        if (i == 0) salt = core.pending.salt(where.first.value);  // there once the bytes are
        mac.emplace();
        std::memcpy(mac->data(), event.body_mac()->bytes()->data(), mac->size());
        if (!salt && event.body_salt() != nullptr) {
            salt.emplace();
            std::memcpy(salt->data(), event.body_salt()->bytes()->data(), salt->size());
        }
        if (!salt) salt = unseal(core, event).body_salt;
        if (salt) break;
    }
    // After erasure nobody can tell any more, so any body gets the first receipt.
    return !salt || same(body_mac(*salt, command), *mac);
}

}  // namespace

base::Result<Receipt> repeat(const Core& core, const events::Command& command,
                             const events::History::Block& where) try {
    if (!same_body(core, command, where)) {
        return base::Error{base::Fault::refused, "E_COMMAND_REUSED",
                           fmt::format("command {} is recorded at position {} with other content",
                                       command.id.text(), where.first.value)};
    }
    auto receipt = read_receipt(core, where);
    receipt.replayed = true;
    return receipt;
} catch (const Unreadable& damage) {
    base::log(base::LogLevel::error, "command {} is refused: {} {}", command.id.text(),
              damage.error().code, damage.error().what);
    return damage.error();
}

}  // namespace ledger
