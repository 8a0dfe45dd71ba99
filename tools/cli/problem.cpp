#include "tools/cli/problem.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "events/codes/code_lists.h"
#include "tools/cli/exit.h"
#include "tools/term/width.h"

namespace tools {
namespace json = boost::json;
namespace {

std::string member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

base::Fault fault_of(int status) {
    switch (status) {
        case 404:
            return base::Fault::not_found;
        case 409:
        case 412:
            return base::Fault::conflict;
        case 422:
            return base::Fault::refused;
        case 429:
        case 503:
            return base::Fault::overloaded;
        default:
            return status >= 500 ? base::Fault::storage : base::Fault::invalid;
    }
}

/// Faults of a question, not of the things it is about.
constexpr std::array<std::string_view, 9> usage_codes = {
    "E_BAD_PARAMETER", "E_UNKNOWN_PARAMETER", "E_UNKNOWN_VIEW",
    "E_UNKNOWN_FIELD", "E_BAD_POSITION",      "E_BAD_URL",
    "E_USAGE",         "E_BAD_MAPPING",       "E_CONFIG"};

}  // namespace

int exit_of(const base::Error& error) {
    if (error.fault == base::Fault::corrupt) return exit_tampered;
    if (error.code == "E_COMMAND_REUSED") return exit_conflict;
    if (error.code == "E_DECLINED") return exit_declined;
    // To a command these are refusals by a rule (422), to a question they say: not there.
    if (error.code == "E_NO_TALENT" || error.code == "E_NO_EMPLOYER") return exit_not_found;
    for (const auto code : usage_codes) {
        if (error.code == code) return exit_usage;
    }
    // In an argument a wrong call; in a member of a command, which the pointer names, bad input.
    if ((error.code == "E_BAD_DATE" || error.code == "E_BAD_ID") && error.pointer.empty())
        return exit_usage;
    const int status = code_text(error.code).status;
    if (status == 401 || status == 403) return exit_denied;
    if (status == 409 || status == 412) return exit_conflict;
    switch (error.fault) {
        case base::Fault::not_found:
            return exit_not_found;
        case base::Fault::conflict:
            return exit_conflict;
        case base::Fault::overloaded:
            return exit_unavailable;
        default:
            return exit_failed;
    }
}

std::span<const ExitMeaning> exit_meanings() {
    static constexpr std::array<ExitMeaning, 13> meanings = {{
        {exit_ok, "done"},
        {exit_failed, "failed: refused by a rule, bad input"},
        {exit_usage, "wrong call"},
        {exit_not_found, "not found"},
        {exit_denied, "not authenticated or not allowed"},
        {exit_conflict, "conflict: stale revision, command id used before with another body"},
        {exit_tampered, "verification failed: evidence of tampering or loss"},
        {exit_unavailable, "unavailable or timed out, trying again may help"},
        {exit_declined, "declined"},
        {exit_differences, "differences found"},
        {exit_partly, "partly done"},
        {exit_interrupted, "stopped by Ctrl-C"},
        {143, "ended by SIGTERM"},
    }};
    return meanings;
}

CodeText code_text(std::string_view code) {
    const auto* list = events::CodeLists::built_in().list("error_codes");
    const auto* row = list == nullptr ? nullptr : list->find(code);
    if (row == nullptr) return {};
    CodeText text;
    text.status = std::atoi(events::cell(*row, "status").c_str());
    text.title_en = events::cell(*row, "title_en");
    text.title_zh = events::cell(*row, "title_zh");
    text.hint_en = events::cell(*row, "hint_en");
    text.hint_zh = events::cell(*row, "hint_zh");
    return text;
}

std::string problem_text(const base::Error& error, const std::string& trace, Language language,
                         bool colour) {
    const bool zh = language == Language::zh;
    const CodeText known = code_text(error.code);
    std::string out = coloured(zh ? "错误：" : "error: ", "31;1", colour) + printable(error.what);
    if (!error.pointer.empty()) out += fmt::format(" ({})", printable(error.pointer));
    out += "\n";
    if (!known.title(language).empty()) {
        out += fmt::format("  {} {}\n", zh ? "原因：" : "why:  ", known.title(language));
    }
    if (!known.hint(language).empty()) {
        out += fmt::format("  {} {}\n", zh ? "建议：" : "hint: ", known.hint(language));
    }
    for (const auto& detail : error.details) {
        out += fmt::format("  {}  {}  {}\n", printable(detail.pointer), detail.code,
                           printable(detail.what));
    }
    out += fmt::format("  {} {}", zh ? "代码：" : "code: ", error.code);
    if (!trace.empty()) out += fmt::format("  trace: {}", printable(trace));
    return out + "\n";
}

base::Error error_of(int status, const json::object& problem) {
    base::Error error;
    error.fault = fault_of(status);
    error.code = member(problem, "code");
    error.what = member(problem, "detail");
    if (error.what.empty()) error.what = member(problem, "title");
    if (error.what.empty()) error.what = fmt::format("the server answered {}", status);
    if (error.code.empty()) error.code = "E_HTTP";
    if (error.code == "E_LOG_DAMAGED" || error.code == "E_LOG_LOST")
        error.fault = base::Fault::corrupt;
    error.pointer = member(problem, "pointer");
    const auto* errors = problem.if_contains("errors");
    if (errors == nullptr || !errors->is_array()) return error;
    for (const auto& item : errors->get_array()) {
        if (!item.is_object()) continue;
        const auto& one = item.get_object();
        error.details.push_back(
            {member(one, "pointer"), member(one, "code"), member(one, "detail")});
    }
    return error;
}

}  // namespace tools
