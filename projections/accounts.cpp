#include "projections/accounts.h"

#include <algorithm>
#include <cstring>

namespace projections {

namespace {

using events::Affiliation;
using events::Date;
using events::Person;

/// Days inside `period` on which the traits may change, its first day included, in order.
std::vector<Date> turning_days(const Person& person, const Affiliation* home,
                               const events::Period& period) {
    std::vector<Date> days = {period.from};
    const auto add = [&](Date day) {
        if (period.from < day && day < period.to) days.push_back(day);
    };
    for (const auto& particulars : person.particulars) add(particulars.from);
    if (home != nullptr) {
        for (const auto& post : home->posts) add(post.from);
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
}

/// The transfer in force that opened this affiliation; null if none did.
const events::TransferCase* transfer_into(const Person& person, const Affiliation& home) {
    for (const auto& transfer : person.transfers) {
        const bool holds = transfer.state == events::TransferState::effective ||
                           transfer.state == events::TransferState::handed_over;
        if (holds && transfer.new_affiliation && *transfer.new_affiliation == home.opened) {
            return &transfer;
        }
    }
    return nullptr;
}

bool crossed_between(const Person& person, Date from, Date to) {
    return std::any_of(person.crossings.begin(), person.crossings.end(), [&](const auto& crossing) {
        return from <= crossing.on && crossing.on <= to;
    });
}

}  // namespace

void Accountant::add_homes(const Person& person, std::vector<Row>& out) {
    if (person.absorbed_into) return;
    const std::vector<HomePiece> line = home_line(person);
    for (std::size_t i = 0; i < line.size(); ++i) {
        add_stays(person, line[i], out);
        if (i == 0) {
            add_entry(person, line[i], out);
        } else {
            add_step(person, line[i - 1], line[i], out);
        }
    }
    if (!line.empty() && line.back().period.to != events::forever) {
        add_exit(person, line.back(), out);
    }
    if (!person.crossings.empty()) add_crossings(person, line, out);
}

Word Accountant::place(const events::Id& employer, const events::Id& site) {
    char key[32];
    std::memcpy(key, employer.bytes.data(), 16);
    std::memcpy(key + 16, site.bytes.data(), 16);
    return words_.places.word({key, sizeof key});
}

Word Accountant::traits(const Person& person, const Affiliation* home, Date day) {
    return words_.traits.word(packer_.pack(person, home, day));
}

void Accountant::add_stays(const Person& person, const HomePiece& piece, std::vector<Row>& out) {
    const std::vector<Date> days = turning_days(person, piece.home, piece.period);
    const Word here = place(piece);
    Word traits_now = traits(person, piece.home, days.front());
    out.push_back(HomeRow{here, traits_now}.row(days.front()));
    for (std::size_t i = 1; i < days.size(); ++i) {
        const Word traits_then = traits(person, piece.home, days[i]);
        if (traits_then == traits_now) continue;
        out.push_back(HomeRow{here, traits_now, 1}.row(days[i]));
        out.push_back(HomeRow{here, traits_then}.row(days[i]));
        traits_now = traits_then;
    }
    if (piece.period.to != events::forever) {
        out.push_back(HomeRow{here, traits_now, 1}.row(piece.period.to));
    }
}

// One move counts once: the transfer that caused it, else the change of site, else the pair of
// homes itself. A pair with a crossing of the border between is an exit and an entry.
void Accountant::add_step(const Person& person, const HomePiece& earlier, const HomePiece& later,
                          std::vector<Row>& out) {
    const Date left = earlier.period.to;
    const Date start = later.period.from;
    MoveRow move;
    move.from_place = place(earlier);
    move.to_place = place(later);
    move.traits = traits(person, later.home, start);
    move.team_from = words_.texts.word(earlier.home->post_on(left - 1).team);
    move.other_day = left.days;
    if (earlier.home == later.home) {
        move.kind = MoveKind::relocation;
    } else if (const auto* transfer = transfer_into(person, *later.home)) {
        move.kind = MoveKind::transfer;
        move.mode = static_cast<Word>(transfer->mode);
    } else if (crossed_between(person, left, start)) {
        add_exit(person, earlier, out);
        add_entry(person, later, out);
        return;
    } else {
        move.kind = MoveKind::other;
    }
    out.push_back(move.row(start));
    if (left == start) return;
    // Between two homes a person is still told by the last day of the one that was left.
    MoveRow between = move;
    between.traits = traits(person, earlier.home, left - 1);
    between.kind = MoveKind::between;
    between.mode = static_cast<Word>(move.kind);
    between.other_day = start.days;
    out.push_back(between.row(left));
}

void Accountant::add_entry(const Person& person, const HomePiece& piece, std::vector<Row>& out) {
    MoveRow entry;
    entry.kind = MoveKind::entry;
    entry.to_place = place(piece);
    entry.traits = traits(person, piece.home, piece.period.from);
    out.push_back(entry.row(piece.period.from));
}

void Accountant::add_exit(const Person& person, const HomePiece& piece, std::vector<Row>& out) {
    MoveRow exit;
    exit.kind = MoveKind::exit;
    exit.from_place = place(piece);
    exit.traits = traits(person, piece.home, piece.period.to - 1);
    out.push_back(exit.row(piece.period.to));
}

// Arrivals and departures are dated by their own event; the home is that of the day, or of the day
// before a departure.
void Accountant::add_crossings(const Person& person, const std::vector<HomePiece>& line,
                               std::vector<Row>& out) {
    for (const auto& crossing : person.crossings) {
        const HomePiece* piece = piece_on(line, crossing.arrival ? crossing.on : crossing.on - 1);
        MoveRow move;
        move.kind = crossing.arrival ? MoveKind::arrival : MoveKind::departure;
        (crossing.arrival ? move.to_place : move.from_place) = piece != nullptr ? place(*piece) : 0;
        move.external = words_.texts.word(crossing.external_region);
        move.traits = traits(person, piece != nullptr ? piece->home : nullptr, crossing.on);
        out.push_back(move.row(crossing.on));
    }
}

}  // namespace projections
