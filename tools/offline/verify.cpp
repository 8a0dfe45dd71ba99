#include "tools/offline/verify.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <utility>

namespace tools {
namespace json = boost::json;

CheckResult check_log(const ledger::Ledger& ledger, const VerifyProgress& progress,
                      ledger::Verification& found) {
    const std::atomic<bool> stop{false};
    auto verified = ledger::verify(
        ledger, [&](std::uint64_t done, std::uint64_t) { progress(done); }, stop);
    if (!verified) return {"log", 0, verified.error().what, {}};
    found = *std::move(verified);
    if (!found.fault) return {"log", found.events, {}, {}};
    return {"log", found.events, found.fault->what, found.fault->position};
}

bool VerifyReport::good() const {
    return std::all_of(checks.begin(), checks.end(), [](const auto& c) { return c.good(); });
}

const CheckResult* VerifyReport::first_fault() const {
    const CheckResult* first = nullptr;
    for (const auto& check : checks) {
        if (check.good()) continue;
        const auto at = check.position.value_or(UINT64_MAX);
        if (first == nullptr || at < first->position.value_or(UINT64_MAX)) first = &check;
    }
    return first;
}

json::object VerifyReport::json(const ledger::Ledger& ledger) const {
    json::array list;
    for (const auto& check : checks) {
        json::object one{{"check", check.name}, {"ok", check.good()}, {"checked", check.checked}};
        one["fault"] = check.good() ? json::value(nullptr) : json::value(check.fault);
        one["position"] =
            check.position ? json::value(std::to_string(*check.position)) : json::value(nullptr);
        list.push_back(std::move(one));
    }
    json::object report{{"ok", good()},
                        {"ledger", ledger.info().id.text()},
                        {"events", std::to_string(ledger.head().size)},
                        {"blocks", std::to_string(log.blocks)},
                        {"streams", std::to_string(log.streams)},
                        {"sealed_parts", std::to_string(log.sealed_parts)},
                        {"erased_parts", std::to_string(log.erased_parts)},
                        {"root", events::hex(log.root)},
                        {"recovery", ledger.recovery().clean ? "clean" : ledger.recovery().what},
                        {"first_fault", nullptr}};
    if (const auto* fault = first_fault()) {
        report["first_fault"] = json::object{
            {"check", fault->name},
            {"fault", fault->fault},
            {"position", fault->position ? json::value(std::to_string(*fault->position))
                                         : json::value(nullptr)}};
    }
    report["rows"] = std::move(list);
    return report;
}

}  // namespace tools
