// The AsyncAPI 3.0 document: what comes over the event stream.
#pragma once

#include <string>

namespace server {

std::string asyncapi_document();

}  // namespace server
