#include <algorithm>

#include "events/rules/breaches.h"
#include "events/rules/process_step.h"
#include "events/rules/transfer.h"

namespace events {
namespace {

using schema::Payload;
using schema::TransferMode;

/// The draft of that type in this command that is about the person.
std::optional<std::size_t> companion(const Deciding& deciding, const Person& person,
                                     Payload type) {
    for (const auto other : drafts_of(deciding, type)) {
        const auto& home = deciding.command.drafts[other].home;
        if (!home) continue;
        const auto& absorbed = person.absorbed;
        if (*home == person.id || std::find(absorbed.begin(), absorbed.end(), *home) !=
                                      absorbed.end())
            return other;
    }
    return std::nullopt;
}

base::Result<void> check_start(const schema::AffiliationStarted& started,
                               const TransferCase& transfer) {
    if (Id::of(*started.employer()) != transfer.to_employer ||
        Id::of(*started.site()) != transfer.to_site ||
        started.kind() != schema::AffiliationKind::FULL_TIME_HOME)
        return refusal("E_BATCH_MISMATCH",
                       "The new affiliation is not the full-time home at the receiving employer's "
                       "site that the transfer names.");
    return {};
}

base::Result<void> check_consents(const Affiliation& home,
                                  const schema::AffiliationStarted& started,
                                  const TransferCase& transfer, Date day) {
    // The post that is really taken may be a public one although the request did not say so.
    if (transfer.mode == TransferMode::CONSENT && !transfer.authority_approved &&
        (is_public_post(home.post_on(day).staffing) ||
         (started.staffing() && is_public_post(*started.staffing()))))
        return refusal("E_CONSENT_MISSING", "A public post needs the approval of the authority.");
    if (transfer.mode == TransferMode::CHANNEL &&
        home.post_on(day).team == started.team()->string_view())
        return refusal("E_TEAMS_EQUAL", "A move between the teams has to change the team.");
    return {};
}

base::Result<void> check_notice(const TransferCase& transfer, Date day) {
    if (transfer.mode != TransferMode::RESIGN || transfer.released || !transfer.notice_on)
        return {};
    const auto earliest = *transfer.notice_on + transfer.notice_days;
    if (day >= earliest) return {};
    return refusal("E_NOTICE_PERIOD", "The notice period runs until " + earliest.text() + ".");
}

void set(schema::EventRef* reference, const Placement& placement) {
    ENSURE(reference, "references that the registrar fills in are in place");
    *reference = schema::EventRef(placement.position.value, placement.event_id.stored());
}

bool is(const std::optional<EventName>& name, Position position) {
    return name && name->position == position;
}

base::Error mismatch(std::string what) { return refusal("E_BATCH_MISMATCH", std::move(what)); }

void find_mismatch(const Person& person, const TransferCase& transfer, Breaches& found) {
    const Affiliation* before = nullptr;
    const Affiliation* after = nullptr;
    for (const auto& affiliation : person.affiliations) {
        if (affiliation.ended && transfer.old_affiliation &&
            is(affiliation.ended, transfer.old_affiliation->position))
            before = &affiliation;
        if (is(transfer.new_affiliation, affiliation.opened.position)) after = &affiliation;
    }
    const auto day = *transfer.effected_on;
    const auto add = [&](const char* what) {
        found.push_back({"E_BATCH_MISMATCH", day, 0, what, *transfer.effected});
    };
    if (!before || !before->is_home() || before->employer != transfer.from_employer ||
        before->period.to != day)
        return add("The ending is not that of the home the person leaves, on the same day.");
    if (!after || !after->is_home() || after->employer != transfer.to_employer ||
        after->period.from != day)
        add("The start is not that of the home the person gets, on the same day.");
}

}  // namespace

base::Result<void> decide_transfer_effect(Deciding& deciding, std::size_t index,
                                          const Person& person, const TransferCase& transfer) {
    const auto ended = companion(deciding, person, Payload::AffiliationEnded);
    const auto started = companion(deciding, person, Payload::AffiliationStarted);
    if (!ended || !started)
        return refusal("E_BATCH_INCOMPLETE",
                       "The old affiliation has to end and the new one to start in the same "
                       "command.");
    if (*started < *ended)
        return refusal("E_BATCH_ORDER", "The ending stands before the start.");
    const auto day = deciding.placement(index).from;
    if (start_of(deciding, *ended) != day || start_of(deciding, *started) != day)
        return mismatch("Transfer, ending and start take effect on one day.");
    if (deciding.draft(*ended).as<schema::AffiliationEnded>().reason() !=
        schema::EndReason::TRANSFER)
        return mismatch("The ending has to give the transfer as its reason.");

    // The day before is asked, as the ending may stand earlier in this command.
    const auto* home = person.home_on(day - 1);
    if (!home || home->employer != transfer.from_employer)
        return refusal("E_NOT_CURRENT_EMPLOYER",
                       "The releasing employer is not the full-time home on that day.");
    const auto& start = deciding.draft(*started).as<schema::AffiliationStarted>();
    if (auto ok = check_start(start, transfer); !ok) return ok;
    if (auto ok = check_consents(*home, start, transfer, day - 1); !ok) return ok;
    if (auto ok = check_notice(transfer, day); !ok) return ok;
    auto& effected = deciding.draft(index).as_mutable<schema::TransferEffected>();
    set(effected.mutable_old_affiliation(), deciding.placement(*ended));
    set(effected.mutable_new_affiliation(), deciding.placement(*started));
    return check_obligations(deciding, index, person, transfer, day);
}

base::Result<void> decide_transfer_reversal(const Deciding& deciding,
                                            const TransferCase& transfer) {
    ENSURE(transfer.old_affiliation && transfer.new_affiliation, "a transfer in effect has both");
    bool old_retracted = false;
    bool new_retracted = false;
    for (const auto other : drafts_of(deciding, Payload::EventRetracted)) {
        const auto target = named_position(deciding, other, "target");
        if (!target) continue;
        old_retracted |= is(transfer.old_affiliation, *target);
        new_retracted |= is(transfer.new_affiliation, *target);
    }
    if (old_retracted && new_retracted) return {};
    return refusal("E_BATCH_INCOMPLETE",
                   "A reversal retracts the ending and the start in the same command.");
}

base::Result<void> check_obligations(Deciding& deciding, std::size_t index, const Person& person,
                                     const TransferCase& transfer, Date day) {
    bool service_runs = false;
    for (const auto& obligation : person.obligations) {
        if (!obligation.period.contains(day)) continue;
        deciding.warn(index, "W_OBLIGATION", "An obligation runs until " +
                                                 obligation.period.to.text() + ".");
        service_runs |= obligation.kind == schema::ObligationKind::SERVICE_PERIOD &&
                        obligation.employer == transfer.from_employer;
    }
    const auto* home = person.home_on(day - 1);
    if (!service_runs || !home) return {};
    if (transfer.mode == TransferMode::ORDER && deciding.parameter("service_years_order_exempt"))
        return {};
    if (transfer.mode == TransferMode::RESIGN && deciding.parameter("service_years_resign_exempt"))
        return {};
    const auto region_of = [&](const Id& employer, const Id& site) -> std::string {
        const auto* found = deciding.standings.employer(employer);
        const auto* place = found ? found->site(site) : nullptr;
        return place ? place->region : std::string{};
    };
    const Id from_site = home->site_on(day - 1);
    const auto from = region_of(transfer.from_employer, from_site);
    const auto to = region_of(transfer.to_employer, transfer.to_site);
    if (from == to || !deciding.standings.reference().hardship_class(from, day)) return {};
    return refusal("E_SERVICE_YEARS",
                   "The agreed years of service in a hardship county are not over.");
}

void find_transfer_breaches(const Person& person, Breaches& found) {
    for (const auto& transfer : person.transfers) {
        if (transfer.state == TransferState::effective ||
            transfer.state == TransferState::handed_over)
            find_mismatch(person, transfer, found);
    }
}

}  // namespace events
