#include "ledger/core.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "events/base/log.h"
#include "ledger/block.h"
#include "ledger/sealing.h"
#include "ledger/unreadable.h"

namespace ledger {

base::Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::filesystem::path& dir,
                                                           bool shared) {
    const auto path = dir / "LOCK";
    const int flags = (shared ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC;
    const int file = ::open(path.c_str(), flags, 0600);
    if (file < 0) {
        return base::Error{base::Fault::storage, "E_STORAGE",
                           fmt::format("the file LOCK: {}", std::strerror(errno))};
    }
    if (::flock(file, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        ::close(file);
        return base::Error{base::Fault::conflict, "E_LEDGER_IN_USE",
                           fmt::format("another process has {} open", dir.string())};
    }
    return std::unique_ptr<FolderLock>(new FolderLock(file));
}

FolderLock::~FolderLock() {
    ::close(file_);
}

base::Result<storage::Pinned> Core::durable_event(std::uint64_t position) const {
    if (position >= board.size()) {
        return base::Error{base::Fault::not_found, "E_NO_EVENT",
                           fmt::format("the log has no position {}", position)};
    }
    storage::Pinned out;
    const auto found = log->get(storage::Part::events, position_key(position), out);
    if (!found) return at_position(position, found.error());
    if (!*found) {
        return base::Error{base::Fault::corrupt, "E_LOG_DAMAGED",
                           fmt::format("position {} is missing", position)};
    }
    return out;
}

std::string Core::any_event(std::uint64_t position) const {
    if (const auto bytes = pending.find(position)) return *bytes;
    const auto bytes = durable_event(position);
    if (!bytes) throw Unreadable(bytes.error());
    return std::string(bytes->bytes());
}

Unsealed unseal(const Core& core, const events::schema::Event& event) {
    Unsealed out;
    if (event.sealed() == nullptr) return out;
    const auto place = place_of(core.info.id, event);
    for (flatbuffers::uoffset_t i = 0; i < event.sealed()->size(); ++i) {
        const auto& part = *event.sealed()->Get(i);
        const auto blob = core.log->get(storage::Part::sealed,
                                        blob_key(event.position(), static_cast<std::uint16_t>(i)));
        if (!core.vault) {
            out.view.erased = true;
            continue;
        }
        const auto key = core.vault->find(events::Id::of(*part.subject()), part.personal_class());
        if (!blob || !key) {
            out.damaged = true;
            continue;
        }
        OpenedPart opened;
        const auto outcome = !blob->has_value()
                                 ? Opening::no_key
                                 : open_part(place, part, **blob, key->get(), opened);
        if (outcome == Opening::no_key) out.view.erased = true;
        if (outcome == Opening::damaged) out.damaged = true;
        if (opened.body_salt) out.body_salt = opened.body_salt;
        std::move(opened.fields.begin(), opened.fields.end(), std::back_inserter(out.view.fields));
    }
    if (out.damaged) {
        base::log(base::LogLevel::error, "a sealed part of position {} does not open",
                  event.position());
    }
    return out;
}

Receipt read_receipt(const Core& core, const events::History::Block& block) {
    Receipt out;
    for (std::uint64_t i = 0; i < block.count; ++i) {
        const auto bytes = core.any_event(block.first.value + i);
        const auto& event = events::trusted_event(bytes);
        Receipt::Item item;
        item.position.value = event.position();
        item.event = events::Id::of(*event.event_id());
        for (const auto* stream : *event.streams()) {
            item.streams.push_back({{stream->kind(), events::Id::of(stream->id())},
                                    events::Revision{stream->revision()}});
        }
        item.leaf = leaf_hash(bytes);
        out.items.push_back(std::move(item));
        out.command = {events::Id::of(*event.command_id())};
        out.recorded_at = events::Instant::of(*event.recorded_at());
        out.proposed |= event.proposed();
    }
    return out;
}

}  // namespace ledger
