// The log as the views' runner reads it: a ledger's own store, or a copy of the events alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "events/base/result.h"
#include "events/codes/code_lists.h"
#include "events/fact.h"
#include "events/ids.h"
#include "ledger/ledger.h"

namespace projections {

/// Threads: one thread folds at a time.
/// Errors:  what cannot be read is a failed Result of `next`, or an Unreadable thrown by a history.
class LogReader {
public:
    /// Events one after the other; the bytes are valid until the next call.
    class Scan {
    public:
        virtual ~Scan() = default;
        /// False at the end.
        virtual base::Result<bool> next() = 0;
        virtual std::string_view bytes() const = 0;
    };

    virtual ~LogReader() = default;
    virtual events::Id id() const = 0;
    virtual std::uint64_t size() const = 0;
    virtual const events::CodeLists& codes() const = 0;
    /// Events [from, upto) of these types; all if there are none.
    virtual std::unique_ptr<Scan> scan(std::span<const events::schema::Payload> types,
                                       std::uint64_t from, std::uint64_t upto) const = 0;
    /// The first `size` events.
    virtual std::unique_ptr<events::History> history(std::uint64_t size) const = 0;
};

/// Lifetime: the ledger must outlive it.
class LedgerReader final : public LogReader {
public:
    explicit LedgerReader(const ledger::Ledger& ledger) : ledger_(ledger) {}

    events::Id id() const override { return ledger_.info().id; }
    std::uint64_t size() const override { return ledger_.head().size; }
    const events::CodeLists& codes() const override { return ledger_.codes(); }
    std::unique_ptr<Scan> scan(std::span<const events::schema::Payload> types, std::uint64_t from,
                               std::uint64_t upto) const override;
    std::unique_ptr<events::History> history(std::uint64_t size) const override {
        return ledger_.history(size);
    }

private:
    const ledger::Ledger& ledger_;
};

}  // namespace projections
