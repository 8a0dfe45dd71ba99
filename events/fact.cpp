#include "events/fact.h"

namespace events {

Fact Fact::of(const schema::Event& event) {
    const auto& home = *event.streams()->Get(0);
    Fact fact;
    fact.position = {event.position()};
    fact.event = Id::of(*event.event_id());
    fact.type = event.payload_type();
    fact.payload = event.payload();
    fact.home = {home.kind(), Id::of(home.id())};
    fact.from = Date::of(*event.effective_from());
    if (event.effective_to()) fact.to = Date::of(*event.effective_to());
    fact.recorded_at = Instant::of(*event.recorded_at());
    fact.command = Id::of(*event.command_id());
    fact.command_index = event.command_index();
    fact.command_size = event.command_size();
    fact.actor = Id::of(*event.actor()->id());
    fact.role = event.actor()->role();
    fact.first_load = event.first_load();
    fact.proposed = event.proposed();
    if (event.named_as()) fact.named_as = Id::of(*event.named_as());
    fact.stored = &event;
    return fact;
}

Fact Fact::of(std::string_view bytes) {
    Fact fact = of(trusted_event(bytes));
    fact.bytes = bytes;
    return fact;
}

Fact Fact::of(const Command& command, const Draft& draft, const Placement& placement) {
    ENSURE(!draft.payload.empty(), "a draft has been read before it is decided");
    Fact fact;
    fact.position = placement.position;
    fact.event = placement.event_id;
    fact.type = draft.type;
    fact.payload = flatbuffers::GetRoot<void>(draft.payload.data());
    if (!placement.streams.empty()) fact.home = placement.streams.front().id;
    fact.from = placement.from;
    fact.to = placement.to.value_or(forever);
    fact.recorded_at = placement.recorded_at;
    fact.command = command.id;
    fact.command_index = placement.command_index;
    fact.command_size = placement.command_size;
    fact.actor = command.actor.id;
    fact.role = command.actor.role;
    fact.first_load = command.first_load;
    fact.proposed = placement.proposed;
    fact.named_as = placement.named_as;
    fact.placement = &placement;
    return fact;
}

}  // namespace events
