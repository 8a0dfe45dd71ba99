// The rows of the counted views: small facts with a sign, kept so that any (E, K) is a sum.
//
// A row says "from this day on, one person more has a home here" or "on this day one person moved
// from there to here". Rows are computed from one person alone (projections/accounts.h). When an
// event changes a person, the rows that no longer hold are written again with a minus sign, the new
// ones with a plus sign, both with the position of the command's last event; so the rows that hold
// as of K are those with position < K, added up.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "events/dates.h"
#include "events/ids.h"

namespace projections {

enum class Table : std::uint8_t { homes = 'H', moves = 'M', services = 'U', breaches = 'B' };

/// Number of a dictionary entry; 0 = none.
using Word = std::uint32_t;

/// A row without sign and position. What the words of the cell mean is said by the structs below.
struct Row {
    static constexpr std::size_t words_max = 11;

    Table table = Table::homes;
    std::int32_t day = 0;
    std::array<Word, words_max> cell{};

    auto operator<=>(const Row&) const = default;
};

/// Words of a cell in use.
constexpr std::size_t words_of(Table table) {
    return table == Table::homes ? 3 : table == Table::moves ? 8 : 11;
}

/// From `day` on one person more (or, where one `ends`, one less) has a full-time home at `place`
/// with these traits.
struct HomeRow {
    Word place = 0;   ///< employer and site
    Word traits = 0;  ///< category, degree ... of the person
    Word ends = 0;    ///< 1: one less

    Row row(events::Date day) const { return {Table::homes, day.days, {place, traits, ends}}; }
    static HomeRow of(const Row& row) { return {row.cell[0], row.cell[1], row.cell[2]}; }
    int step() const { return ends != 0 ? -1 : 1; }
};

enum class MoveKind : Word {
    transfer = 1,
    relocation,
    other,    ///< two consecutive homes; a move if the gap is short enough, else exit and entry
    arrival,  ///< from outside the province
    departure,
    entry,    ///< a home without an earlier one that it follows
    exit,     ///< an ending without a later home
    between,  ///< an ending with a later home; `day` is the ending, `other_day` the next start
};

/// One move, dated by the start of the later home.
struct MoveRow {
    MoveKind kind = MoveKind::transfer;
    Word mode = 0;  ///< schema::TransferMode of a transfer; of `between`: the MoveKind that ends it
    Word from_place = 0;
    Word to_place = 0;
    Word external = 0;  ///< region text of an arrival or departure
    Word traits = 0;
    Word team_from = 0;
    std::int32_t other_day = 0;  ///< end of the earlier home

    Row row(events::Date day) const {
        return {Table::moves,
                day.days,
                {static_cast<Word>(kind), mode, from_place, to_place, external, traits, team_from,
                 std::bit_cast<Word>(other_day)}};
    }
    static MoveRow of(const Row& row) {
        return {static_cast<MoveKind>(row.cell[0]),
                row.cell[1],
                row.cell[2],
                row.cell[3],
                row.cell[4],
                row.cell[5],
                row.cell[6],
                std::bit_cast<std::int32_t>(row.cell[7])};
    }
};

/// Service of one engagement in one month (`day` = its first day), the part of it rendered while
/// home, residence and traits were the same. Bit d of a mask is day d + 1 of the month.
struct ServiceRow {
    Word planned = 0;     ///< 1: no record exists, the schedule's figure
    Word kind = 0;        ///< text, `SUN`
    Word home_place = 0;  ///< 0: no home on these days
    Word residence = 0;   ///< region text, where there is no home
    Word served = 0;      ///< region text
    Word host_place = 0;
    Word traits = 0;
    Word days = 0;          ///< days of this part
    Word active = 0;        ///< days over which the whole month is spread
    Word workday_mday = 0;  ///< of the whole month
    Word restday_mday = 0;

    Row row(events::Date month) const {
        return {Table::services,
                month.days,
                {planned, kind, home_place, residence, served, host_place, traits, days, active,
                 workday_mday, restday_mday}};
    }
    static ServiceRow of(const Row& row) {
        const auto& c = row.cell;
        return {c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10]};
    }
};

/// From `day` on the person's record breaks a rule, until it is made good.
struct BreachRow {
    Word code = 0;  ///< text
    events::Id talent;
    std::uint64_t event = 0;      ///< position of the event concerned; 0: of none in particular
    std::int32_t until = 0;       ///< `forever` while nobody has made it good
    std::uint64_t caused_by = 0;  ///< position of the last event of the command that brought it
    Word what = 0;                ///< text: one sentence

    Row row(events::Date day) const {
        const auto high = [](std::uint64_t value) { return static_cast<Word>(value >> 32); };
        const auto low = [](std::uint64_t value) { return static_cast<Word>(value); };
        const auto who = std::bit_cast<std::array<Word, 4>>(talent.bytes);
        return {Table::breaches,
                day.days,
                {code, who[0], who[1], who[2], who[3], high(event), low(event),
                 std::bit_cast<Word>(until), high(caused_by), low(caused_by), what}};
    }
    static BreachRow of(const Row& row) {
        const auto& c = row.cell;
        const auto whole = [](Word high, Word low) { return std::uint64_t{high} << 32 | low; };
        BreachRow out;
        out.code = c[0];
        out.talent.bytes = std::bit_cast<decltype(out.talent.bytes)>(
            std::array<Word, 4>{c[1], c[2], c[3], c[4]});
        out.event = whole(c[5], c[6]);
        out.until = std::bit_cast<std::int32_t>(c[7]);
        out.caused_by = whole(c[8], c[9]);
        out.what = c[10];
        return out;
    }
};

/// Share of `total` that falls on the days `some`, when it is spread evenly over the days `all` in
/// whole units: each day gets the same, the remainder goes one unit a day to the earliest days.
/// REQUIRES: `some` is part of `all`.
std::int64_t share_of(std::int64_t total, Word all, Word some);

/// A row with its sign and the size of the log from which on it counts.
struct SignedRow {
    Row row;
    std::uint64_t position = 0;  ///< of the command's last event
    std::uint32_t ordinal = 0;   ///< among the rows of that command
    std::int32_t sign = 1;
};

}  // namespace projections
