// The part of a start that reads the log's tail again for what is derived from it.
#include <fmt/format.h>

#include "ledger/bytes.h"
#include "ledger/start.h"
#include "ledger/unreadable.h"

namespace ledger {

using storage::Part;

base::Result<void> Start::rebuild_index() {
    core_->index = std::make_unique<Index>(*core_->log, core_->marks, options().index_events);
    const auto from = core_->index->open(end_.size, core_->read_only());
    if (!from) return from.error();
    core_->map = std::make_unique<StreamMap>(*core_->log);
    if (auto done = core_->map->open(end_.size, core_->read_only()); !done) return done.error();
    if (auto done = read_owners(*from); !done) return done.error();
    if (auto done = read_tail(*from); !done) return done.error();
    if (core_->read_only()) return {};
    return core_->vault->sweep([this](const events::CommandId& command) {
        return core_->index->find(command, end_.size).has_value();
    });
}

base::Result<void> Start::read_tail(std::uint64_t from) {
    auto cursor = core_->log->walk(Part::events, {.long_scan = true, .upto = {}});
    cursor.seek(position_key(from));
    for (auto position = from; position < end_.size; ++position, cursor.next()) {
        if (!cursor.valid()) {
            const auto status = cursor.status();
            if (!status) return at_position(position, status.error());
            return corrupt("E_LOG_DAMAGED", fmt::format("position {} is missing", position));
        }
        const auto event = events::read_event(cursor.value());
        if (!event || (*event)->position() != position) {
            return corrupt("E_LOG_DAMAGED",
                           fmt::format("position {} does not hold its event", position));
        }
        core_->index->add_stored(**event);
        core_->marks.note(position, (*event)->payload_type());
        if (!core_->read_only()) core_->index->seal_in_passing(end_.size);
    }
    return {};
}

base::Result<void> Start::read_owners(std::uint64_t from) {
    // From the newest block back to the one that holds `from`.
    auto cursor = core_->log->walk(Part::blocks);
    for (cursor.seek_to_last(); cursor.valid(); cursor.back()) {
        const auto record = BlockRecord::decode(cursor.value());
        if (!record) return corrupt("E_LOG_DAMAGED", "a block record cannot be read");
        if (record->first + record->count <= from) break;
        for (const auto& owner : record->owners) core_->index->add_stored(owner);
    }
    return cursor.status();
}

}  // namespace ledger
