// Stored events to CloudEvents JSON, by catalogue names, without loss.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <vector>

#include "events/catalogue.h"
#include "events/command.h"
#include "events/event.h"

namespace events {

/// What the reader of an event may see of its sealed parts.
struct PersonalView {
    /// Fields that could be opened; the others are shown as null with the reason in
    /// `data.sealed`.
    std::vector<PersonalField> fields;
    bool erased = false;  ///< at least one part is gone for good
};

/// Appends the event as one CloudEvents 1.0 object: `id` = event id, `commandid`, `type`,
/// `subject`, `time`, `sequence` (20 digits), `streams` (`kind/id@revision` separated by spaces),
/// `effectivefrom`, `effectiveto`, `correlationid`, `causationid`, `leafhash`, `data` by catalogue
/// names. 64-bit numbers are strings. Fields that were not given are left out.
void write_event(std::string& out, const Catalogue& catalogue, const schema::Event& event,
                 const Hash& leaf, const PersonalView* personal = nullptr);

/// Appends the payload alone as catalogue JSON. Personal fields that were not opened are left out.
void write_payload(std::string& out, const Catalogue& catalogue, const TypeInfo& type,
                   const void* payload, const PersonalView* personal = nullptr);

/// The same as a JSON value.
boost::json::value payload_json(const Catalogue& catalogue, const TypeInfo& type,
                                const void* payload, const PersonalView* personal = nullptr);

}  // namespace events
