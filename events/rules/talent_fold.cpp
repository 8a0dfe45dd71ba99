// How the families Talent and Identity shape a person.
#include <algorithm>

#include "events/rules/deciding.h"
#include "events/rules/timeline.h"

namespace events {
namespace {

using schema::Payload;

/// One bit per field of Particulars.
enum TalentField : std::uint32_t {
    category = 1, sex = 2, birth_year = 4, nationality = 8, residence = 16, degree = 32,
    education = 64, titles = 128, skills = 256, all = 511
};

void copy_talent_fields(Particulars& to, const Particulars& from, std::uint32_t fields) {
    if (fields & category) to.category = from.category;
    if (fields & sex) to.sex = from.sex;
    if (fields & birth_year) to.birth_year = from.birth_year;
    if (fields & nationality) to.nationality = from.nationality;
    if (fields & residence) to.residence = from.residence;
    if (fields & degree) to.degree = from.degree;
    if (fields & education) to.education = from.education;
    if (fields & titles) to.titles = from.titles;
    if (fields & skills) to.skills = from.skills;
}

void take(std::string& to, const flatbuffers::String* from, std::uint32_t& given,
          TalentField field) {
    if (!from) return;
    to = from->str();
    given |= field;
}

/// The fields that registration and amendment have in common.
template <class Payload>
Particulars particulars_of(const Payload& payload, const Fact& fact) {
    Particulars entry;
    entry.from = fact.from;
    entry.position = fact.position;
    take(entry.category, payload.category(), entry.given, category);
    take(entry.nationality, payload.nationality(), entry.given, nationality);
    take(entry.residence, payload.residence(), entry.given, residence);
    take(entry.degree, payload.degree(), entry.given, degree);
    take(entry.education, payload.education(), entry.given, education);
    if (const auto value = payload.sex()) {
        entry.sex = *value;
        entry.given |= sex;
    }
    if (const auto value = payload.birth_year()) {
        entry.birth_year = *value;
        entry.given |= birth_year;
    }
    if (const auto* held = payload.titles()) {
        for (const auto* title : *held) entry.titles.push_back(title->code()->str());
        entry.given |= titles;
    }
    if (const auto* held = payload.skills()) {
        for (const auto* skill : *held) entry.skills.push_back(skill->str());
        entry.given |= skills;
    }
    return entry;
}

template <class Payload>
void take_honours(Person& person, const Payload& payload) {
    if (!payload.honours()) return;
    person.honours.clear();
    for (const auto* honour : *payload.honours()) {
        person.honours.push_back({honour->code()->str(), Date::of(*honour->since())});
    }
}

void register_talent(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::TalentRegistered>();
    person.registered = true;
    person.registration = {fact.position, fact.event};
    auto entry = particulars_of(payload, fact);
    entry.given = all;  // what a registration leaves out is known to be unknown
    insert_change(person.particulars, std::move(entry), copy_talent_fields);
    insert_by_day(person.statuses, {fact.from, fact.position, schema::TalentStatus::ACTIVE});
    take_honours(person, payload);
}

/// A cleared field is one that is set to nothing.
void clear_fields(Person& person, Particulars& entry, const schema::TalentAmended& payload) {
    using Amended = schema::TalentAmended;
    if (!payload.cleared()) return;
    for (const auto id : *payload.cleared()) {
        switch (id * 2 + 4) {  // where FlatBuffers keeps the field of this id
            case Amended::VT_SEX: entry.given |= sex; break;
            case Amended::VT_RESIDENCE: entry.given |= residence; break;
            case Amended::VT_DEGREE: entry.given |= degree; break;
            case Amended::VT_EDUCATION: entry.given |= education; break;
            case Amended::VT_TITLES: entry.given |= titles; break;
            case Amended::VT_SKILLS: entry.given |= skills; break;
            case Amended::VT_HONOURS: person.honours.clear(); break;
            default: break;
        }
    }
}

void amend_talent(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::TalentAmended>();
    auto entry = particulars_of(payload, fact);
    clear_fields(person, entry, payload);
    take_honours(person, payload);
    if (entry.given != 0) insert_change(person.particulars, std::move(entry), copy_talent_fields);
}

void record_qualification(Person& person, const Fact& fact) {
    const auto& payload = fact.as<schema::QualificationRecorded>();
    person.qualifications.push_back({{fact.position, fact.event},
                                     payload.kind().value(),
                                     payload.code()->str(),
                                     {fact.from, fact.to},
                                     std::nullopt});
}

void revoke_qualification(Person& person, const Fact& fact) {
    const auto opened = Id::of(fact.as<schema::QualificationRevoked>().qualification()->id());
    for (auto& held : person.qualifications) {
        if (held.opened.event == opened) held.revoked = fact.from;
    }
}

}  // namespace

void apply_talent(Person& person, const Fact& fact) {
    switch (fact.type) {
        case Payload::TalentRegistered:
            return register_talent(person, fact);
        case Payload::TalentAmended:
            return amend_talent(person, fact);
        case Payload::QualificationRecorded:
            return record_qualification(person, fact);
        case Payload::QualificationRevoked:
            return revoke_qualification(person, fact);
        case Payload::TalentStatusChanged:
            insert_by_day(person.statuses,
                          {fact.from, fact.position,
                           fact.as<schema::TalentStatusChanged>().status().value()});
            return;
        default:
            return;  // on record, but nothing that rules or views rest on
    }
}

}  // namespace events
