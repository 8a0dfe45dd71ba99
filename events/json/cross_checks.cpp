// What the fields of one table must say together.
#include <fmt/format.h>

#include <algorithm>

#include "events/json/payload_reader.h"

namespace events {
namespace {

using simdjson::dom::element;

/// A table being checked, with everything a check may need.
struct Checking {
    const GivenFields& fields;
    const CodeLists& codes;
    const Catalogue& catalogue;
    SeenInPayload& seen;
    Faults& faults;

    bool has(std::string_view name) const { return fields.find(name).has_value(); }
};

void check_document_number(Checking& at) {
    const auto kind = at.fields.text("kind");
    const auto number = at.fields.text("number");
    if (!kind || !number) return;
    const auto found = check_document(*kind, at.fields.text("issuer").value_or(""), *number);
    if (found) {
        at.seen.document = *found;
        return;
    }
    const bool about_kind = found.error().code == "E_DOC_KIND";
    const bool about_issuer = found.error().code == "E_DOC_ISSUER";
    // A kind outside its list has been refused where it stands.
    if (about_kind && !at.codes.check("id_document_kinds", *kind)) return;
    at.faults.add_at(about_kind ? "kind" : about_issuer ? "issuer" : "number", found.error().code,
                     found.error().what);
}

void check_person(Checking& at) {
    const auto year = at.fields.number("birth_year");
    const auto birth = at.fields.date("birth_date");
    const auto& document = at.seen.document;
    if (year && birth && birth->year() != *year) {
        at.faults.add_at("birth_year", "E_BIRTH_MISMATCH", "not the year of the birth date");
    }
    if (document && document->birth) {
        if (year && document->birth->year() != *year) {
            at.faults.add_at("birth_year", "E_BIRTH_MISMATCH", "not the year in the document");
        }
        if (birth && *document->birth != *birth) {
            at.faults.add_at("birth_date", "E_BIRTH_MISMATCH", "not the date in the document");
        }
    }
    const auto sex = at.fields.number("sex");
    // 0 and 9 say nothing, so they contradict nothing.
    if (document && document->sex && (sex == 1 || sex == 2) && *sex != *document->sex) {
        at.faults.add_at("sex", "E_SEX_MISMATCH", "not the sex in the document");
    }
}

void check_something_changes(Checking& at, std::string_view besides = {}) {
    for (std::size_t i = 0; i < at.fields.table->fields.size(); ++i) {
        if (at.fields.has(i) && at.fields.table->fields[i].name != besides) return;
    }
    at.faults.add("E_NOTHING_CHANGES", "no field is given that would change");
}

void check_cleared(Checking& at) {
    const auto cleared = at.fields.find("cleared");
    simdjson::dom::array names;
    if (!cleared || cleared->get(names) != simdjson::SUCCESS) return;
    const auto* registered = at.catalogue.table("TalentRegistered");
    Faults::In there(at.faults, "cleared");
    std::size_t index = 0;
    for (const auto item : names) {
        Faults::In here(at.faults, index++);
        std::string_view name;
        if (item.get(name) != simdjson::SUCCESS) continue;
        if (at.has(name)) at.faults.add("E_CLEARED_FIELD", "given and cleared at once");
        const auto* field = registered->find(name);
        if (field && field->must) at.faults.add("E_CLEARED_FIELD", "a required field stays");
    }
}

void check_amended_talent(Checking& at) {
    check_something_changes(at);
    check_person(at);
    check_cleared(at);
}

void check_qualification(Checking& at) {
    const auto kind = at.fields.text("kind");
    const auto code = at.fields.text("code");
    if (!kind || !code) return;
    const std::string_view list = *kind == "DEGREE" ? "degrees"
                                  : *kind == "TITLE" ? "professional_titles"
                                                     : std::string_view();
    if (list.empty()) return;  // licences and skill certificates have no common list
    const auto found = at.codes.check(list, *code);
    if (!found) at.faults.add_at("code", found.error().code, found.error().what);
}

void check_industry(Checking& at) {
    const auto section = at.fields.text("section");
    const auto division = at.fields.text("division");
    if (!section || !division) return;
    const auto* row = at.codes.list("industry_divisions")->find(*division);
    if (row && row->find("section")->second != *section) {
        at.faults.add_at("division", "E_BAD_CODE", "not a division of that section");
    }
}

void check_amended_employer(Checking& at) {
    check_something_changes(at);
    check_industry(at);
}

void check_order(Checking& at, std::string_view from_name, std::string_view to_name) {
    const auto from = at.fields.date(from_name);
    const auto to = at.fields.date(to_name);
    if (from && to && *to <= *from) {
        at.faults.add_at(to_name, "E_DATE_ORDER", "the end lies after the beginning");
    }
}

void check_correction(Checking& at) {
    if (!at.has("replacement") && !at.has("dates")) {
        at.faults.add("E_NOTHING_CHANGES", "a correction replaces the payload, the dates or both");
    }
}

void check_schedule(Checking& at) {
    struct Rule {
        std::string_view field, kind;
        bool needed;
    };
    static constexpr Rule rules[] = {
        {"slots", "WEEKLY", true},         {"every_n_weeks", "WEEKLY", false},
        {"anchor", "WEEKLY", false},       {"windows", "SEASONAL", true},
        {"budget_mday", "DAYS", true},     {"dates", "DATES", true},
    };
    const auto kind = at.fields.text("kind");
    if (!kind) return;
    for (const auto& rule : rules) {
        const bool given = at.has(rule.field);
        if (given && rule.kind != *kind) {
            at.faults.add_at(rule.field, "E_SCHEDULE",
                             fmt::format("only {} has this field", rule.kind));
        } else if (!given && rule.needed && rule.kind == *kind) {
            at.faults.add_at(rule.field, "E_SCHEDULE", fmt::format("{} needs this field", *kind));
        }
    }
    // Which week counts is only a question where some do not.
    if (at.fields.number("every_n_weeks").value_or(1) > 1 && !at.has("anchor")) {
        at.faults.add_at("anchor", "E_SCHEDULE", "needed where not every week counts");
    }
}

void check_parts(Checking& at) {
    const auto part = at.fields.number("part");
    const auto parts = at.fields.number("parts");
    if (part && parts && *part > *parts) {
        at.faults.add_at("part", "E_OUT_OF_RANGE", "not more than the number of parts");
    }
}

void check_evidence(Checking& at) {
    const auto alg = at.fields.text("alg");
    const auto digest = at.fields.text("digest");
    const auto* row = alg ? at.codes.list("digest_algorithms")->find(*alg) : nullptr;
    if (!row || !digest) return;
    const auto bytes = row->find("digest_bytes")->second;
    if (std::to_string(digest->size() / 2) != bytes) {
        at.faults.add_at("digest", "E_BAD_HEX", fmt::format("{} bytes are needed", bytes));
    }
}

void check_calendar(Checking& at) {
    const auto year = at.fields.number("year");
    const auto days = at.fields.find("days");
    simdjson::dom::array items;
    if (!year || !days || days->get(items) != simdjson::SUCCESS) return;
    Faults::In there(at.faults, "days");
    std::size_t index = 0;
    for (const auto item : items) {
        Faults::In here(at.faults, index++);
        std::string_view text;
        if (item["date"].get(text) != simdjson::SUCCESS) continue;
        const auto date = Date::parse(text);
        if (date && date->year() != *year) {
            at.faults.add_at("date", "E_OUT_OF_RANGE", "not a day of the calendar's year");
        }
    }
}

using Check = void (*)(Checking&);

Check check_of(std::string_view table) {
    static constexpr std::pair<std::string_view, Check> checks[] = {
        {"IdentityDocument", check_document_number},
        {"TalentRegistered", check_person},
        {"TalentAmended", check_amended_talent},
        {"QualificationRecorded", check_qualification},
        {"EmployerRegistered", check_industry},
        {"EmployerAmended", check_amended_employer},
        {"PostChanged", [](Checking& at) { check_something_changes(at, "affiliation"); }},
        {"AffiliationStarted",
         [](Checking& at) { check_order(at, "contract_from", "contract_to"); }},
        {"CorrectedDates", [](Checking& at) { check_order(at, "from", "to"); }},
        {"EventCorrected", check_correction},
        {"Schedule", check_schedule},
        {"CodeListPublished", check_parts},
        {"SchemaPublished", check_parts},
        {"CalendarPublished", check_calendar},
        {"Evidence", check_evidence},
    };
    for (const auto& [name, check] : checks) {
        if (name == table) return check;
    }
    return nullptr;
}

}  // namespace

void check_across(const GivenFields& fields, const CodeLists& codes, const Catalogue& catalogue,
                  SeenInPayload& seen, Faults& faults) {
    const auto check = check_of(fields.table->name);
    if (!check) return;
    Checking at{fields, codes, catalogue, seen, faults};
    check(at);
}

}  // namespace events
