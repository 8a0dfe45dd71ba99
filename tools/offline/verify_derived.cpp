// What is derived from the log, made again and compared: standings and views.
#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "events/rules/person.h"
#include "projections/log_reader.h"
#include "tools/audit/replay.h"
#include "tools/offline/verify.h"

namespace tools {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t progress_every = 1'000;

/// Everything rules decide on, as text, so that two ways of folding can be compared.
std::string text_of(const events::Person& person) {
    std::string out = fmt::format("{}{}|", person.registered, person.last.value);
    const auto put = [&](auto&&... parts) { ((out += fmt::format("{},", parts)), ...); };
    for (const auto& one : person.particulars) {
        put(one.from.days, one.category, one.sex, one.birth_year, one.nationality, one.residence,
            one.degree, one.education, one.titles.size(), one.skills.size());
    }
    for (const auto& one : person.statuses) put("s", one.from.days, static_cast<int>(one.status));
    for (const auto& one : person.qualifications) {
        put("q", one.opened.position.value, one.code, one.period.from.days, one.period.to.days,
            one.revoked ? one.revoked->days : 0);
    }
    for (const auto& one : person.affiliations) {
        put("a", one.opened.position.value, one.employer.text(), static_cast<int>(one.kind),
            one.period.from.days, one.period.to.days);
        for (const auto& post : one.posts) put(post.from.days, post.team, post.post_code, post.fte);
        for (const auto& site : one.sites) put(site.from.days, site.site.text());
    }
    for (const auto& one : person.transfers) {
        put("t", one.id.text(), static_cast<int>(one.state), one.talent_agreed, one.released,
            one.accepted, one.authority_approved, one.effected_on ? one.effected_on->days : 0);
    }
    for (const auto& one : person.engagements) {
        put("e", one.id.text(), static_cast<int>(one.state), one.period.from.days,
            one.period.to.days, one.consents);
        for (const auto& span : one.spans) put(span.from.days, span.active);
        for (const auto& work : one.services) {
            put(work.recorded.position.value, work.worked.workday, work.worked.restday);
        }
    }
    for (const auto& one : person.absorbed) put("m", one.text());
    if (person.absorbed_into) put("i", person.absorbed_into->text());
    return out;
}

using People = std::unordered_map<events::Id, events::Person, events::IdHash>;

/// Folds one event into everybody it concerns, the way the registrar keeps its cache.
void fold_into(People& people, const ledger::Ledger& ledger, const events::schema::Event& event) {
    const auto fact = events::Fact::of(event);
    const bool anew = events::needs_refold(fact);
    for (const auto* stream : *event.streams()) {
        if (stream->kind() != events::StreamKind::talent) continue;
        const auto id = events::Id::of(stream->id());
        if (anew) {
            people[id] = events::fold_person(id, *ledger.history(event.position() + 1));
        } else {
            auto& person = people[id];
            person.id = id;
            events::apply(person, fact);
        }
    }
}

void note_difference(const ViewsDiff& found, CheckResult& result) {
    if (found.same()) return;
    result.position = found.position;
    for (const auto& [view, digest] : found.replayed.views) {
        const auto kept = found.stored.views.find(view);
        if (kept != found.stored.views.end() && kept->second == digest) continue;
        result.fault = fmt::format("view {} is not what the log gives", view);
        return;
    }
    result.fault = "entries of the kept views are not what the log gives";
}

void note_contradiction(const ReplayAudit& audit, CheckResult& result) {
    if (!result.good() || audit.contradictions().empty()) return;
    const auto& first = audit.contradictions().front();
    result.position = first.recorded.position;
    result.fault = fmt::format("view {} was not what is recorded here for {} events",
                               first.views.front(), first.recorded.digests.size);
}

}  // namespace

CheckResult check_standings(const ledger::Ledger& ledger, const VerifyProgress& progress) {
    CheckResult result{"standings", 0, {}, {}};
    People people;
    auto scan = ledger.scan({0}, {ledger.head().size});
    for (std::uint64_t seen = 0;; ++seen) {
        const auto next = scan.next();
        if (!next || !*next) break;  // what cannot be read is told by the check of the log
        fold_into(people, ledger, scan.event());
        if (seen % progress_every == 0) progress(seen);
    }
    const auto history = ledger.history();
    for (const auto& [id, person] : people) {
        ++result.checked;
        if (!result.good()) continue;
        if (text_of(person) == text_of(events::fold_person(id, *history))) continue;
        result.fault = fmt::format("talent/{} folded event by event differs from its whole streams",
                                   id.text());
        result.position = person.last.value;
    }
    return result;
}

CheckResult check_views(const ledger::Ledger& ledger, const fs::path& dir) {
    CheckResult result{"views", 0, {}, {}};
    const auto check = [&]() -> base::Result<void> {
        const projections::LedgerReader log(ledger);
        auto audit = ReplayAudit::open(log, std::nullopt);
        if (!audit) return audit.error();
        const auto on = [](std::uint64_t) { return true; };
        std::unique_ptr<projections::Store> kept;
        if (fs::exists(dir)) {
            auto opened = open_kept(dir, log);
            // What another version kept is made again when the server starts.
            const bool other = !opened && (opened.error().code == "E_VIEWS_VERSION" ||
                                           opened.error().code == "E_NO_VIEWS");
            if (!opened && !other) return opened.error();
            if (opened) kept = *std::move(opened);
        }
        if (kept) {
            const auto checkpoint = kept->checkpoint();
            if (!checkpoint) return checkpoint.error();
            if (auto done = (*audit)->fold_to((*checkpoint)->position, on); !done) {
                return done.error();
            }
            const auto found = diff(*kept, (*audit)->replay(), log);
            if (!found) return found.error();
            note_difference(*found, result);
        }
        if (auto done = (*audit)->fold_to(log.size(), on); !done) return done.error();
        note_contradiction(**audit, result);
        const auto digests = (*audit)->replay().digests();
        if (!digests) return digests.error();
        result.checked = digests->views.size();
        return {};
    };
    if (auto checked = check(); !checked) {
        result.fault = "the views cannot be checked: " + checked.error().what;
    }
    return result;
}

}  // namespace tools
