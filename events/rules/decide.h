// The rules: given the newest standings, may this command be recorded, and as what?
// Pure: no clock, no disk, no randomness. Source of every rule: domain.md 2.4 to 2.6 as settled.md
// 2 reads them.
#pragma once

#include <string>
#include <vector>

#include "events/base/result.h"
#include "events/catalogue.h"
#include "events/command.h"
#include "events/event.h"
#include "events/rules/standings.h"

namespace events {

/// When and where a command would be recorded.
struct Moment {
    Id ledger;
    schema::LedgerKind kind = schema::LedgerKind::REAL;
    Instant recorded_at;
    Date today;      ///< civil date of recorded_at in the business zone
    Position next;   ///< position of the command's first event
};

/// Accepted all the same, but somebody should look.
struct Warning {
    std::string code;  ///< W_...
    std::string what;
    std::uint16_t index = 0;  ///< event in the command
};

struct Decision {
    /// One per draft, in order; revisions are left zero for the registrar.
    std::vector<Placement> placements;
    std::vector<Claim> claims;
    std::vector<Warning> warnings;
};

/// Decides a command and fills in what the registrar fills in (`fill` fields, references,
/// home_employer). On success the standings' scratch layer holds the outcome: the caller must call
/// `keep()` or `drop()`. On refusal the scratch layer has been dropped.
/// REQUIRES: every draft of a type that opens a stream has `home` set.
/// Errors: `refused` (422), `conflict` (412 E_STALE_GUARD is the registrar's), `invalid` (400,
///         403 E_ROLE, 428 E_GUARD_REQUIRED), each with a code of codes/lists/error_codes.csv;
///         `pointer` names the event (`/1`) in a command of several.
base::Result<Decision> decide(Standings& standings, const Catalogue& catalogue, Command& command,
                              const Moment& moment);

/// What the clock demands of a person on a day: commands of the system (actor Y) that are due,
/// such as TransferLapsed, EngagementSuspended, EngagementCompleted (settled.md 2.10).
struct Duty {
    schema::Payload type = schema::Payload::NONE;
    StreamId stream;
    Date due;
    std::optional<Date> from;  ///< effective from; absent for undated types
    std::string payload_json;  ///< catalogue JSON, the same however often the duty is named
};
std::vector<Duty> duties(const Person& person, Date today, const ReferenceBook& reference);
/// The first day on which `duties` may say something new; nothing if never.
std::optional<Date> next_duty(const Person& person, Date today, const ReferenceBook& reference);

/// Command id of a duty: first 16 bytes of SHA-256 over stream, type and due day, so that it
/// is carried out once however often it is tried.
CommandId duty_command(const Id& ledger, const Duty& duty);

}  // namespace events
