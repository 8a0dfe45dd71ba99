// The events of a log, fetched from wherever they are served, for folds that need nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/base/result.h"
#include "events/fact.h"
#include "events/ids.h"
#include "projections/log_reader.h"

namespace tools {

/// Events lie in a nameless temporary file, in memory there is only where they and their streams
/// are.
///
/// Bounds:   some 100 bytes of memory for each event.
/// Threads:  one thread at a time.
class CopiedLog final : public projections::LogReader {
public:
    /// Fails with `storage` E_STORAGE.
    static base::Result<std::unique_ptr<CopiedLog>> make();
    ~CopiedLog() override;

    /// The next event. Fails with `corrupt` E_EVENT_BYTES, where it is none or stands elsewhere.
    base::Result<void> add(std::string_view bytes);
    /// No more events come; they can be read from now on.
    base::Result<void> seal();

    events::Id id() const override { return id_; }
    std::uint64_t size() const override { return places_.size(); }
    const events::CodeLists& codes() const override { return events::CodeLists::built_in(); }
    std::unique_ptr<Scan> scan(std::span<const events::schema::Payload> types, std::uint64_t from,
                               std::uint64_t upto) const override;
    std::unique_ptr<events::History> history(std::uint64_t size) const override;

private:
    class CopiedScan;
    class CopiedHistory;
    explicit CopiedLog(std::FILE* file) : file_(file) {}
    /// REQUIRES: sealed.
    std::string_view bytes(std::uint64_t position) const;

    std::FILE* file_;
    const char* mapped_ = nullptr;
    /// Where each event lies in the file; begins are aligned as the verifier of events likes it.
    struct Place {
        std::uint64_t begin;
        std::uint32_t size;
    };
    std::vector<Place> places_;
    std::uint64_t end_ = 0;
    std::unordered_map<events::StreamId, std::vector<std::uint64_t>, events::IdHash> streams_;
    std::unordered_map<events::Id, events::History::Block, events::IdHash> commands_;
    events::Id id_;
};

}  // namespace tools
