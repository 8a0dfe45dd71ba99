// The log as a whole: fetched as others read it, or let go on under another origin.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "ledger/key_changes.h"
#include "tools/cli/consent.h"
#include "tools/offline/writing.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

namespace json = boost::json;

struct RestoreCall {
    std::string signing, origin, approver, reason;
    Consent consent;
};

std::string plan_text(const ledger::RestorePlan& plan, const std::string& new_origin) {
    if (plan.begun) {
        return fmt::format("The log has gone over to {} already; this lets the signing folder "
                           "follow",
                           plan.new_origin);
    }
    const auto& last = plan.signed_last;
    return fmt::format(
        "{} events were signed as {} with root {}, {} this log of {} events. It goes on as {}, "
        "with a new key and an event that says so. Every auditor and witness has to be told the "
        "new key; it cannot be undone",
        last.size, last.origin, events::hex(last.root),
        plan.forked ? "which are not those of" : "more than are in", plan.found_size, new_origin);
}

json::object report(const ledger::RestorePlan& plan, const proof::VerifierKey& key) {
    return {{"old_origin", plan.signed_last.origin},
            {"new_origin", key.name},
            {"signed_size", std::to_string(plan.signed_last.size)},
            {"found_size", std::to_string(plan.found_size)},
            {"vkey", key.text()}};
}

int restore_origin(Session& session, const RestoreCall& call) {
    const auto dir = signing_folder(session, call.signing);
    if (!dir) return session.fail(dir.error());
    const auto approver = events::Id::parse(call.approver);
    if (!approver) return session.fail(usage_error("--approver is an id of 32 hexadecimal digits"));
    auto ledger = open_for_writing(session);
    if (!ledger) return session.fail(ledger.error());
    const auto plan = ledger::plan_restoration(**ledger, *dir);
    if (!plan) return session.fail(plan.error());
    const auto agreed = call.consent.ask(session, plan_text(*plan, call.origin),
                                         plan->signed_last.origin);
    if (!agreed) return session.fail(agreed.error());
    if (!*agreed) return exit_ok;
    const ledger::Restoration wanted{call.origin, *approver,
                                     json::serialize(json::value(call.reason))};
    const auto key = ledger::restore_origin(**ledger, *dir, wanted, session.random());
    if (!key) return session.fail(key.error());
    auto printer = session.printer();
    return session.done(printer.answer(report(*plan, *key)));
}

}  // namespace

void add_log(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("log", "The log as a whole");
    auto call = std::make_shared<RestoreCall>();
    auto& app = tree.verb(
        noun, "restore-origin",
        {"Let a log that is behind what was signed go on under another origin, with a mark in it",
         {"--offline /srv/ledger log restore-origin --origin ledger.example/talent-2 --approver "
          "b0000000000000000000000000000002 --reason \"disk lost on 3 May\" --dry-run",
          "--offline /srv/ledger log restore-origin --origin ledger.example/talent-2 --approver "
          "b0000000000000000000000000000002 --reason \"disk lost on 3 May\"",
          "--offline /srv/ledger log restore-origin --origin ledger.example/talent-2 --approver "
          "b0000000000000000000000000000002 --reason \"disk lost on 3 May\" --yes "
          "--confirm=ledger.example/talent"},
         [&session, call] { return restore_origin(session, *call); }});
    app.add_option("--origin", call->origin, "The new origin; nothing was ever signed under it")
        ->required()
        ->type_name("NAME");
    app.add_option("--approver", call->approver, "Who has agreed to it")
        ->required()
        ->type_name("ID");
    app.add_option("--reason", call->reason, "What happened; kept sealed")->required();
    app.add_option("--signing", call->signing, "The signing folder, if not DIR/signing")
        ->type_name("DIR");
    call->consent.add_to(app);
    add_log_fetch(tree, noun);
}

}  // namespace tools
