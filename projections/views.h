// The views: what the log shows, now and as of any earlier moment.
#pragma once

#include <boost/json/fwd.hpp>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/base/result.h"
#include "events/dates.h"
#include "events/ids.h"
#include "events/rules/reference_book.h"
#include "ledger/ledger.h"
#include "projections/view_digests.h"

namespace projections {

/// A question to a view, as it comes in over HTTP or from the command line.
struct Question {
    std::string view;     ///< dossier roster stock flow-matrix use-matrix net-inflow calendar
    std::string subject;  ///< id of the talent or employer, where the view has one
    /// Parameters by name: effective_at, known_at, from, to, by, scheme, recast, basis, slices by
    /// field name, limit, cursor. Unknown ones are refused with the nearest name.
    std::map<std::string, std::string> parameters;
    events::Instant now;  ///< what "today" means if effective_at is not given
};

/// All views over one ledger, folded in one pass.
///
/// Threads:  `catch_up` from one thread; all questions from any.
/// Lifetime: the ledger must outlive it.
/// Errors:   `invalid` E_BAD_PARAMETER, E_UNKNOWN_PARAMETER, E_UNKNOWN_VIEW, E_BAD_DATE,
///           E_BAD_POSITION; `not_found` E_NO_TALENT, E_NO_EMPLOYER; `corrupt`, `storage`.
class Views {
public:
    /// Events between two writes of rows and checkpoint.
    static constexpr std::uint64_t batch_events_default = 4'096;

    /// `dir` is the folder views/; it may be deleted at any time and is then rebuilt. With no
    /// folder the views live in memory (offline tools, tests).
    static base::Result<std::unique_ptr<Views>> open(
        std::optional<std::filesystem::path> dir, const ledger::Ledger& ledger,
        std::uint64_t batch_events = batch_events_default);
    ~Views();

    /// Number of events folded in; the answer to a question reflects exactly these.
    std::uint64_t position() const;
    /// Folds what is new, up to the ledger's head or to the end of the command at which `upto`
    /// events are folded in. View changes and checkpoint go into one batch
    /// per few thousand events. Returns early when `stop` becomes true.
    base::Result<void> catch_up(const std::atomic<bool>& stop,
                                std::uint64_t upto = ~std::uint64_t{0});
    /// {"view", "effective_at", "known_at", "scheme", "position", "coverage", "rows": [...]}.
    base::Result<boost::json::object> answer(const Question& question) const;
    /// Of all that is folded in, from sums kept along the way: quick, and the same for every
    /// rebuild of the same log. Errors: `corrupt` E_VIEWS_DAMAGED, `storage`.
    base::Result<ViewDigests> digests() const;
    /// As of `size` events, read again from all that is stored: rows that were altered show here.
    /// `agenda` and `standing-breaches` are there only if `size` is `position()`.
    /// Errors: `invalid` E_BAD_POSITION past the position; `corrupt` E_VIEWS_DAMAGED, `storage`.
    base::Result<ViewDigests> digests_at(std::uint64_t size) const;
    static std::vector<std::string> names();

    // -- what the clock demands (settled.md 2.10) -----------------------------------------------
    /// Someone whose standing brings a duty.
    struct Due {
        events::Date day;
        events::Id talent;
    };
    /// Everybody with a duty due on `upto` or before, by day and then by talent, as of at least
    /// `position()`.
    std::vector<Due> due(events::Date upto) const;
    /// What the province has published, as of at least `position()`.
    std::shared_ptr<const events::ReferenceBook> reference() const;

private:
    struct State;
    explicit Views(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace projections
