// The keys by which the log signs.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "ledger/durable_file.h"
#include "ledger/key_changes.h"
#include "ledger/proof/policy.h"
#include "ledger/proof/text.h"
#include "tools/cli/consent.h"
#include "tools/client/server.h"
#include "tools/offline/writing.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace {

namespace json = boost::json;

struct KeyCall {
    std::string signing, origin, out;
    bool cosigner = false;
    bool policy = false;
    Consent consent;
};

/// Of the signing folder where one is named, else of the server.
base::Result<std::vector<proof::VerifierKey>> known_keys(Session& session, const KeyCall& call) {
    if (!session.globals.offline.empty() || !call.signing.empty()) {
        const auto dir = signing_folder(session, call.signing);
        if (!dir) return dir.error();
        auto folder = ledger::SigningFolder::look(*dir);
        if (!folder) return folder.error();
        return (*folder)->verifiers();
    }
    auto server = session.server();
    if (!server) return server.error();
    auto reply = (*server)->http().send((*server)->request("/log/vkey"));
    if (!reply) return reply.error();
    if (!reply->good()) return (*server)->document(reply).error();
    std::vector<proof::VerifierKey> out;
    std::string_view rest = reply->body;
    while (const auto line = proof::take_line(rest)) {
        auto key = proof::VerifierKey::parse(*line);
        if (!key) return key.error();
        out.push_back(*std::move(key));
    }
    return out;
}

int list(Session& session, const KeyCall& call) {
    const auto keys = known_keys(session, call);
    if (!keys) return session.fail(keys.error());
    auto printer = session.printer();
    for (const auto& key : *keys) {
        auto more = printer.row({{"name", key.name},
                                 {"id", fmt::format("{:08x}", key.key_id())},
                                 {"newest", &key == &keys->front()},
                                 {"vkey", key.text()}});
        if (!more) return session.fail(more.error());
    }
    return session.done(printer.finish());
}

int export_public(Session& session, const KeyCall& call) {
    const auto keys = known_keys(session, call);
    if (!keys) return session.fail(keys.error());
    std::string text;
    for (const auto& key : *keys) text += (call.policy ? "log " : "") + key.text() + "\n";
    if (call.policy) text += "quorum none\n";
    if (!call.out.empty()) return session.done(ledger::replace_file(call.out, text));
    std::fputs(text.c_str(), stdout);
    return exit_ok;
}

/// Writes a file that nobody else may read, and replaces none.
base::Result<void> write_secret(const std::string& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        const bool there = errno == EEXIST;
        return base::Error{there ? base::Fault::conflict : base::Fault::storage,
                           there ? "E_FILE_EXISTS" : "E_STORAGE",
                           fmt::format("{}: {}", path, std::strerror(errno))};
    }
    ::close(file);
    return ledger::replace_file(path, text, 0600);
}

int create(Session& session, const KeyCall& call) {
    const auto type =
        call.cosigner ? proof::KeyType::cosignature_v1 : proof::KeyType::ed25519;
    const auto key = proof::SigningKey::generate(call.origin, session.random(), type);
    if (auto sound = proof::VerifierKey::parse(key.verifier().text()); !sound)
        return session.fail(usage_error("a key's name holds neither spaces nor +"));
    if (auto done = write_secret(call.out, key.text() + "\n"); !done)
        return session.fail(done.error());
    auto printer = session.printer();
    return session.done(printer.answer({{"file", call.out}, {"vkey", key.verifier().text()}}));
}

/// The ledger with its notary, for a change of keys.
struct Opened {
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<ledger::Notary> notary;
};
base::Result<Opened> open_both(Session& session, const KeyCall& call) {
    const auto dir = signing_folder(session, call.signing);
    if (!dir) return dir.error();
    Opened out;
    auto opened = open_for_writing(session);
    if (!opened) return opened.error();
    out.ledger = *std::move(opened);
    auto notary = ledger::Notary::open(*out.ledger, *dir, session.random());
    if (!notary) return notary.error();
    out.notary = *std::move(notary);
    return out;
}

int rotate(Session& session, const KeyCall& call) {
    auto opened = open_both(session, call);
    if (!opened) return session.fail(opened.error());
    auto& notary = *opened->notary;
    const auto agreed = call.consent.ask(
        session,
        fmt::format("This gives the log {} of {} events a new key, records it as an event signed "
                    "by both keys, and lets both sign until `key retire`; it cannot be undone",
                    notary.origin(), opened->ledger->head().size),
        notary.origin());
    if (!agreed) return session.fail(agreed.error());
    if (!*agreed) return exit_ok;
    const auto rotation = ledger::rotate_key(*opened->ledger, notary, session.random());
    if (!rotation) return session.fail(rotation.error());
    auto printer = session.printer();
    return session.done(printer.answer({{"position", std::to_string(rotation->size)},
                                        {"older", rotation->older.text()},
                                        {"newer", rotation->newer.text()}}));
}

int retire(Session& session, const KeyCall& call) {
    auto opened = open_both(session, call);
    if (!opened) return session.fail(opened.error());
    auto& notary = *opened->notary;
    if (!notary.is_rotating()) {
        return session.fail({base::Fault::not_found, "E_NO_OLD_KEY",
                             "one key signs; there is none to retire"});
    }
    const auto older = notary.verifiers().at(1);
    const auto id = fmt::format("{:08x}", older.key_id());
    const auto agreed = call.consent.ask(
        session,
        fmt::format("This destroys the private key {} of {}: whoever knows it alone can check no "
                    "checkpoint from now on, and it cannot be undone",
                    id, older.name),
        id);
    if (!agreed) return session.fail(agreed.error());
    if (!*agreed) return exit_ok;
    if (auto done = notary.retire_old_key(); !done) return session.fail(done.error());
    auto printer = session.printer();
    return session.done(printer.answer(
        {{"retired", older.text()}, {"signs", notary.verifiers().front().text()}}));
}

}  // namespace

void add_key(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("key", "The keys by which the log signs its checkpoints");
    auto call = std::make_shared<KeyCall>();
    const auto signing = [call](CLI::App& app) {
        app.add_option("--signing", call->signing, "The signing folder, if not DIR/signing")
            ->type_name("DIR");
    };

    signing(tree.verb(noun, "list",
                      {"Every key of the log, the newest first",
                       {"key list", "--offline build/demo key list -o json",
                        "key list --signing /srv/signing --fields id,vkey"},
                       [&session, call] { return list(session, *call); }}));

    auto& create_app = tree.verb(
        noun, "create",
        {"Make a key in a file of its own; print its public half",
         {"key create witness.example/w1 --cosigner --out witness.key",
          "key create ledger.example/talent --out key",
          "key create w2.example --cosigner --out w2.key -o json"},
         [&session, call] { return create(session, *call); }});
    create_app.add_option("NAME", call->origin, "Name of the key: the origin, or the witness")
        ->required();
    create_app.add_option("--out", call->out, "File to write; must not be there yet")
        ->required()
        ->type_name("FILE");
    create_app.add_flag("--cosigner", call->cosigner, "A witness's key, for cosignatures");

    auto& rotate_app = tree.verb(
        noun, "rotate",
        {"Give the log of a stopped server a new key; both sign until the old one is retired",
         {"--offline /srv/ledger key rotate --dry-run", "--offline /srv/ledger key rotate",
          "--offline /srv/ledger key rotate --yes --confirm=ledger.example/talent"},
         [&session, call] { return rotate(session, *call); }});
    signing(rotate_app);
    call->consent.add_to(rotate_app);

    auto& retire_app = tree.verb(
        noun, "retire",
        {"Destroy the old key of a stopped server once everybody knows the new one",
         {"--offline /srv/ledger key retire --dry-run", "--offline /srv/ledger key retire",
          "--offline /srv/ledger key retire --yes --confirm=9e9e7ef7"},
         [&session, call] { return retire(session, *call); }});
    signing(retire_app);
    call->consent.add_to(retire_app);

    auto& export_app = tree.verb(
        noun, "export-public",
        {"The keys as auditors take them: one verifier key a line, or a policy file",
         {"key export-public", "key export-public --policy --out policy",
          "--offline build/demo key export-public"},
         [&session, call] { return export_public(session, *call); }});
    signing(export_app);
    export_app.add_flag("--policy", call->policy, "A tlog-policy without witnesses");
    export_app.add_option("--out", call->out, "Write the text here")->type_name("FILE");
}

}  // namespace tools
