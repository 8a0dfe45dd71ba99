#include "tools/offline/verify.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

namespace tools {
namespace json = boost::json;
namespace {

json::value position_json(const std::optional<std::uint64_t>& position) {
    return position ? json::value(std::to_string(*position)) : json::value(nullptr);
}

}  // namespace

base::Result<CheckResult> check_log(const ledger::Ledger& ledger,
                                    const ledger::VerifyOptions& options,
                                    const VerifyProgress& progress, const std::atomic<bool>& stop,
                                    ledger::Verification& found) {
    auto verified = ledger::verify(
        ledger, options, [&](std::uint64_t done, std::uint64_t) { progress(done); }, stop);
    if (!verified && verified.error().fault != base::Fault::corrupt) return verified.error();
    if (!verified) return CheckResult{"log", 0, verified.error().what, {}};
    found = *std::move(verified);
    if (!found.fault) return CheckResult{"log", found.events, {}, {}};
    return CheckResult{"log", found.events, found.fault->what, found.fault->position};
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

json::object VerifyReport::json(json::object about) const {
    json::object report{{"ok", good()}};
    for (auto& member : about) report[member.key()] = member.value();
    json::array sentences;
    for (const auto& sentence : skipped) sentences.emplace_back(sentence);
    report["skipped"] = std::move(sentences);
    report["first_fault"] = nullptr;
    if (const auto* fault = first_fault()) {
        report["first_fault"] = json::object{{"check", fault->name},
                                             {"fault", fault->fault},
                                             {"position", position_json(fault->position)}};
    }
    json::array list;
    for (const auto& check : checks) {
        json::object one{{"check", check.name}, {"ok", check.good()}, {"checked", check.checked}};
        one["fault"] = check.good() ? json::value(nullptr) : json::value(check.fault);
        one["position"] = position_json(check.position);
        list.push_back(std::move(one));
    }
    report["rows"] = std::move(list);
    return report;
}

}  // namespace tools
