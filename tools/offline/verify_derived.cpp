// What is derived from the log, made again and compared: standings and views.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <unordered_map>

#include "events/rules/person.h"
#include "projections/views.h"
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

base::Result<std::unique_ptr<projections::Views>> folded(std::optional<fs::path> dir,
                                                         const ledger::Ledger& ledger) {
    auto views = projections::Views::open(std::move(dir), ledger);
    if (!views) return views.error();
    const std::atomic<bool> stop{false};
    if (auto caught_up = (*views)->catch_up(stop); !caught_up) return caught_up.error();
    return views;
}

/// A copy of the views' folder, so that the check changes nothing; removed at the end.
class Copy {
public:
    explicit Copy(const fs::path& from) {
        std::string name = (fs::temp_directory_path() / "talentctl-views-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) return;
        dir_ = name;
        fs::copy(from, dir_ / "views", fs::copy_options::recursive, failed_);
    }
    ~Copy() {
        std::error_code ignored;
        if (!dir_.empty()) fs::remove_all(dir_, ignored);
    }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;
    bool good() const { return !dir_.empty() && !failed_; }
    fs::path path() const { return dir_ / "views"; }

private:
    fs::path dir_;
    std::error_code failed_;
};

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
    auto anew = folded(std::nullopt, ledger);
    if (!anew) {
        result.fault = "the views cannot be folded: " + anew.error().what;
        return result;
    }
    const auto expected = (*anew)->digests();
    result.checked = expected.size();
    if (!fs::exists(dir)) return result;

    const Copy copy(dir);
    if (!copy.good()) {
        result.fault = "the kept views cannot be copied";
        return result;
    }
    auto kept = folded(copy.path(), ledger);
    if (!kept) {
        result.fault = "the kept views cannot be read: " + kept.error().what;
        return result;
    }
    for (const auto& [name, digest] : (*kept)->digests()) {
        const auto found = expected.find(name);
        if (found != expected.end() && found->second == digest) continue;
        result.fault = fmt::format("view {} is not what the log gives", name);
        return result;
    }
    return result;
}

}  // namespace tools
