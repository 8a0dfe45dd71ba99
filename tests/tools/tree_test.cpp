// The tree of nouns and verbs: help, suggestions, completion, reference.
#include "tools/cli/tree.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "events/base/clock.h"
#include "events/base/random.h"
#include "tools/cli/completion.h"
#include "tools/cli/manual.h"
#include "tools/cli/problem.h"
#include "tools/cli/recipes.h"
#include "tools/cli/reference.h"
#include "tools/cli/suggest.h"
#include "tools/verbs/verbs.h"

using namespace tools;

namespace {

struct Program {
    base::SystemClock clock;
    base::SystemRandom random;
    Session session{clock, random};
    Tree tree{session};

    Program() { add_all(tree); }
};

/// Splits as a shell would, for the quotes our examples use.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (const char c : line + " ") {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    return words;
}

void each_app(const CLI::App& app, const std::function<void(const CLI::App&)>& visit) {
    visit(app);
    for (const auto* verb : verbs_of(app)) each_app(*verb, visit);
}

}  // namespace

TEST_CASE("Every example of the help can be run as it stands", "[tools]") {
    const Program listing;
    std::size_t examples = 0;
    each_app(listing.tree.root(), [&](const CLI::App& app) {
        for (const auto& example : listing.tree.examples(app)) {
            Program program;
            CAPTURE(example);
            CHECK(program.tree.read(words_of(example)).action);
            ++examples;
        }
    });
    CHECK(examples > 60);
}

TEST_CASE("Every recipe can be run as it stands", "[tools]") {
    for (const auto& role : recipes()) {
        for (const auto& recipe : role.all) {
            Program program;
            CAPTURE(recipe.command);
            CHECK(program.tree.read(words_of(std::string(recipe.command))).action);
        }
    }
}

TEST_CASE("There is a manual page for the program and for every noun and verb", "[tools]") {
    const Program program;
    std::size_t apps = 0;
    each_app(program.tree.root(), [&](const CLI::App&) { ++apps; });
    const auto pages = manual_pages(program.tree);
    CHECK(pages.size() == apps);
    CHECK(pages.front().file == "talentctl.1");
    CHECK(pages.front().roff.find("TALENTCTL_SERVER") != std::string::npos);
    for (const auto& page : pages) {
        CAPTURE(page.file);
        CHECK(page.roff.starts_with(".TH "));
        CHECK(page.roff.find(".SH SYNOPSIS") != std::string::npos);
    }
}

TEST_CASE("Every verb has a purpose and three examples", "[tools]") {
    const Program program;
    each_app(program.tree.root(), [&](const CLI::App& app) {
        CAPTURE(path_of(app));
        CHECK_FALSE(app.get_description().empty());
        if (verbs_of(app).empty()) CHECK(program.tree.examples(app).size() == 3);
    });
}

TEST_CASE("Global flags stand before or after the verb", "[tools]") {
    Program before, after;
    REQUIRE(before.tree.read({"--server", "http://a:1", "-o", "csv", "status"}).action);
    REQUIRE(
        after.tree.read({"flow", "matrix", "--by", "zone", "-o", "csv", "--server", "http://a:1"})
            .action);
    for (const auto* program : {&before, &after}) {
        CHECK(program->session.globals.server == "http://a:1");
        CHECK(program->session.globals.output == "csv");
    }
}

TEST_CASE("A wrong call ends with 2", "[tools]") {
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"evnts", "list"},
                                               {"events", "lst"},
                                               {"events", "list", "--limt", "3"},
                                               {"flow", "matrix", "--by", "planet"},
                                               {"-o", "yaml", "status"},
                                               {"append"},
                                               {}}) {
        Program program;
        const auto reading = program.tree.read(words);
        CHECK_FALSE(reading.action);
        CHECK(reading.exit == exit_usage);
    }
}

TEST_CASE("The nearest known word is meant", "[tools]") {
    const std::vector<std::string> known = {"roster", "events", "net-inflow"};
    CHECK(nearest("rooster", known) == "roster");
    CHECK(nearest("evnets", known) == "events");
    CHECK(nearest("net", known) == "net-inflow");
    CHECK(nearest("xyzzy", known) == std::nullopt);
    CHECK(edit_distance("ab", "ba") == 1);
}

TEST_CASE("Completion knows every noun, verb and flag", "[tools]") {
    const Program program;
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const auto script = completion(program.tree.root(), shell);
        REQUIRE(script);
        each_app(program.tree.root(), [&](const CLI::App& app) {
            CHECK(script->find(app.get_name()) != std::string::npos);
        });
        CHECK(script->find("known-at") != std::string::npos);
    }
    CHECK_FALSE(completion(program.tree.root(), "tcsh"));
}

TEST_CASE("docs/cli.md is what the program says", "[tools]") {
    const Program program;
    std::ifstream in(CLI_PAGE);
    std::stringstream page;
    page << in.rdbuf();
    // After a change: build/release/bin/talentctl help --markdown > docs/cli.md
    CHECK(page.str() == reference_markdown(program.tree));
}

TEST_CASE("Failures end with the exit code that scripts rely on", "[tools]") {
    using base::Fault;
    CHECK(exit_of({Fault::refused, "E_SECOND_HOME", "x"}) == exit_failed);
    CHECK(exit_of({Fault::invalid, "E_BAD_PARAMETER", "x"}) == exit_usage);
    CHECK(exit_of({Fault::invalid, "E_BAD_DATE", "x"}) == exit_usage);
    CHECK(exit_of({Fault::invalid, "E_BAD_DATE", "x", "/data/effectivefrom"}) == exit_failed);
    CHECK(exit_of({Fault::not_found, "E_NO_TALENT", "x"}) == exit_not_found);
    CHECK(exit_of({Fault::invalid, "E_ROLE", "x"}) == exit_denied);
    CHECK(exit_of({Fault::conflict, "E_STALE_GUARD", "x"}) == exit_conflict);
    CHECK(exit_of({Fault::refused, "E_COMMAND_REUSED", "x"}) == exit_conflict);
    CHECK(exit_of({Fault::corrupt, "E_LOG_LOST", "x"}) == exit_tampered);
    CHECK(exit_of({Fault::overloaded, "E_UNREACHABLE", "x"}) == exit_unavailable);
}

TEST_CASE("Codes are explained in both languages", "[tools]") {
    const CodeText text = code_text("E_BAD_CODE");
    CHECK(text.status == 400);
    CHECK_FALSE(text.title_en.empty());
    CHECK_FALSE(text.hint_zh.empty());
    const std::string said =
        problem_text({base::Fault::invalid, "E_BAD_CODE", "bad\x1b"}, "t1", Language::zh, false);
    CHECK(said.find(text.title_zh) != std::string::npos);
    CHECK(said.find("trace: t1") != std::string::npos);
    CHECK(said.find('\x1b') == std::string::npos);
}
