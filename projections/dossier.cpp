// V1: everything about one person, as of (E, K).
#include <algorithm>
#include <tuple>

#include "events/json/event_writer.h"
#include "events/rules/person_timeline.h"
#include "projections/subjects.h"

namespace projections {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value text_or_null(std::string_view text) {
    return text.empty() ? value(nullptr) : value(text);
}

template <class Texts>
array texts(const Texts& from) {
    array out;
    for (const auto& text : from) out.emplace_back(text);
    return out;
}

object affiliation_json(const Asking& asking, const events::Affiliation& affiliation,
                        events::Date day) {
    const events::Post& post = affiliation.post_on(day);
    const events::Id& site = affiliation.site_on(day);
    object out;
    out["affiliation"] = text_of(affiliation.opened);
    out["employer"] = affiliation.employer.text();
    out["site"] = site.text();
    out["region"] = site_region(asking, affiliation.employer, site);
    out["kind"] = events::schema::EnumNameAffiliationKind(affiliation.kind);
    out["period"] = json_of(affiliation.period);
    out["staffing"] = text_or_null(events::schema::EnumNameStaffing(post.staffing));
    out["team"] = text_or_null(post.team);
    out["post_code"] = text_or_null(post.post_code);
    out["rank_code"] = text_or_null(post.rank_code);
    out["fte"] = post.fte;
    return out;
}

object transfer_json(const events::TransferCase& transfer) {
    object out;
    out["transfer"] = transfer.id.text();
    out["state"] = name_of(transfer.state);
    out["mode"] = events::schema::EnumNameTransferMode(transfer.mode);
    out["from_employer"] = transfer.from_employer.text();
    out["to_employer"] = transfer.to_employer.text();
    out["proposed"] = json_of(transfer.proposed);
    out["effected_on"] = json_of(transfer.effected_on);
    return out;
}

object engagement_json(const events::EngagementCase& engagement, events::Date day) {
    object out;
    out["engagement"] = engagement.id.text();
    out["state"] = name_of(engagement.state);
    out["active"] = engagement.active_on(day);
    out["kind"] = engagement.kind;
    out["host_employer"] = engagement.host_employer.text();
    out["region_served"] = engagement.region_served;
    out["period"] = json_of(engagement.period);
    std::int64_t workday = 0;
    std::int64_t restday = 0;
    for (const auto& service : engagement.services) {
        workday += service.worked.workday;
        restday += service.worked.restday;
    }
    out["workday_mday"] = workday;
    out["restday_mday"] = restday;
    return out;
}

object qualification_json(const events::QualificationHeld& held) {
    object out;
    out["qualification"] = text_of(held.opened);
    out["kind"] = events::schema::EnumNameQualificationKind(held.kind);
    out["code"] = held.code;
    out["period"] = json_of(held.period);
    out["revoked"] = json_of(held.revoked);
    return out;
}

/// The person on effective_at.
object current_json(const Asking& asking, const events::Person& person) {
    const events::Date day = asking.ask.effective_at;
    object out;
    const auto* known = person.particulars_on(day);
    out["status"] = known != nullptr
                        ? value(events::schema::EnumNameTalentStatus(person.status_on(day)))
                        : value(nullptr);
    const events::Particulars none;
    const events::Particulars& fields = known != nullptr ? *known : none;
    out["category"] = text_or_null(fields.category);
    out["sex"] = known != nullptr ? value(fields.sex) : value(nullptr);
    out["birth_year"] = fields.birth_year != 0 ? value(fields.birth_year) : value(nullptr);
    out["nationality"] = text_or_null(fields.nationality);
    out["residence"] = text_or_null(fields.residence);
    out["degree"] = text_or_null(fields.degree);
    out["education"] = text_or_null(fields.education);
    out["titles"] = texts(fields.titles);
    out["skills"] = texts(fields.skills);
    array honours;
    for (const auto& honour : person.honours) {
        if (honour.since > day) continue;
        honours.push_back(object{{"code", honour.code}, {"since", json_of(honour.since)}});
    }
    out["honours"] = std::move(honours);
    const auto* home = person.home_on(day);
    out["home"] = home != nullptr ? value(affiliation_json(asking, *home, day)) : value(nullptr);
    array affiliations;
    for (const auto& affiliation : person.affiliations) {
        if (!affiliation.period.contains(day)) continue;
        affiliations.push_back(affiliation_json(asking, affiliation, day));
    }
    out["affiliations"] = std::move(affiliations);
    array transfers;
    for (const auto& transfer : person.transfers) {
        if (transfer.is_open()) transfers.push_back(transfer_json(transfer));
    }
    out["open_transfers"] = std::move(transfers);
    array engagements;
    for (const auto& engagement : person.engagements) {
        engagements.push_back(engagement_json(engagement, day));
    }
    out["engagements"] = std::move(engagements);
    array qualifications;
    for (const auto& held : person.qualifications) {
        if (held.period.from > day) continue;
        qualifications.push_back(qualification_json(held));
    }
    out["qualifications"] = std::move(qualifications);
    return out;
}

std::string_view name_of(events::Standing standing) {
    switch (standing) {
        case events::Standing::in_force:
            return "in_force";
        case events::Standing::replaced:
            return "replaced";
        case events::Standing::retracted:
            return "retracted";
        case events::Standing::proposed:
            return "proposed";
        case events::Standing::rejected:
            return "rejected";
    }
    return {};
}

/// Which classes of personal fields lie sealed beside the event; nothing of what they say.
array sealed_json(const events::schema::Event& event) {
    array out;
    if (event.sealed() == nullptr) return out;
    for (const auto* part : *event.sealed()) {
        const value name(events::schema::EnumNamePersonalClass(part->personal_class()));
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    return out;
}

object timeline_json(const Asking& asking, const events::TimelineFact& entry) {
    const events::VisibleFact& visible = entry.visible;
    const events::Fact& fact = visible.fact;
    const auto& catalogue = asking.ledger.catalogue();
    const events::TypeInfo* type = catalogue.find(fact.type);
    object out;
    out["position"] = std::to_string(fact.position.value);
    out["event"] = fact.event.text();
    out["type"] = type != nullptr ? type->name : "";
    out["stream"] = fact.home.text();
    out["effective_from"] = json_of(visible.effective.from);
    out["effective_to"] = json_of(visible.effective.to);
    out["recorded_at"] = fact.recorded_at.text();
    out["actor"] = fact.actor.text();
    out["role"] = events::schema::EnumNameRole(fact.role);
    out["standing"] = name_of(visible.standing);
    const auto position = [](const std::optional<events::Position>& at) {
        return at ? value(std::to_string(at->value)) : value(nullptr);
    };
    out["changed_by"] = position(visible.changed_by);
    out["decided_by"] = position(visible.decided_by);
    if (fact.named_as) out["named_as"] = fact.named_as->text();
    if (entry.allocated_to) out["allocated_to"] = entry.allocated_to->text();
    const auto* stored = fact.stored;
    if (type == nullptr || stored == nullptr) return out;
    out["sealed"] = sealed_json(*stored);
    if (asking.ask.personal) {
        const events::PersonalView personal = asking.ledger.personal(*stored);
        out["erased"] = personal.erased;
        out["payload"] = events::payload_json(catalogue, *type, fact.payload, &personal);
    } else {
        out["payload"] = events::payload_json(catalogue, *type, fact.payload);
    }
    if (visible.standing == events::Standing::replaced) {
        out["recorded_from"] = json_of(fact.from);
        out["recorded_to"] = json_of(fact.to);
        out["effective_payload"] =
            events::payload_json(catalogue, *type, visible.effective.payload);
    }
    return out;
}

}  // namespace

base::Result<void> answer_dossier(const Asking& asking, object& out) {
    const auto found = find_person(asking);
    if (!found) return found.error();
    out["talent"] = found->person.id.text();
    out["resolved_from"] =
        found->resolved_from ? value(found->resolved_from->text()) : value(nullptr);
    array absorbed;
    for (const auto& id : found->person.absorbed) absorbed.emplace_back(id.text());
    out["absorbed"] = std::move(absorbed);
    out["current"] = current_json(asking, found->person);

    auto timeline = events::person_timeline(found->person.id, asking.history);
    std::sort(timeline.begin(), timeline.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.visible.effective.from, a.visible.fact.position) <
               std::tuple(b.visible.effective.from, b.visible.fact.position);
    });
    array rows;
    for (const auto& entry : timeline) rows.push_back(timeline_json(asking, entry));
    out["rows"] = std::move(rows);
    return {};
}

}  // namespace projections
