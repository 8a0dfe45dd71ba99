// `/` for people who open the address in a browser, and /problems/{code} for those who met one.
#include <fmt/format.h>

#include "events/base/html.h"
#include "server/problem.h"
#include "server/routes/routes.h"

namespace server {
namespace {

constexpr std::string_view page_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

Response html(std::string_view lang, std::string_view title, std::string_view body) {
    Response response = Response::of(
        200, "text/html; charset=utf-8",
        fmt::format("<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<meta "
                    "name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>"
                    "body{{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;"
                    "padding:0 1rem}}code{{font-family:ui-monospace,monospace}}</style>\n{}",
                    lang, title, body));
    response.set("Content-Security-Policy", std::string(page_policy));
    return response;
}

awaitable<base::Result<Response>> get_home(Call& call) {
    const auto& ledger = call.services.ledger;
    const auto head = ledger.head();
    const bool demo = ledger.info().kind == events::schema::LedgerKind::DEMO;
    std::string links;
    for (const char* path : {"/v1/events", "/v1/types", "/v1/views/stock", "/v1/views/flow-matrix",
                             "/v1/limits", "/openapi.json", "/readyz?verbose", "/metrics"})
        links += fmt::format("<li><a href=\"{0}\"><code>{0}</code></a></li>\n", path);
    Response response = html(
        "en", "Talent Ledger",
        fmt::format(
            "<h1>Talent Ledger · 人才账本</h1>\n<p>{} ({}), ledger <code>{}</code></p>\n"
            "<p>{} events recorded · root <code>{}</code> · views at {}</p>\n<ul>\n{}</ul>\n",
            base::html_escaped(call.services.notary.origin()), demo ? "demonstration" : "real",
            ledger.info().id.text(), head.size, events::hex(head.root),
            call.services.views.position(), links));
    response.set("Cache-Control", "no-cache");
    co_return response;
}

awaitable<base::Result<Response>> get_problem(Call& call) {
    const std::string& code = call.path["code"];
    const auto& codes = call.services.ledger.codes();
    const auto* list = codes.list("error_codes");
    if (!list || !list->find(code))
        co_return base::Error{base::Fault::not_found, "E_NO_CODE", "There is no such error code."};
    const Language language = language_of(call.request);
    const CodeText text = text_of(codes, code, base::Fault::invalid, language);
    const std::string tongue = language == Language::zh ? "zh" : "en";
    Response response;
    if (preferred(call.request.header("accept"), {"application/json", "text/html"}) ==
        "text/html") {
        response = html(tongue, code,
                        fmt::format("<h1><code>{}</code></h1>\n<p><strong>{}</strong> ({})</p>\n"
                                    "<p>{}</p>\n",
                                    code, base::html_escaped(text.title), text.status,
                                    base::html_escaped(text.hint)));
    } else {
        std::string body = "{\"code\":";
        append_json(body, code);
        fmt::format_to(std::back_inserter(body), ",\"status\":{},\"title\":", text.status);
        append_json(body, text.title);
        append_json(body += ",\"hint\":", text.hint);
        response = Response::json(body + "}\n");
    }
    response.set("Content-Language", tongue);
    response.set("Vary", "Accept, Accept-Language");
    response.set("Cache-Control", hour_cache);
    co_return response;
}

}  // namespace

Route home_route() {
    Route route;
    route.id = "home";
    route.path = "/";
    route.en = "A page for people.";
    route.zh = "供人阅读的首页。";
    route.outcomes = {{200, "The page.", {"text/html"}}, {304, "It is still the same.", {}}};
    route.handler = get_home;
    route.without_ready = true;
    return route;
}

Route problem_get_route() {
    Route route;
    route.id = "explainProblem";
    route.path = "/problems/{code}";
    route.en = "What an error code means and what to do, in the language asked for.";
    route.zh = "错误码的含义与处理办法。";
    route.parameters = {
        {"code", Parameter::Where::path, Parameter::Kind::text, "Such as E_SECOND_HOME.", true}};
    route.outcomes = {{200, "The explanation.", {"application/json", "text/html"}},
                      {404, "No such code.", {}}};
    route.handler = get_problem;
    route.without_ready = true;
    return route;
}

}  // namespace server
