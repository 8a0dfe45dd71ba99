#include "ledger/genesis.h"

#include <algorithm>
#include <cstring>

#include "events/catalogue.h"
#include "ledger/bytes.h"
#include "ledger/crypto.h"
#include "ledger/system_events.h"

namespace ledger {
namespace {

constexpr std::uint16_t log_format = 1;
constexpr std::size_t schema_part_bytes = 49'152;

events::CommandId fresh_command(base::Random& random) {
    events::CommandId id;
    random.fill(id.bytes);
    return id;
}

void add_schema(events::Command& command, const LedgerInfo& info) {
    using namespace events::schema;
    const auto bytes = events::Catalogue::built_in().schema_bytes();
    const auto hash = sha256({bytes});
    Digest digest;
    std::memcpy(static_cast<void*>(&digest), hash.data(), hash.size());
    const auto parts =
        static_cast<std::uint16_t>((bytes.size() + schema_part_bytes - 1) / schema_part_bytes);
    for (std::uint16_t part = 0; part < parts; ++part) {
        const auto content = bytes_of(bytes.substr(part * schema_part_bytes, schema_part_bytes));
        command.drafts.push_back(ops_draft(
            Payload::SchemaPublished, info, [&](flatbuffers::FlatBufferBuilder& builder) {
                const auto vector = builder.CreateVector(content.data(), content.size());
                return CreateSchemaPublished(builder, events::schema_version,
                                             static_cast<std::uint16_t>(part + 1), parts, vector,
                                             &digest);
            }));
    }
}

}  // namespace

events::Instant demo_start() { return {1'546'272'000'000'000}; }

events::Command genesis_command(const LedgerInfo& info, base::Random& random) {
    using namespace events::schema;
    auto command = system_command(info, fresh_command(random));
    const auto id = info.id.stored();
    command.drafts.push_back(
        ops_draft(Payload::LedgerOpened, info, [&](flatbuffers::FlatBufferBuilder& builder) {
            const auto origin = builder.CreateString(info.origin);
            const auto zone = builder.CreateString(info.zone);
            return CreateLedgerOpened(builder, &id, info.kind, origin, zone, suite_intl,
                                      log_format);
        }));
    add_schema(command, info);
    set_canonical(command);
    return command;
}

events::Command recovered_command(const LedgerInfo& info, const LostBlock& lost,
                                  base::Random& random) {
    using namespace events::schema;
    auto command = system_command(info, fresh_command(random));
    command.drafts.push_back(
        ops_draft(Payload::LedgerRecovered, info, [&](flatbuffers::FlatBufferBuilder& builder) {
            return CreateLedgerRecovered(builder, lost.anchored_size, lost.found_size,
                                         lost.block);
        }));
    set_canonical(command);
    return command;
}

base::Result<LedgerInfo> read_info(std::string_view first_event) {
    const auto event = events::read_event(first_event);
    if (!event) return event.error();
    const auto* opened = (*event)->payload_as_LedgerOpened();
    if (opened == nullptr || opened->ledger() == nullptr || opened->origin() == nullptr ||
        opened->zone() == nullptr) {
        return base::Error{base::Fault::corrupt, "E_LOG_DAMAGED",
                           "position 0 does not open a ledger"};
    }
    LedgerInfo info;
    info.id = events::Id::of(*opened->ledger());
    info.kind = opened->kind().value_or(LedgerInfo{}.kind);
    info.origin = opened->origin()->str();
    info.zone = opened->zone()->str();
    info.suite = opened->suite().value_or(0);
    info.format = opened->format().value_or(0);
    return info;
}

}  // namespace ledger
