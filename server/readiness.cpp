#include "server/readiness.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include "server/checkpointer.h"
#include "server/settings.h"
#include "server/view_lag.h"

namespace server {
namespace {

Check store_check(const Services& services) {
    const std::uint64_t size = services.ledger.head().size;
    const auto newest = services.ledger.event({size - 1});
    return {"store", bool(newest), newest ? fmt::format("{} events", size) : newest.error().code};
}

Check views_check(Services& services) {
    const auto& standing = services.standing;
    const std::uint64_t folded = services.views.position();
    const std::uint64_t size = services.ledger.head().size;
    const auto lag = std::chrono::ceil<std::chrono::milliseconds>(services.lag.at(folded));
    std::string what =
        fmt::format("{} of {} events folded, {} ms behind", folded, size, lag.count());
    if (standing.views_failed) what += "; they cannot go on: " + standing.views_trouble();
    const bool near = lag <= ms_of(services.settings.bounds.view_lag_max_ms);
    return {"views", standing.ready && !standing.views_failed && near, std::move(what)};
}

Check signing_check(const Services& services) {
    const auto trouble = services.checkpointer.trouble();
    return {"signing", trouble.empty(), trouble.empty() ? "no trouble" : trouble};
}

Check disk_check(const Services& services) {
    constexpr std::uint64_t mib = 1024 * 1024;
    struct statvfs disk {};
    if (statvfs(services.settings.data.c_str(), &disk) != 0)
        return {"disk", false, "cannot be asked for its free space"};
    const std::uint64_t free = disk.f_bavail * disk.f_frsize / mib;
    const std::uint64_t reserve = services.settings.bounds.disk_reserve_mib;
    return {"disk", free >= reserve, fmt::format("{} MiB free, {} are kept back", free, reserve)};
}

}  // namespace

std::vector<Check> readiness_of(Services& services) {
    const bool draining = services.standing.draining;
    return {store_check(services),
            views_check(services),
            disk_check(services),
            signing_check(services),
            {"draining", !draining, draining ? "going down" : "no"}};
}

}  // namespace server
