// Events that many acts say.
#include <algorithm>

#include "tools/synthetic/engagement_kinds.h"
#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

constexpr std::string_view surnames[] = {"甲", "乙", "丙", "丁", "戊",
                                         "己", "庚", "辛", "壬", "癸"};
constexpr std::string_view given[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九",
                                      "十", "东", "南", "西", "北", "春", "夏", "秋", "冬"};
constexpr std::string_view mode_names[] = {"CONSENT", "RESIGN", "ORDER", "CHANNEL"};
constexpr std::size_t no_title = 4;

/// The most that DAYS may hold so that no week of a short part of a year is overfull.
int budget_of(const Engagement& engagement) {
    int least = 366;
    for (int year = engagement.from.year(); year <= (engagement.to - 1).year(); ++year) {
        const auto first = std::max(engagement.from, events::Date::of(year, 1, 1));
        const auto end = std::min(engagement.to, events::Date::of(year + 1, 1, 1));
        least = std::min(least, end - first);
    }
    return least * 150;
}

std::string dates_from(events::Date first) {
    std::string out;
    for (int i = 0; i < 5; ++i) {
        const auto day = date_text(first + i);
        if (i > 0) out += ',';
        out += fmt::format(R"({{"date":"{}","half":"AM"}},{{"date":"{}","half":"PM"}})", day, day);
    }
    return out;
}

std::string weekly(std::string_view slots, int every, events::Date anchor) {
    return fmt::format(R"({{"kind":"WEEKLY","slots":[{}],"every_n_weeks":{},"anchor":"{}"}})",
                       slots, every, date_text(anchor));
}

}  // namespace

std::string schedule_of(const Engagement& engagement, Script script, std::string_view season) {
    const bool other = engagement.other_days;
    const auto anchor = other ? engagement.change.from : engagement.from;
    switch (kind_table[engagement.kind].rhythm) {
        case Rhythm::weekends:
            if (script == Script::slot_clash) return weekly(R"("SAT_AM")", 1, anchor);
            return weekly(other ? R"("SUN_AM","SUN_PM")" : R"("SAT_AM","SAT_PM")", 2, anchor);
        case Rhythm::wednesdays:
            return weekly(other ? R"("THU_AM")" : R"("WED_PM")", 1, anchor);
        case Rhythm::fridays:
            return weekly(other ? R"("MON_AM")" : R"("FRI_AM")", 1, anchor);
        case Rhythm::season:  // named as in `season.window.11-01..03-31`
            return fmt::format(R"({{"kind":"SEASONAL","windows":[{{"from":"{}","to":"{}"}}]}})",
                               season.substr(0, 5), season.substr(7));
        case Rhythm::dates:
            return fmt::format(R"({{"kind":"DATES","dates":[{}]}})", dates_from(engagement.from));
        case Rhythm::budget:
            return fmt::format(R"({{"kind":"DAYS","budget_mday":{}}})", budget_of(engagement));
        case Rhythm::always: break;
    }
    return R"({"kind":"CONTINUOUS"})";
}

EventText Generator::State::ends(std::uint32_t number, const Ref& opened, std::string_view reason,
                                 events::Date day) const {
    return {.type = "AffiliationEnded",
            .on = talent(number),
            .payload = fmt::format(R"({{"affiliation":"{}","reason":"{}"}})", ref_text(opened),
                                   reason),
            .from = day};
}

EventText Generator::State::ends_home(std::uint32_t number, std::string_view reason,
                                      events::Date day) const {
    return ends(number, talents[number].home.opened, reason, day);
}

EventText Generator::State::starts_home(std::uint32_t number, std::uint32_t employer_number,
                                        unsigned category, events::Date day) const {
    return {.type = "AffiliationStarted",
            .on = talent(number),
            .payload = fmt::format(
                R"({{"employer":"{}","site":"{}","kind":"FULL_TIME_HOME","staffing":"{}",)"
                R"("team":"{}","fte":1000}})",
                employer_id(employer_number).text(), site_id(employer_number, 0).text(),
                world.employers[employer_number].staffing(), category_codes[category]),
            .from = day};
}

EventText Generator::State::starts_beside(std::uint32_t number, const SidePost& post,
                                          events::Date day) const {
    return {.type = "AffiliationStarted",
            .on = talent(number),
            .payload = fmt::format(
                R"({{"employer":"{}","site":"{}","kind":"{}","staffing":"CONTRACT",)"
                R"("team":"{}","fte":200{}}})",
                employer_id(post.employer).text(), site_id(post.employer, 0).text(),
                post.own_business ? "SELF" : "SECONDARY", category_codes[talents[number].category],
                post.consent.command == 0
                    ? ""
                    : fmt::format(R"(,"home_consent":"{}")", ref_text(post.consent))),
            .from = day};
}

EventText Generator::State::changes_status(std::uint32_t number, std::string_view status,
                                           events::Date day) const {
    return {.type = "TalentStatusChanged",
            .on = talent(number),
            .payload = fmt::format(R"({{"status":"{}"}})", status),
            .from = day};
}

EventText Generator::State::registers(std::uint32_t number, bool passport, events::Date day) {
    const Talent& person = talents[number];
    const std::string birth = date_text(person.birth);
    std::string document = fmt::format(R"("kind":"PASS","issuer":"CHN","number":"G{:08}")", number);
    if (!passport) {
        const auto digits = birth.substr(0, 4) + birth.substr(5, 2) + birth.substr(8, 2);
        document = fmt::format(
            R"("kind":"CN_ID","issuer":"CHN","number":"{}")",
            citizen_number(world.prefectures[person.residence].code, digits, person.sequence));
    }
    const auto level = chance.weighted(titles.weights);
    const std::string title =
        level == no_title ? "" : fmt::format(R"(,"titles":[{{"code":"01{}"}}])", level + 1);
    const std::string honours = person.script == Script::station_cap
                                    ? R"(,"honours":[{"code":"CAE","since":"2015-12-01"}])"
                                    : "";
    // Drawn one after the other: the order in which arguments are computed is the compiler's.
    std::string name{surnames[chance.below(std::size(surnames))]};
    name += given[chance.below(std::size(given))];
    name += given[chance.below(std::size(given))];
    const auto& degree = degrees.names[chance.weighted(degrees.weights)];
    const int skill = chance.between(1, 24);
    return {.type = "TalentRegistered",
            .on = talent(number),
            .payload = fmt::format(
                R"({{"category":"{}","doc":{{{}}},"name":{{"zh":"{}"}},"sex":{},"birth_year":{},)"
                R"("birth_date":"{}","nationality":"CHN","residence":"{}","degree":"{}",)"
                R"("skills":["SK{:02}"]{}{}}})",
                category_codes[person.category], document, name, person.sex, birth.substr(0, 4),
                birth, world.prefectures[person.residence].code, degree, skill, title, honours),
            .from = day,
            .legal_basis = "STATUTORY_DUTY"};
}

EventText Generator::State::requests(std::uint32_t number, const events::Id& process,
                                     const Transfer& wish, std::uint32_t from) const {
    return {.type = "TransferRequested",
            .on = {"transfer", process},
            .payload = fmt::format(
                R"({{"talent":"{}","mode":"{}","from_employer":"{}","to_employer":"{}",)"
                R"("to_site":"{}","target_team":"{}","target_staffing":"{}"{}}})",
                talent_id(number).text(), mode_names[wish.mode], employer_id(from).text(),
                employer_id(wish.to).text(), site_id(wish.to, 0).text(),
                category_codes[wish.category], world.employers[wish.to].staffing(),
                mode_names[wish.mode] == "CHANNEL"
                    ? fmt::format(R"(,"pilot":"{}")", id_of(options.seed, Space::pilot, 1).text())
                    : ""),
            .from = wish.on};
}

EventText Generator::State::proposes(std::uint32_t number, std::uint64_t process,
                                     const Engagement& wish) const {
    const Kind& kind = kind_table[wish.kind];
    const auto& region = world.counties[wish.county].code;
    return {.type = "EngagementProposed",
            .on = engagement(process),
            .payload = fmt::format(
                R"({{"talent":"{}","host_employer":"{}","host_site":"{}","region_served":"{}",)"
                R"("place_of_work":"{}","kind":"{}","schedule":{},"load":{}{}}})",
                talent_id(number).text(), employer_id(wish.host).text(),
                site_id(wish.host, 0).text(), region, region, kind.code,
                schedule_of(wish, talents[number].script, seasons.names[wish.season]), kind.load,
                wish.kind == station ? R"(,"home_leave":true)" : ""),
            .from = wish.from,
            .to = wish.to};
}

EventText Generator::State::consents(std::uint64_t process, char party, bool declines) const {
    return {.type = declines ? "EngagementDeclined" : "EngagementConsented",
            .on = engagement(process),
            .payload = fmt::format(R"({{"party":"{}"}})", party == 't'   ? "TALENT"
                                                          : party == 'h' ? "HOME"
                                                                         : "AUTHORITY")};
}

EventText Generator::State::retracts(const Subject& on, const Ref& target,
                                     std::string_view reason) const {
    return {.type = "EventRetracted",
            .on = on,
            .payload =
                fmt::format(R"({{"target":"{}","reason":"{}"}})", ref_text(target), reason),
            .evidence = true};
}

EventText Generator::State::corrects_dates(const Subject& on, const Ref& target, events::Date from,
                                           events::Date to) const {
    return {.type = "EventCorrected",
            .on = on,
            .payload = fmt::format(
                R"({{"target":"{}","dates":{{"from":"{}"{}}},"reason":"WRONG_DATE"}})",
                ref_text(target), date_text(from),
                to.days == 0 ? "" : fmt::format(R"(,"to":"{}")", date_text(to))),
            .evidence = true};
}

EventText Generator::State::approves(const Ref& pending) const {
    return {.type = "ActionApproved",
            .payload = fmt::format(R"({{"command":"{}"}})",
                                   id_of(options.seed, Space::command, pending.command).text())};
}

std::string Generator::State::service_payload(unsigned half_days, bool rest_days,
                                              std::uint16_t county) const {
    const auto& region = world.counties[county].code;
    return fmt::format(
        R"({{"workday_mday":{},"restday_mday":{},"region_served":"{}","place":"{}"}})",
        rest_days ? 0 : half_days * 500, rest_days ? half_days * 500 : 0, region, region);
}

void Generator::State::add_effect(std::uint32_t number) {
    const Transfer& wish = talents[number].transfer;
    add({.type = "TransferEffected", .on = transfer(number), .from = wish.on});
    add(ends_home(number, "TRANSFER", wish.on));
    add(starts_home(number, wish.to, wish.category, wish.on));
}

}  // namespace synthetic
