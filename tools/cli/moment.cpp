#include "tools/cli/moment.h"

#include <fmt/format.h>

#include <charconv>

namespace tools {
namespace {

using events::Date;
using events::Instant;
using events::Period;

constexpr std::int64_t micros_per_second = 1'000'000;

std::optional<int> number_of(std::string_view digits) {
    int number = 0;
    const auto end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, number);
    if (digits.empty() || digits.size() > 7 || parsed.ec != std::errc() || parsed.ptr != end ||
        number < 0) {
        return std::nullopt;
    }
    return number;
}

/// `2026`, `2026-03`, `2026-03-05`, `today`, `yesterday`, `tomorrow` as the days they cover.
std::optional<Period> days_of(std::string_view text, const Today& today) {
    const Date now = today.zone.civil_date(today.now);
    if (text == "today") return Period{now, now + 1};
    if (text == "yesterday") return Period{now - 1, now};
    if (text == "tomorrow") return Period{now + 1, now + 2};
    if (const auto day = Date::parse(text)) return Period{*day, *day + 1};
    if (text.size() == 7) {
        const auto first = Date::parse(std::string(text) + "-01");
        if (first) return Period{*first, first->first_of_next_month()};
    }
    if (text.size() == 4) {
        const auto first = Date::parse(std::string(text) + "-01-01");
        if (first) return Period{*first, first->plus_months(12)};
    }
    return std::nullopt;
}

bool is_position(std::string_view text) {
    return text.starts_with("seq:") && text.size() > 4 && text.size() <= 24 &&
           text.find_first_not_of("0123456789", 4) == std::string_view::npos;
}

base::Error bad_moment(std::string_view text, MomentUse use) {
    return {base::Fault::invalid, "E_BAD_DATE",
            fmt::format("'{}' is not a moment: write 2026-03-05, 2026-03, 2026, "
                        "2026-03-05T10:00:00+08:00, -2h, -3d, yesterday, today{} or end",
                        text, use == MomentUse::known ? ", seq:123" : "")};
}

std::string day_text(const Period& days, MomentUse use) {
    const bool last = use == MomentUse::known || use == MomentUse::as_of;
    return (last ? days.to - 1 : days.from).text();
}

}  // namespace

std::optional<Instant> before_now(std::string_view text, const Today& today) {
    if (!text.starts_with('-')) return std::nullopt;
    text.remove_prefix(1);
    const auto unit_at = text.find_first_not_of("0123456789");
    if (unit_at == std::string_view::npos) return std::nullopt;
    const auto count = number_of(text.substr(0, unit_at));
    const auto unit = text.substr(unit_at);
    if (!count) return std::nullopt;
    const auto seconds = [&](std::int64_t each) {
        return Instant{today.now.micros - *count * each * micros_per_second};
    };
    if (unit == "s") return seconds(1);
    if (unit == "m") return seconds(60);
    if (unit == "h") return seconds(3'600);
    if (unit == "d") return seconds(86'400);
    if (unit == "w") return seconds(7 * 86'400);
    if (unit != "mo" && unit != "y") return std::nullopt;
    const int months = unit == "y" ? 12 * *count : *count;
    if (months > 12'000) return std::nullopt;
    const Date day = today.zone.civil_date(today.now);
    const auto since = today.now.micros - today.zone.start_of(day).micros;
    return Instant{today.zone.start_of(day.plus_months(-months)).micros + since};
}

std::optional<Instant> begin_of(std::string_view text, const Today& today) {
    if (text == "now" || text == "end") return today.now;
    if (const auto instant = Instant::parse(text)) return instant;
    if (const auto instant = before_now(text, today)) return instant;
    if (const auto days = days_of(text, today)) return today.zone.start_of(days->from);
    return std::nullopt;
}

base::Result<std::string> moment_text(std::string_view text, MomentUse use, const Today& today) {
    const Date now = today.zone.civil_date(today.now);
    if (text.empty()) return std::string();
    if (text == "end" || text == "now") {
        // A range ends before its last day; every other moment is the newest by default.
        if (use == MomentUse::to) return (now + 1).text();
        return use == MomentUse::from ? now.text() : std::string();
    }
    if (is_position(text)) {
        if (use == MomentUse::known) return std::string(text);
        return bad_moment(text, use);
    }
    if (const auto days = days_of(text, today)) return day_text(*days, use);
    const auto instant = Instant::parse(text);
    const auto before = instant ? instant : before_now(text, today);
    if (!before) return bad_moment(text, use);
    if (use != MomentUse::known) return today.zone.civil_date(*before).text();
    return instant ? std::string(text) : before->text();
}

}  // namespace tools
