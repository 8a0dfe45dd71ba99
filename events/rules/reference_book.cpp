#include "events/rules/reference_book.h"

#include <charconv>
#include <unordered_map>

#include "events/base/ensure.h"

namespace events {
namespace {

constexpr std::string_view unknown = "UNK";

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    ENSURE(done.ec == std::errc(), "a built-in list holds numbers where it says so");
    return value;
}

/// Built in, so read once: rules ask for them with every event.
std::int64_t default_of(std::string_view name) {
    static const auto defaults = [] {
        std::unordered_map<std::string_view, std::int64_t> out;
        for (const auto& row : CodeLists::built_in().list("parameters")->rows()) {
            out.emplace(cell(row, "name"), number(cell(row, "default")));
        }
        return out;
    }();
    const auto found = defaults.find(name);
    ENSURE(found != defaults.end(),
           "a rule asks only for parameters of codes/lists/parameters.csv");
    return found->second;
}

bool is_division_code(std::string_view region) {
    return region.size() == 6 && region.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool ReferenceBook::is_workday(Date day) const {
    const auto calendar = calendars_.find(day.year());
    if (calendar != calendars_.end()) {
        const auto listed = calendar->second.days.find(day);
        if (listed != calendar->second.days.end()) {
            return listed->second == schema::DayKind::WORKDAY;
        }
    }
    return day.weekday() < 5;
}

bool ReferenceBook::has_calendar(int year) const {
    return calendars_.contains(year);
}

int ReferenceBook::workdays(const Period& range) const {
    ENSURE(range.to != forever, "only the working days of a closed range can be counted");
    int count = 0;
    for (Date day = range.from; day < range.to; day = day + 1) count += is_workday(day) ? 1 : 0;
    return count;
}

std::int64_t ReferenceBook::parameter(std::string_view name, Date on) const {
    const auto set = parameters_.find(name);
    if (set != parameters_.end()) {
        for (auto value = set->second.rbegin(); value != set->second.rend(); ++value) {
            if (value->from <= on) return value->value;
        }
    }
    return default_of(name);
}

const ReferenceBook::ZoneScheme* ReferenceBook::scheme(std::string_view name) const {
    for (const auto& candidate : schemes_) {
        if (candidate.name == name) return &candidate;
    }
    return nullptr;
}

const ReferenceBook::ZoneScheme* ReferenceBook::scheme_on(Date day) const {
    const ZoneScheme* latest = nullptr;
    for (const auto& candidate : schemes_) {
        if (!candidate.period.contains(day)) continue;
        if (!latest || latest->period.from <= candidate.period.from) latest = &candidate;
    }
    return latest;
}

std::vector<const ReferenceBook::ZoneScheme*> ReferenceBook::schemes() const {
    std::vector<const ZoneScheme*> all;
    for (const auto& candidate : schemes_) all.push_back(&candidate);
    return all;
}

std::string ReferenceBook::division_on(std::string_view region, Date day) const {
    std::string code(region);
    for (const auto& step : steps_) {  // by date, so that one change can follow another
        if (step.from > day || step.old_code != code || step.new_code.empty()) continue;
        // A part split off leaves the old code to what remains of it.
        if (step.kind == schema::DivisionChangeKind::SPLIT && division_row(code)) continue;
        code = step.new_code;
    }
    return code;
}

std::string ReferenceBook::parent_on(const std::string& code, Date day) const {
    const DivisionStep* arrived = nullptr;
    std::string left;
    for (const auto& step : steps_) {
        if (step.new_code == code && step.from <= day && !step.new_parent.empty()) arrived = &step;
        if (step.old_code == code && !step.old_parent.empty()) left = step.old_parent;
    }
    if (arrived) return arrived->new_parent;
    if (!left.empty()) return left;
    if (const auto* row = division_row(code)) return cell(*row, "parent_code");
    return code.substr(0, 4) + "00";
}

std::string ReferenceBook::prefecture_on(std::string_view region, Date day) const {
    if (!is_division_code(region) || region.substr(2) == "0000") return std::string(region);
    const auto code = division_on(region, day);
    if (std::string_view(code).substr(4) == "00") return code;
    const auto parent = parent_on(code, day);
    // Some counties sit directly under their province and count as a prefecture of their own.
    return std::string_view(parent).substr(2) == "0000" ? code : parent;
}

std::string ReferenceBook::zone_on(std::string_view region, Date day,
                                   const ZoneScheme& scheme) const {
    if (is_external(region)) return "EXT";
    const auto zone = scheme.zone_of.find(prefecture_on(region, day));
    return zone == scheme.zone_of.end() ? std::string(unknown) : zone->second;
}

bool ReferenceBook::is_external(std::string_view region) const {
    if (region.starts_with("EXT-")) return true;
    return is_division_code(region) && region.substr(0, 2) != province_;
}

bool ReferenceBook::knows_division(std::string_view code) const {
    if (division_row(code)) return true;
    for (const auto& step : steps_) {
        if (step.old_code == code || step.new_code == code) return true;
    }
    const auto* ever = codes_->list("id_area_codes");
    return ever && ever->find(code);
}

std::string ReferenceBook::division_name(std::string_view code) const {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
        if (step->new_code == code && !step->new_name.empty()) return step->new_name;
    }
    const auto* row = division_row(code);
    return row ? cell(*row, "name_zh") : std::string();
}

std::optional<int> ReferenceBook::hardship_class(std::string_view region, Date day) const {
    const HardshipList* latest = nullptr;
    for (const auto& list : hardship_) {
        if (!list.period.contains(day)) continue;
        if (!latest || latest->period.from <= list.period.from) latest = &list;
    }
    if (!latest) return std::nullopt;
    // Lists name counties by the codes of their own time, so the newest code is tried as well.
    for (const auto& code : {division_on(region, day), division_on(region, forever)}) {
        const auto found = latest->class_of.find(code);
        if (found != latest->class_of.end()) return found->second;
    }
    return std::nullopt;
}

const Row* ReferenceBook::division_row(std::string_view code) const {
    const auto* divisions = codes_->list("divisions");
    return divisions ? divisions->find(code) : nullptr;
}

}  // namespace events
