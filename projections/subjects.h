// The views of one person or one employer: folded from that one's streams when asked.
#pragma once

#include <boost/json.hpp>

#include "events/base/result.h"
#include "events/rules/person.h"
#include "ledger/ledger.h"
#include "projections/ask.h"
#include "projections/runner.h"
#include "projections/storage/store.h"

namespace projections {

/// What a question about one subject is answered from.
struct Asking {
    const Ask& ask;
    const ledger::Ledger& ledger;
    const Shelves& shelves;
    const Store& store;
    const events::History& history;  ///< limited to K
    ReferenceShelf::Version book;    ///< as of K
};

/// The named talent, or the survivor of merges in force as of K.
struct FoundPerson {
    events::Person person;
    std::optional<events::Id> resolved_from;
};
/// Fails with `not_found` E_NO_TALENT, `invalid` E_BAD_ID.
base::Result<FoundPerson> find_person(const Asking& asking);

// Each fills in `rows` and what else its view says; all share the members of every answer.
base::Result<void> answer_dossier(const Asking& asking, boost::json::object& out);
base::Result<void> answer_roster(const Asking& asking, boost::json::object& out);
base::Result<void> answer_calendar(const Asking& asking, boost::json::object& out);

// -- the list of breaches, which has no subject ---------------------------------------------------
/// Every row that stands; `event` and `caused_by` are positions until `name_events` names them.
base::Result<void> answer_breaches(const Ask& ask, const Shelves& shelves, const Store& store,
                                   const Store::Snapshot& snapshot, boost::json::array& rows);
base::Result<void> name_events(const ledger::Ledger& ledger, boost::json::array& rows);

// -- pieces that several of them say --------------------------------------------------------------
/// The date, or null for an open end.
boost::json::value json_of(const std::optional<events::Date>& day);
boost::json::value json_of(events::Date day);
boost::json::value json_of(const events::Period& period);
std::string text_of(const events::EventName& name);
std::string_view name_of(events::EngagementState state);
std::string_view name_of(events::TransferState state);
/// Region of a site as known at K; `UNK` if it is not.
std::string site_region(const Asking& asking, const events::Id& employer, const events::Id& site);

}  // namespace projections
