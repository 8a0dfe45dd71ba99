// CloudEvents JSON to commands. Everything that can be said about a command without knowing the
// ledger is said here: form, types, bounds, code lists, check digits, dates.
#pragma once

#include <string_view>

#include "events/base/result.h"
#include "events/catalogue.h"
#include "events/codes/code_lists.h"
#include "events/command.h"

namespace events {

/// Reads one command: a CloudEvent object, or an array of them that stand or fall together.
///
/// Members of a CloudEvent: `specversion` "1.0", `type`, `source` (ignored), `id` (command id of a
/// lone event; inside an array the extension `commandid` names the command and `id` may be
/// anything), `subject` (home stream, may be absent where the type opens one), `effectivefrom`,
/// `effectiveto`, `correlationid`, `causationid`, `firstload`, `demotime`, `datacontenttype`,
/// `data` = {`payload`, `evidence`, `legal_basis`, `expect`}. `time` and other extensions are
/// refused, so that nobody believes them recorded.
///
/// Errors: `invalid` with code E_BAD_JSON, E_TOO_DEEP, E_DUPLICATE_KEY, E_UNKNOWN_FIELD,
///         E_MISSING_FIELD, E_WRONG_TYPE, E_UNKNOWN_TYPE, E_OUT_OF_RANGE, E_TOO_LONG, E_TOO_MANY,
///         E_BAD_CODE, E_BAD_DATE, E_BAD_ID, E_DOC_..., E_USCC, E_BAD_TEXT, E_DATES_NOT_ALLOWED,
///         E_DATE_ORDER, E_LEGAL_BASIS ...; `details` lists every fault found with its pointer.
/// Threads: one reader per thread (it keeps a parser).
class CommandReader {
public:
    explicit CommandReader(const Catalogue& catalogue, const CodeLists& codes);
    ~CommandReader();
    CommandReader(CommandReader&&) noexcept;

    base::Result<Command> read(std::string_view json, const Actor& actor);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace events
