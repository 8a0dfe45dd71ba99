// How dates and approvals of an event type are called, in interfaces and tables.
#pragma once

#include <string_view>

#include "events/catalogue.h"

namespace events {

constexpr std::string_view name_of(DateUse use) {
    switch (use) {
        case DateUse::none:
            return "none";
        case DateUse::from:
            return "from";
        case DateUse::period:
            return "period";
        case DateUse::open_period:
            return "open_period";
        case DateUse::month:
            return "month";
    }
    return "none";
}

constexpr std::string_view name_of(ApprovalUse use) {
    switch (use) {
        case ApprovalUse::never:
            return "never";
        case ApprovalUse::always:
            return "always";
        case ApprovalUse::by_rule:
            return "by_rule";
    }
    return "never";
}

}  // namespace events
