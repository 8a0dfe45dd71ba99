// The first day: what the province publishes, employers, and everybody known so far.
#include <fmt/format.h>

#include <map>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr std::size_t scheme_commands = 2, list_commands = 9;
constexpr std::string_view surnames[] = {"甲", "乙", "丙", "丁", "戊",
                                         "己", "庚", "辛", "壬", "癸"};
constexpr std::string_view given[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九",
                                      "十", "东", "南", "西", "北", "春", "夏", "秋", "冬"};
struct Band {
    std::string_view name;
    int least, most;  ///< age on the first day
};
constexpr Band bands[] = {{"18-24", 20, 24}, {"25-34", 25, 34}, {"35-44", 35, 44},
                          {"45-54", 45, 54}, {"55-60", 55, 58}, {"61-75", 61, 75}};
constexpr std::size_t young = 0, old = 5;

std::string zone_members(std::string_view scheme) {
    std::string out;
    for (const auto& row : embedded("zone_members")) {
        if (row.at("scheme_id") != scheme) continue;
        std::string role = row.at("role");
        for (char& c : role) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
        out +=
            fmt::format("{}{{\"zone\":\"{}\",\"prefecture\":\"{}\",\"role\":\"{}\"}}",
                        out.empty() ? "" : ",", row.at("zone_id"), row.at("prefecture_code"), role);
    }
    return fmt::format("{{\"scheme\":\"{}\",\"members\":[{}]}}", scheme, out);
}

std::string hardship_areas() {
    std::string out;
    for (const auto& row : embedded("hardship_areas_sichuan")) {
        out += fmt::format("{}{{\"county\":\"{}\",\"hardship_class\":{}}}", out.empty() ? "" : ",",
                           row.at("county_code"), row.at("hardship_class"));
    }
    return "{\"list\":\"CN-2006\",\"areas\":[" + out + "]}";
}

/// 2019 as it was; later years with the holidays that never move.
std::string calendar(int year) {
    std::string out;
    const auto add = [&](const std::string& date, std::string_view kind) {
        out += fmt::format("{}{{\"date\":\"{}\",\"kind\":\"{}\"}}", out.empty() ? "" : ",", date,
                           kind);
    };
    if (year == 2019) {
        for (const auto& row : embedded("calendar_cn_2019")) add(row.at("date"), row.at("kind"));
    } else {
        for (const auto day : {"01-01", "05-01", "10-01", "10-02", "10-03"}) {
            add(fmt::format("{}-{}", year, day), "HOLIDAY");
        }
    }
    return fmt::format("{{\"year\":{},\"days\":[{}]}}", year, out);
}

std::string_view ownership(unsigned kind) {
    return kind == 91 ? "PRIVATE" : kind == 93 ? "COLLECTIVE" : "PUBLIC";
}

std::string_view section(unsigned kind, std::uint32_t number) {
    constexpr std::string_view of_companies[] = {"C", "I", "E", "F", "J", "M"};
    constexpr std::string_view of_institutions[] = {"P", "Q", "M"};
    if (kind == 11) return "S";
    if (kind == 93) return "A";
    if (kind == 12) return of_institutions[number % 3];
    return of_companies[number % 6];
}

}  // namespace

bool Generator::State::first_load() {
    const std::size_t opened = scheme_commands + list_commands;
    const std::size_t employers = opened + 1;
    const std::size_t people = employers + world.employers.size();
    const std::size_t second = people + initial;
    const std::size_t closed = second + (talents.size() - doubles);
    const std::size_t index = loaded_;
    if (index > closed) return false;
    ++loaded_;
    loading = index >= employers && index < closed;
    if (index < opened) {
        publish_lists(index);
    } else if (index == opened) {
        begin(Who::province);
        add({.type = "FirstLoadOpened",
             .payload = fmt::format("{{\"source\":\"synthetic\",\"approver\":\"{}\"}}",
                                    actors[static_cast<std::size_t>(Who::approver)].id.text())});
        record({});
    } else if (index < people) {
        register_employer(static_cast<std::uint32_t>(index - employers));
    } else if (index < second) {
        load_talent(static_cast<std::uint32_t>(index - people));
    } else if (index < closed) {
        load_double(doubles + static_cast<std::uint32_t>(index - second));
    } else {
        begin(Who::province);
        add({.type = "FirstLoadClosed", .payload = "{\"source\":\"synthetic\"}"});
        record({});
        plan_years();
    }
    return true;
}

void Generator::State::publish_lists(std::size_t index) {
    begin(Who::province);
    std::string payload;
    const auto day = [](int y, unsigned m, unsigned d) { return events::Date::of(y, m, d); };
    if (index == 0) {
        payload = zone_members("SC-5Z-2006");
        add({.type = "ZoneSchemeActivated",
             .payload = payload,
             .from = day(2006, 1, 1),
             .to = day(2016, 8, 1)});
    } else if (index == 1) {
        payload = zone_members("SC-5Z-2016");
        add({.type = "ZoneSchemeActivated", .payload = payload, .from = day(2016, 8, 1)});
    } else if (index == 2) {
        payload = hardship_areas();
        add({.type = "HardshipListPublished", .payload = payload, .from = day(2016, 8, 1)});
    } else if (index == 3) {
        payload = R"({"changes":[{"kind":"MOVED","old_code":"512081","new_code":"510185",)"
                  R"("new_name":"简阳市","new_parent":"510100"}]})";
        add({.type = "DivisionChanged", .payload = payload, .from = day(2016, 5, 1)});
    } else if (index == 4) {
        payload = R"({"changes":[{"kind":"RECODED","old_code":"510132","new_code":"510118",)"
                  R"("new_name":"新津区","new_parent":"510100"}]})";
        add({.type = "DivisionChanged", .payload = payload, .from = day(2020, 6, 5)});
    } else {
        const int year = options.start.year() + static_cast<int>(index) - 5;
        payload = calendar(year);
        add({.type = "CalendarPublished",
             .payload = payload,
             .from = day(year, 1, 1),
             .to = day(year + 1, 1, 1)});
    }
    record({});
}

void Generator::State::register_employer(std::uint32_t number) {
    const Employer& employer = world.employers[number];
    const auto id = employer_id(number);
    begin(Who::province);
    add({.type = "EmployerRegistered",
         .kind = "employer",
         .home = id,
         .payload = fmt::format(
             R"({{"uscc":"{}","name":"合成单位{}号","ownership":"{}","section":"{}","region":"{}"}})",
             credit_code(employer.kind, world.prefecture_of(number).code, number + 100), number,
             ownership(employer.kind), section(employer.kind, number),
             world.county_code(number, 0)),
         .from = events::Date::of(2000, 1, 1)});
    for (unsigned site = 0; site < employer.sites; ++site) {
        add({.type = "SiteOpened",
             .kind = "employer",
             .home = id,
             .payload = fmt::format(R"({{"site":"{}","region":"{}","function":"{}"}})",
                                    site_id(number, site).text(), world.county_code(number, site),
                                    site == 0 ? "HQ" : "PLANT"),
             .from = events::Date::of(1980, 1, 1)});
    }
    record({});
}

void Generator::State::draw_person(Talent& talent, bool newcomer) {
    const bool scripted = talent.script != Script::none;
    const std::size_t band = newcomer   ? young
                             : scripted ? 2
                                        : chance.weighted(parameters.below("age.").weights);
    talent.residence = static_cast<std::uint8_t>(chance.weighted(world.prefecture_weights));
    if (talent.script == Script::leshan_recast) {
        talent.residence = static_cast<std::uint8_t>(world.leshan);
    }
    talent.residence_of_number = talent.residence;
    talent.category = static_cast<std::uint8_t>(chance.weighted(categories.weights));
    talent.sex = chance.happens(parameters.millionths("sex.male")) ? 1 : 2;
    if (numbers.empty()) numbers.resize(world.prefectures.size() * std::size(bands));
    // No two people get the same number: birthdays are dealt out, then the sequence moves on.
    const auto dealt = numbers[talent.residence * std::size(bands) + band]++;
    const Band& ages = bands[band];
    const auto days = static_cast<std::uint32_t>((ages.most - ages.least) * 365 + 300);
    talent.birth = options.start - ages.least * 366 - 60 - static_cast<int>(dealt * 7919ull % days);
    talent.sequence = static_cast<std::uint16_t>(10 + dealt / days * 2 + (talent.sex == 1 ? 1 : 0));
    talent.life = band == old ? Life::retired : Life::active;
}

std::string Generator::State::registration(std::uint32_t number, bool passport) {
    const Talent& talent = talents[number];
    std::string birth = date_text(talent.birth);
    std::string document;
    if (passport) {
        document = fmt::format(R"("kind":"PASS","issuer":"CHN","number":"G{:08}")", number);
    } else {
        const auto digits = birth.substr(0, 4) + birth.substr(5, 2) + birth.substr(8, 2);
        document = fmt::format(
            R"("kind":"CN_ID","issuer":"CHN","number":"{}")",
            citizen_number(world.prefectures[talent.residence].code, digits, talent.sequence));
    }
    static const auto degrees = parameters.below("degree.");
    static const auto levels = parameters.below("title.");
    const auto level = chance.weighted(levels.weights);
    const std::string title =
        level == 4 ? "" : fmt::format(R"(,"titles":[{{"code":"01{}"}}])", level + 1);
    const std::string honours = talent.script == Script::station_cap
                                    ? R"(,"honours":[{"code":"CAE","since":"2015-12-01"}])"
                                    : "";
    return fmt::format(
        R"({{"category":"{}","doc":{{{}}},"name":{{"zh":"{}{}{}"}},"sex":{},"birth_year":{},)"
        R"("birth_date":"{}","nationality":"CHN","residence":"{}","degree":"{}",)"
        R"("skills":["SK{:02}"]{}{}}})",
        category_codes[talent.category], document, surnames[chance.below(std::size(surnames))],
        given[chance.below(std::size(given))], given[chance.below(std::size(given))], talent.sex,
        birth.substr(0, 4), birth, world.prefectures[talent.residence].code,
        degrees.names[chance.weighted(degrees.weights)], chance.between(1, 24), title, honours);
}

std::string Generator::State::affiliation(std::uint32_t employer, unsigned site,
                                          unsigned category) const {
    return fmt::format(R"({{"employer":"{}","site":"{}","kind":"FULL_TIME_HOME","staffing":"{}",)"
                       R"("team":"{}","fte":1000}})",
                       employer_id(employer).text(), site_id(employer, site).text(),
                       world.employers[employer].staffing(), category_codes[category]);
}

void Generator::State::load_retired(std::uint32_t number) {
    const auto since = options.start - chance.between(30, 300);
    add({.type = "TalentRegistered",
         .kind = "talent",
         .home = talent_id(number),
         .payload = registration(number, false),
         .from = since,
         .legal_basis = "STATUTORY_DUTY"});
    add({.type = "TalentStatusChanged",
         .kind = "talent",
         .home = talent_id(number),
         .payload = R"({"status":"RETIRED"})",
         .from = since});
    record({number});
}

void Generator::State::load_talent(std::uint32_t number) {
    Talent& talent = talents[number];
    const auto script_of = number / each_case + 1;
    if (script_of < static_cast<std::uint32_t>(Script::count_)) {
        talent.script = static_cast<Script>(script_of);
    }
    draw_person(talent, false);
    begin(Who::province);
    if (talent.life == Life::retired) return load_retired(number);
    const auto id = talent_id(number);
    const int working_days = (options.start - talent.birth) - 20 * 366;
    auto since = options.start - chance.between(40, std::max(60, working_days));
    const bool leshan = talent.script == Script::leshan_recast;
    if (leshan) since = events::Date::of(2010, 7, 1);
    std::uint32_t employer = world.employer_in(talent.residence, nobody, chance);
    if (talent.script == Script::site_relocated) {
        employer = static_cast<std::uint32_t>(number * 4 % (world.employers.size() / 4 * 4));
    }
    add({.type = "TalentRegistered",
         .kind = "talent",
         .home = id,
         .payload = registration(number, false),
         .from = since,
         .legal_basis = "STATUTORY_DUTY"});
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = id,
         .payload = affiliation(employer, 0, talent.category),
         .from = since});
    std::uint16_t opening = 1;
    if (leshan) {  // moved to the trunk while Leshan still belonged to the south
        since = events::Date::of(2014, 7, 1);
        add({.type = "AffiliationEnded",
             .kind = "talent",
             .home = id,
             .payload = R"({"affiliation":"#1","reason":"RESIGN"})",
             .from = since});
        employer = world.employer_in(world.trunk, nobody, chance);
        add({.type = "AffiliationStarted",
             .kind = "talent",
             .home = id,
             .payload = affiliation(employer, 0, talent.category),
             .from = since});
        opening = 3;
        count("leshan_recast");
    }
    Ref command = record({number});
    command.index = opening;
    talent.home = {employer, 0, command, since, talent.category};
}

void Generator::State::plan_years() {
    for (std::uint32_t t = 0; t < initial; ++t) {
        if (talents[t].script != Script::none) {
            later(t, chance.between(20, 400), Act::script, Who::system);
        } else {
            next_life(t);
        }
    }
    for (std::uint32_t t = initial; t < doubles; ++t) {
        const int month = static_cast<int>(chance.weighted(registration_months));
        const int year = chance.between(0, options.years - 1);
        later(t, year * 365 + month * 30 + chance.between(1, 30), Act::newcomer, Who::office);
    }
    for (auto t = doubles; t < static_cast<std::uint32_t>(talents.size()); ++t) {
        const bool loaded = talents[t].life == Life::active;
        later(t, chance.between(30, 365 * options.years - 300),
              loaded ? Act::suspect : Act::register_double, loaded ? Who::steward : Who::office);
    }
    const auto each_bad = std::max(3u, options.talents / 500);
    for (std::uint16_t which = 0; which < bad_kinds; ++which) {
        for (std::uint32_t i = 0; i < each_bad; ++i) {
            later(static_cast<std::uint32_t>(chance.below(initial)),
                  chance.between(30, 365 * options.years - 30), Act::bad, bad_who(which), which);
        }
    }
}

}  // namespace synthetic
