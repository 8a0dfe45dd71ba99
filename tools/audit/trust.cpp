#include "tools/audit/trust.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "events/dates.h"
#include "ledger/durable_file.h"
#include "tools/load/file.h"

namespace tools {
namespace json = boost::json;
namespace {

base::Result<std::vector<proof::VerifierKey>> keys_in(const std::vector<std::string>& texts) {
    std::vector<proof::VerifierKey> keys;
    for (const auto& text : texts) {
        auto key = proof::VerifierKey::parse(text);
        if (!key) return key.error();
        keys.push_back(*std::move(key));
    }
    return keys;
}

/// The note as opened by the first of the keys that has signed it; nothing if none has.
base::Result<std::optional<Judged>> open_by(std::string_view note,
                                            const std::vector<proof::VerifierKey>& keys) {
    for (const auto& key : keys) {
        auto opened = proof::SignedCheckpoint::open(note, key);
        if (opened) {
            Judged out;
            out.checkpoint = *std::move(opened);
            out.key = key;
            return std::optional<Judged>(std::move(out));
        }
        if (opened.error().code != "E_NOT_SIGNED") return opened.error();
    }
    return std::optional<Judged>();
}

base::Result<Judged> judge_by_policy(std::string_view note, const proof::Policy& policy,
                                     const std::string& file) {
    auto verdict = policy.judge(note);
    if (!verdict) return verdict.error();
    if (!verdict->quorum) {
        return base::Error{base::Fault::corrupt, "E_QUORUM",
                           fmt::format("the checkpoint of {} events has not the cosignatures that "
                                       "the policy asks for",
                                       verdict->checkpoint.checkpoint.size)};
    }
    Judged out;
    for (const auto& log : policy.logs()) {
        if (proof::verify_note(verdict->checkpoint.note, log.key)) out.key = log.key;
    }
    out.checkpoint = std::move(verdict->checkpoint);
    out.cosigned = std::move(verdict->cosigned);
    out.basis = "the policy " + file;
    return out;
}

base::Error not_signed(std::string_view by) {
    return {base::Fault::corrupt, "E_NOT_SIGNED",
            fmt::format("the checkpoint is not signed by {}", by)};
}

/// None of the trusted keys has signed: perhaps one of them has handed over to the one that did.
base::Result<Judged> judge_heir(std::string_view note, LogCopy& copy,
                                std::vector<proof::VerifierKey> trusted, std::string_view whose) {
    const auto own = copy.verifiers();
    if (!own) return not_signed(whose);
    auto opened = open_by(note, *own);
    if (!opened) return opened.error();
    if (!*opened) return not_signed(whose);
    (*opened)->must_descend_from = std::move(trusted);
    (*opened)->basis = fmt::format("a key that follows {}", whose);
    return **std::move(opened);
}

base::Result<Judged> judge_by_keys(std::string_view note, LogCopy& copy,
                                   const std::vector<proof::VerifierKey>& keys,
                                   const std::string& whose) {
    auto opened = open_by(note, keys);
    if (!opened) return opened.error();
    if (!*opened) return judge_heir(note, copy, keys, whose);
    (*opened)->basis = whose;
    return **std::move(opened);
}

}  // namespace

base::Result<std::optional<AuditMemory>> AuditMemory::load(const std::string& file) {
    const base::Error bad{base::Fault::invalid, "E_BAD_MEMORY",
                          fmt::format("{} does not hold keys and a checkpoint", file)};
    if (!std::filesystem::exists(file)) return std::optional<AuditMemory>();
    boost::system::error_code failed;
    const auto parsed = json::parse(ledger::read_file(file), failed);
    const auto* object = failed ? nullptr : parsed.if_object();
    const auto* keys = object ? object->if_contains("keys") : nullptr;
    const auto* note = object ? object->if_contains("note") : nullptr;
    if (!keys || !keys->is_array() || !note || !note->is_string()) return bad;
    AuditMemory out;
    out.note = std::string(note->get_string());
    for (const auto& text : keys->get_array()) {
        auto key = text.is_string() ? proof::VerifierKey::parse(std::string(text.get_string()))
                                    : base::Result<proof::VerifierKey>(bad);
        if (!key) return bad;
        out.keys.push_back(*std::move(key));
    }
    if (!out.note.empty() && !proof::Note::parse(out.note)) return bad;
    return std::optional<AuditMemory>(std::move(out));
}

base::Result<void> AuditMemory::save(const std::string& file) const {
    json::array texts;
    for (const auto& key : keys) texts.emplace_back(key.text());
    const json::object object{{"keys", std::move(texts)}, {"note", note}};
    return ledger::replace_file(std::filesystem::absolute(file), json::serialize(object) + "\n");
}

json::array cosigned_json(const std::vector<proof::Policy::Seen>& cosigned) {
    json::array out;
    for (const auto& seen : cosigned) {
        const events::Instant at{static_cast<std::int64_t>(seen.seconds) * 1'000'000};
        out.push_back(json::object{{"witness", seen.witness}, {"time", at.text()}});
    }
    return out;
}

base::Result<std::optional<proof::Policy>> policy_of(const TrustOptions& options) {
    if (!options.policy_file.empty()) {
        const auto text = read_whole(options.policy_file);
        if (!text) return text.error();
        auto policy = proof::Policy::parse(*text);
        if (!policy) return policy.error();
        return std::optional<proof::Policy>(*std::move(policy));
    }
    if (options.keys.empty()) return std::optional<proof::Policy>();
    std::string text;
    for (const auto& key : options.keys) text += "log " + key + "\n";
    auto policy = proof::Policy::parse(text + "quorum none\n");
    if (!policy) return policy.error();
    return std::optional<proof::Policy>(*std::move(policy));
}

base::Result<Judged> judge(std::string_view note, LogCopy& copy, const TrustOptions& options,
                           const std::optional<AuditMemory>& memory) {
    if (!options.policy_file.empty()) {
        const auto policy = policy_of(options);
        if (!policy) return policy.error();
        return judge_by_policy(note, **policy, options.policy_file);
    }
    const auto given = keys_in(options.keys);
    if (!given) return given.error();
    if (!given->empty()) return judge_by_keys(note, copy, *given, "the key given with --vkey");
    if (memory && !memory->keys.empty()) {
        return judge_by_keys(note, copy, memory->keys, "the key remembered from last time");
    }
    const auto own = copy.verifiers();
    if (!own) return own.error();
    auto opened = open_by(note, *own);
    if (!opened) return opened.error();
    if (!*opened) return not_signed("any key that the log names");
    (*opened)->basis = "the log's own word: nobody else vouches for its key";
    (*opened)->first_use = true;
    return **std::move(opened);
}

}  // namespace tools
