#include "projections/counted.h"

#include <cmath>

namespace projections {

base::Result<void> Counting::each(Table table, const events::Period& days,
                                  const std::function<void(const SignedRow&)>& visit) const {
    return store.rows(snapshot, table, days.from, days.to, [&](const SignedRow& row) {
        if (row.position < ask.size) visit(row);
    });
}

bool Counting::is_one_move(const MoveRow& pair, events::Date start, events::Date left) const {
    const MoveKind kind =
        pair.kind == MoveKind::between ? static_cast<MoveKind>(pair.mode) : pair.kind;
    if (kind != MoveKind::other) return true;
    return start - left <= book->parameter("flow_gap_days", start);
}

double fte_days(std::int64_t mday) {
    return static_cast<double>(mday) / 1000.0;
}

boost::json::value ratio(double numerator, double denominator) {
    if (denominator == 0) return nullptr;
    return std::round(numerator / denominator * 1e6) / 1e6;
}

std::string_view type_name(MoveKind kind) {
    switch (kind) {
        case MoveKind::transfer:
            return "TRANSFER";
        case MoveKind::relocation:
            return "RELOCATION";
        case MoveKind::other:
            return "OTHER";
        case MoveKind::arrival:
            return "ARRIVAL";
        case MoveKind::departure:
            return "DEPARTURE";
        case MoveKind::entry:
            return "ENTRY";
        case MoveKind::exit:
            return "EXIT";
        case MoveKind::between:
            return "BETWEEN";
    }
    return {};
}

std::string_view mode_name(Word mode) {
    return mode == 0 ? std::string_view()
                     : std::string_view(events::schema::EnumNameTransferMode(
                           static_cast<events::schema::TransferMode>(mode)));
}

}  // namespace projections
