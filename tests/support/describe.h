// A person as text, field by field, so that two ways of folding can be compared and a difference
// read.
#pragma once

#include <fmt/format.h>

#include <string>

#include "events/rules/person.h"

namespace tests {

inline std::string text(const events::Period& period) {
    return period.from.text() + ".." +
           (period.to == events::forever ? std::string("open") : period.to.text());
}
inline std::string text(const std::optional<events::Date>& day) { return day ? day->text() : "-"; }
inline std::string text(const events::EventName& name) {
    return fmt::format("{}:{}", name.position.value, name.event.text());
}
inline std::string text(const std::optional<events::EventName>& name) {
    return name ? text(*name) : "-";
}
inline std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += word + ",";
    return out;
}

inline std::string describe(const events::Affiliation& affiliation) {
    auto out = fmt::format("affiliation {} at {} kind {} {} ended {} reason {}\n",
                           text(affiliation.opened), affiliation.employer.text(),
                           static_cast<int>(affiliation.kind), text(affiliation.period),
                           text(affiliation.ended), static_cast<int>(affiliation.end_reason));
    for (const auto& post : affiliation.posts) {
        out += fmt::format("  post {} @{} staffing {} team {} {} {} fte {} given {}\n",
                           post.from.text(), post.position.value, static_cast<int>(post.staffing),
                           post.team, post.post_code, post.rank_code, post.fte, post.given);
    }
    for (const auto& site : affiliation.sites) {
        out += fmt::format("  site {} @{} {}\n", site.from.text(), site.position.value,
                           site.site.text());
    }
    return out;
}

inline std::string describe(const events::TransferCase& transfer) {
    return fmt::format(
        "transfer {} {} mode {} {}->{} site {} state {} consents {}{}{}{} refused {} notice {}/{} "
        "effected {} {} old {} new {} file {} insurance {} last {}\n",
        transfer.id.text(), text(transfer.opened), static_cast<int>(transfer.mode),
        transfer.from_employer.text(), transfer.to_employer.text(), transfer.to_site.text(),
        static_cast<int>(transfer.state), transfer.talent_agreed, transfer.released,
        transfer.accepted, transfer.authority_approved, text(transfer.refused_on),
        text(transfer.notice_on), transfer.notice_days, text(transfer.effected_on),
        text(transfer.effected), text(transfer.old_affiliation), text(transfer.new_affiliation),
        text(transfer.file_on), text(transfer.insurance_on), transfer.last_step.text());
}

inline std::string describe(const events::EngagementCase& engagement) {
    auto out = fmt::format("engagement {} {} kind {} host {} {} state {} consents {} pending {}\n",
                           engagement.id.text(), text(engagement.opened), engagement.kind,
                           engagement.host_employer.text(), text(engagement.period),
                           static_cast<int>(engagement.state), engagement.consents,
                           engagement.pending.has_value());
    for (const auto& span : engagement.spans) {
        out += fmt::format("  span {} {}\n", span.from.text(), span.active);
    }
    for (const auto& service : engagement.services) {
        out += fmt::format("  service {} {} {}+{}\n", text(service.recorded), service.month.text(),
                           service.worked.workday, service.worked.restday);
    }
    return out;
}

inline std::string describe(const events::Person& person) {
    auto out = fmt::format("person {} registered {} {} last {} events {}\n", person.id.text(),
                           person.registered, text(person.registration), person.last.value,
                           person.events);
    for (const auto& one : person.particulars) {
        out += fmt::format("particulars {} @{} {} {} {} {} {} {} {} [{}] [{}] given {}\n",
                           one.from.text(), one.position.value, one.category, one.sex,
                           one.birth_year, one.nationality, one.residence, one.degree,
                           one.education, join(one.titles), join(one.skills), one.given);
    }
    for (const auto& span : person.statuses) {
        out += fmt::format("status {} @{} {}\n", span.from.text(), span.position.value,
                           static_cast<int>(span.status));
    }
    for (const auto& honour : person.honours) {
        out += "honour " + honour.code + " " + honour.since.text() + "\n";
    }
    for (const auto& held : person.qualifications) {
        out += fmt::format("qualification {} {} {} revoked {}\n", text(held.opened), held.code,
                           text(held.period), text(held.revoked));
    }
    for (const auto& one : person.affiliations) out += describe(one);
    for (const auto& one : person.transfers) out += describe(one);
    for (const auto& one : person.engagements) out += describe(one);
    for (const auto& one : person.obligations) {
        out += fmt::format("obligation {} {}\n", text(one.opened), text(one.period));
    }
    for (const auto& one : person.crossings) {
        out += fmt::format("crossing {} {} {} {}\n", text(one.recorded), one.on.text(), one.arrival,
                           one.external_region);
    }
    for (const auto& one : person.secondary_consents) {
        out += fmt::format("consent {} {} {} {}\n", text(one.given), one.home_employer.text(),
                           one.other_employer.text(), text(one.period));
    }
    for (const auto& id : person.absorbed) out += "absorbed " + id.text() + "\n";
    if (person.absorbed_into) out += "absorbed into " + person.absorbed_into->text() + "\n";
    for (const auto& one : person.handed_over) {
        out += fmt::format("handed over {} to {}\n", one.position.value, one.to.text());
    }
    return out;
}

}  // namespace tests
