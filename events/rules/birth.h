// INV-T5 and T6: dates against the year of birth. Internal to events/rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/rules/deciding.h"

namespace events {

/// The text of a personal field that is a JSON string; nothing if it was not given.
std::optional<std::string> personal_text(const Draft& draft, std::string_view path);
/// A personal date; nothing if it was not given.
std::optional<Date> personal_date(const Draft& draft, std::string_view path);

/// The person's year of birth; 0 if unknown.
int birth_year_of(const Person& person);

/// Nothing about a person begins before the year of birth.
base::Result<void> require_born(const Person& person, Date day);

/// An issue date lies at most a day after today.
base::Result<void> require_issued(const Deciding& deciding, Date issued);

}  // namespace events
