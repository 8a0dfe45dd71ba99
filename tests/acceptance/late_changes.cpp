#include "tests/acceptance/late_changes.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace acceptance {

namespace {

using events::Date;
using events::Id;
using events::Role;

/// What an event says beside its payload.
struct Saying {
    std::string type, subject, payload;
    std::string from = {}, to = {};
    Role role = Role::P;
    std::string guarded = {};  ///< a talent whose newest revision is named
};

class Late {
public:
    Late(LoadedLedger& loaded, const naive::Model& model, std::mt19937_64& random)
        : loaded_(loaded), model_(model), random_(random), day_(loaded.next_day()) {
        for (const auto& [id, person] : model.people()) {
            people_.push_back(&person);
            if (person.stays.empty()) homeless_.push_back(&person);
        }
        for (const auto& [id, employer] : model.employers()) employers_.push_back(id);
        for (const auto& bytes : loaded.log()) note(*events::schema::GetEvent(bytes.data()));
    }

    std::map<std::string, int> run() {
        for (int i = 0; i < 60; ++i) amend_employer(any(employers_));
        for (int i = 0; i < 80; ++i) change_post(*any(people_));
        for (int i = 0; i < 400; ++i) change_engagement(*any(people_));
        for (int i = 0; i < 12; ++i) join_and_part(*any(people_), *any(homeless_));
        for (int i = 0; i < 60; ++i) correct_amendment(*any(people_));
        for (int i = 0; i < 12; ++i) merge_employers();
        publish_calendar(2020);
        publish_calendar(2021);
        return recorded_;
    }

private:
    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[random_() % of.size()];
    }
    std::string some_day() {
        return Date{17'600 + static_cast<int>(random_() % 1'500)}.text();
    }
    std::string fresh_id() {
        return fmt::format("{:016x}{:016x}", random_(), random_());
    }
    void note(const events::schema::Event& event) {
        for (const auto* stream : *event.streams()) {
            auto& newest = revisions_[Id::of(stream->id())];
            newest = std::max(newest, stream->revision());
        }
    }

    /// Whether it was recorded; `id` is the command's.
    bool say(const Saying& one, std::string* id = nullptr, bool counts = true) {
        const std::string command = fresh_id();
        if (id != nullptr) *id = command;
        std::string head = fmt::format(
            R"({{"specversion":"1.0","type":"talent.{}.v1","source":"late","id":"{}",)"
            R"("demotime":"{}T09:00:00+08:00",)",
            one.type, command, day_.text());
        if (!one.subject.empty()) head += fmt::format(R"("subject":"{}",)", one.subject);
        if (!one.from.empty()) head += fmt::format(R"("effectivefrom":"{}",)", one.from);
        if (!one.to.empty()) head += fmt::format(R"("effectiveto":"{}",)", one.to);
        std::string expect;
        if (!one.guarded.empty()) {
            expect = fmt::format(R"("expect":{{"talent/{}":{}}},)", one.guarded,
                                 revisions_[*Id::parse(one.guarded)]);
        }
        events::Actor actor;
        actor.id = *Id::parse(one.type == "ActionApproved" ? "a0000000000000000000000000000002"
                                                           : "a0000000000000000000000000000001");
        actor.role = one.role;
        actor.assurance = events::schema::Assurance::ASSERTED;
        const std::string said = loaded_.record(
            head +
                fmt::format(R"("data":{{{}"legal_basis":"STATUTORY_DUTY","evidence":)"
                            R"([{{"alg":"SHA-256","digest":"{}"}}],"payload":{}}}}})",
                            expect, std::string(64, '7'), one.payload),
            actor);
        if (said != "recorded") {
            if (counts) ++recorded_["not " + one.type + " " + said];
            return false;
        }
        const auto head_now = loaded_.ledger().head().size;
        if (const auto stored = loaded_.ledger().event({head_now - 1})) note(stored->event());
        if (counts) ++recorded_[one.type];
        return true;
    }
    /// Says what waits for approval and has it approved.
    bool say_approved(const Saying& one, std::string* id = nullptr) {
        std::string command;
        if (!say(one, &command)) return false;
        if (id != nullptr) *id = command;
        say({.type = "ActionApproved",
             .subject = {},
             .payload = fmt::format(R"({{"command":"{}"}})", command)},
            nullptr, false);
        return true;
    }

    void amend_employer(const Id& employer) {
        const bool section = random_() % 2 == 0;
        say({.type = "EmployerAmended",
             .subject = "employer/" + employer.text(),
             .payload = section ? R"({"section":"J"})" : R"({"ownership":"FOREIGN"})",
             .from = some_day()});
    }
    void change_post(const naive::Person& person) {
        const auto* home = person.home_on(day_);
        if (home == nullptr) return;
        const Date from = std::max(home->from + 1, Date{17'900});
        say({.type = "PostChanged",
             .subject = "talent/" + person.id.text(),
             .payload = fmt::format(R"({{"affiliation":"{}",{}}})", home->position,
                                    random_() % 2 == 0 ? R"("team":"GJN")"
                                                       : R"("staffing":"DISPATCH")"),
             .from = (from + static_cast<int>(random_() % 300)).text(),
             .role = Role::E,
             .guarded = person.id.text()});
    }
    void change_engagement(const naive::Person& person) {
        for (const auto& one : person.engagements) {
            if (one.state != "ACTIVE" || one.to <= day_ + 2) continue;
            const std::string subject = "engagement/" + one.id.text();
            const bool longer = random_() % 2 == 0;
            Saying change{.type = longer ? "EngagementExtended" : "EngagementRescheduled",
                          .subject = subject,
                          .payload = "{}",
                          .from = (longer ? one.to : day_ + 1).text(),
                          .to = {},
                          .role = Role::H};
            if (longer) {
                change.to = (one.to + 20).text();
            } else {
                change.payload = R"({"schedule":{"kind":"DAYS","budget_mday":3000},"load":50})";
            }
            if (!say(change)) continue;
            for (const auto& [party, role] :
                 {std::pair("TALENT", Role::T), std::pair("HOME", Role::E)}) {
                say({.type = "EngagementConsented",
                     .subject = subject,
                     .payload = fmt::format(R"({{"party":"{}"}})", party),
                     .from = {},
                     .to = {},
                     .role = role},
                    nullptr, false);
            }
        }
    }
    /// Two records are joined, something is recorded of both, and given to the one when they part.
    void join_and_part(const naive::Person& survivor, const naive::Person& absorbed) {
        if (survivor.id == absorbed.id) return;
        if (!survivor.absorbed.empty() || !absorbed.absorbed.empty()) return;
        std::string merge, joint, amended;
        if (!say_approved({.type = "TalentRecordsMerged",
                           .subject = "talent/" + survivor.id.text(),
                           .payload = fmt::format(R"({{"absorbed":["{}"]}})", absorbed.id.text()),
                           .from = {},
                           .to = {},
                           .role = Role::S,
                           .guarded = survivor.id.text()},
                          &merge)) {
            return;
        }
        say({.type = "QualificationRecorded",
             .subject = "talent/" + absorbed.id.text(),
             .payload = R"({"kind":"TITLE","code":"083","issuer":"x"})",
             .from = some_day(),
             .to = {},
             .role = Role::M},
            &joint);
        say({.type = "TalentAmended",
             .subject = "talent/" + survivor.id.text(),
             .payload = R"({"degree":"2","cleared":["skills"]})",
             .from = some_day()},
            &amended);
        if (random_() % 3 == 0) return;
        say_approved({.type = "TalentRecordsSplit",
                      .subject = "talent/" + survivor.id.text(),
                      .payload = fmt::format(R"({{"merge":"{}#0","restored":["{}"],)"
                                             R"("allocations":[{{"event":"{}#0","talent":"{}"}},)"
                                             R"({{"event":"{}#0","talent":"{}"}}]}})",
                                             merge, absorbed.id.text(), joint, absorbed.id.text(),
                                             amended, survivor.id.text()),
                      .from = {},
                      .to = {},
                      .role = Role::S,
                      .guarded = survivor.id.text()});
    }
    void correct_amendment(const naive::Person& person) {
        for (const auto* one : person.timeline) {
            if (one->type != naive::fb::Payload::TalentAmended || !one->counts) continue;
            const bool takes_back = random_() % 2 == 0;
            say_approved(
                {.type = takes_back ? "EventRetracted" : "EventCorrected",
                 .subject = "talent/" + one->home().text(),
                 .payload = takes_back
                                ? fmt::format(R"({{"target":"{}","reason":"OTHER"}})",
                                              one->position())
                                : fmt::format(R"({{"target":"{}","dates":{{"from":"{}"}},)"
                                              R"("reason":"WRONG_DATE"}})",
                                              one->position(), some_day())});
            return;
        }
    }
    void merge_employers() {
        const Id& one = any(employers_);
        const Id& other = any(employers_);
        if (one == other || !merged_.insert(one).second || merged_.contains(other)) return;
        say({.type = "EmployerMerged",
             .subject = "employer/" + one.text(),
             .payload = fmt::format(R"({{"successor":"{}"}})", other.text()),
             .from = (day_ - 20).text()});
    }
    void publish_calendar(int year) {
        say({.type = "CalendarPublished",
             .subject = {},
             .payload = fmt::format(
                 R"({{"year":{0},"days":[{{"date":"{0}-03-02","kind":"HOLIDAY","name":"x"}},)"
                 R"({{"date":"{0}-08-08","kind":"WORKDAY","name":"x"}}]}})",
                 year),
             .from = fmt::format("{}-01-01", year),
             .to = fmt::format("{}-01-01", year + 1)});
    }

    LoadedLedger& loaded_;
    const naive::Model& model_;
    std::mt19937_64& random_;
    Date day_;
    std::vector<const naive::Person*> people_, homeless_;
    std::vector<Id> employers_;
    std::set<Id> merged_;
    std::map<Id, std::uint32_t> revisions_;
    std::map<std::string, int> recorded_;
};

}  // namespace

std::map<std::string, int> record_late_changes(LoadedLedger& loaded, const naive::Model& model,
                                               std::mt19937_64& random) {
    return Late(loaded, model, random).run();
}

}  // namespace acceptance
