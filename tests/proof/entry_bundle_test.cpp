// Bundles of entries: what goes in comes out, and nothing else does.
#include "ledger/proof/entry_bundle.h"

#include <catch2/catch.hpp>

TEST_CASE("A bundle gives its entries back", "[proof][bundle]") {
    const std::string longest(65'535, 'x');
    std::string bundle;
    proof::append_entry(bundle, "one");
    proof::append_entry(bundle, "");
    proof::append_entry(bundle, longest);
    CHECK(bundle.substr(0, 5) == std::string("\0\3one", 5));

    const auto entries = proof::split_bundle(bundle);
    REQUIRE(entries);
    CHECK(*entries == std::vector<std::string_view>{"one", "", longest});
    CHECK(proof::first_entries(bundle, 2) == std::string_view("\0\3one\0\0", 7));
    CHECK(proof::first_entries(bundle, 3) == bundle);
    CHECK(proof::split_bundle({})->empty());
}

TEST_CASE("A bundle that is cut anywhere inside an entry is refused", "[proof][bundle]") {
    std::string bundle;
    for (const char* entry : {"one", "two", "three"}) proof::append_entry(bundle, entry);
    for (std::size_t size = 0; size < bundle.size(); ++size) {
        const bool between = size == 0 || size == 5 || size == 10;
        CHECK(proof::split_bundle(bundle.substr(0, size)).has_value() == between);
        CHECK_FALSE(proof::first_entries(bundle.substr(0, size), 3).has_value());
    }
    CHECK_FALSE(proof::first_entries(bundle, 4).has_value());
}
