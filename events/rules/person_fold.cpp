#include <algorithm>
#include <map>
#include <set>

#include "events/rules/deciding.h"
#include "events/rules/person.h"
#include "events/rules/person_timeline.h"
#include "events/rules/visible.h"

namespace events {
namespace {

using schema::Payload;

void count(Person& person, const Fact& fact) {
    person.last = std::max(person.last, fact.position);
    ++person.events;
}

void apply_family(Person& person, const Fact& fact) {
    const auto number = static_cast<unsigned>(fact.type);
    if (number <= 25) return apply_talent(person, fact);
    if (number >= 40 && number <= 44) return apply_affiliation(person, fact);
    if (number >= 50 && number <= 64) return apply_transfer(person, fact);
    if (number >= 65 && number <= 67) return apply_affiliation(person, fact);
    if (number >= 70 && number <= 85) return apply_engagement(person, fact);
}

/// Every talent whose records were ever joined with this one's, directly or through others.
std::vector<StreamId> joined_streams(const Id& talent, const History& history) {
    std::vector<StreamId> streams{{StreamKind::talent, talent}};
    for (std::size_t next = 0; next < streams.size(); ++next) {
        std::vector<StreamId> found;
        history.each(streams[next], [&](const Fact& fact) {
            if (fact.type != Payload::TalentRecordsMerged &&
                fact.type != Payload::TalentRecordsSplit) {
                return;
            }
            fact.each_stream([&](const StreamId& stream) {
                if (stream.kind == StreamKind::talent) found.push_back(stream);
            });
        });
        for (const auto& stream : found) {
            if (std::find(streams.begin(), streams.end(), stream) == streams.end()) {
                streams.push_back(stream);
            }
        }
    }
    return streams;
}

/// Which record each event belongs to, after all merges and splits in force.
class Ownership {
public:
    void note(const Fact& fact) {
        if (fact.type == Payload::TalentRecordsMerged) {
            for (const auto* id : *fact.as<schema::TalentRecordsMerged>().absorbed()) {
                into_[Id::of(*id)] = fact.home.id;
            }
        } else if (fact.type == Payload::TalentRecordsSplit) {
            split(fact.as<schema::TalentRecordsSplit>());
        }
    }

    Id root(Id id) const {
        for (auto next = into_.find(id); next != into_.end(); next = into_.find(id)) {
            id = next->second;
        }
        return id;
    }

    Id owner(const Fact& fact) const {
        const auto given = given_.find(fact.position);
        if (given != given_.end()) return given->second;
        Id first;
        fact.each_stream([&](const StreamId& stream) {
            if (first.is_zero() && stream.kind == StreamKind::talent) first = stream.id;
        });
        return first;
    }

    bool is_absorbed(const Id& id) const { return into_.contains(id); }
    const std::map<Position, Id>& given() const { return given_; }
    std::vector<Id> absorbed_by(const Id& survivor) const {
        std::vector<Id> ids;
        for (const auto& [absorbed, direct] : into_) {
            if (root(direct) == survivor) ids.push_back(absorbed);
        }
        return ids;
    }

private:
    void split(const schema::TalentRecordsSplit& split) {
        for (const auto* id : *split.restored()) into_.erase(Id::of(*id));
        if (!split.allocations()) return;
        for (const auto* allocation : *split.allocations()) {
            given_[{allocation->event()->position()}] = Id::of(*allocation->talent());
        }
    }

    std::map<Id, Id> into_;          ///< absorbed → the record it was merged into
    std::map<Position, Id> given_;   ///< event → the record a split gave it to
};

/// Copies the fields that the stewards took from another record into the survivor's particulars.
void take_choices(std::map<Id, Person>& records, const Fact& merge, const Ownership& ownership) {
    const auto* choices = merge.as<schema::TalentRecordsMerged>().choices();
    auto& survivor = records[merge.home.id];
    if (!choices || survivor.particulars.empty()) return;
    Particulars entry = survivor.particulars.back();
    entry.from = std::max(entry.from, merge.from);
    entry.position = merge.position;
    for (const auto* choice : *choices) {
        const auto source = records.find(Id::of(*choice->taken_from()));
        if (source == records.end() || source->second.particulars.empty()) continue;
        if (!ownership.is_absorbed(source->first)) continue;  // itself, or split off again
        const auto& from = source->second.particulars.back();
        const auto field = choice->field()->string_view();
        if (field == "category") entry.category = from.category;
        if (field == "sex") entry.sex = from.sex;
        if (field == "birth_year") entry.birth_year = from.birth_year;
        if (field == "nationality") entry.nationality = from.nationality;
        if (field == "residence") entry.residence = from.residence;
        if (field == "degree") entry.degree = from.degree;
        if (field == "education") entry.education = from.education;
        if (field == "titles") entry.titles = from.titles;
        if (field == "skills") entry.skills = from.skills;
        if (field == "honours") survivor.honours = source->second.honours;
    }
    survivor.particulars.push_back(std::move(entry));
}

/// Who a person is comes from the surviving record; what happened comes from all of them.
void take_identity(Person& person, const Person& record) {
    person.registered = record.registered;
    person.registration = record.registration;
    person.particulars = record.particulars;
    person.statuses = record.statuses;
    person.honours = record.honours;
}

/// The slow way: corrections, approvals, merges and splits applied.
Person fold_resolved(const Id& talent, const History& history) {
    const auto streams = joined_streams(talent, history);
    const auto facts = visible_facts(streams, history);
    const auto ordered = in_order_of_effect(facts);

    Ownership ownership;
    for (const auto* visible : ordered) ownership.note(visible->effective);
    const bool absorbed = ownership.is_absorbed(talent);
    const auto belongs = [&](const Fact& fact) {
        const auto owner = ownership.owner(fact);
        return absorbed ? owner == talent : ownership.root(owner) == talent;
    };

    const auto concerns = [&](const Fact& fact) {
        if (ownership.given().contains(fact.position)) return belongs(fact);
        bool found = false;
        fact.each_stream([&](const StreamId& stream) {
            found |= stream.kind == StreamKind::talent &&
                     (absorbed ? stream.id == talent : ownership.root(stream.id) == talent);
        });
        return found;
    };

    Person person;
    person.id = talent;
    for (const auto& visible : facts) {
        if (concerns(visible.fact)) count(person, visible.fact);
    }
    std::map<Id, Person> records;  // what each record says by itself of who the person is
    for (const auto* visible : ordered) {
        const auto& fact = visible->effective;
        if (fact.type == Payload::TalentRecordsMerged && belongs(fact) && !absorbed) {
            take_choices(records, fact, ownership);
        }
        if (!belongs(fact) || needs_refold(fact)) continue;
        apply_family(person, fact);
        if (streams.size() > 1) apply_family(records[ownership.owner(fact)], fact);
    }
    if (streams.size() > 1) take_identity(person, records[talent]);
    if (absorbed) person.absorbed_into = ownership.root(talent);
    else person.absorbed = ownership.absorbed_by(talent);
    for (const auto& [position, to] : ownership.given()) {
        if (to != talent) person.handed_over.push_back({position, to});
    }
    return person;
}

/// Whether one of the streams that the fact stands in is now this talent's.
bool stands_with(const Fact& fact, const Id& talent, const Ownership& ownership) {
    bool found = false;
    fact.each_stream([&](const StreamId& stream) {
        found |= stream.kind == StreamKind::talent && ownership.root(stream.id) == talent;
    });
    return found;
}

}  // namespace

std::vector<TimelineFact> person_timeline(const Id& talent, const History& history) {
    const auto streams = joined_streams(talent, history);
    auto facts = visible_facts(streams, history);
    Ownership ownership;
    for (const auto* visible : in_order_of_effect(facts)) ownership.note(visible->effective);
    std::vector<TimelineFact> timeline;
    for (auto& visible : facts) {
        const auto given = ownership.given().find(visible.fact.position);
        const bool is_given = given != ownership.given().end();
        const bool is_ours = is_given && ownership.root(given->second) == talent;
        if (!is_ours && !stands_with(visible.fact, talent, ownership)) continue;
        timeline.push_back({std::move(visible), is_given ? std::optional(given->second)
                                                         : std::nullopt});
    }
    return timeline;
}

bool needs_refold(const Fact& fact) {
    if (fact.proposed) return false;  // holds nothing until it is approved
    switch (fact.type) {
        case Payload::EventCorrected:
        case Payload::EventRetracted:
        case Payload::ActionApproved:
        case Payload::TalentRecordsMerged:
        case Payload::TalentRecordsSplit:
            return true;
        default:
            return false;
    }
}

void apply(Person& person, const Fact& fact) {
    ENSURE(!needs_refold(fact), "a fact that changes the past is folded with all the others");
    count(person, fact);
    if (!fact.proposed) apply_family(person, fact);
}

Person fold_person(const Id& talent, const History& history) {
    Person person;
    person.id = talent;
    bool plain = true;
    history.each({StreamKind::talent, talent}, [&](const Fact& fact) {
        plain = plain && !needs_refold(fact);
        if (plain) apply(person, fact);
    });
    return plain ? person : fold_resolved(talent, history);
}

}  // namespace events
