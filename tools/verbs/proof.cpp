// Proof of single events: get, verify.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstring>
#include <memory>

#include "events/event.h"
#include "ledger/durable_file.h"
#include "ledger/proof/text.h"
#include "tools/audit/copy_reader.h"
#include "tools/audit/event_proof.h"
#include "tools/audit/open_log_copy.h"
#include "tools/audit/trust.h"
#include "tools/bundle/pack_log.h"
#include "tools/client/server.h"
#include "tools/load/file.h"
#include "tools/verbs/deliver.h"
#include "tools/verbs/proving.h"
#include "tools/verbs/trusting.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

struct Getting {
    std::string event;
    std::string form = "json";
    std::string out;
    std::string entry;  ///< file for the event's bytes
};

base::Error no_event(const std::string& name) {
    return {base::Fault::not_found, "E_NO_EVENT", fmt::format("there is no event {}", name)};
}

/// The position of an event that is named by its id, found by looking at all of them.
base::Result<std::uint64_t> find_by_id(CopyReader& reader, const std::string& name) {
    const auto id = events::Id::parse(name);
    if (!id) return no_event(name);
    for (std::uint64_t position = 0; position < reader.size(); ++position) {
        const auto bytes = reader.entry(position);
        if (!bytes) return bytes.error();
        const auto event = events::read_event(*bytes);
        if (event && events::Id::of(*(*event)->event_id()) == *id) return position;
    }
    return no_event(name);
}

base::Result<std::uint64_t> position_of(CopyReader& reader, const std::string& name) {
    if (const auto position = proof::decimal(name)) return *position;
    return find_by_id(reader, name);
}

int get_receipt(Session& session, const Getting& wanted, std::uint64_t position) {
    auto server = session.server();
    if (!server) {
        return session.fail(usage_error(
            "a receipt is signed when it is made, so only a server can make one; leave --offline "
            "out, or take another form"));
    }
    auto request = (*server)->request(fmt::format("/v1/events/{}/proof?form=cose", position));
    request.accept = "*/*";
    const auto reply = (*server)->http().send(request);
    if (!reply) return session.fail(reply.error());
    if (!reply->good()) return session.fail((*server)->document(reply).error());
    return deliver(session, wanted.out, reply->body);
}

struct Made {
    proof::TlogProof proof;
    proof::Checkpoint checkpoint;
    proof::Hash leaf{};
    std::string entry;
};

base::Error not_in_tree(std::uint64_t position) {
    return {base::Fault::corrupt, "E_INCLUSION",
            fmt::format("position {}: what is handed out as the event is not in the tree that was "
                        "signed",
                        position)};
}

/// Worked out from the log's tiles, and checked before anybody gets it.
base::Result<Made> make_proof(LogCopy& copy, const Getting& wanted) {
    const auto bytes = copy.checkpoint();
    if (!bytes) return bytes.error();
    auto checkpoint = checkpoint_in(*bytes);
    if (!checkpoint) return checkpoint.error();
    CopyReader reader(copy, checkpoint->size);
    const auto position = position_of(reader, wanted.event);
    if (!position) return position.error();
    if (*position >= checkpoint->size) return no_event(wanted.event);
    Made made;
    auto entry = reader.entry(*position);
    if (!entry) return entry.error();
    auto path = reader.inclusion(*position, checkpoint->size);
    if (!path) return path.error();
    made.entry = *std::move(entry);
    made.leaf = proof::leaf_hash(made.entry);
    if (!proof::verify_inclusion(made.leaf, *position, checkpoint->size, *path,
                                 checkpoint->root)) {
        return not_in_tree(*position);
    }
    made.proof = {std::nullopt, *position, *std::move(path), *bytes};
    made.checkpoint = *std::move(checkpoint);
    return made;
}

/// The one that came with the pack.
base::Result<Made> proof_in(const PackLog& pack, const Getting& wanted) {
    auto proven = pack.event(wanted.event);
    if (!proven) return proven.error();
    auto checkpoint = checkpoint_in(proven->proof.checkpoint);
    if (!checkpoint) return checkpoint.error();
    const auto leaf = proof::leaf_hash(proven->entry);
    const auto& [extra, index, path, bytes] = proven->proof;
    if (!proof::verify_inclusion(leaf, index, checkpoint->size, path, checkpoint->root))
        return not_in_tree(index);
    return Made{std::move(proven->proof), *std::move(checkpoint), leaf, std::move(proven->entry)};
}

int get(Session& session, const Getting& wanted) {
    const auto form = parse_proof_form(wanted.form);
    if (!form) return session.fail(usage_error("--form is json, tlog-proof, spicy or cose"));
    auto copy = open_log_copy(session);
    if (!copy) return session.fail(copy.error());
    const auto* pack = dynamic_cast<const PackLog*>(copy->get());
    const auto made = pack ? proof_in(*pack, wanted) : make_proof(**copy, wanted);
    if (!made) return session.fail(made.error());
    if (!wanted.entry.empty()) {
        const auto kept =
            ledger::replace_file(std::filesystem::absolute(wanted.entry), made->entry);
        if (!kept) return session.fail(kept.error());
    }
    if (*form == ProofForm::cose) return get_receipt(session, wanted, made->proof.index);
    if (*form != ProofForm::json)
        return deliver(session, wanted.out, made->proof.encoded(*form == ProofForm::tlog_proof));
    const auto object = proof_json(made->proof, made->checkpoint, made->leaf);
    if (!wanted.out.empty()) return deliver(session, wanted.out, json::serialize(object) + "\n");
    auto printer = session.printer();
    return session.done(printer.answer(object));
}

struct ProofCheck {
    std::string file;
    std::string event, leaf;
    TrustOptions trust;
};

base::Result<std::optional<proof::Hash>> leaf_of(const ProofCheck& wanted) {
    if (!wanted.event.empty()) {
        const auto bytes = read_whole(wanted.event);
        if (!bytes) return bytes.error();
        return std::optional(proof::leaf_hash(*bytes));
    }
    if (wanted.leaf.empty()) return std::optional<proof::Hash>();
    const auto bytes = events::unhex(wanted.leaf);
    proof::Hash leaf;
    if (!bytes || bytes->size() != leaf.size())
        return usage_error("--leaf is a SHA-256 hash of 64 hexadecimal digits");
    std::memcpy(leaf.data(), bytes->data(), leaf.size());
    return std::optional(leaf);
}

json::object shown_json(const ShownProof& shown) {
    json::object out{{"ok", true},
                     {"form", std::string(name_of(shown.form))},
                     {"leaf", events::hex(shown.leaf)},
                     {"root", events::hex(shown.root)}};
    out["position"] =
        shown.position ? json::value(std::to_string(*shown.position)) : json::value(nullptr);
    if (shown.checkpoint) {
        out["origin"] = shown.checkpoint->origin;
        out["size"] = std::to_string(shown.checkpoint->size);
    }
    out["cosigned"] = cosigned_json(shown.cosigned);
    return out;
}

int check_proof(Session& session, const ProofCheck& wanted) {
    const auto bytes = read_whole(wanted.file);
    if (!bytes) return session.fail(bytes.error());
    const auto leaf = leaf_of(wanted);
    if (!leaf) return session.fail(leaf.error());
    const auto policy = policy_of(wanted.trust);
    if (!policy) return session.fail(policy.error());
    if (!*policy) {
        return session.fail(usage_error(
            "whose signature counts? Give --vkey KEY or --policy FILE; talentctl checkpoint keys "
            "prints what the log says its own keys are"));
    }
    auto printer = session.printer();
    if (is_stream_proof(*bytes)) {
        const auto stated = check_stream_proof(*bytes, **policy);
        return stated ? session.done(printer.answer(*stated)) : session.fail(stated.error());
    }
    const auto shown = check_event_proof(*bytes, *leaf, **policy);
    if (!shown) return session.fail(shown.error());
    return session.done(printer.answer(shown_json(*shown)));
}

}  // namespace

void add_proof(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("proof", "Proof that an event is in the log, that a stream is complete");

    auto wanted = std::make_shared<Getting>();
    auto& get_app =
        tree.verb(noun, "get",
                  {"Prove that an event is in the log, from its tiles up to the newest checkpoint",
                   {"proof get 12 --form tlog-proof --out 12.tlog-proof --entry 12.event",
                    "proof get 4f1c2a5e9b7d4c03a1b2c3d4e5f60718 -o json",
                    "--offline copy proof get 12 --form spicy"},
                   [&session, wanted] { return get(session, *wanted); }});
    get_app.add_option("EVENT", wanted->event, "Position or event id")->required();
    get_app.add_option("--form", wanted->form, "json, tlog-proof, spicy or cose (json)")
        ->type_name("FORM");
    get_app.add_option("--out", wanted->out, "Write the proof here")->type_name("FILE");
    get_app.add_option("--entry", wanted->entry, "Write the event's bytes here")
        ->type_name("FILE");

    add_proof_stream(tree, noun);

    auto checking = std::make_shared<ProofCheck>();
    auto& check_app = tree.verb(
        noun, "verify",
        {"Check a proof of any form, without a server",
         {"proof verify 12.tlog-proof --event 12.event --policy trust.txt",
          "proof verify 12.spicy --leaf 6e340b9c --vkey ledger.example/talent+33d7b496+AeHT",
          "proof verify person.completeness --policy trust.txt -o json"},
         [&session, checking] { return check_proof(session, *checking); }});
    check_app.add_option("FILE", checking->file, "The proof")->required();
    check_app.add_option("--event", checking->event, "The event's bytes")->type_name("FILE");
    check_app.add_option("--leaf", checking->leaf, "Their leaf hash")->type_name("HEX");
    add_trust(check_app, checking->trust);
}

}  // namespace tools
