// The naive world: which events count, whose they are, and what the province has published.
#include "tests/acceptance/naive.h"

#include <algorithm>

#include "events/codes/code_lists.h"
#include "tests/acceptance/naive_teller.h"

namespace naive {

using fb::Payload;

namespace {

Date date_of(const fb::Date* date, Date otherwise) {
    return date == nullptr ? otherwise : Date{date->days()};
}

std::string text_of(const flatbuffers::String* text) {
    return text == nullptr ? std::string() : text->str();
}

}  // namespace

Model::Model(const std::vector<std::string>& log, std::size_t known) {
    read(log, known);
    judge();
    std::vector<const Known*> in_effect;
    for (const auto& one : events_) {
        if (one.counts) in_effect.push_back(&one);
    }
    std::stable_sort(in_effect.begin(), in_effect.end(),
                     [](const auto* a, const auto* b) { return a->since < b->since; });
    join_records(in_effect);
    collect_reference(in_effect);
    collect_employers(in_effect);

    std::map<Id, std::vector<std::pair<const Known*, bool>>> of_person;
    for (const Known* one : in_effect) {
        const Id whose = owner(*one);
        if (!whose.is_zero()) of_person[root(whose)].emplace_back(one, root(whose) == whose);
    }
    for (const auto& [talent, events] : of_person) {
        Person& person = people_[talent];
        person.id = talent;
        tell_life(person, events);
    }
    for (const auto& [absorbed, into] : absorbed_into_) {
        people_[root(into)].absorbed.push_back(absorbed);
    }
    for (const auto& one : events_) {
        std::set<Id> concerned;
        for (const auto* stream : *one.event->streams()) {
            if (stream->kind() != fb::StreamKind::talent) continue;
            concerned.insert(root(Id::of(stream->id())));
        }
        if (const auto given = given_to(one.position())) concerned.insert(root(*given));
        for (const Id& talent : concerned) people_[talent].timeline.push_back(&one);
    }
}

void Model::read(const std::vector<std::string>& log, std::size_t known) {
    for (std::size_t i = 0; i < known && i < log.size(); ++i) {
        Known one;
        one.event = fb::GetEvent(log[i].data());
        one.type = one.event->payload_type();
        one.payload = one.event->payload();
        one.from = Date{one.event->effective_from()->days()};
        one.to = date_of(one.event->effective_to(), events::forever);
        events_.push_back(one);
    }
}

/// Approvals first, then corrections: of those aimed at one event the one approved last wins.
void Model::judge() {
    std::map<Id, std::pair<bool, std::uint64_t>> verdicts;
    for (const auto& one : events_) {
        const fb::Id* command = nullptr;
        if (one.type == Payload::ActionApproved) command = one.as<fb::ActionApproved>().command();
        if (one.type == Payload::ActionRejected) command = one.as<fb::ActionRejected>().command();
        if (command != nullptr) {
            verdicts.emplace(Id::of(*command),
                             std::pair(one.type == Payload::ActionApproved, one.position()));
        }
    }
    for (auto& one : events_) {
        one.since = one.position();
        one.counts = true;
        if (!one.event->proposed()) continue;
        const auto verdict = verdicts.find(Id::of(*one.event->command_id()));
        one.counts = one.approved = verdict != verdicts.end() && verdict->second.first;
        if (verdict != verdicts.end()) one.decided_by = verdict->second.second;
        if (one.counts) one.since = verdict->second.second;
    }
    std::vector<int> state(events_.size(), 0);
    for (std::size_t i = events_.size(); i-- > 0;) settle(i, state);
}

/// Corrections come after what they correct, so those of an event are settled before it when the
/// log is walked backwards.
void Model::settle(std::size_t index, std::vector<int>& state) {
    Known& one = events_[index];
    if (state[index] != 0 && one.counts) {
        const Known& by = events_[static_cast<std::size_t>(state[index])];
        one.changed_by = by.position();
        if (by.type == Payload::EventRetracted) {
            one.counts = false;
        } else {
            const auto& change = by.as<fb::EventCorrected>();
            if (change.replacement() != nullptr) one.payload = change.replacement();
            if (change.dates() != nullptr) {
                one.from = date_of(change.dates()->from(), one.from);
                one.to = date_of(change.dates()->to(), events::forever);
            }
        }
    }
    const fb::EventRef* target = nullptr;
    if (one.type == Payload::EventCorrected) target = one.as<fb::EventCorrected>().target();
    if (one.type == Payload::EventRetracted) target = one.as<fb::EventRetracted>().target();
    if (target == nullptr || !one.counts) return;
    int& winner = state[target->position()];
    if (winner == 0 || events_[static_cast<std::size_t>(winner)].since < one.since) {
        winner = static_cast<int>(index);
    }
}

// -- records of one person ------------------------------------------------------------------------

Id Model::root(Id talent) const {
    for (auto next = absorbed_into_.find(talent); next != absorbed_into_.end();
         next = absorbed_into_.find(talent)) {
        talent = next->second;
    }
    return talent;
}

std::optional<Id> Model::given_to(std::uint64_t position) const {
    const auto given = given_.find(position);
    return given == given_.end() ? std::nullopt : std::optional(given->second);
}

Id Model::owner(const Known& event) const {
    if (const auto given = given_to(event.position())) return *given;
    for (const auto* stream : *event.event->streams()) {
        if (stream->kind() == fb::StreamKind::talent) return Id::of(stream->id());
    }
    return {};
}

void Model::join_records(const std::vector<const Known*>& in_effect) {
    for (const Known* one : in_effect) {
        if (one->type == Payload::TalentRecordsMerged) {
            for (const auto* absorbed : *one->as<fb::TalentRecordsMerged>().absorbed()) {
                absorbed_into_[Id::of(*absorbed)] = one->home();
            }
        } else if (one->type == Payload::TalentRecordsSplit) {
            const auto& split = one->as<fb::TalentRecordsSplit>();
            for (const auto* restored : *split.restored()) {
                absorbed_into_.erase(Id::of(*restored));
            }
            if (split.allocations() == nullptr) continue;
            for (const auto* one_given : *split.allocations()) {
                given_[one_given->event()->position()] = Id::of(*one_given->talent());
            }
        }
    }
}

// -- what is published ----------------------------------------------------------------------------

void Model::collect_reference(const std::vector<const Known*>& in_effect) {
    for (const Known* one : in_effect) {
        if (one->type == Payload::ZoneSchemeActivated) {
            const auto& scheme = one->as<fb::ZoneSchemeActivated>();
            Scheme made{scheme.scheme()->str(), one->from, one->to, {}};
            for (const auto* member : *scheme.members()) {
                made.zone_of[member->prefecture()->str()] = member->zone()->str();
            }
            std::erase_if(schemes_, [&](const Scheme& old) { return old.name == made.name; });
            schemes_.push_back(made);
        } else if (one->type == Payload::DivisionChanged) {
            for (const auto* change : *one->as<fb::DivisionChanged>().changes()) {
                if (change->old_code() == nullptr || change->new_code() == nullptr) continue;
                put_by_day(steps_, {one->from, change->old_code()->str(),
                                    change->new_code()->str()});
            }
        } else if (one->type == Payload::CalendarPublished) {
            const auto& published = one->as<fb::CalendarPublished>();
            auto& calendar = calendars_[published.year().value()];
            calendar.clear();
            for (const auto* day : *published.days()) {
                calendar[Date{day->date()->days()}] = day->kind() == fb::DayKind::WORKDAY;
            }
        } else if (one->type == Payload::ParameterSet) {
            const auto& set = one->as<fb::ParameterSet>();
            parameters_[set.name()->str()].emplace_back(one->from, set.value().value());
        }
    }
}

std::string Model::division(std::string region, Date day) const {
    for (const auto& step : steps_) {
        if (step.from <= day && step.old_code == region) region = step.new_code;
    }
    return region;
}

std::set<Date> Model::recodings() const {
    std::set<Date> days;
    for (const auto& step : steps_) days.insert(step.from);
    for (const auto& scheme : schemes_) days.insert({scheme.from, scheme.to});
    return days;
}

bool Model::is_workday(Date day) const {
    const auto calendar = calendars_.find(day.year());
    if (calendar != calendars_.end()) {
        const auto listed = calendar->second.find(day);
        if (listed != calendar->second.end()) return listed->second;
    }
    return day.weekday() <= 4;
}

std::int64_t Model::parameter(const std::string& name, Date day) const {
    const auto* row = events::CodeLists::built_in().list("parameters")->find(name);
    std::int64_t value = std::stoll(row->find("default")->second);
    const auto set = parameters_.find(name);
    if (set == parameters_.end()) return value;
    Date since{std::numeric_limits<std::int32_t>::min()};
    for (const auto& [from, to] : set->second) {
        if (from <= day && since <= from) value = to, since = from;
    }
    return value;
}

// -- employers ------------------------------------------------------------------------------------

void Model::collect_employers(const std::vector<const Known*>& in_effect) {
    const auto add = [&](const Known& one, const auto& payload) {
        EmployerSays says{one.from, {}, {}};
        if (payload.section() != nullptr) says.section = payload.section()->str();
        if (payload.ownership()) says.ownership = fb::EnumNameOwnership(*payload.ownership());
        put_by_day(employers_[one.home()].says, std::move(says));
    };
    for (const Known* one : in_effect) {
        switch (one->type) {
            case Payload::EmployerRegistered: add(*one, one->as<fb::EmployerRegistered>()); break;
            case Payload::EmployerAmended: add(*one, one->as<fb::EmployerAmended>()); break;
            case Payload::SiteOpened: {
                const auto& opened = one->as<fb::SiteOpened>();
                site_region_[Id::of(*opened.site())] = text_of(opened.region());
                break;
            }
            case Payload::EmployerMerged: {
                Employer& employer = employers_[one->home()];
                employer.merged_on = one->from;
                employer.merged_into = Id::of(*one->as<fb::EmployerMerged>().successor());
                break;
            }
            default: break;
        }
    }
}

std::string Model::region_of(const Id& site) const {
    const auto found = site_region_.find(site);
    return found == site_region_.end() ? "UNK" : found->second;
}

std::string Model::section(const Id& employer, Date day) const {
    const auto found = employers_.find(employer);
    return found == employers_.end() ? ""
                                     : field_on(found->second.says, &EmployerSays::section, day);
}

std::string Model::ownership(const Id& employer, Date day) const {
    const auto found = employers_.find(employer);
    return found == employers_.end() ? ""
                                     : field_on(found->second.says, &EmployerSays::ownership, day);
}

}  // namespace naive
