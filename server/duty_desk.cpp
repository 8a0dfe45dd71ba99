#include "server/duty_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "events/base/log.h"
#include "events/rules/engagement.h"
#include "ledger/unreadable.h"

namespace server {
namespace {

using events::Duty;
using events::schema::Payload;

events::Actor the_system(const ledger::Ledger& ledger) {
    events::Actor actor;
    actor.id = ledger.info().id;
    actor.role = events::Role::Y;
    actor.assurance = events::schema::Assurance::SYSTEM;
    return actor;
}

/// The event that brought the duty about, where it was not the calendar alone.
std::optional<events::Id> cause_of(const events::Person& person, const Duty& duty) {
    if (duty.type != Payload::EngagementConverted) return std::nullopt;
    const auto* engagement = person.engagement(duty.stream.id);
    const auto* transfer = engagement ? converting_transfer(person, *engagement) : nullptr;
    if (!transfer || !transfer->effected) return std::nullopt;
    return transfer->effected->event;
}

bool may_pass(const base::Error& error) {
    return error.fault != base::Fault::refused && error.fault != base::Fault::invalid &&
           error.fault != base::Fault::not_found;
}

}  // namespace

std::string_view DutyDesk::name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::recorded:
            return "recorded";
        case Outcome::replayed:
            return "replayed";
        case Outcome::refused:
            return "refused";
        case Outcome::put_off:
            return "put_off";
    }
    return {};
}

DutyDesk::DutyDesk(const ledger::Ledger& ledger, const projections::Views& views)
    : ledger_(ledger), views_(views), reader_(ledger.catalogue(), ledger.codes()) {}

std::optional<events::Date> DutyDesk::next(events::Date today) const {
    std::optional<events::Date> next;
    for (const auto& [day, talent] : views_.due(today)) {
        if (next && *next <= day) break;
        const auto look = wanted(talent, day);
        if (look && *look <= today && (!next || *look < *next)) next = look;
    }
    return next;
}

std::vector<DutyDesk::Turn> DutyDesk::due(events::Date today, std::size_t most,
                                          std::optional<events::Instant> demo_time) {
    std::vector<Turn> turns;
    for (const auto& [day, talent] : views_.due(today)) {
        if (turns.size() == most) break;
        const auto look = wanted(talent, day);
        if (!look || *look > today) continue;
        auto turn = try_turn_of(talent, today, demo_time);
        if (turn && *turn) turns.push_back(**std::move(turn));
        if (turn) continue;
        unreadable_.insert(talent);
        base::log(base::LogLevel::error, "the duties of talent {} cannot be told: {} ({})",
                  talent.text(), turn.error().what, turn.error().code);
    }
    return turns;
}

DutyDesk::Outcome DutyDesk::note(const Turn& turn, const base::Result<ledger::Receipt>& answer) {
    if (answer && !answer->replayed) return Outcome::recorded;
    if (!answer && may_pass(answer.error())) return Outcome::put_off;
    aside(turn.talent, turn.revision, turn.reference).tried.insert(turn.id);
    if (answer) return Outcome::replayed;
    if (logged_.insert(turn.id).second)
        base::log(base::LogLevel::warning, "{} of talent {} is due, but is refused: {}",
                  events::schema::EnumNamePayload(turn.type), turn.talent.text(),
                  answer.error().code);
    return Outcome::refused;
}

std::optional<events::Date> DutyDesk::wanted(const events::Id& talent, events::Date day) const {
    if (unreadable_.contains(talent)) return std::nullopt;
    const auto known = aside_.find(talent);
    if (known == aside_.end() || !known->second.idle) return day;
    const Aside& note = known->second;
    const bool current = note.reference == views_.reference() &&
                         note.revision == ledger_.revision({events::StreamKind::talent, talent});
    return current ? note.until : day;
}

DutyDesk::Aside& DutyDesk::aside(const events::Id& talent, events::Revision revision,
                                 const std::shared_ptr<const events::ReferenceBook>& reference) {
    Aside& note = aside_[talent];
    if (note.revision != revision || note.reference != reference)
        note = {revision, reference, {}, false, {}};
    return note;
}

base::Result<std::optional<DutyDesk::Turn>> DutyDesk::try_turn_of(
    const events::Id& talent, events::Date today, std::optional<events::Instant> demo_time) {
    const auto look = [&]() -> base::Result<std::optional<Turn>> {
        return turn_of(talent, today, demo_time);
    };
    return ledger::unless_unreadable(look);
}

std::optional<DutyDesk::Turn> DutyDesk::turn_of(const events::Id& talent, events::Date today,
                                                std::optional<events::Instant> demo_time) {
    Turn turn;
    turn.talent = talent;
    // Read before the standing is folded: what is recorded in between makes the note stale.
    turn.revision = ledger_.revision({events::StreamKind::talent, talent});
    turn.reference = views_.reference();
    const auto person = events::fold_person(talent, *ledger_.history());
    auto found = events::duties(person, today, *turn.reference);
    std::stable_sort(found.begin(), found.end(),
                     [](const Duty& a, const Duty& b) { return a.due < b.due; });
    const auto known = aside_.find(talent);
    const bool current = known != aside_.end() && known->second.revision == turn.revision &&
                         known->second.reference == turn.reference;
    for (const Duty& duty : found) {
        turn.id = events::duty_command(ledger_.info().id, duty);
        turn.type = duty.type;
        if (current && known->second.tried.contains(turn.id)) continue;
        auto command = command_of(person, duty, demo_time);
        if (!command) {
            note(turn, command.error());
            return turn_of(talent, today, demo_time);
        }
        turn.command = *std::move(command);
        return turn;
    }
    Aside& note = aside(talent, turn.revision, turn.reference);
    note.idle = true;
    note.until = events::next_duty(person, today, *turn.reference);
    return std::nullopt;
}

base::Result<events::Command> DutyDesk::command_of(const events::Person& person,
                                                   const Duty& duty,
                                                   std::optional<events::Instant> demo_time) {
    const auto* type = ledger_.catalogue().find(duty.type);
    ENSURE(type != nullptr, "duties are types of the catalogue");
    std::string json = fmt::format(
        R"({{"specversion":"1.0","source":"ledger/duties","id":"{}","type":"{}","subject":"{}")",
        events::duty_command(ledger_.info().id, duty).text(), type->event_type,
        duty.stream.text());
    const auto out = std::back_inserter(json);
    if (duty.from) fmt::format_to(out, R"(,"effectivefrom":"{}")", duty.from->text());
    if (demo_time) fmt::format_to(out, R"(,"demotime":"{}")", demo_time->text());
    if (const auto cause = cause_of(person, duty))
        fmt::format_to(out, R"(,"causationid":"{}")", cause->text());
    // Where a field is sealed the law asks why it may be kept: the ledger is bound to close what
    // has ended.
    const std::string_view basis = type->has_personal ? R"("legal_basis":"STATUTORY_DUTY",)" : "";
    fmt::format_to(out, R"(,"data":{{{}"payload":{}}}}})", basis, duty.payload_json);
    return reader_.read(json, the_system(ledger_));
}

}  // namespace server
