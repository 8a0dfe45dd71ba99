// The OpenAPI 3.1 document, from the route table and the catalogue.
#pragma once

#include <string>

#include "events/catalogue.h"

namespace server {

std::string openapi_document(const events::Catalogue& catalogue);

}  // namespace server
