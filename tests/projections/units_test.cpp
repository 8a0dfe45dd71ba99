// Pieces of the views that need no ledger.
#include <catch2/catch.hpp>

#include "projections/dictionary.h"
#include "projections/employer_book.h"
#include "projections/nearest.h"
#include "projections/rows.h"
#include "projections/slices.h"
#include "projections/storage/store.h"
#include "projections/traits.h"

using namespace projections;

TEST_CASE("share_of gives whole units that add up", "[projections]") {
    // 3,000 mday over the ten days 11 to 20: 300 a day.
    const Word ten_days = 0x3ffu << 10;
    CHECK(share_of(3'000, ten_days, 0x1fu << 10) == 1'500);
    // 1,000 mday over seven days: 143 for the six earliest, 142 for the last (6 * 143 + 142).
    const Word seven_days = 0x7f;
    CHECK(share_of(1'000, seven_days, 0x01) == 143);
    CHECK(share_of(1'000, seven_days, 0x40) == 142);
    CHECK(share_of(1'000, seven_days, 0x3f) == 858);
    CHECK(share_of(1'000, seven_days, seven_days) == 1'000);
    // Any cut leaves the whole whole.
    for (std::int64_t total : {0, 1, 6, 7, 8, 30'999}) {
        for (Word some = 0; some <= seven_days; ++some) {
            CHECK(share_of(total, seven_days, some) +
                      share_of(total, seven_days, seven_days & ~some) ==
                  total);
        }
    }
}

TEST_CASE("A dictionary gives the same text the same number", "[projections]") {
    Dictionary words;
    CHECK(words.word("") == 0);
    const Word first = words.word("510100");
    CHECK(words.word("511500") == first + 1);
    CHECK(words.word("510100") == first);
    for (int i = 0; i < 10'000; ++i) words.word(std::to_string(i));
    CHECK(words.text(first) == "510100");
    CHECK(words.text(words.word("9999")) == "9999");
    words.clear();
    CHECK(words.size() == 1);
}

TEST_CASE("Traits survive packing", "[projections]") {
    events::Person person;
    person.particulars.push_back({});
    auto& known = person.particulars.back();
    known.category = "ZJ";
    known.degree = "201";
    known.sex = 2;
    known.birth_year = 1980;
    known.titles = {"013", "012", "nonsense"};
    known.skills = {"SK05", "SK15"};
    TraitsPacker packer(events::CodeLists::built_in());
    const Traits traits = Traits::unpack(packer.pack(person, nullptr, {18'000}));
    CHECK(traits.category == "ZJ");
    CHECK(traits.degree == "2");
    CHECK(traits.title_level == "deputy_senior");
    CHECK(traits.sex == 2);
    CHECK(traits.birth_year == 1980);
    CHECK(traits.team.empty());
    CHECK(traits.skills == std::vector<std::string>{"SK05", "SK15"});
}

TEST_CASE("Age bands go by the year", "[projections]") {
    CHECK(age_band(1995, 2019) == "0-24");
    CHECK(age_band(1994, 2019) == "25-34");
    CHECK(age_band(1959, 2019) == "55-60");
    CHECK(age_band(1958, 2019) == "61-75");
    CHECK(age_band(1943, 2019) == "76+");
    CHECK(age_band(0, 2019).empty());
}

TEST_CASE("An employer survives packing", "[projections]") {
    events::Employer employer;
    employer.id.bytes[3] = 7;
    employer.registered = true;
    employer.uscc = "12510000MTXX00014E";
    employer.particulars.push_back({});
    employer.particulars.back().from = events::Date{-400};
    employer.particulars.back().name = "a name with 9 spaces and 汉字";
    employer.particulars.back().parent = events::Id{};
    employer.sites.push_back({});
    employer.sites.back().region = "510107";
    employer.sites.back().period = {events::Date{10'957}, events::forever};
    employer.end = events::Employer::End::merged;
    employer.ended_on = events::Date{18'000};
    employer.successors = {employer.id};
    const std::string bytes = pack(employer);
    const auto back = unpack_employer(bytes);
    REQUIRE(back);
    CHECK(pack(*back) == bytes);
    CHECK(back->particulars.front().name == employer.particulars.front().name);
    CHECK(back->particulars.front().from == events::Date{-400});
    CHECK(back->sites.front().period == employer.sites.front().period);
    CHECK(back->ended_on == employer.ended_on);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        CHECK_FALSE(unpack_employer(std::string_view(bytes).substr(0, cut)));
    }
}

TEST_CASE("The book of employers knows every version", "[projections]") {
    EmployerBook book;
    events::Employer employer;
    employer.id.bytes[0] = 1;
    employer.uscc = "first";
    book.add(10, std::make_shared<events::Employer>(employer));
    employer.uscc = "second";
    employer.end = events::Employer::End::merged;
    employer.ended_on = events::Date{100};
    events::Id successor;
    successor.bytes[0] = 2;
    employer.successors = {successor};
    book.add(20, std::make_shared<events::Employer>(employer));
    CHECK(book.at(employer.id, 9) == nullptr);
    CHECK(book.at(employer.id, 19)->uscc == "first");
    CHECK(book.at(employer.id, 20)->uscc == "second");
    CHECK(book.merged_into(successor, events::Date{99}, 20).empty());
    CHECK(book.merged_into(successor, events::Date{100}, 19).empty());
    CHECK(book.merged_into(successor, events::Date{100}, 20) ==
          std::vector<events::Id>{employer.id});
}

TEST_CASE("The store gives rows back by table, day and position", "[projections]") {
    auto opened = Store::open(std::nullopt);
    REQUIRE(opened);
    Store& store = **opened;
    Batch batch;
    const auto add = [&](Row row, std::uint64_t position, std::int32_t sign) {
        batch.rows.push_back({row, position, static_cast<std::uint32_t>(batch.rows.size()), sign});
    };
    add(HomeRow{3, 4, 1}.row(events::Date{20}), 7, 1);
    add(HomeRow{1, 2}.row(events::Date{-5}), 9, -1);
    MoveRow move;
    move.other_day = -17;
    add(move.row(events::Date{20}), 7, 1);
    batch.checkpoint = {3, events::Id{}, 10};
    REQUIRE(store.write(batch));

    auto before = store.snapshot();
    batch.clear();
    batch.checkpoint.position = 11;
    add(HomeRow{5, 6}.row(events::Date{1}), 10, 1);
    REQUIRE(store.write(batch));

    std::vector<SignedRow> rows;
    const auto collect = [&](const SignedRow& row) { rows.push_back(row); };
    REQUIRE(store.rows(**before, Table::homes, {-1'000}, events::forever, collect));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].row == HomeRow{1, 2}.row(events::Date{-5}));
    CHECK(rows[0].sign == -1);
    CHECK(rows[0].position == 9);
    CHECK(HomeRow::of(rows[1].row).step() == -1);
    CHECK((*before)->checkpoint() == Checkpoint{3, events::Id{}, 10});
    rows.clear();
    auto after = store.snapshot();
    REQUIRE(store.rows(**after, Table::homes, {0}, {20}, collect));
    CHECK(rows.size() == 1);
    rows.clear();
    REQUIRE(store.rows(**after, Table::moves, {0}, {21}, collect));
    REQUIRE(rows.size() == 1);
    CHECK(MoveRow::of(rows[0].row).other_day == -17);
    *before = nullptr;
    *after = nullptr;
    REQUIRE(store.clear());
    CHECK_FALSE(*store.checkpoint());
}

TEST_CASE("nearest finds what was meant", "[projections]") {
    const std::vector<std::string_view> names = {"effective_at", "known_at", "from", "to", "by"};
    CHECK(nearest("efective_at", names) == "effective_at");
    CHECK(nearest("known", names) == "known_at");
    CHECK(nearest("form", names) == "from");
    CHECK(nearest("something else", names).empty());
    CHECK(nearest(std::string(1'000, 'x'), names).empty());
}
