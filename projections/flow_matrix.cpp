// V4: home moves from region to region in [from, to), dated by the start of the later home.
#include <map>
#include <tuple>

#include "projections/counted.h"

namespace projections {

namespace {

/// What the answer's row says of one move row; nothing if it is no flow.
struct Flow {
    Column from;
    Column to;
};

std::optional<Flow> flow_of(Counting& counting, const MoveRow& move, events::Date day) {
    Coding& coding = counting.coding;
    switch (move.kind) {
        case MoveKind::transfer:
        case MoveKind::relocation:
        case MoveKind::other:
            if (!counting.is_one_move(move, day, {move.other_day})) return std::nullopt;
            return Flow{coding.of_place(move.from_place, day), coding.of_place(move.to_place, day)};
        case MoveKind::arrival:
            return Flow{coding.of_region(counting.shelves.words.texts.text(move.external), day),
                        coding.of_place(move.to_place, day)};
        case MoveKind::departure:
            return Flow{coding.of_place(move.from_place, day),
                        coding.of_region(counting.shelves.words.texts.text(move.external), day)};
        default:
            return std::nullopt;
    }
}

}  // namespace

base::Result<Counted> count_flow(Counting& counting) {
    Counted out;
    std::map<std::tuple<Column, Column, Slice>, std::int64_t> cells;
    auto read = counting.each(Table::moves, counting.ask.range, [&](const SignedRow& signed_row) {
        const MoveRow move = MoveRow::of(signed_row.row);
        const events::Date day{signed_row.row.day};
        const auto flow = flow_of(counting, move, day);
        if (!flow) return;
        const RowFacts facts{.day = day,
                             .traits = move.traits,
                             .employer_place = move.to_place != 0 ? move.to_place : move.from_place,
                             .type = type_name(move.kind),
                             .mode = mode_name(move.kind == MoveKind::transfer ? move.mode : 0),
                             .team_from = move.team_from};
        bool counted = false;
        counting.slicer.each(facts, [&](Slice slice) {
            cells[{flow->from, flow->to, slice}] += signed_row.sign;
            counted = true;
        });
        if (!counted) return;
        out.all += signed_row.sign;
        if (counting.coding.counts(flow->from) && counting.coding.counts(flow->to)) {
            out.used += signed_row.sign;
        }
    });
    if (!read) return read.error();
    for (const auto& [cell, persons] : cells) {
        if (persons == 0) continue;
        boost::json::object row;
        row["from"] = counting.coding.name(std::get<0>(cell));
        row["to"] = counting.coding.name(std::get<1>(cell));
        counting.slicer.describe(std::get<2>(cell), row);
        row["persons"] = persons;
        out.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace projections
