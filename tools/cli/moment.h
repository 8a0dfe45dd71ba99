// Moments as people write them: a time, a day, a month, `-2h`, `yesterday`, `seq:123`, `end`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/base/result.h"
#include "events/dates.h"

namespace tools {

/// Lifetime: the zone must outlive it.
struct Today {
    events::Instant now;
    const events::Zone& zone;
};

/// What a parameter makes of a period such as `2026-03`.
enum class MomentUse {
    known,  ///< known_at: the end of the period; `seq:N` and times are taken
    as_of,  ///< effective_at: its last day
    from,   ///< its first day
    to,     ///< half-open end: its first day as well, so that `2026-03` does not count March
};

/// The text as the server takes it; empty for `end` and `now` where that is the default.
/// RFC 3339 goes through as it is. A time where a day is wanted is its civil day in the zone.
/// Fails with `invalid` E_BAD_DATE, listing the forms.
base::Result<std::string> moment_text(std::string_view text, MomentUse use, const Today& today);

/// `-90m`, `-2h`, `-3d`, `-2w`, `-1mo`, `-1y` before now; nothing if it is not of that form.
std::optional<events::Instant> before_now(std::string_view text, const Today& today);

/// Instant at which a written moment begins (the first of a day, month or year).
std::optional<events::Instant> begin_of(std::string_view text, const Today& today);

}  // namespace tools
