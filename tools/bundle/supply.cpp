#include "tools/bundle/supply.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "ledger/completeness.h"
#include "ledger/disclosure.h"
#include "ledger/proof/base64.h"
#include "ledger/prover.h"
#include "ledger/signing_folder.h"
#include "tools/audit/log_copy.h"
#include "tools/cli/json_member.h"

namespace tools {
namespace fs = std::filesystem;
namespace json = boost::json;
namespace {

base::Error nothing_published() {
    return {base::Fault::overloaded, "E_NOT_PUBLISHED", "no checkpoint was published yet"};
}

base::Error not_understood(std::string_view what) {
    return {base::Fault::storage, "E_HTTP", fmt::format("the server's {} cannot be read", what)};
}

/// Bytes of a fixed length from hexadecimal digits.
template <class Bytes>
bool read_hex(std::string_view text, Bytes& out) {
    const auto raw = events::unhex(text);
    if (!raw || raw->size() != out.size()) return false;
    std::copy(raw->begin(), raw->end(), out.begin());
    return true;
}

events::PersonalClass class_named(std::string_view name) {
    for (const auto each : events::schema::EnumValuesPersonalClass()) {
        if (name == events::schema::EnumNamePersonalClass(each)) return each;
    }
    return events::PersonalClass::none;
}

base::Result<Supply::Sealed> read_sealed(const json::value& row) {
    Supply::Sealed out;
    if (!row.is_object()) return not_understood("sealed parts");
    const auto& object = row.get_object();
    out.personal_class = class_named(string_member(object, "class"));
    out.erased = string_member(object, "state") == "erased";
    if (out.erased) return out;
    auto blob = proof::unbase64(string_member(object, "blob"));
    if (!blob || !read_hex(string_member(object, "message_key"), out.part.message_key)) {
        return not_understood("sealed parts");
    }
    out.part.blob = *std::move(blob);
    return out;
}

/// Failures which only say that the log has not come so far yet.
bool is_not_yet(const base::Error& error) {
    return error.code == "E_NO_MAP" || error.code == "E_MAP_BEHIND" ||
           error.code == "E_NOT_PUBLISHED";
}

}  // namespace

base::Result<std::unique_ptr<Supply>> open_supply(Session& session, const std::string& signing) {
    if (session.globals.offline.empty()) {
        auto server = session.server();
        if (!server) return server.error();
        return std::unique_ptr<Supply>(std::make_unique<ServerSupply>(**server));
    }
    auto folder = session.folder();
    if (!folder) return folder.error();
    const fs::path dir = session.globals.offline;
    return std::unique_ptr<Supply>(
        std::make_unique<FolderSupply>(**folder,
                                       signing.empty() ? dir / "signing" : fs::path(signing)));
}

// -- a server -------------------------------------------------------------------------------------

base::Result<std::string> ServerSupply::fetch(const std::string& target,
                                              const std::string& accept) {
    auto request = server_.request(target);
    request.accept = accept;
    auto reply = server_.http().send(request);
    if (!reply) return reply.error();
    if (!reply->good()) return server_.document(reply).error();
    return std::move(reply->body);
}

base::Result<Supply::Log> ServerSupply::log() {
    Log out;
    for (const auto& [target, text] : {std::pair{"/log/checkpoint", &out.checkpoint},
                                       std::pair{"/log/policy", &out.policy},
                                       std::pair{"/log/vkey", &out.verifiers}}) {
        auto body = fetch(target, "text/plain");
        if (!body) return body.error();
        *text = *std::move(body);
    }
    if (out.checkpoint.empty()) return nothing_published();
    return out;
}

base::Result<std::string> ServerSupply::entry(std::uint64_t position) {
    return fetch(fmt::format("/v1/events/{}", position), "application/vnd.flatbuffers");
}

base::Result<proof::Path> ServerSupply::path(std::uint64_t position, std::uint64_t size) {
    const auto answer = server_.document(server_.http().send(
        server_.request(fmt::format("/v1/events/{}/proof?size={}", position, size))));
    if (!answer) return answer.error();
    const auto* hashes = answer->if_contains("path");
    if (hashes == nullptr || !hashes->is_array()) return not_understood("proof");
    proof::Path out;
    for (const auto& hash : hashes->get_array()) {
        if (!hash.is_string() || !read_hex(hash.get_string(), out.emplace_back())) {
            return not_understood("proof");
        }
    }
    return out;
}

base::Result<std::vector<Supply::Sealed>> ServerSupply::sealed(std::uint64_t position) {
    const auto answer = server_.document(server_.http().send(
        server_.request(fmt::format("/v1/events/{}/sealed", position))));
    if (!answer) return answer.error();
    const auto* rows = answer->if_contains("parts");
    if (rows == nullptr || !rows->is_array()) return not_understood("sealed parts");
    std::vector<Sealed> out;
    for (const auto& row : rows->get_array()) {
        auto part = read_sealed(row);
        if (!part) return part.error();
        out.push_back(*std::move(part));
    }
    return out;
}

base::Result<std::optional<proof::CompletenessProof>> ServerSupply::completeness(
    const events::StreamId& stream, const std::string&) {
    const auto text =
        fetch(fmt::format("/v1/proofs/streams/{}?form=text", stream.text()), "text/plain");
    if (!text && is_not_yet(text.error())) return std::optional<proof::CompletenessProof>();
    if (!text) return text.error();
    auto proof = proof::CompletenessProof::parse(*text);
    if (!proof) return proof.error();
    return std::optional(*std::move(proof));
}

// -- a folder -------------------------------------------------------------------------------------

base::Result<Supply::Log> FolderSupply::log() {
    const auto signing = ledger::SigningFolder::look(signing_);
    if (!signing) return signing.error();
    Log out;
    out.checkpoint = (*signing)->published();
    if (out.checkpoint.empty()) return nothing_published();
    for (const auto& key : (*signing)->verifiers()) {
        out.verifiers += key.text() + "\n";
        out.policy += "log " + key.text() + "\n";
    }
    out.policy += "quorum none\n";
    return out;
}

base::Result<std::string> FolderSupply::entry(std::uint64_t position) {
    const auto stored = folder_.ledger().event({position});
    if (!stored) return stored.error();
    return std::string(stored->bytes());
}

base::Result<proof::Path> FolderSupply::path(std::uint64_t position, std::uint64_t size) {
    return folder_.ledger().prover().inclusion(position, size);
}

base::Result<std::vector<Supply::Sealed>> FolderSupply::sealed(std::uint64_t position) {
    const auto stored = folder_.ledger().event({position});
    if (!stored) return stored.error();
    const auto parts = ledger::disclose(folder_.ledger(), stored->event());
    if (!parts) return parts.error();
    std::vector<Sealed> out;
    for (const auto& part : *parts) {
        out.push_back({part.personal_class, part.erased, {part.blob, part.message_key}});
    }
    return out;
}

base::Result<std::optional<proof::CompletenessProof>> FolderSupply::completeness(
    const events::StreamId& stream, const std::string& checkpoint) {
    const auto parsed = checkpoint_in(checkpoint);
    if (!parsed) return parsed.error();
    auto answer = ledger::Completeness(folder_.ledger()).prove(stream, checkpoint, *parsed);
    if (!answer && is_not_yet(answer.error())) return std::optional<proof::CompletenessProof>();
    if (!answer) return answer.error();
    return std::optional(std::move(answer->proof));
}

}  // namespace tools
