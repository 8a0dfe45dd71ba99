#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "events/base/ensure.h"
#include "events/codes/code_lists.h"
#include "events/rules/engagement.h"
#include "events/rules/reference_book.h"

namespace events {
namespace {

using Group = EngagementKind::Group;

int number(const Row& row, std::string_view column) {
    const auto& digits = cell(row, column);
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

Group group_of(std::string_view name) {
    if (name == "residence") return Group::residence;
    if (name == "secondment") return Group::secondment;
    if (name == "leave") return Group::leave;
    if (name == "training") return Group::training;
    return Group::flexible;
}

/// Names of parties separated by anything that is not part of a name. HOME_NOTICE asks nobody.
unsigned parties_of(std::string_view names) {
    unsigned parties = party_bit(schema::Party::TALENT) | party_bit(schema::Party::HOST);
    const auto in_name = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
    for (std::size_t at = 0; at < names.size();) {
        std::size_t end = at;
        while (end < names.size() && in_name(names[end])) ++end;
        const auto name = names.substr(at, end - at);
        if (name == "HOME") parties |= party_bit(schema::Party::HOME);
        if (name == "AUTHORITY") parties |= party_bit(schema::Party::AUTHORITY);
        at = end + 1;
    }
    return parties;
}

EngagementKind read_kind(const std::string& code, const Row& row) {
    EngagementKind kind;
    kind.code = code;
    kind.group = group_of(cell(row, "group"));
    kind.max_load = number(row, "max_load_permille");
    kind.max_term_months = number(row, "max_term_months");
    kind.consents = parties_of(cell(row, "consents"));
    kind.rest_days_only = code == "SUN";
    return kind;
}

std::map<std::string, EngagementKind, std::less<>> read_kinds() {
    std::map<std::string, EngagementKind, std::less<>> kinds;
    const auto* list = CodeLists::built_in().list("engagement_kinds");
    ENSURE(list, "the kinds of engagement are compiled in");
    for (const auto& row : list->rows()) {
        const std::string code{cell(row, "code")};
        kinds.emplace(code, read_kind(code, row));
    }
    return kinds;
}

/// The newest change of home that the home employer has not consented to.
std::optional<Date> home_moved_since(const Person& person, Position consented) {
    std::optional<Date> moved;
    const auto note = [&](Position at, Date day) {
        if (at > consented && (!moved || day > *moved)) moved = day;
    };
    for (const auto& affiliation : person.affiliations) {
        if (!affiliation.is_home()) continue;
        note(affiliation.opened.position, affiliation.period.from);
        for (std::size_t i = 1; i < affiliation.sites.size(); ++i)
            note(affiliation.sites[i].position, affiliation.sites[i].from);
    }
    return moved;
}

}  // namespace

Date EngagementKind::latest_end(Date from, int extensions) const {
    // Each extension of a leave may add a full term; for the others extensions count in.
    const int terms = group == Group::leave ? 1 + extensions : 1;
    return from.plus_months(max_term_months * terms);
}

const EngagementKind* engagement_kind(std::string_view code) {
    static const auto kinds = read_kinds();
    const auto found = kinds.find(code);
    return found == kinds.end() ? nullptr : &found->second;
}

unsigned consents_needed(const Person& person, const EngagementCase& engagement, bool has_home) {
    const auto* kind = engagement_kind(engagement.kind);
    auto parties = kind ? kind->consents : parties_of("HOME");
    const bool retired =
        person.status_on(engagement.period.from) == schema::TalentStatus::RETIRED;
    if (!has_home || (retired && engagement.kind == "SEA"))
        parties &= ~party_bit(schema::Party::HOME);
    return parties;
}

Mdays planned(const EngagementCase& engagement, const Period& range,
              const ReferenceBook& reference) {
    return planned(engagement, engagement.active_time(), range, reference);
}

Mdays planned(const EngagementCase& engagement, const std::vector<Period>& active,
              const Period& range, const ReferenceBook& reference) {
    const auto* kind = engagement_kind(engagement.kind);
    const bool skip_workdays = kind && kind->rest_days_only;
    Mdays sum;
    for (const auto& piece : active) {
        const auto part = piece.intersect(range);
        if (part.empty()) continue;
        for (std::size_t i = 0; i < engagement.schedules.size(); ++i) {
            // The first schedule reaches back to the start, the last one to the end.
            const Period in_force{
                i == 0 ? part.from : engagement.schedules[i].from,
                i + 1 == engagement.schedules.size() ? part.to : engagement.schedules[i + 1].from};
            const auto work = engagement.schedules[i].schedule.planned(
                part.intersect(in_force), engagement.period, reference, skip_workdays);
            sum.workday += work.workday;
            sum.restday += work.restday;
        }
    }
    return sum;
}

std::optional<Date> home_consent_due(const Person& person, const EngagementCase& engagement,
                                     const ReferenceBook& reference) {
    if (!engagement.is_live()) return std::nullopt;
    const auto home = party_bit(schema::Party::HOME);
    if ((consents_needed(person, engagement, true) & home) == 0) return std::nullopt;
    const auto moved = home_moved_since(person, engagement.home_consented);
    if (!moved || *moved >= engagement.period.to) return std::nullopt;
    const auto days = reference.parameter("reconsent_days", *moved);
    const auto due = std::max(*moved, engagement.period.from) + static_cast<int>(days);
    // Without a home on that day there is nobody to ask.
    if (due >= engagement.period.to || !person.home_on(due)) return std::nullopt;
    return due;
}

const TransferCase* converting_transfer(const Person& person, const EngagementCase& engagement) {
    if (engagement.spans.empty()) return nullptr;
    for (const auto& transfer : person.transfers) {
        const bool in_effect = transfer.state == TransferState::effective ||
                               transfer.state == TransferState::handed_over;
        // Who was at the host before the engagement began gives internal support.
        if (in_effect && transfer.to_employer == engagement.host_employer &&
            engagement.spans.front().from < *transfer.effected_on &&
            *transfer.effected_on <= engagement.period.to)
            return &transfer;
    }
    return nullptr;
}

bool on_home_leave(const EngagementCase& engagement) {
    const auto* kind = engagement_kind(engagement.kind);
    return engagement.home_leave || (kind && kind->group == Group::residence);
}

const Schedule& EngagementCase::schedule_on(Date day) const {
    ENSURE(!schedules.empty(), "an engagement has a schedule");
    for (auto span = schedules.rbegin(); span != schedules.rend(); ++span)
        if (span->from <= day) return span->schedule;
    return schedules.front().schedule;
}

std::vector<Period> EngagementCase::active_time() const {
    std::vector<Period> active;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (!spans[i].active) continue;
        const Period until_next{spans[i].from, i + 1 < spans.size() ? spans[i + 1].from : forever};
        if (const auto part = until_next.intersect(period); !part.empty()) active.push_back(part);
    }
    return active;
}

bool EngagementCase::active_on(Date day) const {
    if (!period.contains(day)) return false;
    bool active = false;
    for (const auto& span : spans)
        if (span.from <= day) active = span.active;
    return active;
}

}  // namespace events
