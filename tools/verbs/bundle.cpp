// Evidence packs: make one, check one, look into one, take opened parts out of one.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <memory>

#include "ledger/durable_file.h"
#include "tools/bundle/gather.h"
#include "tools/bundle/pack_source.h"
#include "tools/cli/moment.h"
#include "tools/evidence/pack.h"
#include "tools/evidence/trust.h"
#include "tools/load/file.h"
#include "tools/output/brief.h"
#include "tools/verbs/position.h"
#include "tools/verbs/packs.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

evidence::Language language_of(const Session& session) {
    return session.language() == Language::zh ? evidence::Language::zh : evidence::Language::en;
}

/// Another file of that name is not overwritten: it may be evidence.
base::Result<void> write_new(const std::string& file, std::string_view bytes) {
    if (fs::exists(file)) {
        return base::Error{base::Fault::conflict, "E_FILE_EXISTS", file + " is there already"};
    }
    return ledger::replace_file(fs::absolute(file), bytes);
}

// -- create ---------------------------------------------------------------------------------------

struct PackWanted {
    std::string file, person, stream, type, from, upto, signing;
    bool without_personal = false;
};

/// A moment that was asked for, as it goes into the manifest; nothing for a position.
std::string moment_of(const Session& session, const std::string& text) {
    if (text.empty() || text.find_first_not_of("0123456789") == std::string::npos) return {};
    const auto begin = begin_of(text, session.today());
    return begin ? begin->text() : std::string();
}

base::Result<evidence::Asked> asked_of(const Session& session, Source& source,
                                       const PackWanted& wanted) {
    evidence::Asked out;
    if (!wanted.person.empty()) {
        out.person = events::Id::parse(wanted.person);
        if (!out.person) return usage_error("--person takes a talent's id");
    }
    if (!wanted.stream.empty()) {
        const auto stream = events::StreamId::parse(wanted.stream);
        if (!stream) return usage_error("--stream takes a stream such as talent/0198c6…");
        out.streams.push_back(*stream);
    }
    if (!wanted.type.empty()) {
        const auto* type = events::Catalogue::built_in().find(wanted.type);
        if (type == nullptr) return usage_error("there is no event type " + wanted.type);
        out.type = type->name;
    }
    const auto from = position_of(session, source, wanted.from);
    if (!from) return from.error();
    out.from = *from;
    out.upto = UINT64_MAX;
    if (!wanted.upto.empty()) {
        const auto upto = position_of(session, source, wanted.upto);
        if (!upto) return upto.error();
        out.upto = *upto;
    }
    out.recorded_from = moment_of(session, wanted.from);
    out.recorded_to = moment_of(session, wanted.upto);
    return out;
}

base::Result<std::string> made(Session& session, const PackWanted& wanted) {
    auto supply = open_supply(session, wanted.signing);
    if (!supply) return supply.error();
    auto asked = asked_of(session, (*supply)->source(), wanted);
    if (!asked) return asked.error();
    Gathering what;
    what.manifest.program = "talentctl " TALENT_LEDGER_VERSION;
    what.manifest.made_at = {session.clock().wall_micros()};
    what.manifest.asked = *std::move(asked);
    what.personal = !wanted.without_personal;
    auto progress = session.progress("events", 0);
    auto contents = gather(**supply, std::move(what), [&](std::uint64_t done, std::uint64_t) {
        progress->at(done);
    });
    progress.reset();
    if (!contents) return contents.error();
    return evidence::make_pack(*std::move(contents));
}

int create(Session& session, const PackWanted& wanted) {
    if (!wanted.person.empty() && !wanted.stream.empty()) {
        return session.fail(usage_error("give --person or --stream, not both"));
    }
    if (fs::exists(wanted.file)) return session.done(write_new(wanted.file, {}));
    const auto pack = made(session, wanted);
    if (!pack) return session.fail(pack.error());
    if (auto written = write_new(wanted.file, *pack); !written) {
        return session.fail(written.error());
    }
    const auto verdict = evidence::verify_pack(*pack, {});
    session.say(fmt::format("{}: {} events, {} sealed parts opened, {} bytes", wanted.file,
                            verdict.manifest.events, verdict.opened, pack->size()));
    return exit_ok;
}

// -- verify ---------------------------------------------------------------------------------------

struct Judging {
    std::string file, policy, key;

    void add(CLI::App& app) {
        app.add_option("FILE", file, "The evidence pack")->required();
        app.add_option("--policy", policy, "Whom to trust: a tlog-policy file")
            ->type_name("FILE");
        app.add_option("--vkey", key, "The log's verifier key, or a file that holds it")
            ->type_name("KEY");
    }
};

base::Result<evidence::Trust> trust_of(const Judging& judging) {
    if (!judging.policy.empty() && !judging.key.empty()) {
        return usage_error("give --policy or --vkey, not both");
    }
    if (!judging.policy.empty()) {
        const auto text = read_whole(judging.policy);
        if (!text) return text.error();
        return evidence::trust_in_policy(*text);
    }
    if (judging.key.empty()) return evidence::Trust();
    if (!fs::is_regular_file(judging.key)) return evidence::trust_in_keys(judging.key);
    const auto text = read_whole(judging.key);
    if (!text) return text.error();
    return evidence::trust_in_keys(*text);
}

int verify(Session& session, const Judging& judging) {
    const auto trust = trust_of(judging);
    if (!trust) return session.fail(trust.error());
    return verify_pack_file(session, judging.file, *trust);
}

// -- open -----------------------------------------------------------------------------------------

/// Every name was found safe when the pack was read; a folder that is there is not touched.
base::Result<void> unpack(const evidence::Files& files, const fs::path& dir) {
    std::error_code error;
    if (fs::exists(dir)) {
        return base::Error{base::Fault::conflict, "E_FILE_EXISTS",
                           dir.string() + " is there already"};
    }
    for (const auto& [name, bytes] : files) {
        const auto path = dir / name;
        fs::create_directories(path.parent_path(), error);
        std::ofstream out(path, std::ios::binary);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!out.flush()) {
            return base::Error{base::Fault::storage, "E_STORAGE", path.string() + ": not written"};
        }
    }
    return {};
}

int open(Session& session, const std::string& file, const std::string& dir) {
    auto pack = PackSource::open(file);
    if (!pack) return session.fail(pack.error());
    if (!dir.empty()) {
        if (auto done = unpack((*pack)->files(), dir); !done) return session.fail(done.error());
    }
    auto printer = session.printer();
    const auto read = (*pack)->events({}, [&](std::string_view line) {
        const auto event = json::parse({line.data(), line.size()}).as_object();
        const auto more = printer.row(brief_of(event));
        return more.has_value() && *more;
    });
    if (!read) return session.fail(read.error());
    if (auto finished = printer.finish(); !finished) return session.fail(finished.error());
    for (const auto& note : (*pack)->verdict().notes) {
        session.say(fmt::format("{}: {}", note,
                                evidence::sentence_of(note, language_of(session))));
    }
    return exit_ok;
}

// -- redact ---------------------------------------------------------------------------------------

struct Taking {
    std::string file, target, subject, personal_class;
    std::optional<std::uint64_t> position;
};

base::Result<evidence::Redaction> redaction_of(const Taking& taking) {
    evidence::Redaction out;
    out.position = taking.position;
    if (!taking.subject.empty()) {
        out.subject = events::Id::parse(taking.subject);
        if (!out.subject) return usage_error("--subject takes an id");
    }
    if (taking.personal_class.empty()) return out;
    for (const auto each : events::schema::EnumValuesPersonalClass()) {
        if (taking.personal_class == events::schema::EnumNamePersonalClass(each)) {
            out.personal_class = each;
        }
    }
    return out;
}

int redact(Session& session, const Taking& taking) {
    const auto what = redaction_of(taking);
    if (!what) return session.fail(what.error());
    const auto bytes = read_whole(taking.file);
    if (!bytes) return session.fail(bytes.error());
    const auto rest = evidence::redact_pack(*bytes, *what);
    if (!rest) return session.fail(rest.error());
    if (auto written = write_new(taking.target, rest->bytes); !written) {
        return session.fail(written.error());
    }
    session.say(fmt::format("{} opened parts taken out", rest->parts));
    return exit_ok;
}

}  // namespace

int verify_pack_file(Session& session, const std::string& file, const evidence::Trust& trust) {
    const auto bytes = read_whole(file);
    if (!bytes) return session.fail(bytes.error());
    const auto verdict = evidence::verify_pack(*bytes, trust);
    const auto form = session.form();
    if (form == Form::table) {
        fmt::print("{}", evidence::text_of(verdict, language_of(session)));
    } else {
        auto printer = session.printer();
        const auto answer = json::parse(evidence::json_of(verdict)).as_object();
        if (auto printed = printer.answer(answer); !printed) return session.fail(printed.error());
    }
    if (verdict.fault) return session.fail(error_of(*verdict.fault));
    return verdict.is_whole() ? exit_ok : exit_partly;
}

void add_bundle(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("bundle", "Evidence packs: events with their proofs in one file");

    auto wanted = std::make_shared<PackWanted>();
    auto& create_app = tree.verb(
        noun, "create",
        {"Put events, proofs, schema, code lists and a readable page into one file",
         {"bundle create wang.evidence --person 0198c6f0000070008000000000000003",
          "bundle create july.evidence --from 2019-07 --to 2019-08 --without-personal",
          "--offline build/demo bundle create moves.evidence --type TransferEffected"},
         [&session, wanted] { return create(session, *wanted); }});
    create_app.add_option("FILE", wanted->file, "The file to write")->required();
    create_app.add_option("--person", wanted->person, "Every event of a talent")->type_name("ID");
    create_app.add_option("--stream", wanted->stream, "Every event of a stream, employer/0198c6…")
        ->type_name("KIND/ID");
    create_app.add_option("--type", wanted->type, "Only this type, AffiliationStarted")
        ->type_name("TYPE");
    create_app
        .add_option("--from", wanted->from,
                    "First position, or when it was recorded: 1200, 2019-07, -2h")
        ->type_name("WHERE");
    create_app.add_option("--to,--upto", wanted->upto, "Before this position or time")
        ->type_name("WHERE");
    create_app.add_flag("--without-personal", wanted->without_personal,
                        "Leave sealed fields closed");
    create_app
        .add_option("--signing", wanted->signing,
                    "With --offline: the signing folder, DIR/signing if not given")
        ->type_name("DIR");

    auto judging = std::make_shared<Judging>();
    auto& verify_app = tree.verb(
        noun, "verify",
        {"Check everything in a pack, without a server; exit 6 with the first fault",
         {"bundle verify wang.evidence --vkey ledger.example/talent+1a2b3c4d+AbC…",
          "bundle verify wang.evidence --policy trusted.policy -o json",
          "bundle verify wang.evidence"},
         [&session, judging] { return verify(session, *judging); }});
    judging->add(verify_app);

    auto file = std::make_shared<std::string>();
    auto dir = std::make_shared<std::string>();
    auto& open_app = tree.verb(noun, "open",
                               {"Show what is in a pack; unpack it",
                                {"bundle open wang.evidence", "bundle open wang.evidence --to wang",
                                 "--offline wang.evidence events list -o json"},
                                [&session, file, dir] { return open(session, *file, *dir); },
                                true});
    open_app.add_option("FILE", *file, "The evidence pack")->required();
    open_app.add_option("--to", *dir, "Unpack into this new folder")->type_name("DIR");

    auto taking = std::make_shared<Taking>();
    auto& redact_app = tree.verb(
        noun, "redact",
        {"Take opened personal data out of a pack; the rest verifies as before",
         {"bundle redact wang.evidence --to without.evidence",
          "bundle redact wang.evidence --to less.evidence --class CONTACT",
          "bundle redact july.evidence --to less.evidence "
          "--subject 0198c6f0000070008000000000000003"},
         [&session, taking] { return redact(session, *taking); }});
    redact_app.add_option("FILE", taking->file, "The evidence pack")->required();
    redact_app.add_option("--to", taking->target, "The file to write")
        ->type_name("FILE")
        ->required();
    redact_app.add_option("--subject", taking->subject, "Only of this person")->type_name("ID");
    redact_app.add_option("--class", taking->personal_class, "Only of this class")
        ->check(CLI::IsMember({"IDENTITY", "CONTACT", "MONEY", "REMARKS"}));
    redact_app.add_option("--position", taking->position, "Only of the event at this position")
        ->type_name("N");
}

}  // namespace tools
