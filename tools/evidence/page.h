// The page of a pack that people read: Chinese and English side by side, no scripts, nothing from
// elsewhere. Made from what is proven and nothing else, so that a check can make it again.
#pragma once

#include <string>
#include <vector>

#include "events/event.h"
#include "events/json/event_writer.h"
#include "tools/evidence/lists.h"
#include "tools/evidence/manifest.h"
#include "tools/evidence/report.h"

namespace evidence {

/// Events shown at most; the others are in events.ndjson.
inline constexpr std::size_t page_events_max = 2'000;

struct PageEvent {
    const events::schema::Event* event = nullptr;
    events::Hash leaf{};
    bool is_context = false;
    events::PersonalView personal;  ///< what is opened of it
};

struct Page {
    const Manifest& manifest;
    const Names& names;
    std::string zone;                    ///< business zone of the ledger
    std::vector<std::string> cosigners;  ///< witnesses by the pack's own policy
    Shown shown;
    std::vector<PageEvent> events;  ///< by position
    bool personal = false;          ///< with what was opened
    /// Follows from the message keys of the opened parts, so that the page's digest tells nobody
    /// what was on it. Only with `personal`.
    std::string salt;

    std::string html() const;
};

}  // namespace evidence
