// talent-verify: checks what a ledger hands out, on any machine, without a network and without the
// ledger. One file that needs no library.
#include <openssl/crypto.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "ledger/map_record.h"
#include "ledger/proof/tlog_proof.h"
#include "tools/evidence/pack.h"
#include "tools/evidence/trust.h"

namespace {

constexpr int exit_good = 0, exit_usage = 2, exit_no_file = 3, exit_tampered = 6, exit_partly = 10;

struct Options {
    std::string file, entry, policy, key, language = "en";
    bool json = false;
};

/// Ends the program: there is nothing to clean up.
[[noreturn]] void leave(int code, const std::string& why) {
    std::fprintf(stderr, "talent-verify: %s\n", why.c_str());
    std::exit(code);
}

std::optional<std::string> read_file(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string must_read(const std::string& name) {
    auto bytes = read_file(name);
    if (!bytes) leave(exit_no_file, name + " cannot be read");
    return *std::move(bytes);
}

evidence::Trust trust_of(const Options& options) {
    if (options.policy.empty() && options.key.empty()) return {};
    // A key is given as it is, or as a file that holds it.
    const auto text = options.policy.empty() ? read_file(options.key).value_or(options.key)
                                             : must_read(options.policy);
    auto trust = options.policy.empty() ? evidence::trust_in_keys(text)
                                        : evidence::trust_in_policy(text);
    if (!trust) leave(exit_usage, trust.error().code + ": " + trust.error().what);
    return *std::move(trust);
}

proof::Policy policy_of(const Options& options) {
    auto trust = trust_of(options);
    if (!trust) leave(exit_usage, "say whom to trust: --vkey KEY or --policy FILE");
    return *std::move(trust);
}

int say(const base::Error& error) {
    std::printf("not good: %s: %s\n", error.code.c_str(), error.what.c_str());
    return exit_tampered;
}

int say_good(const proof::Checkpoint& checkpoint,
             const std::vector<proof::Policy::Seen>& cosigned) {
    std::printf("good\n  log: %s\n  checkpoint: %llu %s\n", checkpoint.origin.c_str(),
                static_cast<unsigned long long>(checkpoint.size),
                events::hex(checkpoint.root).c_str());
    for (const auto& seen : cosigned) std::printf("  cosigned by: %s\n", seen.witness.c_str());
    return exit_good;
}

int check_pack(const Options& options) {
    const auto trust = trust_of(options);
    const auto verdict = evidence::verify_pack(must_read(options.file), trust);
    const auto language = options.language == "zh" ? evidence::Language::zh
                                                   : evidence::Language::en;
    const auto text = options.json ? evidence::json_of(verdict)
                                   : evidence::text_of(verdict, language);
    std::fputs(text.c_str(), stdout);
    if (verdict.is_whole()) return exit_good;
    return verdict.good() ? exit_partly : exit_tampered;
}

int check_proof(const Options& options) {
    const auto policy = policy_of(options);
    const auto proof = proof::TlogProof::parse(must_read(options.file));
    if (!proof) return say(proof.error());
    const auto leaf = proof::leaf_hash(must_read(options.entry));
    const auto proven = proof::verify(*proof, leaf, policy);
    return proven ? say_good(proven->checkpoint, proven->cosigned) : say(proven.error());
}

int check_stream(const Options& options) {
    const auto policy = policy_of(options);
    const auto parsed = proof::CompletenessProof::parse(must_read(options.file));
    if (!parsed) return say(parsed.error());
    const auto proven = proof::verify(*parsed, policy, ledger::read_map_record);
    if (!proven) return say(proven.error());
    say_good(proven->under.checkpoint, proven->under.cosigned);
    std::printf("  stream: %s\n  events: %llu among the log's first %llu\n",
                proven->stream.text().c_str(),
                static_cast<unsigned long long>(proven->state ? proven->state->count : 0),
                static_cast<unsigned long long>(proven->record.size));
    return exit_good;
}

int check_checkpoint(const Options& options) {
    const auto policy = policy_of(options);
    const auto verdict = policy.judge(must_read(options.file));
    if (!verdict) return say(verdict.error());
    if (verdict->quorum) return say_good(verdict->checkpoint.checkpoint, verdict->cosigned);
    return say({base::Fault::corrupt, "E_QUORUM",
                "fewer witnesses have cosigned than the policy asks for"});
}

CLI::App* add(CLI::App& app, Options& options, const char* name, const char* purpose) {
    auto* verb = app.add_subcommand(name, purpose);
    verb->add_option("FILE", options.file, "What to check")->required();
    auto* policy =
        verb->add_option("--policy", options.policy, "Whom to trust: a tlog-policy file");
    verb->add_option("--vkey", options.key, "The log's verifier key, or a file that holds it")
        ->excludes(policy);
    return verb;
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("Checks evidence packs, proofs and checkpoints of a Talent Ledger, without a "
                 "network.\nExit codes: 0 good, 2 wrong call, 3 no such file, 6 not good, 10 "
                 "good but the page of another version could not be checked.",
                 "talent-verify");
    // Whatever this machine has configured for OpenSSL has no say in what is good.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    app.require_subcommand(1);
    Options options;
    auto* pack = add(app, options, "pack", "Everything in an evidence pack");
    pack->add_flag("--json", options.json, "The report as JSON");
    pack->add_option("--lang", options.language, "Language of the report")
        ->check(CLI::IsMember({"zh", "en"}));
    auto* proof = add(app, options, "proof", "That an entry is in a log: a .tlog-proof");
    proof->add_option("--entry", options.entry, "The entry's bytes, events/N.tle of a pack")
        ->required();
    auto* stream =
        add(app, options, "stream", "That a stream has no other events: a .completeness");
    auto* checkpoint = add(app, options, "checkpoint", "A signed checkpoint");
    try {
        app.parse(count, words);
        if (pack->parsed()) return check_pack(options);
        if (proof->parsed()) return check_proof(options);
        if (stream->parsed()) return check_stream(options);
        if (checkpoint->parsed()) return check_checkpoint(options);
        return exit_usage;
    } catch (const CLI::ParseError& misuse) {
        return app.exit(misuse) == 0 ? exit_good : exit_usage;
    } catch (const std::exception& failure) {
        leave(1, failure.what());
    }
}
