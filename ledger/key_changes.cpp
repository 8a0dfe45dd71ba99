#include "ledger/key_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/registrar.h"

namespace ledger {
namespace {

constexpr std::size_t origin_bytes_max = 255;

/// A key's name holds neither spaces nor the plus signs of the key's text.
base::Result<void> check_name(const std::string& origin) {
    const bool good = !origin.empty() && origin.size() <= origin_bytes_max &&
                      std::all_of(origin.begin(), origin.end(),
                                  [](char c) { return c > ' ' && c < '\x7f' && c != '+'; });
    if (good) return {};
    return base::Error{base::Fault::invalid, "E_BAD_PARAMETER",
                       "an origin is 1 to 255 printable ASCII characters, without spaces and +"};
}

/// A name under which something was signed before would be a second log of that name.
base::Result<void> check_unused(const Ledger& ledger, const std::string& origin) {
    const auto used = base::Error{base::Fault::invalid, "E_ORIGIN_USED",
                                  fmt::format("this log was {} before", origin)};
    if (origin == ledger.info().origin) return used;
    const auto type = events::schema::Payload::LogRestored;
    auto scan = ledger.scan({&type, 1}, {0}, {ledger.head().size});
    for (;;) {
        const auto more = scan.next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto* restored = scan.event().payload_as_LogRestored();
        if (restored->new_origin()->str() == origin || restored->old_origin()->str() == origin)
            return used;
    }
}

base::Result<void> lay_key_ready(SigningFolder& folder, const std::string& origin,
                                 base::Random& random) {
    if (folder.next_key() && folder.next_key()->name() == origin) return {};
    return folder.stage_key(proof::SigningKey::generate(origin, random));
}

}  // namespace

base::Result<KeyRotation> rotate_key(Ledger& ledger, Notary& notary, base::Random& random) {
    auto rotation = notary.prepare_rotation(random);
    if (!rotation) return rotation.error();
    const auto receipt = ledger.registrar().record(rotation_command(ledger.info(), *rotation));
    if (!receipt) return receipt.error();
    if (auto done = notary.rotate(); !done) return done.error();
    return *std::move(rotation);
}

base::Result<RestorePlan> plan_restoration(const Ledger& ledger,
                                           const std::filesystem::path& signing) {
    const auto record = signing_on_record(ledger);
    if (!record) return record.error();
    const auto folder = SigningFolder::look(signing);
    if (!folder) return folder.error();
    RestorePlan plan;
    plan.found_size = ledger.head().size;
    const auto& owner = (*folder)->verifiers().front().name;
    plan.begun = record->restored &&
                 (record->origin != owner || (*folder)->has_next_key());
    if (plan.begun) {
        plan.new_origin = record->origin;
        plan.signed_last = record->before;
        return plan;
    }
    if (!(*folder)->checkpoint().empty()) {
        const auto note = open_log_note((*folder)->checkpoint(), (*folder)->verifiers());
        if (!note) return note.error();
        plan.signed_last = note->checkpoint;
    }
    const auto& last = plan.signed_last;
    plan.forked = last.size <= plan.found_size && last.size > 0 &&
                  ledger.root(last.size) != last.root;
    if (last.size > plan.found_size || plan.forked) return plan;
    return base::Error{base::Fault::conflict, "E_NOTHING_TO_RESTORE",
                       fmt::format("the log of {} events continues the {} that were signed as {}",
                                   plan.found_size, last.size, owner)};
}

base::Result<proof::VerifierKey> restore_origin(Ledger& ledger,
                                                const std::filesystem::path& signing,
                                                const Restoration& restoration,
                                                base::Random& random) {
    const auto plan = plan_restoration(ledger, signing);
    if (!plan) return plan.error();
    auto opened = SigningFolder::open(signing, std::nullopt, random);
    if (!opened) return opened.error();
    auto& folder = **opened;
    if (!plan->begun) {
        const auto& origin = restoration.new_origin;
        if (auto good = check_name(origin); !good) return good.error();
        if (auto unused = check_unused(ledger, origin); !unused) return unused.error();
        if (origin == plan->signed_last.origin) {
            return base::Error{base::Fault::invalid, "E_ORIGIN_USED",
                               fmt::format("{} is what was signed already", origin)};
        }
        if (auto ready = lay_key_ready(folder, origin, random); !ready) return ready.error();
        const OriginChange change{plan->signed_last, plan->found_size,
                                  folder.next_key()->verifier(), restoration.approver,
                                  restoration.reason_json};
        const auto receipt = ledger.registrar().record(restored_command(ledger.info(), change));
        if (!receipt) return receipt.error();
    }
    const auto record = signing_on_record(ledger);
    if (!record) return record.error();
    if (!folder.next_key() || stored_key(folder.next_key()->verifier()) != record->newest_key) {
        return base::Error{base::Fault::corrupt, "E_SIGNING_MISSING",
                           fmt::format("the log has gone over to {}, but the signing folder does "
                                       "not hold its key",
                                       record->origin)};
    }
    if (auto done = folder.begin_anew(); !done) return done.error();
    return folder.keys().front().verifier();
}

}  // namespace ledger
