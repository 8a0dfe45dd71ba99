// The family Reference: lists that the province publishes.
#include <algorithm>
#include <set>

#include "events/rules/deciding.h"

namespace events {
namespace {

using schema::Payload;

base::Error bad_list(std::string what) { return refusal("E_BAD_LIST", std::move(what)); }

base::Result<void> check_divisions(const Draft& draft) {
    using Kind = schema::DivisionChangeKind;
    for (const auto* change : *draft.as<schema::DivisionChanged>().changes()) {
        const auto kind = change->kind().value();
        const bool from_nothing = kind == Kind::FOUNDED;
        const bool to_nothing = kind == Kind::ABOLISHED;
        if (!change->old_code() && !from_nothing) return bad_list("A change names no old code.");
        if (!change->new_code() && !to_nothing) return bad_list("A change names no new code.");
    }
    return {};
}

base::Result<void> check_zones(const Draft& draft) {
    std::set<std::string_view> prefectures;
    int trunks = 0;
    for (const auto* member : *draft.as<schema::ZoneSchemeActivated>().members()) {
        if (!prefectures.insert(member->prefecture()->string_view()).second) {
            return bad_list("A prefecture stands in the scheme twice.");
        }
        trunks += member->role() == schema::ZoneRole::TRUNK ? 1 : 0;
    }
    if (trunks > 1) return bad_list("A scheme has at most one trunk.");
    return {};
}

base::Result<void> check_hardship(const Draft& draft) {
    std::set<std::string_view> counties;
    for (const auto* area : *draft.as<schema::HardshipListPublished>().areas()) {
        if (!counties.insert(area->county()->string_view()).second) {
            return bad_list("A county stands in the list twice.");
        }
    }
    return {};
}

base::Result<void> check_calendar(Deciding& deciding, std::size_t index) {
    const auto& payload = deciding.draft(index).as<schema::CalendarPublished>();
    const int year = payload.year().value();
    const auto& place = deciding.placement(index);
    if (place.from != Date::of(year, 1, 1) || place.to != Date::of(year + 1, 1, 1)) {
        return bad_list("A calendar is effective for exactly its year.");
    }
    std::set<Date> days;
    for (const auto* day : *payload.days()) {
        const auto date = Date::of(*day->date());
        if (date.year() != year) return bad_list("A day of another year stands in the calendar.");
        if (!days.insert(date).second) return bad_list("A day stands in the calendar twice.");
    }
    return {};
}

base::Result<void> check_code_list(const Draft& draft) {
    const auto& payload = draft.as<schema::CodeListPublished>();
    if (payload.part().value() > payload.parts().value()) {
        return bad_list("The number of the part is greater than that of the parts.");
    }
    if (payload.part() == payload.parts() && payload.parts().value() > 1 && !payload.digest()) {
        return bad_list("The last part carries the digest of the whole list.");
    }
    return {};
}

}  // namespace

base::Result<void> decide_reference(Deciding& deciding, std::size_t index) {
    const auto& draft = deciding.draft(index);
    switch (draft.type) {
        case Payload::DivisionChanged: return check_divisions(draft);
        case Payload::ZoneSchemeActivated: return check_zones(draft);
        case Payload::HardshipListPublished: return check_hardship(draft);
        case Payload::CalendarPublished: return check_calendar(deciding, index);
        case Payload::CodeListPublished: return check_code_list(draft);
        default: return {};
    }
}

}  // namespace events
