// The parts of decide_transfer.
#pragma once

#include "events/rules/deciding.h"

namespace events {

/// Civil service and public institutions: posts that an authority gives (INV-X4).
bool is_public_post(schema::Staffing staffing);

/// INV-X5 and X4: TransferEffected with the ending and the start it causes, in one command.
/// Fills in the references to both. Fails with E_CONSENT_MISSING, E_BATCH_INCOMPLETE,
/// E_BATCH_MISMATCH, E_BATCH_ORDER, E_NOT_CURRENT_EMPLOYER, E_NOTICE_PERIOD, E_SERVICE_YEARS,
/// E_TEAMS_EQUAL.
base::Result<void> decide_transfer_effect(Deciding& deciding, std::size_t index,
                                          const Person& person, const TransferCase& transfer);

/// TransferReversed with the EventRetracted of both affiliation events.
/// Fails with E_BATCH_INCOMPLETE.
base::Result<void> decide_transfer_reversal(const Deciding& deciding,
                                            const TransferCase& transfer);

/// INV-X9: warns of open obligations; refuses a move out of a hardship county before the agreed
/// service ends (E_SERVICE_YEARS). REQUIRES: the home employer and the new site are known.
base::Result<void> check_obligations(Deciding& deciding, std::size_t index, const Person& person,
                                     const TransferCase& transfer, Date day);

}  // namespace events
