// Signed checkpoints: list, show, fetch, keys, verify, cosign.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "ledger/durable_file.h"
#include "ledger/signing_folder.h"
#include "tools/audit/copy_reader.h"
#include "tools/audit/open_log_copy.h"
#include "tools/audit/trust.h"
#include "tools/client/server.h"
#include "tools/load/file.h"
#include "tools/verbs/deliver.h"
#include "tools/verbs/trusting.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

std::string moment_of(std::uint64_t seconds) {
    return events::Instant{static_cast<std::int64_t>(seconds) * 1'000'000}.text();
}

// -- reading a note -------------------------------------------------------------------------------

/// What a signature is can only be told from its length; whose it is, from key and policy.
json::object signature_json(const proof::SignatureLine& line) {
    constexpr std::size_t ed25519 = 64, stamp = 8, ml_dsa = 2'420;
    json::object out{{"name", line.name}, {"key_id", fmt::format("{:08x}", line.key_id)}};
    const auto size = line.signature.size();
    const bool stamped = size == stamp + ed25519 || size == stamp + ml_dsa;
    out["kind"] = size == ed25519           ? "Ed25519"
                  : size == stamp + ed25519 ? "cosignature/v1"
                  : size == stamp + ml_dsa  ? "ML-DSA-44 cosignature"
                                            : "unknown";
    if (stamped) {
        std::uint64_t seconds = 0;
        for (std::size_t i = 0; i < stamp; ++i)
            seconds = seconds << 8 | static_cast<std::uint8_t>(line.signature[i]);
        out["time"] = moment_of(seconds);
    }
    return out;
}

struct Read {
    proof::Note note;
    proof::Checkpoint checkpoint;
    std::string bytes;
};

base::Result<Read> read_note(std::string bytes) {
    auto note = proof::Note::parse(bytes);
    if (!note) return note.error();
    auto checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return checkpoint.error();
    return Read{*std::move(note), *std::move(checkpoint), std::move(bytes)};
}

json::object read_json(const Read& read) {
    json::array signatures;
    for (const auto& line : read.note.signatures) signatures.push_back(signature_json(line));
    return {{"origin", read.checkpoint.origin},
            {"size", std::to_string(read.checkpoint.size)},
            {"root", events::hex(read.checkpoint.root)},
            {"signatures", std::move(signatures)},
            {"note", read.bytes}};
}

base::Result<Read> newest_of(LogCopy& copy) {
    auto bytes = copy.checkpoint();
    if (!bytes) return bytes.error();
    return read_note(*std::move(bytes));
}

base::Result<Read> read_file_or_newest(Session& session, const std::string& file) {
    if (!file.empty()) {
        auto bytes = read_whole(file);
        if (!bytes) return bytes.error();
        return read_note(*std::move(bytes));
    }
    auto copy = open_log_copy(session);
    if (!copy) return copy.error();
    return newest_of(**copy);
}

// -- list, show -----------------------------------------------------------------------------------

using Visit = std::function<void(const Read&)>;

base::Result<void> each_of_server(Session& session, std::uint64_t from, std::uint64_t limit,
                                  const Visit& visit) {
    auto server = session.server();
    if (!server) return server.error();
    const auto target = target_of("/v1/checkpoints", {{"from", std::to_string(from)},
                                                      {"limit", std::to_string(limit)}});
    const auto answer = (*server)->document((*server)->http().send((*server)->request(target)));
    if (!answer) return answer.error();
    const auto* rows = answer->if_contains("rows");
    if (rows == nullptr || !rows->is_array()) return {};
    for (const auto& row : rows->get_array()) {
        const auto* note = row.is_object() ? row.get_object().if_contains("note") : nullptr;
        if (note == nullptr || !note->is_string()) continue;
        const auto read = read_note(std::string(note->get_string()));
        if (!read) return read.error();
        visit(*read);
    }
    return {};
}

base::Result<void> each_of_folder(Session& session, std::uint64_t from, std::uint64_t limit,
                                  const Visit& visit) {
    const std::filesystem::path dir = session.globals.offline;
    const auto signing = ledger::SigningFolder::look(dir / "signing");
    if (!signing) return signing.error();
    std::uint64_t given = 0;
    base::Result<void> bad;
    const auto read_all = (*signing)->history([&](std::string_view bytes) {
        if (given == limit || !bad) return;
        const auto read = read_note(std::string(bytes));
        if (!read) {
            bad = read.error();
        } else if (read->checkpoint.size >= from) {
            ++given;
            visit(*read);
        }
    });
    return read_all ? bad : read_all;
}

/// Published checkpoints from a size on, oldest first.
base::Result<void> each_checkpoint(Session& session, std::uint64_t from, std::uint64_t limit,
                                   const Visit& visit) {
    if (session.globals.offline.empty()) return each_of_server(session, from, limit, visit);
    if (kind_of_copy(session.globals.offline) == CopyKind::data_folder)
        return each_of_folder(session, from, limit, visit);
    auto copy = open_log_copy(session);
    if (!copy) return copy.error();
    const auto read = newest_of(**copy);
    if (!read) return read.error();
    if (read->checkpoint.size >= from) visit(*read);
    return {};
}

struct Listing {
    std::uint64_t from = 0;
    std::uint64_t limit = 100;
};

int list(Session& session, const Listing& wanted) {
    auto printer = session.printer({"size", "root", "origin", "signatures"});
    base::Result<void> printed;
    const auto done = each_checkpoint(session, wanted.from, wanted.limit, [&](const Read& read) {
        auto row = read_json(read);
        row["signatures"] = read.note.signatures.size();
        if (auto more = printer.row(std::move(row)); !more && printed) printed = more.error();
    });
    if (!done) return session.fail(done.error());
    if (!printed) return session.fail(printed.error());
    return session.done(printer.finish());
}

int show(Session& session, const std::string& which) {
    const bool by_size = !which.empty() &&
                         which.find_first_not_of("0123456789") == std::string::npos;
    std::optional<Read> found;
    if (by_size) {
        const std::uint64_t size = std::strtoull(which.c_str(), nullptr, 10);
        const auto done = each_checkpoint(session, size, 1, [&](const Read& read) {
            if (!found) found = read;
        });
        if (!done) return session.fail(done.error());
        if (!found || found->checkpoint.size != size) {
            return session.fail({base::Fault::not_found, "E_NO_CHECKPOINT",
                                 fmt::format("no checkpoint of {} events was kept; talentctl "
                                             "checkpoint list tells which were",
                                             size)});
        }
    } else {
        auto read = read_file_or_newest(session, which);
        if (!read) return session.fail(read.error());
        found = *std::move(read);
    }
    auto printer = session.printer();
    return session.done(printer.answer(read_json(*found)));
}

int fetch(Session& session, const std::string& out) {
    const auto read = read_file_or_newest(session, {});
    if (!read) return session.fail(read.error());
    return deliver(session, out, read->bytes);
}

int show_keys(Session& session, bool as_policy) {
    auto copy = open_log_copy(session);
    if (!copy) return session.fail(copy.error());
    if (as_policy) {
        const auto policy = (*copy)->policy();
        if (!policy) return session.fail(policy.error());
        return deliver(session, {}, *policy);
    }
    const auto known = (*copy)->verifiers();
    if (!known) return session.fail(known.error());
    std::string lines;
    for (const auto& key : *known) lines += key.text() + "\n";
    return deliver(session, {}, lines);
}

// -- verify ---------------------------------------------------------------------------------------

struct Checking {
    std::string file, against;
    TrustOptions trust;
};

base::Error forked(Session& session, const Read& one, const Read& other, std::string what) {
    session.say(fmt::format("evidence, keep both:\n-- one --\n{}-- other --\n{}", one.bytes,
                            other.bytes));
    return {base::Fault::corrupt, "E_LOG_FORKED", std::move(what)};
}

/// That the newer of the two continues the older one. The tree is read where the log is.
base::Result<void> check_growth(Session& session, LogCopy* copy, const Read& one,
                                const Read& other) {
    const bool in_order = one.checkpoint.size <= other.checkpoint.size;
    const auto& older = in_order ? one : other;
    const auto& newer = in_order ? other : one;
    if (older.checkpoint.origin != newer.checkpoint.origin) {
        return base::Error{base::Fault::corrupt, "E_ORIGIN",
                           fmt::format("one is of {}, the other of {}", older.checkpoint.origin,
                                       newer.checkpoint.origin)};
    }
    const auto from = older.checkpoint.size, to = newer.checkpoint.size;
    if (from == to) {
        if (older.checkpoint.root == newer.checkpoint.root) return {};
        return forked(session, older, newer,
                      fmt::format("two roots are signed for the same {} events", from));
    }
    if (copy == nullptr) {
        return usage_error("checkpoints of different sizes are compared through the log's tiles; "
                           "name the log with --server or --offline");
    }
    const auto newest = newest_of(*copy);
    if (!newest) return newest.error();
    if (newest->checkpoint.size < to) {
        return base::Error{base::Fault::not_found, "E_NO_CHECKPOINT",
                           fmt::format("{} has {} events, the checkpoint is of {}",
                                       copy->describe(), newest->checkpoint.size, to)};
    }
    CopyReader reader(*copy, newest->checkpoint.size);
    const auto path = reader.consistency(from, to);
    if (!path) return path.error();
    if (proof::verify_consistency(from, to, older.checkpoint.root, newer.checkpoint.root, *path))
        return {};
    return forked(session, older, newer,
                  fmt::format("the log of {} events does not continue that of {}, as {} has it", to,
                              from, copy->describe()));
}

base::Result<Judged> judged(Session& session, const Read& read, LogCopy* copy,
                            const TrustOptions& trust) {
    if (copy == nullptr && trust.policy_file.empty() && trust.keys.empty())
        return usage_error("whose signature counts? Give --vkey KEY or --policy FILE");
    /// For notes alone: a log of which nothing is at hand.
    class NoCopy final : public LogCopy {
        static base::Error none() {
            return {base::Fault::not_found, "E_NO_CHECKPOINT", "no log was named"};
        }
        base::Result<std::string> checkpoint() override { return none(); }
        base::Result<std::string> tile(const proof::TilePath&) override { return none(); }
        base::Result<std::vector<proof::VerifierKey>> verifiers() override { return none(); }
        base::Result<std::string> policy() override { return none(); }
        std::string describe() const override { return "no log"; }
    };
    NoCopy nothing;
    return judge_alone(session, read.bytes, copy != nullptr ? *copy : nothing, trust);
}

int check(Session& session, const Checking& wanted) {
    auto first = read_file_or_newest(session, wanted.file);
    if (!first) return session.fail(first.error());
    // A note by itself, under a key by itself, needs no log.
    const bool trusted = !wanted.trust.policy_file.empty() || !wanted.trust.keys.empty();
    const bool alone = !wanted.file.empty() && trusted && wanted.against.empty();
    std::unique_ptr<LogCopy> copy;
    if (!alone) {
        auto opened = open_log_copy(session);
        if (!opened) return session.fail(opened.error());
        copy = *std::move(opened);
    }
    const auto good = judged(session, *first, copy.get(), wanted.trust);
    if (!good) return session.fail(good.error());
    auto out = read_json(*first);
    if (!wanted.against.empty()) {
        auto second = wanted.against == "log" ? newest_of(*copy)
                                              : read_file_or_newest(session, wanted.against);
        if (!second) return session.fail(second.error());
        const auto too = judged(session, *second, copy.get(), wanted.trust);
        if (!too) return session.fail(too.error());
        if (auto grown = check_growth(session, copy.get(), *first, *second); !grown)
            return session.fail(grown.error());
        out["against"] = std::to_string(second->checkpoint.size);
    }
    out["ok"] = true;
    out["basis"] = good->basis;
    auto printer = session.printer();
    return session.done(printer.answer(out));
}

// -- cosign ---------------------------------------------------------------------------------------

struct Cosigning {
    std::string file, key, state, out;
    TrustOptions trust;
};

/// A key's text may stand in any of the forms in which keys are kept.
base::Result<proof::SigningKey> cosigner(const std::string& file) {
    auto text = read_whole(file);
    if (!text) return text.error();
    while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
    auto key = proof::SigningKey::parse(*text);
    if (!key) return key.error();
    return key->as(proof::KeyType::cosignature_v1);
}

/// The state is on disk before the signature exists: a witness that forgets what it has signed
/// could be led to sign another history.
int cosign(Session& session, const Cosigning& wanted) {
    const auto key = cosigner(wanted.key);
    if (!key) return session.fail(key.error());
    auto copy = open_log_copy(session);
    if (!copy) return session.fail(copy.error());
    auto memory = AuditMemory::load(wanted.state);
    if (!memory) return session.fail(memory.error());
    const auto read = wanted.file.empty() ? newest_of(**copy)
                                          : read_file_or_newest(session, wanted.file);
    if (!read) return session.fail(read.error());
    const auto good = judge(read->bytes, **copy, wanted.trust, *memory);
    if (!good) return session.fail(good.error());
    if (!good->must_descend_from.empty()) {
        return session.fail({base::Fault::corrupt, "E_NOT_SIGNED",
                             "the log signs with a new key; check it with talentctl verify and "
                             "give it with --vkey"});
    }
    if (good->first_use) {
        session.say("WARNING: the log's key is taken on its own word:\n  " + good->key.text());
    }
    if (*memory && !(*memory)->note.empty()) {
        const auto last = read_note((*memory)->note);
        if (!last) return session.fail(last.error());
        if (last->checkpoint.size > read->checkpoint.size) {
            return session.fail(
                {base::Fault::corrupt, "E_LOG_ROLLED_BACK",
                 fmt::format("{} events were cosigned already, this is a checkpoint of {}",
                             last->checkpoint.size, read->checkpoint.size)});
        }
        if (auto grown = check_growth(session, copy->get(), *last, *read); !grown)
            return session.fail(grown.error());
    }
    if (auto kept = AuditMemory{{good->key}, read->bytes}.save(wanted.state); !kept)
        return session.fail(kept.error());
    auto note = read->note;
    const auto seconds = static_cast<std::uint64_t>(session.clock().wall_micros() / 1'000'000);
    note.signatures.push_back(proof::cosign(*key, seconds, note.text));
    return deliver(session, wanted.out, note.encoded());
}

void add_reading(Tree& tree, CLI::App& noun) {
    Session& session = tree.session();
    auto listing = std::make_shared<Listing>();
    auto& list_app = tree.verb(
        noun, "list",
        {"Published checkpoints, oldest first",
         {"checkpoint list", "checkpoint list --from 1000 --limit 20 --fields size,root",
          "--offline build/demo checkpoint list -o csv"},
         [&session, listing] { return list(session, *listing); },
         true});
    list_app.add_option("--from", listing->from, "Smallest size")->type_name("SIZE");
    list_app.add_option("--limit", listing->limit, "Checkpoints at most (100)")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000));

    auto which = std::make_shared<std::string>();
    auto& show_app =
        tree.verb(noun, "show",
                  {"One checkpoint: origin, size, root, who has signed it and when",
                   {"checkpoint show", "checkpoint show 1200 -o json", "checkpoint show kept.note"},
                   [&session, which] { return show(session, *which); }});
    show_app.add_option("WHICH", *which, "Size or file; the newest if not given");

    auto out = std::make_shared<std::string>();
    auto& fetch_app = tree.verb(noun, "fetch",
                                {"The newest checkpoint as it was signed, byte for byte",
                                 {"checkpoint fetch", "checkpoint fetch --out today.note",
                                  "--offline copy checkpoint fetch"},
                                 [&session, out] { return fetch(session, *out); }});
    fetch_app.add_option("--out", *out, "Write it here")->type_name("FILE");

    auto as_policy = std::make_shared<bool>(false);
    auto& keys_app =
        tree.verb(noun, "keys",
                  {"What the log says its own verifier keys are",
                   {"checkpoint keys", "checkpoint keys --policy",
                    "--offline build/demo checkpoint keys"},
                   [&session, as_policy] { return show_keys(session, *as_policy); }});
    keys_app.add_flag("--policy", *as_policy, "As the tlog-policy that the log proposes");
}

void add_checking(Tree& tree, CLI::App& noun) {
    Session& session = tree.session();
    auto checking = std::make_shared<Checking>();
    auto& check_app = tree.verb(
        noun, "verify",
        {"Check the signatures of a checkpoint, and that it continues another",
         {"checkpoint verify", "checkpoint verify yesterday.note --against log",
          "checkpoint verify one.note --against other.note --policy trust.txt"},
         [&session, checking] { return check(session, *checking); }});
    check_app.add_option("FILE", checking->file, "The checkpoint; the log's newest if not given");
    check_app.add_option("--against", checking->against,
                         "Another one; `log` for the log's newest. The newer of the two must "
                         "continue the older")
        ->type_name("FILE");
    add_trust(check_app, checking->trust);

    auto cosigning = std::make_shared<Cosigning>();
    auto& cosign_app = tree.verb(
        noun, "cosign",
        {"Sign as a witness that a checkpoint continues the last one cosigned",
         {"checkpoint cosign --key witness.key --state seen.json --out cosigned.note",
          "checkpoint cosign new.note --key witness.key --state seen.json",
          "--offline copy checkpoint cosign --key witness.key --state seen.json"},
         [&session, cosigning] { return cosign(session, *cosigning); }});
    cosign_app.add_option("FILE", cosigning->file, "The checkpoint; the log's newest if not given");
    cosign_app.add_option("--key", cosigning->key, "The witness's own key, PRIVATE+KEY+...")
        ->type_name("FILE")
        ->required();
    cosign_app.add_option("--state", cosigning->state, "What was cosigned last; renewed")
        ->type_name("FILE")
        ->required();
    cosign_app.add_option("--out", cosigning->out, "Write the cosigned checkpoint here")
        ->type_name("FILE");
    add_trust(cosign_app, cosigning->trust);
}

}  // namespace

void add_checkpoint(Tree& tree) {
    auto& noun = tree.noun("checkpoint", "What the log has signed of itself");
    add_reading(tree, noun);
    add_checking(tree, noun);
}

}  // namespace tools
