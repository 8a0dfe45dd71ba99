// Where a mapped path leads: a member of the envelope, or a field of the catalogue.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/catalogue.h"

namespace tools {

/// Members of the envelope that a column may fill.
std::span<const std::string_view> envelope_members();
/// Whether the path lies in the payload: neither in the envelope nor beside it.
bool is_payload(std::string_view path);
/// `titles.0.code` step by step.
std::vector<std::string> steps_of(std::string_view path);
/// A step that counts within a list.
bool is_index(std::string_view step);
/// The steps in the CloudEvent.
std::vector<std::string> place_of(std::string_view path);
/// The path within the payload.
std::string_view catalogue_path(std::string_view path);

/// The field at the end of a catalogue path; null with the known names where it leads nowhere.
const events::FieldInfo* find_field(const events::TableInfo* table, std::string_view path,
                                    std::vector<std::string>& known);

}  // namespace tools
