// Members of JSON that somebody else wrote.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace tools {

/// A member that is a string; empty if there is none. Valid as long as the object.
inline std::string_view string_member(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    if (found == nullptr || !found->is_string()) return {};
    return {found->get_string().data(), found->get_string().size()};
}

}  // namespace tools
