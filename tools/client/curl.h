// The curl command that sends the same request.
#pragma once

#include <string>

#include "tools/client/http.h"

namespace tools {

/// Quoted for a POSIX shell. A token is never written out: it is named as $TOKEN.
std::string curl_line(const Url& url, const Request& request);

}  // namespace tools
