#include "tools/cli/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <utility>

#include "events/base/ensure.h"
#include "tools/bundle/pack_source.h"
#include "tools/cli/problem.h"
#include "tools/cli/token.h"
#include "tools/client/server.h"
#include "tools/offline/folder.h"

namespace tools {

base::Error usage_error(std::string what) {
    return {base::Fault::invalid, "E_USAGE", std::move(what)};
}

Session::Session(const base::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}
Session::~Session() = default;

Terminal Session::terminal() const {
    return before_paging_ ? *before_paging_ : Terminal::detect(globals.color);
}

base::Result<const Settings*> Session::settings() const {
    if (!settings_) {
        const auto contexts = Contexts::load(contexts_file());
        settings_ = contexts ? Settings::resolve(globals, *contexts)
                             : base::Result<Settings>(contexts.error());
    }
    if (!*settings_) return settings_->error();
    return &**settings_;
}

/// Good enough to say what is wrong with the settings themselves.
const Settings& Session::known_settings() const {
    if (const auto good = settings()) return **good;
    if (!fallback_) fallback_ = Settings::without_contexts(globals);
    return *fallback_;
}

Language Session::language() const {
    return choose_language(known_settings()["language"]);
}

const events::Zone& Session::zone() const {
    if (!zone_) zone_ = events::Zone::find(known_settings()["zone"]);
    if (!zone_) zone_ = events::Zone::find("Asia/Shanghai");
    ENSURE(zone_.has_value(), "the time zone database knows the ledger's zone");
    return *zone_;
}

base::Result<std::string> Session::moment(std::string_view text, MomentUse use) const {
    return moment_text(text, use, today());
}

base::Result<Server*> Session::server() {
    if (!globals.offline.empty()) {
        return usage_error("this needs a running server; leave --offline out");
    }
    if (!server_) {
        const auto known = settings();
        if (!known) return known.error();
        const Settings& chosen = **known;
        auto url = Url::parse(chosen["server"]);
        if (!url) return url.error();
        auto token = read_token(chosen, *url);
        if (!token) return token.error();
        Server::Options options;
        options.actor = chosen["actor"];
        options.language = language() == Language::zh ? "zh" : "en";
        options.token = *std::move(token);
        options.http.ca = chosen["ca"];
        if (globals.curl) options.http.print_only = stdout;
        server_ = std::make_unique<Server>(*url, std::move(options));
    }
    return server_.get();
}

base::Result<Folder*> Session::folder() {
    if (globals.offline.empty()) {
        return usage_error("this reads the folder of a stopped server; give it with --offline DIR");
    }
    if (!folder_) {
        auto opened = Folder::open(globals.offline, clock_, random_);
        if (!opened) return opened.error();
        folder_ = *std::move(opened);
    }
    return folder_.get();
}

base::Result<Source*> Session::source() {
    if (globals.offline.empty()) {
        auto online = server();
        if (!online) return online.error();
        return static_cast<Source*>(*online);
    }
    if (std::filesystem::is_regular_file(globals.offline)) {
        if (!pack_) {
            auto pack = PackSource::open(globals.offline);
            if (!pack) return pack.error();
            pack_ = *std::move(pack);
        }
        return pack_.get();
    }
    auto offline = folder();
    if (!offline) return offline.error();
    return static_cast<Source*>(*offline);
}

Form Session::form() const {
    return parse_form(known_settings()["output"], terminal().out).value_or(Form::ndjson);
}

Printer Session::printer(std::vector<std::string> usual) const {
    Printer::Options options;
    options.form = form();
    if (options.form == Form::pattern) {
        const std::string_view word = known_settings()["output"];
        if (auto parsed = Pattern::parse(word.substr(Pattern::prefix.size()))) {
            options.pattern = *std::move(parsed);
        }
    }
    options.fields = globals.fields;
    options.usual = std::move(usual);
    options.terminal = terminal();
    options.language = language();
    options.zone = &zone();
    options.quiet = globals.quiet;
    return Printer(std::move(options));
}

std::unique_ptr<Progress> Session::progress(std::string label, std::uint64_t total) const {
    return std::make_unique<Progress>(
        clock_, Progress::Options{terminal().err, globals.quiet, stderr}, std::move(label), total);
}

void Session::page() {
    const Terminal now = Terminal::detect(globals.color);
    if (before_paging_ || !now.out || globals.no_pager || globals.curl) return;
    const auto command = pager_command();
    if (!command) return;
    before_paging_ = now;
    pager_.start(*command);
}

base::Result<void> Session::confirm(const std::string& plan, const std::string& name,
                                    bool yes) const {
    if (yes) return {};
    const base::Error declined{base::Fault::cancelled, "E_DECLINED", plan + "; nothing was done"};
    if (globals.no_input || isatty(STDIN_FILENO) == 0) return declined;
    fmt::print(stderr, "{}. Type {} to go on: ", plan, name);
    std::string typed;
    std::getline(std::cin, typed);
    return typed == name ? base::Result<void>() : base::Result<void>(declined);
}

void Session::say(const std::string& line) const {
    if (!globals.quiet) fmt::print(stderr, "{}\n", line);
}

int Session::fail(const base::Error& error) const {
    // With --curl the request was printed instead of sent, which is what was asked for.
    if (error.code == HttpClient::printed_only) return exit_ok;
    std::fflush(stdout);
    std::string trace;
    if (server_) trace = server_->trace();
    fmt::print(stderr, "{}", problem_text(error, trace, language(), terminal().colour_err));
    return exit_of(error);
}

int Session::done(const base::Result<void>& result) const {
    return result ? static_cast<int>(exit_ok) : fail(result.error());
}

}  // namespace tools
