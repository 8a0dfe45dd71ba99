#include "server/problem.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>

namespace server {
namespace {

void append_details(std::string& out, const std::vector<base::Detail>& details) {
    if (details.empty()) return;
    out += ",\"errors\":[";
    for (std::size_t i = 0; i < details.size(); ++i) {
        out += i ? ",{\"pointer\":" : "{\"pointer\":";
        append_json(out, details[i].pointer);
        out += ",\"code\":";
        append_json(out, details[i].code);
        out += ",\"detail\":";
        append_json(out, details[i].what);
        out += '}';
    }
    out += ']';
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
    out += '"';
    for (const char each : text) {
        if (each == '"' || each == '\\')
            (out += '\\') += each;
        else if (static_cast<unsigned char>(each) < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(each));
        else
            out += each;
    }
    out += '"';
}

int status_of(base::Fault fault) {
    switch (fault) {
        case base::Fault::invalid:
            return 400;
        case base::Fault::refused:
            return 422;
        case base::Fault::not_found:
            return 404;
        case base::Fault::conflict:
            return 409;
        case base::Fault::overloaded:
            return 503;
        case base::Fault::cancelled:
            return 503;
        case base::Fault::storage:
            return 500;
        case base::Fault::corrupt:
            return 500;
    }
    return 500;
}

CodeText text_of(const events::CodeLists& codes, std::string_view code, base::Fault fault,
                 Language language) {
    CodeText text{status_of(fault), std::string(code), {}};
    const events::CodeList* list = codes.list("error_codes");
    const events::Row* row = list ? list->find(code) : nullptr;
    if (!row) return text;
    const int status = std::atoi(events::cell(*row, "status").c_str());
    // One code may be met in two ways: a question about nobody is 404, a command about them is
    // refused like by any other rule.
    const bool about_nothing = fault == base::Fault::not_found;
    const bool by_rule = fault == base::Fault::refused && status == 404;
    if (status >= 200 && status < 600 && !about_nothing && !by_rule) text.status = status;
    const bool zh = language == Language::zh;
    if (const auto& title = events::cell(*row, zh ? "title_zh" : "title_en"); !title.empty())
        text.title = title;
    text.hint = events::cell(*row, zh ? "hint_zh" : "hint_en");
    return text;
}

Language language_of(const Request& request) {
    const std::string* accept = request.header("accept-language");
    if (!accept) return Language::en;
    // Language ranges have the form of media ranges without a slash, so `zh-CN` is cut to `zh`.
    std::string ranges;
    for (std::size_t i = 0; i < accept->size(); ++i) {
        if ((*accept)[i] == '-')
            while (i < accept->size() && (*accept)[i] != ';' && (*accept)[i] != ',') ++i;
        if (i < accept->size()) ranges += (*accept)[i];
    }
    const auto best = preferred(&ranges, {"en", "zh"});
    return best == "zh" ? Language::zh : Language::en;
}

Response problem(const events::CodeLists& codes, const Request& request, const base::Error& error,
                 std::string_view more) {
    const Language language = language_of(request);
    const CodeText text = text_of(codes, error.code, error.fault, language);
    std::string body = "{\"type\":";
    append_json(body, "/problems/" + error.code);
    body += ",\"title\":";
    append_json(body, text.title);
    fmt::format_to(std::back_inserter(body), ",\"status\":{},\"detail\":", text.status);
    append_json(body, error.what);
    body += ",\"instance\":";
    append_json(body, "urn:request:" + request.request_id);
    body += ",\"code\":";
    append_json(body, error.code);
    if (!text.hint.empty()) append_json(body += ",\"hint\":", text.hint);
    if (!error.pointer.empty()) append_json(body += ",\"pointer\":", error.pointer);
    append_json(body += ",\"trace_id\":", request.trace_id);
    append_details(body, error.details);
    body.append(more).append("}\n");

    Response response = Response::of(text.status, "application/problem+json", std::move(body));
    response.set("Content-Language", language == Language::zh ? "zh" : "en");
    response.set("Vary", "Accept-Language");
    response.set("Cache-Control", "no-store");
    if (text.status == 503) response.set("Retry-After", "1");
    return response;
}

void append_problem_members(std::string& out, const events::CodeLists& codes, Language language,
                            const base::Error& error) {
    append_json(out += "\"code\":", error.code);
    append_json(out += ",\"title\":", text_of(codes, error.code, error.fault, language).title);
    append_json(out += ",\"detail\":", error.what);
    if (!error.pointer.empty()) append_json(out += ",\"pointer\":", error.pointer);
    append_details(out, error.details);
}

}  // namespace server
