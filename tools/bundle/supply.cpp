#include "tools/bundle/supply.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "ledger/disclosure.h"
#include "ledger/proof/base64.h"
#include "ledger/prover.h"
#include "ledger/signing_folder.h"

namespace tools {
namespace json = boost::json;
namespace {

base::Error nothing_published() {
    return {base::Fault::overloaded, "E_NOT_PUBLISHED", "no checkpoint was published yet"};
}

base::Error not_understood(std::string_view what) {
    return {base::Fault::storage, "E_HTTP", fmt::format("the server's {} cannot be read", what)};
}

std::string_view text_in(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    if (found == nullptr || !found->is_string()) return {};
    return {found->get_string().data(), found->get_string().size()};
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
    out.personal_class = class_named(text_in(object, "class"));
    out.erased = text_in(object, "state") == "erased";
    if (out.erased) return out;
    auto blob = proof::unbase64(text_in(object, "blob"));
    if (!blob || !read_hex(text_in(object, "message_key"), out.part.message_key)) {
        return not_understood("sealed parts");
    }
    out.part.blob = *std::move(blob);
    return out;
}

}  // namespace

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

}  // namespace tools
