// Proof that a stream has so many events and no others, or that there is none.
#include <boost/json.hpp>
#include <memory>

#include "ledger/map_record.h"
#include "ledger/proof/completeness.h"
#include "tools/audit/event_proof.h"
#include "tools/audit/open_log_copy.h"
#include "tools/audit/trust.h"
#include "tools/bundle/pack_log.h"
#include "tools/bundle/supply.h"
#include "tools/verbs/deliver.h"
#include "tools/verbs/proving.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

struct StreamAsked {
    std::string stream, out, signing;
};

json::object stated_json(const events::StreamId& stream,
                         const std::optional<proof::StreamState>& state,
                         const proof::MapRecord& record) {
    json::object out{{"stream", stream.text()},
                     {"count", std::to_string(state ? state->count : 0)},
                     {"last", nullptr},
                     {"among_first", std::to_string(record.size)},
                     {"recorded_at", std::to_string(record.position)}};
    if (state) out["last"] = std::to_string(state->last);
    return out;
}

base::Result<proof::CompletenessProof> proof_asked(Session& session, const StreamAsked& wanted) {
    const auto stream = events::StreamId::parse(wanted.stream);
    if (!stream) return usage_error("a stream is named KIND/ID, as talent/0198c6f0...");
    const auto& offline = session.globals.offline;
    if (!offline.empty() && kind_of_copy(offline) == CopyKind::file) {
        const auto pack = PackLog::open(offline);
        if (!pack) return pack.error();
        const auto text = (*pack)->stream(*stream);
        return text ? proof::CompletenessProof::parse(*text) : text.error();
    }
    auto supply = open_supply(session, wanted.signing);
    if (!supply) return supply.error();
    const auto log = (*supply)->log();
    if (!log) return log.error();
    auto proof = (*supply)->completeness(*stream, log->checkpoint);
    if (!proof) return proof.error();
    if (*proof) return **std::move(proof);
    return base::Error{base::Fault::not_found, "E_NO_MAP",
                       "the log has not listed its streams yet, or not under a checkpoint"};
}

int prove(Session& session, const StreamAsked& wanted) {
    const auto proof = proof_asked(session, wanted);
    if (!proof) return session.fail(proof.error());
    const auto record = ledger::read_map_record(proof->record);
    if (!record) return session.fail(record.error());
    if (!wanted.out.empty()) {
        const int kept = deliver(session, wanted.out, proof->encoded());
        if (kept != exit_ok) return kept;
    }
    auto printer = session.printer();
    const auto printed = printer.answer(stated_json(proof->stream, proof->state, *record));
    if (!printed) return session.fail(printed.error());
    session.say(wanted.out.empty()
                    ? std::string("not checked: --out FILE keeps what proves it")
                    : "talentctl proof verify " + wanted.out + " checks it anywhere");
    return exit_ok;
}

}  // namespace

bool is_stream_proof(std::string_view bytes) {
    return bytes.starts_with("ledger/completeness/v1\n");
}

base::Result<json::object> check_stream_proof(std::string_view bytes,
                                              const proof::Policy& policy) {
    const auto parsed = proof::CompletenessProof::parse(bytes);
    if (!parsed) return false_proof(parsed.error());
    const auto proven = proof::verify(*parsed, policy, ledger::read_map_record);
    if (!proven) return false_proof(proven.error());
    auto out = stated_json(proven->stream, proven->state, proven->record);
    out["ok"] = true;
    out["form"] = "completeness";
    out["origin"] = proven->under.checkpoint.origin;
    out["size"] = std::to_string(proven->under.checkpoint.size);
    out["root"] = events::hex(proven->under.checkpoint.root);
    out["cosigned"] = cosigned_json(proven->under.cosigned);
    return out;
}

void add_proof_stream(Tree& tree, CLI::App& noun) {
    Session& session = tree.session();
    auto wanted = std::make_shared<StreamAsked>();
    auto& app = tree.verb(
        noun, "stream",
        {"Prove that a stream has so many events and no others, or that there is no such stream",
         {"proof stream talent/0198c6f0000070008000000000000003 --out person.completeness",
          "--offline build/demo proof stream employer/0198c6f0000070008000000000000102 -o json",
          "--offline wang.evidence proof stream talent/0198c6f0000070008000000000000003"},
         [&session, wanted] { return prove(session, *wanted); }});
    app.add_option("STREAM", wanted->stream, "KIND/ID")->required();
    app.add_option("--out", wanted->out, "Write the proof here")->type_name("FILE");
    app.add_option("--signing", wanted->signing, "Signing folder of a data folder (DIR/signing)")
        ->type_name("DIR");
}

}  // namespace tools
