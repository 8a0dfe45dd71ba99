// The log front: one function, so that no other file sees the logging library.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace base {

enum class LogLevel { debug, info, warning, error };
enum class LogForm { human, json };

/// Sets the sink (standard error) once, from `main`.
void log_to_stderr(LogForm form, LogLevel least);

/// Writes one line. Never hand it personal data.
void log_line(LogLevel level, std::string_view message);

template <class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    log_line(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace base
