// From a request to a command: who asks, what the headers add, what the body says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "events/command.h"
#include "ledger/ledger.h"
#include "ledger/receipt.h"
#include "server/message.h"

namespace server {

/// The actor of `Ledger-Actor: id=<hex>; role=P; region=510000; organisation=<hex>`; nobody if the
/// header is absent. Until there is login it is believed and marked ASSERTED (settled.md 1.6).
/// Fails with `invalid` E_BAD_ACTOR.
base::Result<events::Actor> actor_of(const Request& request);

/// What the headers say of one command.
struct CommandHeaders {
    events::Actor actor;
    std::optional<events::Id> key;  ///< `Idempotency-Key`, bare or quoted
    /// `If-Match: "r41"`, or 0 for `If-None-Match: *`: revision of the home stream.
    std::optional<std::uint32_t> revision;

    /// Fails with `invalid` E_BAD_ACTOR, E_BAD_HEADER, E_BAD_ID.
    static base::Result<CommandHeaders> of(const Request& request);
};

/// Reads a command and joins it with its headers. Any thread.
/// Errors: those of events::CommandReader, `refused` E_KEY_MISMATCH, `invalid` E_BAD_HEADER.
base::Result<events::Command> read_command(const ledger::Ledger& ledger, std::string_view json,
                                           const CommandHeaders& headers);

/// A CloudEvent in binary mode (attributes in `ce-` headers, the body is `data`) in its JSON form.
std::string structured(const Request& request, std::string_view body);

/// Which expected revision is stale, as problem members `expected_version`, `current_version`,
/// `stream`, `missed`; empty if none is.
std::string stale_members(const ledger::Ledger& ledger,
                          const std::vector<events::Expectation>& expect);

/// The receipt as a JSON object without its closing brace.
std::string receipt_json(const ledger::Receipt& receipt);
/// `"r42"`: the newest revision the command gave its home stream.
std::string receipt_tag(const ledger::Receipt& receipt);

}  // namespace server
