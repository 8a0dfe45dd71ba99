// What a pack says of itself: manifest.json.
//
// Nothing in it is believed: a check works it out again from checkpoint, entries and proofs, and
// compares. Only who made the pack, when and with which program stands there unproven.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/base/result.h"
#include "events/dates.h"
#include "events/ids.h"

namespace evidence {

/// Of what the events are. Everything given must hold for each of them.
struct Asked {
    std::optional<events::Id> person;        ///< then `streams` are that person's
    std::vector<events::StreamId> streams;   ///< empty: any; else at least one of them
    std::string type;                        ///< `AffiliationStarted`; empty: any
    std::uint64_t from = 0;                  ///< first position
    std::uint64_t upto = 0;                  ///< before this position
    std::string recorded_from, recorded_to;  ///< RFC 3339, as asked; empty: positions were
    bool operator==(const Asked&) const = default;
};

/// A sealed part of an event of the pack.
struct PartState {
    enum class State {
        opened,  ///< its blob and message key are in the pack
        closed,  ///< left out when the pack was made
        erased,  ///< gone from the ledger already
    };
    std::uint64_t position = 0;
    events::PersonalClass personal_class = events::PersonalClass::none;
    events::Id subject;
    State state = State::closed;
    bool operator==(const PartState&) const = default;
};

struct Manifest {
    static constexpr int format_version = 1;

    std::string program;
    events::Instant made_at;
    events::Id ledger;
    std::string kind;  ///< REAL or DEMO
    std::string origin;
    std::uint64_t size = 0;
    events::Hash root{};
    Asked asked;
    std::uint64_t events = 0;  ///< of what was asked
    /// Entries beside those asked for, so that the others can be understood: the first of the log,
    /// and the registrations of the employers named.
    std::vector<std::uint64_t> context;
    std::vector<PartState> parts;

    std::string encoded() const;
    /// Only the one spelling that `encoded` gives. Fails with `corrupt` E_PACK_FORMAT.
    static base::Result<Manifest> parse(std::string_view json);
};

std::string_view name_of(PartState::State state);
/// `personal/12.IDENTITY.json`.
std::string part_file(std::uint64_t position, events::PersonalClass personal_class);

}  // namespace evidence
