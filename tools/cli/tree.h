// The tree of nouns and verbs. Help, completion and the reference page are all made from it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/session.h"

namespace tools {

/// Lifetime: the session must outlive it.
class Tree {
public:
    explicit Tree(Session& session);
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    struct Verb {
        std::string purpose;
        std::vector<std::string> examples;  ///< without the program's name, three of them
        std::function<int()> action;        ///< gives the exit code
        bool paged = false;                 ///< long answers go through a pager on a terminal
        bool hidden = false;
    };

    /// A word that only holds verbs; alone it prints them.
    CLI::App& noun(const std::string& name, const std::string& purpose);
    /// A word that does something.
    CLI::App& verb(CLI::App& parent, const std::string& name, Verb verb);

    /// Reads the arguments (without the program's name). Empty if there is nothing to run: then
    /// `exit` says how it ended and the text has been printed.
    struct Reading {
        std::function<int()> action;
        int exit = 0;
    };
    Reading read(const std::vector<std::string>& arguments);

    CLI::App& root() { return root_; }
    const CLI::App& root() const { return root_; }
    Session& session() { return session_; }
    const std::vector<std::string>& examples(const CLI::App& app) const;
    /// Purpose, examples, usage, arguments, flags, verbs.
    std::string help(const CLI::App& app) const;
    /// `talentctl flow matrix EMPLOYER [flags]`.
    std::string usage(const CLI::App& app) const;

private:
    void add_globals();
    Reading misuse(const CLI::ParseError& error, const std::vector<std::string>& arguments) const;

    Session& session_;
    CLI::App root_;
    std::map<const CLI::App*, std::vector<std::string>> examples_;
    std::function<int()> chosen_;
};

/// `flow matrix`; empty for the root.
std::string path_of(const CLI::App& app);
/// Verbs below an app that are not hidden.
std::vector<const CLI::App*> verbs_of(const CLI::App& app);
/// Flags of an app, without --help and its positional arguments.
std::vector<const CLI::Option*> flags_of(const CLI::App& app);
std::vector<const CLI::Option*> positionals_of(const CLI::App& app);
/// `-o,--output FORM`.
std::string spelling_of(const CLI::Option& option);

}  // namespace tools
