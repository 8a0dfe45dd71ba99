// What a caller asks to have recorded: one or several events that stand or fall together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/dates.h"
#include "events/ids.h"
#include "events/schema/event_generated.h"

namespace events {

/// Who asks, as established by the server.
struct Actor {
    Id id;
    Role role = Role::none;
    std::optional<Id> organisation;
    std::string region;  ///< division code the role is bound to; empty if none
    std::optional<Id> on_behalf_of;
    schema::Assurance assurance = schema::Assurance::none;
};

/// A field that is kept out of the event and sealed.
struct PersonalField {
    std::string path;  ///< catalogue path, `doc.number`, `contact`, `evidence.0.locator`
    PersonalClass personal_class = PersonalClass::none;
    std::string json;  ///< the value as catalogue JSON
};

/// Another event, as a command may name it before its id is known. JSON forms: `12:<event id>`,
/// `12`, `<command id>#<index>`, `#<index>` (of this very command).
struct Reference {
    struct At { Position position; std::optional<Id> event; };
    struct Of { CommandId command; std::uint16_t index; };
    struct Here { std::uint16_t index; };

    std::string path;          ///< catalogue path of the field, `affiliation`
    std::size_t offset = 0;    ///< of the EventRef struct in the draft's payload buffer
    std::variant<At, Of, Here> target;
};

struct EvidenceItem {
    std::string alg;
    std::string digest;  ///< raw bytes
    std::string media_type;
    std::optional<std::uint64_t> bytes;
};

/// What the caller believes about a stream: its newest revision.
struct Expectation {
    StreamId stream;
    Revision revision;  ///< 0: the stream does not exist yet
};

/// One event as asked for: checked against the catalogue, not yet against the rules.
struct Draft {
    schema::Payload type = schema::Payload::NONE;
    std::optional<Id> home;       ///< id of the home stream, if the caller gave `subject`
    std::optional<Date> from;     ///< effective from; absent: civil date of recording
    std::optional<Date> to;
    schema::LegalBasis legal_basis = schema::LegalBasis::none;
    std::vector<EvidenceItem> evidence;
    std::vector<PersonalField> personal;
    std::vector<Reference> references;
    /// A FlatBuffers buffer whose root is the payload table, clear fields only. Structs of
    /// `fill` fields and of references are present and zero, so they can be set in place.
    std::vector<std::uint8_t> payload;

    template <class T>
    const T& as() const {
        return *flatbuffers::GetRoot<T>(payload.data());
    }
    template <class T>
    T& as_mutable() {
        return *flatbuffers::GetMutableRoot<T>(payload.data());
    }
    /// The value of a personal field as catalogue JSON; null if not given.
    const PersonalField* find_personal(std::string_view path) const;
};

/// One command: its drafts are recorded together or not at all.
struct Command {
    CommandId id;
    Actor actor;
    std::optional<Id> correlation;
    std::optional<Id> causation;
    bool first_load = false;
    std::optional<Instant> demo_time;  ///< only in a demonstration ledger (settled.md 4)
    std::vector<Expectation> expect;
    std::vector<Draft> drafts;
    /// Deterministic bytes of what the caller asked for, the same for every retry. Actor, expected
    /// revisions and demo time are left out. Written by the reader (events/json/command_reader.h).
    std::string canonical;
};

}  // namespace events
