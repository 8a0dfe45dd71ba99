// One command, from a file or a pipe.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <memory>

#include "events/ids.h"
#include "tools/cli/problem.h"
#include "tools/client/server.h"
#include "tools/load/encoding.h"
#include "tools/load/file.h"
#include "tools/load/import.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

struct Appending {
    std::string file;
    std::vector<std::string> expect;
    bool dry_run = false;
};

/// UUIDv7-like: 48 bits of time, the rest random.
events::Id fresh_id(Session& session) {
    events::Id id;
    id.bytes = session.random().bytes<16>();
    const auto millis = static_cast<std::uint64_t>(session.clock().wall_micros() / 1'000);
    for (std::size_t i = 0; i < 6; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

/// Gives the command an id where it has none, and says so: a retry has to use the same.
void name_command(Session& session, json::value& command) {
    const bool several = command.is_array();
    const std::string_view key = several ? "commandid" : "id";
    auto& first = several ? command.get_array().front() : command;
    if (!first.is_object() || first.get_object().contains(key)) return;
    const std::string id = fresh_id(session).text();
    session.say(fmt::format("command id {}; give it in \"{}\" to try again without harm", id, key));
    if (!several) {
        first.get_object()["id"] = id;
        return;
    }
    for (auto& event : command.get_array()) {
        if (event.is_object()) event.get_object()["commandid"] = id;
    }
}

base::Result<void> add_expectations(const Appending& wanted, json::value& command) {
    if (wanted.expect.empty()) return {};
    auto& first = command.is_array() ? command.get_array().front() : command;
    if (!first.is_object()) return usage_error("the command is not a CloudEvent");
    auto& data = first.get_object()["data"];
    if (!data.is_object()) data.emplace_object();
    auto& expect = data.get_object()["expect"];
    if (!expect.is_object()) expect.emplace_object();
    for (const auto& one : wanted.expect) {
        const auto equals = one.rfind('=');
        const auto digits = equals == std::string::npos ? std::string() : one.substr(equals + 1);
        if (digits.empty() || digits.size() > 9 ||
            digits.find_first_not_of("0123456789") != std::string::npos) {
            return usage_error(fmt::format("--expect takes talent/ID=REVISION, not '{}'", one));
        }
        expect.get_object()[one.substr(0, equals)] = std::stol(digits);
    }
    return {};
}

base::Result<json::value> read_command(Session& session, const Appending& wanted) {
    if (wanted.file == "-" && isatty(STDIN_FILENO) != 0) {
        if (session.globals.no_input) {
            return usage_error("standard input is a terminal, and --no-input never asks");
        }
        session.say("type or paste the command; Ctrl-D ends it");
    }
    auto bytes = read_whole(wanted.file);
    if (!bytes) return bytes.error();
    auto decoded = decode(*std::move(bytes));
    if (!decoded) return decoded.error();
    boost::system::error_code bad;
    auto command = json::parse(decoded->text, bad);
    if (bad) {
        return base::Error{base::Fault::invalid, "E_BAD_JSON",
                           fmt::format("{} holds no single JSON value ({}); many commands, one per "
                                       "line, are for `talentctl import`",
                                       wanted.file, bad.message())};
    }
    if (command.is_array() && command.get_array().empty()) {
        return base::Error{base::Fault::invalid, "E_BAD_JSON", "the command has no events"};
    }
    name_command(session, command);
    if (auto added = add_expectations(wanted, command); !added) return added.error();
    return command;
}

int append(Session& session, const Appending& wanted) {
    auto server = session.server();
    if (!server) return session.fail(server.error());
    auto command = read_command(session, wanted);
    if (!command) return session.fail(command.error());
    const auto kind = command->is_array() ? Server::Body::several : Server::Body::one;
    const auto reply = (*server)->post(json::serialize(*command), kind, wanted.dry_run);
    auto receipt = (*server)->document(reply);
    if (!receipt) return session.fail(receipt.error());
    if (wanted.dry_run) session.say("nothing was recorded; this is what would be");
    auto printer =
        session.printer({"commandid", "position", "recorded_at", "proposed", "replayed"});
    return session.done(printer.answer(*receipt));
}

}  // namespace

void add_append(Tree& tree) {
    Session& session = tree.session();
    auto wanted = std::make_shared<Appending>();
    auto& app = tree.verb(
        tree.root(), "append",
        {"Record one command: a CloudEvent, or an array of them that stand or fall together",
         {"append command.json --actor \"id=0198c6f0000070008000000000000001; role=M\"",
          "append - --dry-run",
          "append move.json --expect talent/0198c6f0000070008000000000000003=4"},
         [&session, wanted] { return append(session, *wanted); }});
    app.add_option("FILE", wanted->file, "File with the command, or - for standard input")
        ->required();
    app.add_option("--expect", wanted->expect, "Revision a stream must have; may repeat")
        ->type_name("KIND/ID=N");
    app.add_flag("--dry-run", wanted->dry_run, "Ask the rules, record nothing");
}

void add_import(Tree& tree) {
    Session& session = tree.session();
    auto options = std::make_shared<ImportOptions>();
    auto& app = tree.verb(
        tree.root(), "import",
        {"Load many commands: NDJSON, or CSV with a column mapping; goes on where it stopped",
         {"import commands.ndjson --reject refused.ndjson",
          "import people.csv --map people.toml --dry-run",
          "import people.csv --map people.toml --actor \"id=0198c6f0000070008000000000000001; "
          "role=P\""},
         [&session, options] {
             return options->dry_run ? rehearse_import(session, *options)
                                     : run_import(session, *options);
         }});
    app.add_option("FILE", options->file, "File, UTF-8 or GB18030, or - for standard input")
        ->required();
    app.add_option("--map", options->map, "TOML file: what the columns of a CSV file mean")
        ->type_name("FILE");
    app.add_option("--encoding", options->encoding, "auto, utf-8 or gb18030")
        ->type_name("NAME")
        ->check(CLI::IsMember({"auto", "utf-8", "gb18030"}));
    app.add_option("--reject", options->reject, "Write what is refused here, with code and line")
        ->type_name("FILE");
    app.add_option("--cursor", options->cursor, "Remember here how far it came (FILE.cursor)")
        ->type_name("FILE");
    app.add_option("--batch", options->batch, "Commands in one request (1000)")
        ->type_name("N")
        ->check(CLI::Range(1, 10'000));
    app.add_option("--limit", options->limit, "Stop after so many commands")->type_name("N");
    app.add_flag("--dry-run", options->dry_run,
                 "Report every bad row, record nothing; a row is judged with those before it, but "
                 "without what the clock would bring about between them");
    app.add_flag("--local", options->local, "With --dry-run: do not ask a server");
    app.add_flag("--wait", options->wait, "Return when the views have caught up");
}

}  // namespace tools
