#include "server/view_lag.h"

namespace server {
namespace {

constexpr std::chrono::milliseconds grain{10};
constexpr std::size_t notes_max = 4'096;

}  // namespace

ViewLag::ViewLag(const base::Clock& clock, std::uint64_t size)
    : clock_(clock), notes_{{clock.now(), size}} {}

void ViewLag::committed(std::uint64_t size) {
    const auto now = clock_.now();
    const std::lock_guard lock(guard_);
    const bool near = !notes_.empty() && now - notes_.back().at < grain;
    if (near || notes_.size() >= notes_max)
        notes_.back().size = size;
    else
        notes_.push_back({now, size});
}

ViewLag::Duration ViewLag::at(std::uint64_t position) {
    const auto now = clock_.now();
    const std::lock_guard lock(guard_);
    while (!notes_.empty() && notes_.front().size <= position) notes_.pop_front();
    return notes_.empty() ? Duration::zero() : now - notes_.front().at;
}

}  // namespace server
