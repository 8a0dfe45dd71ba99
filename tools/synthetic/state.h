// The generator's working state: the calendar of what is due, and how a command is put together.
// Internal to tools/synthetic.
//
// One shape throughout: an act is a member function of one signature. It looks at its talent,
// says at most one command (`say`), and puts what comes next on the calendar (`later`).
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tools/synthetic/command_text.h"
#include "tools/synthetic/parameters.h"
#include "tools/synthetic/people.h"
#include "tools/synthetic/random.h"
#include "tools/synthetic/synthetic.h"
#include "tools/synthetic/world.h"

namespace synthetic {

/// Who records; each has one hour of the day, so that a person's steps of one day keep their
/// order and many commands of one actor follow each other. The first one records nothing: acts
/// that only draw what is to come.
enum class Who : std::uint8_t {
    fate,
    steward,
    talent,
    host,
    employer,
    office,
    province,
    approver
};

constexpr std::string_view category_codes[] = {"DZ", "QY", "ZJ", "GJN", "NC", "SG"};


/// The schedule of an engagement as JSON; `season` is that of a seasonal one.
std::string schedule_of(const Engagement& engagement, Script script, std::string_view season);

struct Generator::State {
    /// `number` is a talent's (an employer's for acts about employers); what `detail` means is
    /// said where the act is.
    using Act = void(std::uint32_t number, unsigned detail);

    struct Item {
        std::uint32_t number = nobody;
        Who who = Who::office;
        std::uint16_t detail = 0;
        std::uint32_t order = 0;
        Act State::*act = nullptr;
    };

    explicit State(Options options);

    bool next(Step& step);

    // -- the calendar ---------------------------------------------------------------------------
    /// Does something `days` from today, at least one; dropped if that is after the last day.
    void later(std::uint32_t number, int days, Act State::*act, Who who, unsigned detail = 0);
    void at(std::uint32_t number, events::Date day, Act State::*act, Who who, unsigned detail = 0);

    // -- a command ------------------------------------------------------------------------------
    void begin(Who who);
    /// Under the id of the newest recorded command.
    void begin_as_before(Who who);
    void guard(std::uint32_t talent);
    void add(const EventText& event) {
        text.add(event);
        types_.push_back(event.type);
    }
    /// The command will be recorded; all its events stand in these people's streams.
    Ref record(std::initializer_list<std::uint32_t> people);
    void refuse(std::string_view code);
    /// A whole command about one talent that will be recorded; `say_guarded` with the revision.
    Ref say(Who who, std::uint32_t talent, std::initializer_list<EventText> events);
    Ref say_guarded(Who who, std::uint32_t talent, std::initializer_list<EventText> events);
    void count(std::string_view worked_case) { ++plan.cases[std::string(worked_case)]; }

    Subject talent(std::uint32_t number) const { return {"talent", talent_id(number)}; }
    Subject employer(std::uint32_t number) const { return {"employer", employer_id(number)}; }
    Subject transfer(std::uint32_t number) const {
        return {"transfer", process_id(talents[number].transfer.number)};
    }
    Subject engagement(std::uint64_t process) const { return {"engagement", process_id(process)}; }

    events::Id talent_id(std::uint32_t number) const;
    events::Id employer_id(std::uint32_t number) const;
    events::Id site_id(std::uint32_t number, unsigned site) const;
    events::Id process_id(std::uint64_t number) const;
    std::string ref_text(const Ref& ref) const;
    std::uint64_t new_process() { return ++processes_; }

    /// Effective days lie this much before the day of recording.
    int draw_lag();
    bool has_home(const Talent& talent) const { return talent.home.employer != nobody; }
    bool idle(const Talent& talent) const {
        return !talent.busy && talent.script == Script::none && talent.transfer.number == 0 &&
               talent.engagement.number == 0 && talent.life == Life::active;
    }

    // -- events that many acts say (phrases.cpp) ------------------------------------------------
    EventText ends_home(std::uint32_t talent, std::string_view reason, events::Date day) const;
    EventText ends(std::uint32_t talent, const Ref& opened, std::string_view reason,
                   events::Date day) const;
    EventText starts_home(std::uint32_t talent, std::uint32_t employer, unsigned category,
                          events::Date day) const;
    EventText starts_beside(std::uint32_t talent, const SidePost& post, events::Date day) const;
    EventText changes_status(std::uint32_t talent, std::string_view status,
                             events::Date day) const;
    EventText registers(std::uint32_t talent, bool passport, events::Date day);
    EventText requests(std::uint32_t talent, const events::Id& process, const Transfer& wish,
                       std::uint32_t from) const;
    EventText proposes(std::uint32_t talent, std::uint64_t process,
                       const Engagement& wish) const;
    EventText consents(std::uint64_t process, char party, bool declines = false) const;
    EventText retracts(const Subject& on, const Ref& target, std::string_view reason) const;
    EventText corrects_dates(const Subject& on, const Ref& target, events::Date from,
                             events::Date to = {}) const;
    EventText approves(const Ref& pending) const;
    std::string service_payload(unsigned half_days, bool rest_days, std::uint16_t county) const;
    /// TransferEffected with the ending and the start that go with it.
    void add_effect(std::uint32_t talent);

    // -- the first day (publications.cpp, first_load.cpp) ---------------------------------------
    bool first_load();
    void publish_lists(std::size_t index);
    void open_first_load();
    void close_first_load();
    void register_employer(std::uint32_t employer);
    void load_talent(std::uint32_t talent);
    void load_double(std::uint32_t talent);
    std::uint32_t first_employer(std::uint32_t talent);
    void draw_person(Talent& talent, bool newcomer);
    void plan_years();
    void plan_bad_commands();

    // -- lives (lives.cpp, careers.cpp) ---------------------------------------------------------
    void next_life(std::uint32_t talent);
    Act live, newcomer, script;
    bool decides_at_home(std::uint32_t talent);
    Act amend, qualify, change_post, relocate, retire, die, depart, arrive, leave_job, take_job;

    // -- second posts, own businesses, obligations (posts.cpp, obligations.cpp) -----------------
    Act second_post, ask_second_post, start_second_post, own_business, end_post;
    Act declare_obligation, release_obligation, service_years;
    void warn_of_obligation(const Talent& talent);

    // -- employers (employers.cpp) --------------------------------------------------------------
    Act end_employer, dissolve_to_successor;

    // -- transfers (transfers.cpp, transfer_effects.cpp) ----------------------------------------
    void plan_transfer(std::uint32_t talent);
    std::uint32_t draw_destination(std::uint32_t talent);
    void transfer_over(std::uint32_t talent);
    void transfer_done(std::uint32_t talent);
    void approved(std::uint32_t talent);
    Act transfer_request, transfer_step, transfer_withdraw, transfer_left;
    Act transfer_effect, transfer_file, transfer_insurance, transfer_correct, transfer_reverse;
    Act approve, plan_later;

    // -- engagements (engagements.cpp, engagement_changes.cpp, attempts.cpp) --------------------
    /// REQUIRES: `kind` is one of engagement_kinds.h, or -1 for any.
    void plan_engagement(std::uint32_t talent, int kind, bool scripted);
    std::uint32_t draw_host(std::uint32_t talent);
    void plan_service(std::uint32_t talent);
    void note_service(std::uint32_t talent, events::Date first, events::Date end);
    void plan_changes(std::uint32_t talent);
    /// Letters of engagement_kinds.h, in the order in which they are asked.
    std::string_view consents_asked(const Talent& talent) const;
    static Who voice_of(char party);
    void engagement_over(std::uint32_t talent);
    Act engagement_propose, engagement_consent, engagement_activate, service, engagement_end;
    Act engagement_suspend, engagement_resume;
    Act change_ask, change_consent;
    Act attempt_propose, attempt_consent, attempt_activate, attempt_cancel;

    // -- corrections (corrections.cpp) ----------------------------------------------------------
    Act correct_service, correct_correction, retract_correction, retract_service;
    std::string service_correction(const Service& service, int half_days) const;

    // -- two records of one person (records.cpp) ------------------------------------------------
    Act register_double, suspect, dismiss, merge, approve_merge, split, approve_split;
    Act amend_by_alias;
    Ref say_of_both(Who who, std::uint32_t second, const EventText& event, bool guarded = false);

    // -- what must be refused (bad_commands.cpp) ------------------------------------------------
    Act bad, bad_employer, bad_registration, bad_affiliation, bad_transfer, bad_engagement,
        bad_amendment;
    std::uint32_t ended_one(std::uint32_t besides) const;
    std::uint32_t victim(std::uint32_t from, unsigned which) const;
    events::Id stranger();
    std::uint32_t neighbour(std::uint32_t employer);

    Options options;
    Parameters parameters;
    Chance chance;
    World world;
    Plan plan;
    CommandText text;
    std::vector<Talent> talents;
    std::uint32_t initial = 0;  ///< people of the first load; newcomers and doubles follow
    std::uint32_t doubles = 0;  ///< index of the first second record
    std::uint32_t each_case = 3;
    events::Date today;
    events::Date last_day;
    std::vector<events::Actor> actors;
    Weights kinds;  ///< of engagements
    Weights modes;  ///< of transfers
    Weights categories, ages, degrees, titles, lags, hosts, seasons;
    std::vector<std::int64_t> transfer_months, registration_months;
    std::vector<std::uint32_t> numbers;  ///< citizen numbers given, by prefecture and age band
    bool loading = false;                ///< inside the first load

private:
    void advance();

    std::vector<std::vector<Item>> calendar_;  ///< by day from the start
    std::size_t day_ = 0, at_ = 0;
    std::size_t loaded_ = 0;  ///< commands of the first day made so far
    std::uint32_t orders_ = 0;
    std::uint64_t commands_ = 0, processes_ = 0, last_recorded_ = 0;
    std::vector<std::string_view> types_;
    Who who_ = Who::office;
    bool made_ = false, replay_ = false;
    std::string_view outcome_;
    const std::string* json_ = nullptr;
    friend class Generator;
};

}  // namespace synthetic
