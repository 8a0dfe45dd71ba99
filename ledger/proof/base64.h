// Standard base64 with padding (RFC 4648 section 4), as every C2SP format uses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proof {

std::string base64(std::string_view bytes);
/// Nothing for anything but the one canonical spelling.
std::optional<std::string> unbase64(std::string_view text);

}  // namespace proof
