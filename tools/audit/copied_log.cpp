#include "tools/audit/copied_log.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "events/event.h"

namespace tools {

namespace {

using events::Fact;

constexpr std::size_t alignment = 16;

base::Error temporary_file_failed() {
    return {base::Fault::storage, "E_STORAGE",
            fmt::format("a temporary file cannot be written: {}", std::strerror(errno))};
}

}  // namespace

class CopiedLog::CopiedScan final : public Scan {
public:
    CopiedScan(const CopiedLog& log, std::span<const events::schema::Payload> types,
               std::uint64_t from, std::uint64_t upto)
        : log_(log),
          types_(types.begin(), types.end()),
          at_(from),
          end_(std::min(upto, log.size())) {}

    base::Result<bool> next() override {
        for (; at_ < end_; ++at_) {
            bytes_ = log_.bytes(at_);
            if (!is_wanted()) continue;
            ++at_;
            return true;
        }
        return false;
    }
    std::string_view bytes() const override { return bytes_; }

private:
    bool is_wanted() const {
        const auto type = events::trusted_event(bytes_).payload_type();
        return types_.empty() || std::find(types_.begin(), types_.end(), type) != types_.end();
    }

    const CopiedLog& log_;
    std::vector<events::schema::Payload> types_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::string_view bytes_;
};

class CopiedLog::CopiedHistory final : public events::History {
public:
    CopiedHistory(const CopiedLog& log, std::uint64_t size) : log_(log), size_(size) {}

    void each(const events::StreamId& stream, const Visit& visit) const override {
        const auto found = log_.streams_.find(stream);
        if (found == log_.streams_.end()) return;
        for (const auto position : found->second) {
            if (position >= size_) return;
            visit(Fact::of(log_.bytes(position)));
        }
    }
    bool at(events::Position position, const Visit& visit) const override {
        if (position.value >= std::min(size_, log_.size())) return false;
        visit(Fact::of(log_.bytes(position.value)));
        return true;
    }
    std::optional<Block> find(const events::CommandId& command) const override {
        const auto found = log_.commands_.find(command);
        if (found == log_.commands_.end() || found->second.first.value >= size_) return {};
        return found->second;
    }

private:
    const CopiedLog& log_;
    const std::uint64_t size_;
};

base::Result<std::unique_ptr<CopiedLog>> CopiedLog::make() {
    std::FILE* file = std::tmpfile();
    if (file == nullptr) return temporary_file_failed();
    return std::unique_ptr<CopiedLog>(new CopiedLog(file));
}

CopiedLog::~CopiedLog() {
    if (mapped_ != nullptr) ::munmap(const_cast<char*>(mapped_), end_);
    std::fclose(file_);
}

base::Result<void> CopiedLog::add(std::string_view bytes) {
    const auto event = events::read_event(bytes);
    if (!event) return event.error();
    const std::uint64_t position = size();
    if ((*event)->position() != position) {
        return base::Error{base::Fault::corrupt, "E_EVENT_BYTES",
                           fmt::format("the event served as number {} says it is number {}",
                                       position, (*event)->position())};
    }
    std::string padded(bytes);
    padded.resize((bytes.size() + alignment - 1) / alignment * alignment);
    if (std::fwrite(padded.data(), 1, padded.size(), file_) != padded.size()) {
        return temporary_file_failed();
    }
    places_.push_back({end_, static_cast<std::uint32_t>(bytes.size())});
    end_ += padded.size();
    const Fact fact = Fact::of(bytes);
    fact.each_stream([&](const auto& stream) { streams_[stream].push_back(position); });
    auto& block = commands_[fact.command];
    if (block.count++ == 0) block.first = {position};
    if (fact.type == events::schema::Payload::LedgerOpened) {
        id_ = events::Id::of(*fact.as<events::schema::LedgerOpened>().ledger());
    }
    return {};
}

base::Result<void> CopiedLog::seal() {
    if (std::fflush(file_) != 0) return temporary_file_failed();
    if (end_ == 0) return {};
    void* mapped = ::mmap(nullptr, end_, PROT_READ, MAP_SHARED, ::fileno(file_), 0);
    if (mapped == MAP_FAILED) return temporary_file_failed();
    mapped_ = static_cast<const char*>(mapped);
    return {};
}

std::string_view CopiedLog::bytes(std::uint64_t position) const {
    const Place& place = places_[position];
    return {mapped_ + place.begin, place.size};
}

std::unique_ptr<projections::LogReader::Scan> CopiedLog::scan(
    std::span<const events::schema::Payload> types, std::uint64_t from, std::uint64_t upto) const {
    return std::make_unique<CopiedScan>(*this, types, from, upto);
}

std::unique_ptr<events::History> CopiedLog::history(std::uint64_t size) const {
    return std::make_unique<CopiedHistory>(*this, size);
}

}  // namespace tools
