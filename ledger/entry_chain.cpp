#include "ledger/entry_chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/bytes.h"

namespace ledger {

std::optional<std::string> EntryChain::take(const events::schema::Event& event) {
    if (event.position() != next_) return "the event was recorded at another position";
    if (auto wrong = take_command(event)) return wrong;
    if (auto wrong = take_streams(event)) return wrong;
    ++next_;
    return std::nullopt;
}

std::optional<std::string> EntryChain::take_command(const events::schema::Event& event) {
    const auto recorded_at = events::Instant::of(*event.recorded_at());
    const auto command = events::Id::of(*event.command_id());
    const bool begins_inside = next_ == from_ && from_ > 0;
    if (event.command_index() == 0 || begins_inside) {
        if (command_left_ != 0) return "the command before is not complete";
        command_ = command;
        command_next_ = event.command_index();
        command_left_ = static_cast<std::uint16_t>(event.command_size() - command_next_);
        if (recorded_at < recorded_at_) return "recorded earlier than the event before";
        recorded_at_ = recorded_at;
    }
    if (command_left_ == 0 || command != command_ || event.command_index() != command_next_) {
        return "the event does not continue its command";
    }
    --command_left_;
    ++command_next_;
    if (recorded_at != recorded_at_) return "a command is recorded at one instant";
    return std::nullopt;
}

std::optional<std::string> EntryChain::take_streams(const events::schema::Event& event) {
    for (const auto* stream : *event.streams()) {
        const auto id = events::Id::of(stream->id());
        auto& entry = tally_.at(id, stream->kind());
        const bool first_sight = entry.revision == 0 && from_ > 0;
        const bool fits = first_sight ? stream->revision() > 0
                                      : stream->revision() == entry.revision + 1;
        if (!fits) {
            return fmt::format("revision {} of {} follows revision {}", stream->revision(),
                               events::StreamId{stream->kind(), id}.text(), entry.revision);
        }
        if (remembering_) remember(entry);
        entry.revision = stream->revision();
        entry.last = next_;
    }
    return std::nullopt;
}

void EntryChain::remember(const RevisionTally::Entry& entry) {
    if (before_.size() == changes_max) forget_changes(changed_at_.front() + 1);
    before_.push_back(entry);
    changed_at_.push_back(next_);
}

void EntryChain::forget_changes(std::uint64_t size) {
    while (!changed_at_.empty() && changed_at_.front() < size) {
        changed_at_.pop_front();
        before_.pop_front();
    }
    known_from_ = std::max(known_from_, size);
}

std::optional<RevisionTally> EntryChain::tally_at(std::uint64_t size) const {
    if (!remembering_ || from_ > 0 || size < known_from_ || size > next_) return std::nullopt;
    auto out = tally_;
    for (std::size_t i = before_.size(); i-- > 0 && changed_at_[i] >= size;) {
        out.put_back(before_[i]);
    }
    return out;
}

std::string EntryChain::encoded() const {
    std::string out;
    append_number(out, from_);
    append_number(out, next_);
    append_bytes(out, command_.bytes);
    append_number(out, command_left_);
    append_number(out, command_next_);
    append_number(out, static_cast<std::uint64_t>(recorded_at_.micros));
    append_number(out, static_cast<std::uint8_t>(remembering_));
    append_number(out, known_from_);
    append_number(out, static_cast<std::uint64_t>(before_.size()));
    for (std::size_t i = 0; i < before_.size(); ++i) {
        append_number(out, changed_at_[i]);
        RevisionTally::append(out, before_[i]);
    }
    return out + tally_.encoded();
}

bool EntryChain::decode(std::string_view bytes) {
    ByteReader reader(bytes);
    from_ = reader.number<std::uint64_t>();
    next_ = reader.number<std::uint64_t>();
    command_ = events::Id{reader.array<16>()};
    command_left_ = reader.number<std::uint16_t>();
    command_next_ = reader.number<std::uint16_t>();
    recorded_at_ = events::Instant{static_cast<std::int64_t>(reader.number<std::uint64_t>())};
    remembering_ = reader.number<std::uint8_t>() != 0;
    known_from_ = reader.number<std::uint64_t>();
    before_.clear();
    changed_at_.clear();
    for (auto left = reader.number<std::uint64_t>(); left > 0 && reader.ok(); --left) {
        changed_at_.push_back(reader.number<std::uint64_t>());
        before_.push_back(RevisionTally::take(reader));
    }
    return reader.ok() && tally_.decode(reader.rest());
}

}  // namespace ledger
