// Writes commands as CloudEvents, one after the other into the same buffers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/dates.h"
#include "events/ids.h"

namespace synthetic {

/// `YYYY-MM-DD` into `out`.
void append_date(std::string& out, events::Date day);
std::string date_text(events::Date day);

/// The home stream of an event; no kind: left to the ledger.
struct Subject {
    std::string_view kind = {};
    events::Id id = {};
};

/// One event of a command under construction.
struct EventText {
    std::string_view type;  ///< `AffiliationStarted`
    Subject on = {};
    std::string payload = "{}";
    events::Date from = {};  ///< zero: left out
    events::Date to = {};    ///< zero: left out
    std::string_view legal_basis = {};
    bool evidence = false;
};

/// Threads: one owner.
class CommandText {
public:
    void begin(const events::Id& command, events::Date day, int minute_of_day, bool first_load);
    void expect(std::string_view kind, const events::Id& stream, std::uint32_t revision);
    void add(const EventText& event);
    /// The JSON text; valid until the next `begin`.
    const std::string& finish();
    std::uint32_t events() const { return static_cast<std::uint32_t>(tails_used_); }

private:
    std::string command_;
    std::string time_;
    std::string expect_;
    bool first_load_ = false;
    std::vector<std::string> tails_;  ///< of each event, from `"type"` on
    std::size_t tails_used_ = 0;
    std::uint64_t evidence_number_ = 0;
    std::string out_;
};

}  // namespace synthetic
