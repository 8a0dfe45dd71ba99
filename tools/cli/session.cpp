#include "tools/cli/session.h"

#include <fmt/format.h>

#include <utility>

#include "tools/cli/problem.h"
#include "tools/client/server.h"
#include "tools/offline/folder.h"

namespace tools {

base::Error usage_error(std::string what) {
    return {base::Fault::invalid, "E_USAGE", std::move(what)};
}

Session::Session(const base::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}
Session::~Session() = default;

Terminal Session::terminal() const {
    return Terminal::detect(globals.color);
}

Language Session::language() const {
    return choose_language(globals.language);
}

base::Result<Server*> Session::server() {
    if (!globals.offline.empty()) {
        return usage_error("this needs a running server; leave --offline out");
    }
    if (!server_) {
        auto url = Url::parse(globals.server);
        if (!url) return url.error();
        Server::Options options{globals.actor, language() == Language::zh ? "zh" : "en"};
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
    auto offline = folder();
    if (!offline) return offline.error();
    return static_cast<Source*>(*offline);
}

Form Session::form() const {
    return parse_form(globals.output, terminal().out).value_or(Form::ndjson);
}

Printer Session::printer(std::vector<std::string> usual) const {
    Printer::Options options;
    options.form = form();
    options.fields = globals.fields;
    options.usual = std::move(usual);
    options.terminal = terminal();
    options.language = language();
    return Printer(std::move(options));
}

std::unique_ptr<Progress> Session::progress(std::string label, std::uint64_t total) const {
    return std::make_unique<Progress>(
        clock_, Progress::Options{terminal().err, globals.quiet, stderr}, std::move(label), total);
}

void Session::say(const std::string& line) const {
    if (!globals.quiet) fmt::print(stderr, "{}\n", line);
}

int Session::fail(const base::Error& error) const {
    std::string trace;
    if (server_) trace = server_->trace();
    fmt::print(stderr, "{}", problem_text(error, trace, language(), terminal().colour_err));
    return exit_of(error);
}

int Session::done(const base::Result<void>& result) const {
    return result ? static_cast<int>(exit_ok) : fail(result.error());
}

}  // namespace tools
