#include "ledger/recorded.h"

#include <algorithm>

#include "ledger/map_record.h"

namespace ledger {
namespace {

using events::schema::Event;
using events::schema::Payload;

std::string bytes_of(const flatbuffers::Vector<std::uint8_t>* bytes) {
    return bytes == nullptr ? std::string() : std::string(bytes->begin(), bytes->end());
}

}  // namespace

base::Result<void> newest_first(const Ledger& ledger,
                                const std::function<bool(const Event&)>& visit) {
    constexpr std::uint32_t page = 256;
    const events::StreamId ops{events::StreamKind::ops, ledger.info().id};
    for (auto last = ledger.revision(ops).value; last > 0;) {
        const auto first = last > page ? last - page + 1 : 1;
        const auto positions = ledger.positions(ops, {first}, last - first + 1);
        for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
            const auto stored = ledger.event(*at);
            if (!stored) return stored.error();
            if (!visit(stored->event())) return {};
        }
        last = first - 1;
    }
    return {};
}

base::Result<bool> has_any(const Ledger& ledger, Payload type) {
    return ledger.scan({&type, 1}, {0}, {ledger.head().size}).next();
}

base::Result<SigningOnRecord> signing_on_record(const Ledger& ledger) {
    SigningOnRecord out{ledger.info().origin};
    const auto any = has_any(ledger, Payload::CheckpointRecorded);
    if (!any) return any.error();
    out.was_signed = *any;
    const Payload types[] = {Payload::SigningKeyRotated, Payload::LogRestored};
    auto changes = ledger.scan(types, {0}, {ledger.head().size});
    for (;;) {
        const auto more = changes.next();
        if (!more) return more.error();
        if (!*more) return out;
        out.was_signed = true;
        if (const auto* rotated = changes.event().payload_as_SigningKeyRotated()) {
            out.newest_key = bytes_of(rotated->newer());
            out.restored = false;
        } else if (const auto* restored = changes.event().payload_as_LogRestored()) {
            out.origin = restored->new_origin()->str();
            out.newest_key = bytes_of(restored->new_key());
            out.restored = true;
            out.before = {restored->old_origin()->str(), restored->signed_size().value_or(0), {}};
            std::copy_n(restored->signed_root()->bytes()->begin(), out.before.root.size(),
                        out.before.root.begin());
        }
    }
}

base::Result<std::optional<RecordingOnRecord>> newest_recording(const Ledger& ledger) {
    std::optional<RecordingOnRecord> out;
    const auto any = has_any(ledger, Payload::CheckpointRecorded);
    if (!any) return any.error();
    if (!*any) return out;
    const auto read = newest_first(ledger, [&](const Event& event) {
        const auto* checkpoint = event.payload_as_CheckpointRecorded();
        if (checkpoint == nullptr) return true;
        out = RecordingOnRecord{checkpoint->size().value_or(0),
                                event.position() - event.command_index(), event.command_size()};
        return false;
    });
    if (!read) return read.error();
    return out;
}

base::Result<std::optional<proof::MapRecord>> MapRecords::newest() const {
    std::optional<proof::MapRecord> found;
    const auto any = has_any(ledger_, Payload::StreamMapRecorded);
    if (!any) return any.error();
    if (!*any) return found;
    const auto read = newest_first(ledger_, [&](const Event& event) {
        found = map_record_of(event);
        return !found;
    });
    if (!read) return read.error();
    return found;
}

base::Result<std::optional<proof::MapRecord>> MapRecords::of(std::uint64_t size) const {
    {
        const std::lock_guard lock(mutex_);
        if (known_ && known_->size == size) return known_;
    }
    std::optional<proof::MapRecord> found;
    if (size == 0) return found;
    const auto read = newest_first(ledger_, [&](const Event& event) {
        const auto record = map_record_of(event);
        if (record && record->size == size) found = record;
        // A map is recorded after the events that it is of.
        return !found && event.position() >= size;
    });
    if (!read) return read.error();
    if (found) {
        const std::lock_guard lock(mutex_);
        known_ = found;
    }
    return found;
}

}  // namespace ledger
