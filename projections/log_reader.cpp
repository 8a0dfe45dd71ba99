#include "projections/log_reader.h"

#include <utility>

namespace projections {

namespace {

class LedgerScan final : public LogReader::Scan {
public:
    explicit LedgerScan(ledger::EventScan scan) : scan_(std::move(scan)) {}
    base::Result<bool> next() override { return scan_.next(); }
    std::string_view bytes() const override { return scan_.bytes(); }

private:
    ledger::EventScan scan_;
};

}  // namespace

std::unique_ptr<LogReader::Scan> LedgerReader::scan(
    std::span<const events::schema::Payload> types, std::uint64_t from, std::uint64_t upto) const {
    return std::make_unique<LedgerScan>(
        types.empty() ? ledger_.scan({from}, {upto}) : ledger_.scan(types, {from}, {upto}));
}

}  // namespace projections
