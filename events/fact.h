// One recorded event as rules and projections see it: typed payload in place, dates, identity.
// Made from stored bytes, or from a draft that is about to be recorded, so that one fold serves
// both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

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
    /// The stored event's bytes, so that a fold can keep a copy; empty for a draft.
    std::string_view bytes;
    /// Where a draft is about to be recorded; null for a stored event.
    const Placement* placement = nullptr;

    template <class T>
    const T& as() const {
        ENSURE(type == schema::PayloadTraits<T>::enum_value, "a fact is read as what it is");
        return *static_cast<const T*>(payload);
    }
    /// Calls `visit` with each stream the fact stands in, the home stream first.
    template <class F>
    void each_stream(F&& visit) const {
        if (stored) {
            for (const auto* stream : *stored->streams()) {
                visit(StreamId{stream->kind(), Id::of(stream->id())});
            }
        } else if (placement) {
            for (const auto& stream : placement->streams) visit(stream.id);
        }
    }
    /// Of a stored event. REQUIRES: the bytes were verified before.
    static Fact of(std::string_view bytes);
    /// Without `bytes`: good for one look, not for a History.
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
    /// valid only during the call. Facts are made with `Fact::of(bytes)`: folds keep copies.
    virtual void each(const StreamId& stream, const Visit& visit) const = 0;
    /// Calls `visit` with the event at `position`; false if there is none.
    virtual bool at(Position position, const Visit& visit) const = 0;
    /// Where the events of a command landed.
    virtual std::optional<Block> find(const CommandId& command) const = 0;
};

}  // namespace events
