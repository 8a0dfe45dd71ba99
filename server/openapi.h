// The OpenAPI 3.1 document and single JSON schemas, from the route table and the catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/catalogue.h"

namespace server {

std::string openapi_document(const events::Catalogue& catalogue);

/// JSON Schema 2020-12 of an event type or table, with all it refers to; nothing if there is none.
/// `name`: `SiteOpened` or `talent.SiteOpened.v1`.
std::optional<std::string> json_schema(const events::Catalogue& catalogue, std::string_view name);

}  // namespace server
