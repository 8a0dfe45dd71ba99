#include "tools/audit/event_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstring>

#include "ledger/proof/cose_receipt.h"
#include "ledger/proof/text.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr std::array<std::string_view, 4> form_names = {"json", "tlog-proof", "spicy", "cose"};
constexpr char cose_sign1_tag = '\xd2';

base::Error malformed(std::string what) {
    return {base::Fault::corrupt, "E_PROOF", std::move(what)};
}

std::optional<std::string> text_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<proof::Hash> hash_of(const std::optional<std::string>& hex) {
    const auto bytes = hex ? events::unhex(*hex) : std::nullopt;
    proof::Hash out;
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::memcpy(out.data(), bytes->data(), out.size());
    return out;
}

struct JsonProof {
    proof::TlogProof proof;
    proof::Hash leaf{};
    std::uint64_t size = 0;
    proof::Hash root{};
};

base::Result<JsonProof> parse_json(std::string_view bytes) {
    boost::system::error_code failed;
    const auto parsed = json::parse({bytes.data(), bytes.size()}, failed);
    const auto* object = failed ? nullptr : parsed.if_object();
    if (object == nullptr) return malformed("the proof is not a JSON object");
    JsonProof out;
    const auto position = proof::decimal(text_at(*object, "position").value_or(""));
    const auto leaf = hash_of(text_at(*object, "leaf"));
    const auto size = proof::decimal(text_at(*object, "size").value_or(""));
    const auto root = hash_of(text_at(*object, "root"));
    const auto* path = object->if_contains("path");
    if (!position || !leaf || !size || !root || path == nullptr || !path->is_array())
        return malformed("position, leaf, size, root or path is missing");
    for (const auto& step : path->get_array()) {
        const auto hash = step.is_string() ? hash_of(std::string(step.get_string())) : std::nullopt;
        if (!hash) return malformed("the path holds what is not a hash");
        out.proof.path.push_back(*hash);
    }
    const auto note = text_at(*object, "checkpoint");
    if (!note) return malformed("the proof carries no checkpoint, so nobody has signed it");
    out.proof.index = *position;
    out.proof.checkpoint = *note;
    out.leaf = *leaf;
    out.size = *size;
    out.root = *root;
    return out;
}

base::Result<ShownProof> check_note_proof(const proof::TlogProof& proof, const proof::Hash& leaf,
                                          const proof::Policy& policy, ProofForm form) {
    auto proven = proof::verify(proof, leaf, policy);
    if (!proven) return false_proof(proven.error());
    ShownProof out;
    out.form = form;
    out.position = proof.index;
    out.root = proven->checkpoint.root;
    out.leaf = leaf;
    out.cosigned = std::move(proven->cosigned);
    out.checkpoint = std::move(proven->checkpoint);
    return out;
}

base::Result<ShownProof> check_receipt(std::string_view bytes, const proof::Hash& leaf,
                                       const proof::Policy& policy) {
    base::Error last = malformed("the policy names no log");
    for (const auto& log : policy.logs()) {
        const auto root = proof::verify_inclusion_receipt(bytes, leaf, log.key);
        if (!root) {
            last = false_proof(root.error());
            continue;
        }
        ShownProof out;
        out.form = ProofForm::cose;
        out.root = *root;
        out.leaf = leaf;
        return out;
    }
    return last;
}

}  // namespace

base::Error false_proof(base::Error error) {
    error.fault = base::Fault::corrupt;
    return error;
}

std::string_view name_of(ProofForm form) { return form_names[static_cast<std::size_t>(form)]; }

std::optional<ProofForm> parse_proof_form(std::string_view name) {
    const auto* found = std::find(form_names.begin(), form_names.end(), name);
    if (found == form_names.end()) return std::nullopt;
    return static_cast<ProofForm>(found - form_names.begin());
}

std::optional<ProofForm> recognise_proof(std::string_view bytes) {
    if (bytes.starts_with("c2sp.org/tlog-proof@")) return ProofForm::tlog_proof;
    if (bytes.starts_with("index ") || bytes.starts_with("extra ")) return ProofForm::spicy;
    if (bytes.starts_with(cose_sign1_tag)) return ProofForm::cose;
    const auto first = bytes.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && bytes[first] == '{') return ProofForm::json;
    return std::nullopt;
}

json::object proof_json(const proof::TlogProof& made, const proof::Checkpoint& checkpoint,
                        const proof::Hash& leaf) {
    json::array path;
    for (const auto& hash : made.path) path.emplace_back(events::hex(hash));
    return {{"position", std::to_string(made.index)},
            {"size", std::to_string(checkpoint.size)},
            {"leaf", events::hex(leaf)},
            {"path", std::move(path)},
            {"root", events::hex(checkpoint.root)},
            {"checkpoint", made.checkpoint}};
}

base::Result<ShownProof> check_event_proof(std::string_view bytes,
                                           const std::optional<proof::Hash>& leaf,
                                           const proof::Policy& policy) {
    const auto form = recognise_proof(bytes);
    if (!form) return malformed("this is no proof of a form that is known");
    if (*form == ProofForm::json) {
        const auto parsed = parse_json(bytes);
        if (!parsed) return parsed.error();
        if (leaf && *leaf != parsed->leaf) return malformed("the proof is of another event");
        auto shown = check_note_proof(parsed->proof, parsed->leaf, policy, *form);
        // What stands there twice must be the same both times: somebody may read only this.
        if (shown && (shown->checkpoint->size != parsed->size || shown->root != parsed->root))
            return malformed("size or root is not that of the checkpoint");
        return shown;
    }
    if (!leaf) {
        return base::Error{base::Fault::invalid, "E_USAGE",
                           "which event? Give its bytes with --event FILE or its hash with --leaf"};
    }
    if (*form == ProofForm::cose) return check_receipt(bytes, *leaf, policy);
    const auto parsed = proof::TlogProof::parse(bytes);
    if (!parsed) return false_proof(parsed.error());
    return check_note_proof(*parsed, *leaf, policy, *form);
}

}  // namespace tools
