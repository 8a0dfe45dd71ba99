#include "projections/runner.h"

#include <algorithm>

#include "ledger/unreadable.h"

namespace projections {

namespace {

using events::Fact;
using events::Id;
using events::StreamKind;
using events::schema::Payload;

/// What an event of a type can change in the rows of the people it concerns.
enum class Reach { nothing, engagement, month, everything };

Reach reach_of(Payload type) {
    switch (type) {
        case Payload::TalentRegistered:
        case Payload::TalentAmended:
        case Payload::AffiliationStarted:
        case Payload::AffiliationEnded:
        case Payload::PostChanged:
        case Payload::SiteRelocated:
        case Payload::TransferEffected:
        case Payload::TransferReversed:
        case Payload::ArrivalRecorded:
        case Payload::DepartureRecorded:
            return Reach::everything;
        case Payload::ServiceRendered:
            return Reach::month;
        case Payload::EngagementConsented:
        case Payload::EngagementActivated:
        case Payload::EngagementSuspended:
        case Payload::EngagementResumed:
        case Payload::EngagementRescheduled:
        case Payload::EngagementExtended:
        case Payload::EngagementCompleted:
        case Payload::EngagementTerminated:
        case Payload::EngagementConverted:
            return Reach::engagement;
        default:
            return Reach::nothing;
    }
}

/// Reports of what was done are most of the log, and no duty rests on them.
bool bears_on_duties(Payload type) {
    return type != Payload::ServiceRendered;
}

bool is_handover(Payload type) {
    return type == Payload::FileHandedOver || type == Payload::InsuranceTransferred;
}

bool is_deadline(const Fact& fact) {
    if (fact.type != Payload::ParameterSet) return false;
    const auto name = fact.as<events::schema::ParameterSet>().name()->string_view();
    return name == "lapse_days" || name == "reconsent_days";
}

bool joins_records(Payload type) {
    return type == Payload::TalentRecordsMerged || type == Payload::TalentRecordsSplit;
}

std::vector<Id> talents_of(const Fact& fact) {
    std::vector<Id> out;
    fact.each_stream([&](const events::StreamId& stream) {
        if (stream.kind == StreamKind::talent) out.push_back(stream.id);
    });
    return out;
}

}  // namespace

Runner::Runner(const LogReader& log, Store& store, Shelves& shelves, std::uint64_t batch_events)
    : log_(log),
      store_(store),
      shelves_(shelves),
      batch_events_(batch_events),
      accountant_(shelves.words, log.codes()),
      reference_(shelves.reference.newest()) {}

base::Result<void> Runner::catch_up(const std::atomic<bool>& stop, std::uint64_t upto) {
    auto done = ledger::unless_unreadable([&] { return fold_on(stop, upto); });
    if (!done) {
        // Nothing of the command at hand was settled, but its people may be folded half.
        touched_ = {};
        people_.clear();
    }
    // What was settled before the damage is shown.
    if (folded_ > position()) {
        if (auto written = commit(folded_); !written) return written;
    }
    return done;
}

base::Result<void> Runner::fold_on(const std::atomic<bool>& stop, std::uint64_t upto) {
    const std::uint64_t head = log_.size();
    std::uint64_t at = folded_;
    if (at >= head) return {};
    // Batches end where buckets end, so that little is left over to be written twice.
    const auto end_after = [&](std::uint64_t size) {
        return (size / batch_events_ + 1) * batch_events_;
    };
    std::uint64_t batch_end = end_after(at);
    const auto scan = log_.scan({}, at, head);
    for (;;) {
        const auto more = scan->next();
        if (!more) return more.error();
        if (!*more) return {};
        const Fact fact = Fact::of(scan->bytes());
        if (fact.command_index == 0) touched_.first = at;
        fold(fact);
        ++at;
        if (fact.command_index + 1u < fact.command_size) continue;
        settle(at);
        folded_ = at;
        if (stop.load(std::memory_order_relaxed) || at >= upto) return {};
        if (at < batch_end) continue;
        if (auto written = commit(at); !written) return written;
        batch_end = end_after(at);
    }
}

// -- an event -----------------------------------------------------------------------------------

void Runner::fold(const Fact& fact) {
    // Proposed merges already make records kin: it costs a refold now and then, nothing else.
    if (joins_records(fact.type)) {
        for (const Id& talent : kinship_.unite(talents_of(fact))) touched_.kin.insert(talent);
    }
    if (fact.proposed) return;  // holds nothing until it is approved
    fold_streams(fact, events::needs_refold(fact));
    if (fact.type == Payload::ActionApproved) {
        fold_decision({Id::of(*fact.as<events::schema::ActionApproved>().command())});
    } else if (fact.type == Payload::ActionRejected) {
        fold_decision({Id::of(*fact.as<events::schema::ActionRejected>().command())});
    }
}

void Runner::fold_streams(const Fact& fact, bool again) {
    // A decision changes what it decides on, not what it stands in.
    const auto* stored = fact.stored;
    for (const auto* stream : *stored->streams()) {
        if (stream->kind() == StreamKind::talent) {
            fold_person(Id::of(stream->id()), stream->revision() == 1, fact, again);
        }
    }
    if (fact.home.kind == StreamKind::employer) fold_employer(fact.home.id, fact, again);
    if (fact.home.kind == StreamKind::reference) fold_reference(fact, again);
}

void Runner::fold_person(const Id& talent, bool is_new, const Fact& fact, bool again) {
    if (const auto* kin = kinship_.of(talent)) {
        for (const Id& one : *kin) {
            PersonAtHand& person = at_hand(one, false);
            touch(person);
            person.refold = true;
        }
        return;
    }
    PersonAtHand& person = at_hand(talent, is_new);
    touch(person);
    if (again) person.refold = true;
    if (person.refold) return;
    events::apply(person.person, fact);
    if (bears_on_duties(fact.type)) person.duties = true;
    if (is_handover(fact.type)) person.handovers = true;
    // Honours that become known later ask nobody about stations (INV-F12).
    if (fact.type == Payload::TalentAmended) person.breaches = true;
    switch (reach_of(fact.type)) {
        case Reach::nothing:
            break;
        case Reach::everything:
            person.all_rows = true;
            break;
        case Reach::engagement:
            person.engagements.emplace_back(fact.home.id, std::nullopt);
            break;
        case Reach::month:
            person.engagements.emplace_back(fact.home.id, fact.from);
            break;
    }
}

void Runner::fold_employer(const Id& employer, const Fact& fact, bool again) {
    shake_employer(employer, fact.type, again);
    if (again) {
        touched_.employers_again.insert(employer);
        return;
    }
    auto found = touched_.employers.find(employer);
    if (found == touched_.employers.end()) {
        const auto known = shelves_.employers.at(employer, touched_.first);
        found = touched_.employers.emplace(employer, known ? *known : events::Employer{}).first;
        found->second.id = employer;
    }
    events::apply(found->second, fact);
}

void Runner::fold_reference(const Fact& fact, bool again) {
    shake_reference(fact);
    if (again) {
        touched_.reference_again = touched_.calendar = touched_.deadlines = true;
        return;
    }
    if (!touched_.reference)
        touched_.reference = std::make_unique<events::ReferenceBook>(*reference_);
    touched_.reference->apply(fact);
    if (fact.type == Payload::CalendarPublished) touched_.calendar = true;
    if (is_deadline(fact)) touched_.deadlines = true;
}

// An approval may stand in fewer streams than what it approves: everyone there is folded again.
void Runner::fold_decision(const events::CommandId& command) {
    const auto history = log_.history(touched_.first);
    const auto block = history->find(command);
    if (!block) return;
    for (std::uint16_t i = 0; i < block->count; ++i) {
        history->at({block->first.value + i},
                    [&](const Fact& decided) { fold_streams(decided, true); });
    }
}

// -- the end of a command -----------------------------------------------------------------------

void Runner::settle(std::uint64_t size) {
    row_position_ = size - 1;
    row_ordinal_ = 0;
    read_again(size);
    settle_employers(size);
    settle_reference(size);
    settle_kin(size);
    for (PersonAtHand* person : touched_.people) settle_person(*person);
    touched_.people.clear();
    note_words();
    people_.make_room();
}

/// Everything that must be read for a command is read before anything of it is settled: damage that
/// is met here leaves no half of a command behind.
void Runner::read_again(std::uint64_t size) {
    for (const Id& id : touched_.employers_again) {
        touched_.employers[id] = events::fold_employer(id, *log_.history(size));
    }
    if (touched_.reference_again) {
        touched_.reference = std::make_unique<events::ReferenceBook>(
            events::fold_reference(*log_.history(size), log_.codes()));
    }
    // Rows as they were need the old book, so people are taken at hand before it is replaced.
    if (touched_.reference) touch_planned();
    touch_breached(size);
    for (PersonAtHand* person : touched_.people) {
        if (!person->refold) continue;
        person->person = events::fold_person(person->person.id, *log_.history(size));
        person->all_rows = person->breaches = person->duties = true;
    }
    for (PersonAtHand* person : touched_.people) recall_staff(*person);
}

/// Plans rest on the calendar, duties on deadlines.
void Runner::touch_planned() {
    if (touched_.calendar) touch_calendar();
    if (touched_.deadlines) {
        for (const Id& talent : shelves_.agenda.people()) {
            PersonAtHand& person = at_hand(talent, false);
            touch(person);
            person.duties = true;
        }
    }
}

void Runner::settle_employers(std::uint64_t size) {
    for (auto& [id, employer] : touched_.employers) {
        std::string key = "E";
        key.append(reinterpret_cast<const char*>(id.bytes.data()), 16);
        put_u64(key, size);
        batch_.notes.emplace_back(std::move(key), pack(employer));
        shelves_.employers.add(size, std::make_shared<events::Employer>(std::move(employer)));
    }
    touched_.employers.clear();
    touched_.employers_again.clear();
}

void Runner::settle_kin(std::uint64_t size) {
    for (const Id& talent : touched_.kin) {
        std::string key = "K";
        key.append(reinterpret_cast<const char*>(talent.bytes.data()), 16);
        put_u64(key, size);
        std::string group;
        for (const Id& kin : *kinship_.of(talent)) {
            group.append(reinterpret_cast<const char*>(kin.bytes.data()), 16);
        }
        batch_.notes.emplace_back(std::move(key), std::move(group));
    }
    touched_.kin.clear();
}

void Runner::settle_reference(std::uint64_t size) {
    if (!touched_.reference) return;
    reference_ = std::move(touched_.reference);
    shelves_.reference.add(size, reference_);
    std::string key = "R";
    put_u64(key, size);
    batch_.notes.emplace_back(std::move(key), "");
    touched_.reference_again = touched_.calendar = touched_.deadlines = false;
}

}  // namespace projections
