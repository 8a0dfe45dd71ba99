// Digests of the views at a position: as kept along the way, or from what is stored.
#pragma once

#include <cstdint>

#include "events/base/result.h"
#include "projections/storage/store.h"
#include "projections/view_digests.h"

namespace projections {

/// At the snapshot's checkpoint, from the sums that were kept while writing: quick however long
/// the log is, but blind to rows that were altered behind the store's back.
/// Errors: `corrupt` E_VIEWS_DAMAGED, `storage`.
base::Result<ViewDigests> kept_digests(const Store& store, const Store::Snapshot& snapshot);

/// As of `size` events, from every stored entry. The agenda and the standing breaches say only what
/// holds now: they are left out if `size` is not the checkpoint's.
/// Errors: `invalid` E_BAD_POSITION past the checkpoint; `corrupt` E_VIEWS_DAMAGED, `storage`.
base::Result<ViewDigests> stored_digests(const Store& store, const Store::Snapshot& snapshot,
                                         std::uint64_t size);

}  // namespace projections
