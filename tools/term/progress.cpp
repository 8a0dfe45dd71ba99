#include "tools/term/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tools {
namespace {

using namespace std::chrono_literals;

constexpr auto silence = 500ms;
constexpr auto redraw = 100ms;
constexpr auto piped = 10s;
constexpr int bar_cells = 24;

std::string bar(std::uint64_t done, std::uint64_t total) {
    const auto filled = static_cast<int>(std::min(done, total) * bar_cells / total);
    std::string out = "[";
    for (int i = 0; i < bar_cells; ++i) out += i < filled ? "█" : "·";
    return out + "] ";
}

std::string time_left(double seconds) {
    if (seconds < 90) return fmt::format("{:.0f} s left", seconds);
    if (seconds < 5'400) return fmt::format("{:.0f} min left", seconds / 60);
    return fmt::format("{:.1f} h left", seconds / 3'600);
}

}  // namespace

Progress::Progress(const base::Clock& clock, Options options, std::string label,
                   std::uint64_t total)
    : clock_(clock),
      options_(options),
      label_(std::move(label)),
      total_(total),
      started_(clock.now()),
      next_(started_ + (options.terminal ? std::chrono::nanoseconds(silence) : piped)) {}

Progress::~Progress() {
    clear();
}

void Progress::at(std::uint64_t done) {
    if (options_.quiet) return;
    const auto now = clock_.now();
    if (now < next_) return;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const std::string text = line(label_, done, total_, seconds);
    if (options_.terminal) {
        const std::string drawn = total_ > 0 ? bar(done, total_) : std::string();
        fmt::print(options_.stream, "\r\x1b[K{}{}", drawn, text);
        std::fflush(options_.stream);
        drawn_ = true;
        next_ = now + redraw;
    } else {
        fmt::print(options_.stream, "{}\n", text);
        next_ = now + piped;
    }
}

void Progress::clear() {
    if (!drawn_) return;
    fmt::print(options_.stream, "\r\x1b[K");
    std::fflush(options_.stream);
    drawn_ = false;
}

std::string Progress::line(const std::string& label, std::uint64_t done, std::uint64_t total,
                           double seconds) {
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    if (total == 0) return fmt::format("{} {} {:.0f}/s", label, done, rate);
    const std::uint64_t left = total - std::min(done, total);
    const std::string eta =
        rate > 0 ? ", " + time_left(static_cast<double>(left) / rate) : std::string();
    return fmt::format("{} {}/{} {}% {:.0f}/s{}", label, done, total,
                       std::min(done, total) * 100 / total, rate, eta);
}

}  // namespace tools
