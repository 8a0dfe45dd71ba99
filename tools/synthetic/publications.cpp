// What the province publishes before anything else, and its employers.
#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

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

void Generator::State::open_first_load() {
    begin(Who::province);
    add({.type = "FirstLoadOpened",
         .payload = fmt::format("{{\"source\":\"synthetic\",\"approver\":\"{}\"}}",
                                actors[static_cast<std::size_t>(Who::approver)].id.text())});
    record({});
}

void Generator::State::close_first_load() {
    begin(Who::province);
    add({.type = "FirstLoadClosed", .payload = "{\"source\":\"synthetic\"}"});
    record({});
}

void Generator::State::register_employer(std::uint32_t number) {
    const Employer& registered = world.employers[number];
    begin(Who::province);
    add({.type = "EmployerRegistered",
         .on = employer(number),
         .payload = fmt::format(
             R"({{"uscc":"{}","name":"合成单位{}号","ownership":"{}","section":"{}","region":"{}"}})",
             credit_code(registered.kind, world.prefecture_of(number).code, number + 100), number,
             ownership(registered.kind), section(registered.kind, number),
             world.county_of(number, 0).code),
         .from = events::Date::of(2000, 1, 1)});
    for (unsigned site = 0; site < registered.sites; ++site) {
        add({.type = "SiteOpened",
             .on = employer(number),
             .payload = fmt::format(R"({{"site":"{}","region":"{}","function":"{}"}})",
                                    site_id(number, site).text(),
                                    world.county_of(number, site).code, site == 0 ? "HQ" : "PLANT"),
             .from = events::Date::of(1980, 1, 1)});
    }
    record({});
}

}  // namespace synthetic
