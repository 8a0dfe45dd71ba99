#include "tests/acceptance/naive_subjects.h"

#include <algorithm>

#include "events/json/event_writer.h"
#include "tests/acceptance/naive_counts.h"

namespace naive {

namespace json = boost::json;

namespace {

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value day_or_null(Date day) {
    return day == events::forever ? json::value(nullptr) : json::value(day.text());
}
json::object period(Date from, Date to) {
    return {{"from", from.text()}, {"to", day_or_null(to)}};
}
json::value number_or_null(const std::optional<std::uint64_t>& position) {
    return position ? json::value(std::to_string(*position)) : json::value(nullptr);
}
std::string name(std::uint64_t position, const Id& event) {
    return std::to_string(position) + ":" + event.text();
}
json::array list(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

json::object tell(const Model& model, const Affiliation& one, Date at) {
    const auto text = [&](std::optional<std::string> PostSays::*field) {
        return text_or_null(field_on(one.posts, field, at));
    };
    return {{"affiliation", name(one.position, one.event)},
            {"employer", one.employer.text()},
            {"site", one.site_on(at).text()},
            {"region", model.region_of(one.site_on(at))},
            {"kind", fb::EnumNameAffiliationKind(one.kind)},
            {"period", period(one.from, one.to)},
            {"staffing", text(&PostSays::staffing)},
            {"team", text(&PostSays::team)},
            {"post_code", text(&PostSays::post_code)},
            {"rank_code", text(&PostSays::rank_code)},
            {"fte", field_on(one.posts, &PostSays::fte, at)}};
}

json::object tell(const Engagement& one, Date at) {
    std::int64_t workday = 0, restday = 0;
    for (const auto& service : one.services) {
        workday += service.workday;
        restday += service.restday;
    }
    return {{"engagement", one.id.text()},
            {"state", one.state},
            {"active", one.active(at)},
            {"kind", one.kind},
            {"host_employer", one.host_employer.text()},
            {"region_served", one.region_served},
            {"period", period(one.from, one.to)},
            {"workday_mday", workday},
            {"restday_mday", restday}};
}

json::object current(const Model& model, const Person& person, Date at) {
    json::object out;
    const bool known = !person.says.empty() && person.says.front().from <= at;
    const auto text = [&](std::optional<std::string> Says::*field) {
        return known ? text_or_null(field_on(person.says, field, at)) : json::value(nullptr);
    };
    out["status"] = known ? json::value(person.status_on(at)) : json::value(nullptr);
    out["category"] = text(&Says::category);
    out["nationality"] = text(&Says::nationality);
    out["residence"] = text(&Says::residence);
    out["degree"] = text(&Says::degree);
    out["education"] = text(&Says::education);
    out["sex"] = known ? json::value(field_on(person.says, &Says::sex, at)) : json::value(nullptr);
    const int born = known ? field_on(person.says, &Says::birth_year, at) : 0;
    out["birth_year"] = born != 0 ? json::value(born) : json::value(nullptr);
    out["titles"] = known ? list(field_on(person.says, &Says::titles, at)) : json::array();
    out["skills"] = known ? list(field_on(person.says, &Says::skills, at)) : json::array();
    json::array honours, affiliations, transfers, engagements, qualifications;
    for (const auto& [code, since] : person.honours) {
        if (since <= at) honours.push_back(json::object{{"code", code}, {"since", since.text()}});
    }
    for (const auto& one : person.affiliations) {
        if (one.on(at)) affiliations.push_back(tell(model, one, at));
    }
    for (const auto& one : person.transfers) {
        if (!one.is_open()) continue;
        transfers.push_back(json::object{{"transfer", one.id.text()},
                                         {"state", one.state},
                                         {"mode", fb::EnumNameTransferMode(one.mode)},
                                         {"from_employer", one.from_employer.text()},
                                         {"to_employer", one.to_employer.text()},
                                         {"proposed", one.proposed.text()},
                                         {"effected_on", nullptr}});
    }
    for (const auto& one : person.engagements) engagements.push_back(tell(one, at));
    for (const auto& one : person.qualifications) {
        if (at < one.from) continue;
        qualifications.push_back(json::object{
            {"qualification", name(one.position, one.event)},
            {"kind", one.kind},
            {"code", one.code},
            {"period", period(one.from, one.to)},
            {"revoked", one.revoked ? json::value(one.revoked->text()) : json::value(nullptr)}});
    }
    const auto* home = person.home_on(at);
    out["home"] = home == nullptr ? json::value(nullptr) : json::value(tell(model, *home, at));
    out["honours"] = std::move(honours);
    out["affiliations"] = std::move(affiliations);
    out["open_transfers"] = std::move(transfers);
    out["engagements"] = std::move(engagements);
    out["qualifications"] = std::move(qualifications);
    return out;
}

std::string standing(const Known& one) {
    if (one.event->proposed() && !one.approved) return one.decided_by ? "rejected" : "proposed";
    if (!one.counts) return "retracted";
    return one.changed_by ? "replaced" : "in_force";
}

json::object tell(const Model& model, const events::Catalogue& catalogue, const Known& one) {
    const fb::Event& event = *one.event;
    const auto* stream = event.streams()->Get(0);
    const auto& type = *catalogue.find(one.type);
    json::object out;
    out["position"] = std::to_string(one.position());
    out["event"] = Id::of(*event.event_id()).text();
    out["type"] = fb::EnumNamePayload(one.type);
    out["stream"] = std::string(fb::EnumNameStreamKind(stream->kind())) + "/" + one.home().text();
    out["effective_from"] = one.from.text();
    out["effective_to"] = day_or_null(one.to);
    out["recorded_at"] = events::Instant{event.recorded_at()->micros()}.text();
    out["actor"] = Id::of(*event.actor()->id()).text();
    out["role"] = fb::EnumNameRole(event.actor()->role());
    out["standing"] = standing(one);
    out["changed_by"] = number_or_null(one.changed_by);
    out["decided_by"] = number_or_null(one.decided_by);
    if (event.named_as() != nullptr) out["named_as"] = Id::of(*event.named_as()).text();
    if (const auto given = model.given_to(one.position())) out["allocated_to"] = given->text();
    json::array sealed;
    if (event.sealed() != nullptr) {
        std::set<std::string> seen;
        for (const auto* part : *event.sealed()) {
            const std::string name = fb::EnumNamePersonalClass(part->personal_class());
            if (seen.insert(name).second) sealed.emplace_back(name);
        }
    }
    out["sealed"] = std::move(sealed);
    out["payload"] = events::payload_json(catalogue, type, event.payload());
    if (standing(one) != "replaced") return out;
    out["recorded_from"] = Date{event.effective_from()->days()}.text();
    out["recorded_to"] = event.effective_to() == nullptr
                             ? json::value(nullptr)
                             : json::value(Date{event.effective_to()->days()}.text());
    out["effective_payload"] = events::payload_json(catalogue, type, one.payload);
    return out;
}

}  // namespace

json::object dossier(const Model& model, const events::Catalogue& catalogue, const Person& person,
                     Date at) {
    json::object out;
    out["talent"] = person.id.text();
    json::array absorbed;
    for (const Id& one : person.absorbed) absorbed.emplace_back(one.text());
    out["absorbed"] = std::move(absorbed);
    out["current"] = current(model, person, at);
    auto timeline = person.timeline;
    std::stable_sort(timeline.begin(), timeline.end(),
                     [](const Known* a, const Known* b) { return a->from < b->from; });
    json::array rows;
    for (const Known* one : timeline) rows.push_back(tell(model, catalogue, *one));
    out["rows"] = std::move(rows);
    return out;
}

// -- roster ---------------------------------------------------------------------------------------

std::vector<json::object> roster(const Model& model, const Id& employer, Date at) {
    // Who was merged by that day counts as the successor, and so on.
    const auto stands_for = [&](Id one) {
        for (int step = 0; step < 100; ++step) {
            if (one == employer) return true;
            const auto found = model.employers().find(one);
            if (found == model.employers().end() || !found->second.merged_on) return false;
            if (at < *found->second.merged_on) return false;
            one = found->second.merged_into;
        }
        return false;
    };
    std::vector<json::object> out;
    for (const auto& [talent, person] : model.people()) {
        bool staff = false;
        for (const auto& one : person.affiliations) {
            if (!one.on(at) || !stands_for(one.employer)) continue;
            staff = true;
            const Id site = one.site_on(at);
            out.push_back({{"relation", "staff"},
                           {"talent", talent.text()},
                           {"employer", one.employer.text()},
                           {"site", site.text()},
                           {"region", model.region_of(site)},
                           {"kind", fb::EnumNameAffiliationKind(one.kind)},
                           {"team", field_on(one.posts, &PostSays::team, at)},
                           {"staffing", field_on(one.posts, &PostSays::staffing, at)},
                           {"since", one.from.text()},
                           {"affiliation", name(one.position, one.event)}});
        }
        const auto* home = person.home_on(at);
        for (const auto& one : person.engagements) {
            if (!one.active(at)) continue;
            const bool guest = stands_for(one.host_employer);
            if (!guest && !staff) continue;
            out.push_back(
                {{"relation", guest ? "guest" : "lent"},
                 {"talent", talent.text()},
                 {"employer", one.host_employer.text()},
                 {"site", one.host_site.text()},
                 {"region", one.region_served},
                 {"kind", one.kind},
                 {"home_employer",
                  home == nullptr ? json::value(nullptr) : json::value(home->employer.text())},
                 {"since", one.from.text()},
                 {"engagement", one.id.text()}});
        }
    }
    return out;
}

// -- calendar -------------------------------------------------------------------------------------

std::vector<json::object> calendar(const Model& model, const Person& person, Date from, Date to) {
    std::vector<json::object> out;
    for (Date day = from; day < to; day = day + 1) {
        const bool workday = model.is_workday(day);
        json::array held, skipped;
        int taken = 0;
        bool clash = false;
        std::int64_t sum = 0;
        for (const auto& one : person.engagements) {
            if (!one.active(day)) continue;
            const Work work = work_on(model, one, day);
            if (rests_only(one) && workday) {
                if (work.halves != 0) skipped.emplace_back(one.id.text());
                continue;
            }
            if (work.halves == 0 && work.workday + work.restday == 0) continue;
            clash = clash || (taken & work.halves) != 0;
            taken |= work.halves;
            sum += work.workday + work.restday;
            held.push_back(json::object{{"engagement", one.id.text()},
                                        {"kind", one.kind},
                                        {"host_employer", one.host_employer.text()},
                                        {"place_of_work", one.place_of_work},
                                        {"region_served", one.region_served},
                                        {"am", (work.halves & 1) != 0},
                                        {"pm", (work.halves & 2) != 0},
                                        {"workday_mday", work.workday},
                                        {"restday_mday", work.restday}});
        }
        if (held.empty() && skipped.empty()) continue;
        out.push_back({{"day", day.text()},
                       {"workday", workday},
                       {"am", (taken & 1) != 0},
                       {"pm", (taken & 2) != 0},
                       {"clash", clash},
                       {"planned_mday", sum},
                       {"free_mday", std::max<std::int64_t>(0, 1000 - sum)},
                       {"engagements", std::move(held)},
                       {"skipped", std::move(skipped)}});
    }
    return out;
}

}  // namespace naive
