#include "ledger/proof/tile_path.h"

#include <catch2/catch.hpp>

using proof::TilePath;

TEST_CASE("A tile path has one spelling") {
    const std::vector<std::pair<TilePath, std::string>> cases = {
        {{false, 0, 0}, "tile/0/000"},
        {{false, 0, 999}, "tile/0/999"},
        {{false, 0, 1000}, "tile/0/x001/000"},
        {{false, 3, 1234067}, "tile/3/x001/x234/067"},
        {{false, 63, 0, 1}, "tile/63/000.p/1"},
        {{true, 0, 273, 112}, "tile/entries/273.p/112"},
        {{true, 0, 1234067}, "tile/entries/x001/x234/067"},
    };
    for (const auto& [path, text] : cases) {
        CHECK(path.text() == text);
        CHECK(TilePath::parse(text) == path);
    }
}

TEST_CASE("Anything but a tile's one spelling is no tile") {
    for (const std::string_view bad : {"",
                                       "tile",
                                       "tile/",
                                       "tile/0",
                                       "tile/0/",
                                       "tile/0/0",
                                       "tile/0/00",
                                       "tile/0/0000",
                                       "tile/00/000",
                                       "tile/64/000",
                                       "tile/-1/000",
                                       "tile/0/000/",
                                       "tile/0/x000/001",
                                       "tile/0/001/000",
                                       "tile/0/x001",
                                       "tile/0/x001/",
                                       "tile/0/x001/x000",
                                       "tile/0/000.p",
                                       "tile/0/000.p/",
                                       "tile/0/000.p/0",
                                       "tile/0/000.p/256",
                                       "tile/0/000.p/01",
                                       "tile/0/000.p/1/",
                                       "tile/entries",
                                       "tile/entries/0",
                                       "tile/Entries/000",
                                       "/tile/0/000",
                                       "tile/0/000.p/1a",
                                       "tile/0/ 00",
                                       "tile/0/+00",
                                       "tile/0/x001/x000/x000/x000/x000/x000/x000"}) {
        INFO(bad);
        CHECK_FALSE(TilePath::parse(bad).has_value());
    }
}

TEST_CASE("A tree of 70,000 leaves has the tiles that the specification names") {
    const auto width = [](std::string_view text, std::uint64_t size) {
        return proof::width_in(*TilePath::parse(text), size);
    };
    CHECK(width("tile/0/272", 70'000) == 256);
    CHECK(width("tile/0/273", 70'000) == 112);
    CHECK(width("tile/0/274", 70'000) == 0);
    CHECK(width("tile/1/000", 70'000) == 256);
    CHECK(width("tile/1/001", 70'000) == 17);
    CHECK(width("tile/2/000", 70'000) == 1);
    CHECK(width("tile/3/000", 70'000) == 0);
    CHECK(width("tile/entries/273", 70'000) == 112);
    CHECK(width("tile/1/000", 256) == 1);
    CHECK(width("tile/0/001", 256) == 0);
    CHECK(width("tile/63/000", 256) == 0);
}
