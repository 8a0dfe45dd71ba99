#include "ledger/proof/entry_bundle.h"

#include "events/base/ensure.h"
#include "ledger/proof/text.h"

namespace proof {
namespace {

constexpr std::size_t length_bytes = 2;
constexpr std::size_t entry_bytes_max = 65'535;

/// Takes one entry off `rest`; nothing if it is cut short.
std::optional<std::string_view> take_entry(std::string_view& rest) {
    if (rest.size() < length_bytes) return std::nullopt;
    const auto size = static_cast<std::size_t>(get_be(rest, length_bytes));
    if (rest.size() < length_bytes + size) return std::nullopt;
    const auto entry = rest.substr(length_bytes, size);
    rest.remove_prefix(length_bytes + size);
    return entry;
}

}  // namespace

void append_entry(std::string& bundle, std::string_view entry) {
    ENSURE(entry.size() <= entry_bytes_max, "an entry's length fits its two bytes");
    put_be(bundle, entry.size(), length_bytes);
    bundle += entry;
}

std::optional<std::vector<std::string_view>> split_bundle(std::string_view bundle) {
    std::vector<std::string_view> entries;
    while (!bundle.empty()) {
        const auto entry = take_entry(bundle);
        if (!entry) return std::nullopt;
        entries.push_back(*entry);
    }
    return entries;
}

std::optional<std::string_view> first_entries(std::string_view bundle, std::size_t count) {
    auto rest = bundle;
    for (std::size_t i = 0; i < count; ++i) {
        if (!take_entry(rest)) return std::nullopt;
    }
    return bundle.substr(0, bundle.size() - rest.size());
}

}  // namespace proof
