// Failures as RFC 9457 problem details, in Chinese or English.
#pragma once

#include <string>
#include <string_view>

#include "events/base/result.h"
#include "events/codes/code_lists.h"
#include "server/message.h"

namespace server {

enum class Language { en, zh };

/// What error_codes.csv says of a code; a code that is missing there still has a status.
struct CodeText {
    int status = 500;
    std::string title;
    std::string hint;
};
CodeText text_of(const events::CodeLists& codes, std::string_view code, base::Fault fault,
                 Language language);

/// The one place where a fault becomes a status, for codes without a line of their own.
int status_of(base::Fault fault);

/// The language an `Accept-Language` value likes best; English unless Chinese is liked better.
Language language_of(const Request& request);

/// `application/problem+json` with type, title, status, detail, instance, code, hint, trace_id and
/// errors[]. Never holds personal data: errors do not carry any.
/// `more`: further members, as text that begins with a comma, or nothing.
Response problem(const events::CodeLists& codes, const Request& request, const base::Error& error,
                 std::string_view more = {});

/// The members code, title, detail, pointer, errors of a line of a bulk answer.
void append_problem_members(std::string& out, const events::CodeLists& codes, Language language,
                            const base::Error& error);

/// Appends text as a JSON string.
void append_json(std::string& out, std::string_view text);

}  // namespace server
