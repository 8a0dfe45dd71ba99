// The part of the Runner that keeps the list of breaches: whom a change of reference data or of an
// employer concerns, and what their records break from then on.
#include <algorithm>
#include <array>

#include "events/rules/breaches.h"
#include "events/rules/visible.h"
#include "ledger/unreadable.h"
#include "projections/runner.h"

namespace projections {

using events::Fact;
using events::Id;
using events::schema::Payload;

namespace {

/// Events after which everybody who was ever at the employer is looked at again. What the others
/// do to a record was asked before they were recorded.
bool shakes_people(Payload type) {
    return type == Payload::SiteClosed || type == Payload::EmployerMerged ||
           type == Payload::EmployerDivided || type == Payload::EmployerDissolved;
}

/// The type of event whose people a parameter concerns; NONE if no state rule rests on it.
Payload concerned_by(std::string_view parameter) {
    if (parameter == "first_affiliation_age") return Payload::AffiliationStarted;
    if (parameter == "handover_days") return Payload::TransferEffected;
    const bool caps = parameter.starts_with("load_") || parameter.starts_with("stations_");
    return caps ? Payload::EngagementActivated : Payload::NONE;
}

/// What a correction is about in the end, through corrections of corrections.
Payload concerned_by(const Fact& fact, const events::History& history) {
    if (fact.type == Payload::ParameterSet) {
        return concerned_by(fact.as<events::schema::ParameterSet>().name()->string_view());
    }
    if (!events::is_correction(fact.type)) return Payload::NONE;
    const auto* target = fact.type == Payload::EventCorrected
                             ? fact.as<events::schema::EventCorrected>().target()
                             : fact.as<events::schema::EventRetracted>().target();
    Payload found = Payload::NONE;
    history.at({target->position()},
               [&](const Fact& earlier) { found = concerned_by(earlier, history); });
    return found;
}

/// What first brought the breach stays its cause while it stands.
std::uint64_t cause_of(const BreachRow& now, events::Date day, const std::vector<Row>& before) {
    for (const bool same_day : {true, false}) {
        for (const Row& row : before) {
            const auto old = BreachRow::of(row);
            const bool same = old.code == now.code && old.event == now.event &&
                              (same_day ? row.day == day.days : now.event != 0);
            if (same) return old.caused_by;
        }
    }
    return now.caused_by;
}

}  // namespace

void Runner::shake_employer(const Id& employer, Payload type, bool again) {
    if (again || shakes_people(type)) touched_.employers_shaken.insert(employer);
    if (type == Payload::SiteOpened) touched_.employers_healed.insert(employer);
}

void Runner::shake_reference(const Fact& fact) {
    const auto type = concerned_by(fact, *log_.history(touched_.first));
    if (type != Payload::NONE) touched_.types_shaken.insert(type);
}

void Runner::touch_breached(std::uint64_t size) {
    std::set<Id> concerned;
    const auto history = log_.history(size);
    const auto add = [&](const Fact& fact, bool broken_only) {
        fact.each_stream([&](const events::StreamId& stream) {
            if (stream.kind != events::StreamKind::talent) return;
            if (broken_only && !breaches_.find(stream.id)) return;
            concerned.insert(stream.id);
            const auto* kin = kinship_.of(stream.id);
            if (kin) concerned.insert(kin->begin(), kin->end());
        });
    };
    for (const Id& employer : touched_.employers_shaken) {
        history->each({events::StreamKind::employer, employer},
                      [&](const Fact& fact) { add(fact, false); });
    }
    for (const Id& employer : touched_.employers_healed) {
        history->each({events::StreamKind::employer, employer},
                      [&](const Fact& fact) { add(fact, true); });
    }
    for (const Payload type : touched_.types_shaken) {
        const std::array types{type};
        const auto scan = log_.scan(types, 0, size);
        for (;;) {
            const auto more = scan->next();
            if (!more) throw ledger::Unreadable(more.error());
            if (!*more) break;
            add(Fact::of(scan->bytes()), false);
        }
    }
    for (const Id& talent : concerned) {
        PersonAtHand& person = at_hand(talent, false);
        touch(person);
        person.breaches = person.handovers = true;
    }
    touched_.employers_shaken.clear();
    touched_.employers_healed.clear();
    touched_.types_shaken.clear();
}

BreachRow Runner::row_of(const events::Breach& breach, const Id& talent,
                         std::uint64_t caused_by) {
    BreachRow row;
    row.code = shelves_.words.texts.word(breach.code);
    row.talent = talent;
    row.event = breach.on.position.value;
    row.until = breach.until.days;
    row.caused_by = caused_by;
    row.what = shelves_.words.texts.word(breach.what);
    return row;
}

std::vector<Row> Runner::handovers_of(const events::Person& person) {
    std::vector<Row> rows;
    if (person.absorbed_into || person.transfers.empty()) return rows;
    for (const auto& late : events::late_handovers(person, *reference_)) {
        rows.push_back(row_of(late, person.id, late.on.position.value).row(late.day));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

void Runner::settle_handovers(PersonAtHand& at_hand) {
    const auto before = std::move(at_hand.late);
    at_hand.late = handovers_of(at_hand.person);
    write_difference(before, at_hand.late);
}

void Runner::settle_breaches(const events::Person& person) {
    const auto* known = breaches_.find(person.id);
    const std::vector<Row> before = known ? *known : std::vector<Row>();
    std::vector<Row> now;
    EmployerBook::Version employer;
    const events::Surroundings around{*reference_, [&](const Id& id) {
                                          employer = shelves_.employers.at(id, row_position_ + 1);
                                          const bool there = employer && employer->registered;
                                          return there ? employer.get() : nullptr;
                                      }};
    const auto found =
        person.absorbed_into ? events::Breaches() : events::standing_breaches(person, around);
    for (const auto& breach : found) {
        auto row = row_of(breach, person.id, row_position_);
        row.caused_by = cause_of(row, breach.day, before);
        now.push_back(row.row(breach.day));
    }
    std::sort(now.begin(), now.end());
    if (now == before) return;
    write_difference(before, now);
    breaches_.set(person.id, std::move(now));
}

}  // namespace projections
