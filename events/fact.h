// One recorded event as rules and projections see it: typed payload in place, dates, identity.
// Made from stored bytes, or from a draft that is about to be recorded, so that one fold serves
// both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "events/base/ensure.h"
#include "events/dates.h"
#include "events/event.h"
#include "events/ids.h"
#include "events/schema/event_generated.h"

namespace events {

struct Fact {
    Position position;
    Id event;
    schema::Payload type = schema::Payload::NONE;
    const void* payload = nullptr;  ///< FlatBuffers table of `type`; borrowed
    StreamId home;
    Date from;
    Date to = forever;
    Instant recorded_at;
    Id command;
    std::uint16_t command_index = 0;
    std::uint16_t command_size = 1;
    Id actor;
    Role role = Role::none;
    bool first_load = false;
    bool proposed = false;
    std::optional<Id> named_as;
    /// The stored event; null for a draft that is being decided.
    const schema::Event* stored = nullptr;

    template <class T>
    const T& as() const {
        ENSURE(type == schema::PayloadTraits<T>::enum_value, "a fact is read as what it is");
        return *static_cast<const T*>(payload);
    }
    static Fact of(const schema::Event& event);
    static Fact of(const Command& command, const Draft& draft, const Placement& placement);
};

/// Where folds read recorded events from. The ledger implements it; tests have one in memory.
/// Everything is limited to what the implementation regards as its head.
class History {
public:
    using Visit = std::function<void(const Fact&)>;
    struct Block {
        Position first;
        std::uint16_t count = 0;
    };

    virtual ~History() = default;
    /// Calls `visit` for each event of the stream in position order. The fact and its payload are
    /// valid only during the call.
    virtual void each(const StreamId& stream, const Visit& visit) const = 0;
    /// Calls `visit` with the event at `position`; false if there is none.
    virtual bool at(Position position, const Visit& visit) const = 0;
    /// Where the events of a command landed.
    virtual std::optional<Block> find(const CommandId& command) const = 0;
};

}  // namespace events
