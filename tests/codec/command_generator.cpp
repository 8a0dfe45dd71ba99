#include "tests/codec/command_generator.h"

#include <fmt/format.h>

#include "events/codes/identifiers.h"
#include "events/dates.h"
#include "events/json/text.h"

namespace test {

using namespace events;

namespace {

std::string quoted(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

const CodeLists& codes() { return CodeLists::built_in(); }

}  // namespace

std::size_t CommandGenerator::below(std::size_t bound) { return random_() % bound; }

std::string CommandGenerator::hex_digits(std::size_t count) {
    std::string out;
    while (out.size() < count) out += "0123456789abcdef"[below(16)];
    return out;
}

std::string CommandGenerator::id() { return hex_digits(32); }

std::string CommandGenerator::digits(std::size_t count) {
    std::string out;
    while (out.size() < count) out += static_cast<char>('0' + below(10));
    return out;
}

std::string CommandGenerator::date(int year_from, int year_to) {
    const auto first = Date::of(year_from, 1, 1);
    const auto days = Date::of(year_to + 1, 1, 1) - first;
    return (first + static_cast<int>(below(static_cast<std::size_t>(days)))).text();
}

std::string CommandGenerator::command(const TypeInfo& type, int completeness) {
    completeness_ = completeness;
    return event(type, fmt::format(R"("id":"{}")", id()));
}

std::string CommandGenerator::command_of(const std::vector<const TypeInfo*>& types) {
    const auto shared = fmt::format(R"("id":"any","commandid":"{}")", id());
    std::string out;
    for (const auto* type : types) out += (out.empty() ? "[" : ",") + event(*type, shared);
    return out + "]";
}

std::string CommandGenerator::event(const TypeInfo& type, std::string_view members) {
    birth_ = date(1940, 2000);
    sex_ = 1 + static_cast<int>(below(2));
    year_ = std::to_string(1950 + below(150));
    auto out = fmt::format(R"({{"specversion":"1.0","type":"{}",{})", type.event_type, members);
    const auto kind = type.home == StreamKind::none ? StreamKind::talent : type.home;
    out += fmt::format(R"(,"subject":"{}/{}")", name_of(kind), id());
    const auto from = *Date::parse(date(1990, 2030));
    if (type.dates == DateUse::month) {
        out += fmt::format(R"(,"effectivefrom":"{}","effectiveto":"{}")",
                           from.first_of_month().text(), from.first_of_next_month().text());
    } else if (type.dates != DateUse::none) {
        out += fmt::format(R"(,"effectivefrom":"{}")", from.text());
        const bool open = type.dates == DateUse::open_period && !chance(completeness_);
        if (type.dates != DateUse::from && !open) {
            out += fmt::format(R"(,"effectiveto":"{}")",
                               (from + 1 + static_cast<int>(below(3000))).text());
        }
    }
    out += fmt::format(R"(,"data":{{"legal_basis":"STATUTORY_DUTY","payload":{})",
                       table(*type.table));
    if (chance(completeness_)) {
        out += R"(,"evidence":[)" + table(*Catalogue::built_in().table("Evidence")) + "," +
               table(*Catalogue::built_in().table("Evidence")) + "]";
    }
    return out + "}}";
}

std::string CommandGenerator::document() {
    auto number = "510100" + birth_.substr(0, 4) + birth_.substr(5, 2) + birth_.substr(8, 2) +
                  digits(2) + std::to_string(2 + below(4) * 2 - (sex_ == 1 ? 1 : 0));
    number += mod_11_2(number);
    return fmt::format(R"({{"kind":"CN_ID","issuer":"CHN","number":"{}"}})", number);
}

std::string CommandGenerator::schedule() {
    switch (below(5)) {
        case 0:
            return R"({"kind":"WEEKLY","slots":["SAT_AM","SUN_PM"],"every_n_weeks":2,)"
                   R"("anchor":"2019-04-20"})";
        case 1:
            return R"({"kind":"SEASONAL","windows":[{"from":"11-01","to":"02-29"}]})";
        case 2: return fmt::format(R"({{"kind":"DAYS","budget_mday":{}}})", 1 + below(366000));
        case 3:
            return R"({"kind":"DATES","dates":[{"date":"2019-10-01","half":"AM"},)"
                   R"({"date":"2019-10-01","half":"PM"}]})";
        default: return R"({"kind":"CONTINUOUS"})";
    }
}

std::string CommandGenerator::table(const TableInfo& info) {
    if (info.name == "Schedule") return schedule();
    if (info.name == "IdentityDocument") return document();
    if (info.name == "CorrectedDates") return R"({"from":"2019-07-08","to":"2020-01-01"})";
    const auto& sections = codes().list("industry_sections")->rows();
    section_ = sections[below(sections.size())].find("code")->second;

    std::string out;
    // A field that is cleared is not given as well.
    const bool talent_amended = info.name == "TalentAmended";
    const bool amends = talent_amended || info.name == "EmployerAmended" ||
                        info.name == "PostChanged" || info.name == "EventCorrected";
    bool changes = false;
    for (const auto& one : info.fields) {
        if (one.fill || (talent_amended && one.name == "esco")) continue;
        if (!one.must && (changes || !amends) && !chance(completeness_)) continue;
        changes = changes || !one.must;
        out += out.empty() ? "" : ",";
        out += field(info, one);
    }
    // A nested table says something.
    if (out.empty()) out = field(info, info.fields[0]);
    return "{" + out + "}";
}

std::string CommandGenerator::field(const TableInfo& info, const FieldInfo& one) {
    std::string out;
    if (one.type == FieldType::payload) {
        const auto& types = Catalogue::built_in().types();
        const auto* type = &types[below(types.size())];
        while (type->name == info.name) type = &types[below(types.size())];
        out = fmt::format(R"("{}_type":"{}",)", one.name, type->name);
        return out + fmt::format(R"("{}":)", one.name) + table(*type->table);
    }
    out = fmt::format(R"("{}":)", one.name);
    if (!one.list) return out + value(info, one);
    const auto count = 1 + below(std::min<std::size_t>(one.items_max == 0 ? 3 : one.items_max, 3));
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "[" : ",") + value(info, one);
    return out + "]";
}

std::string CommandGenerator::value(const TableInfo& info, const FieldInfo& one) {
    if (one.name == "birth_date") return quoted(birth_);
    if (one.name == "birth_year") return birth_.substr(0, 4);
    if (one.name == "sex") return std::to_string(sex_);
    if (one.name == "contract_from") return quoted("2019-01-01");
    if (one.name == "contract_to") return quoted("2021-01-01");
    if (one.name == "part") return "1";
    if (info.name == "CalendarPublished" && one.name == "year") return year_;
    if (info.name == "CalendarDay" && one.name == "date") return quoted(year_ + "-05-01");
    if (info.name == "Evidence" && one.name == "alg") return quoted("SHA-256");
    if (info.name == "QualificationRecorded" && one.name == "kind") return quoted("TITLE");
    if (one.name == "section") return quoted(section_);
    switch (one.type) {
        case FieldType::text: return quoted(text(one.length_max == 0 ? 500 : one.length_max));
        case FieldType::code: return quoted(code(one));
        case FieldType::number: return number(one);
        case FieldType::boolean: return below(2) == 0 ? "true" : "false";
        case FieldType::symbol:
            return quoted(one.symbols->symbols[below(one.symbols->symbols.size())].name);
        case FieldType::id: return quoted(id());
        case FieldType::digest: return quoted(hex_digits(64));
        case FieldType::bytes: return quoted(hex_digits(64));
        case FieldType::date: return quoted(date(1900, 2100));
        case FieldType::instant:
            return quoted(date(1900, 2100) + fmt::format("T23:59:60.{}Z", digits(6)));
        case FieldType::event: return quoted(std::to_string(random_()) + ":" + id());
        case FieldType::table: return table(*one.table);
        case FieldType::field_names: return quoted("esco");
        case FieldType::payload: break;
    }
    return "null";
}

std::string CommandGenerator::number(const FieldInfo& one) {
    if (!one.code_list.empty()) return code_of(one.code_list);
    std::int64_t number = 0;
    switch (below(4)) {
        case 0: number = *one.least; break;
        case 1: number = *one.most; break;
        default: {
            const auto span = static_cast<std::uint64_t>(*one.most) -
                              static_cast<std::uint64_t>(*one.least);
            const auto step = span == ~std::uint64_t{0} ? random_() : random_() % (span + 1);
            number = static_cast<std::int64_t>(static_cast<std::uint64_t>(*one.least) + step);
        }
    }
    const auto plain = std::to_string(number);
    return plain.size() > 15 ? quoted(plain) : plain;
}

std::string CommandGenerator::code(const FieldInfo& one) {
    if (one.name == "division") {
        for (const auto& row : codes().list("industry_divisions")->rows()) {
            if (row.find("section")->second == section_) return row.find("code")->second;
        }
    }
    return code_of(one.code_list);
}

std::string CommandGenerator::code_of(std::string_view list) {
    if (list == "token") return "a.B-9_:/";
    if (list == "post_codes") return "01A2";
    if (list == "uri") return "http://data.europa.eu/esco/skill/" + hex_digits(8);
    if (list == "month_day") return "02-29";
    if (list == "division_code") return digits(6);
    if (list == "uscc") return uscc();
    if (list == "qualifications") return code_of("professional_titles");
    if (list == "regions") {
        switch (below(4)) {
            case 0: return "EXT-DEU";
            case 1: return "UNK";
            default: return code_of("divisions");
        }
    }
    const auto& rows = codes().list(list)->rows();
    const auto& row = rows[below(rows.size())];
    for (const auto* key : {"code", "alpha3", "name"}) {
        if (const auto found = row.find(key); found != row.end()) return found->second;
    }
    return {};
}

std::string CommandGenerator::uscc() {
    static constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    auto number = "91510100MTXX" + digits(5);
    for (const char check : alphabet) {
        if (check_uscc(number + check)) return number + check;
    }
    return {};
}

std::string CommandGenerator::text(std::size_t characters_max) {
    static constexpr std::string_view pieces[] = {"张", "𠮷",  "é", "a", " ",
                                                   "\"", "\\", "/", "9", "（"};
    std::string out;
    const auto length = 1 + below(std::min<std::size_t>(characters_max, 60));
    for (std::size_t i = 0; i < length; ++i) out += pieces[below(std::size(pieces))];
    return out;
}

}  // namespace test
