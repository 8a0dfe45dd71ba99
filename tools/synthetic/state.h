// The generator's working state: the calendar of what is due, and how a command is put together.
// Internal to tools/synthetic.
#pragma once

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

/// Who records; each has one hour of the day, so that many commands of one actor follow each
/// other and a loader can send them together.
enum class Who : std::uint8_t {
    system,
    steward,
    talent,
    host,
    employer,
    office,
    province,
    approver
};

enum class Act : std::uint8_t {
    life,
    newcomer,
    transfer_request,
    transfer_step,
    transfer_effect,
    transfer_file,
    transfer_insurance,
    transfer_lapse,
    transfer_correct,
    transfer_reverse,
    engagement_propose,
    engagement_consent,
    engagement_activate,
    service,
    engagement_end,
    engagement_suspend,
    engagement_resume,
    attempt_propose,
    attempt_consent,
    attempt_activate,
    attempt_cancel,
    correct_service,
    correct_service_again,
    retract_correction,
    retract_service,
    approve,
    amend,
    qualify,
    change_post,
    relocate,
    retire,
    die,
    depart,
    arrive,
    leave_job,
    take_job,
    register_double,
    suspect,
    dismiss,
    merge,
    approve_merge,
    split,
    approve_split,
    amend_by_alias,
    script,
    bad,
};

struct Item {
    std::uint32_t talent = nobody;
    Act act = Act::life;
    Who who = Who::office;
    std::uint16_t detail = 0;
    std::uint32_t order = 0;
};

constexpr std::string_view category_codes[] = {"DZ", "QY", "ZJ", "GJN", "NC", "SG"};

struct Generator::State {
    explicit State(Options options);

    bool next(Step& step);

    // -- the calendar ---------------------------------------------------------------------------
    /// Does something `days` from today, at least one; dropped if that is after the last day.
    void later(std::uint32_t talent, int days, Act act, Who who, std::uint16_t detail = 0);
    void at(std::uint32_t talent, events::Date day, Act act, Who who, std::uint16_t detail = 0);
    void run(const Item& item);

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
    void count(std::string_view worked_case) { ++plan.cases[std::string(worked_case)]; }

    events::Id talent_id(std::uint32_t talent) const;
    events::Id employer_id(std::uint32_t employer) const;
    events::Id site_id(std::uint32_t employer, unsigned site) const;
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

    // -- the first day (first_load.cpp) ---------------------------------------------------------
    bool first_load();
    void publish_lists(std::size_t index);
    void register_employer(std::uint32_t employer);
    void load_talent(std::uint32_t talent);
    void load_retired(std::uint32_t talent);
    void plan_years();
    std::string registration(std::uint32_t talent, bool passport);
    std::string affiliation(std::uint32_t employer, unsigned site, unsigned category) const;
    void load_double(std::uint32_t talent);
    void draw_person(Talent& talent, bool newcomer);

    // -- lives (lives.cpp) ----------------------------------------------------------------------
    void next_life(std::uint32_t talent);
    void live(std::uint32_t talent);
    void newcomer(std::uint32_t talent);
    void script(std::uint32_t talent);
    void amend(std::uint32_t talent);
    void qualify(std::uint32_t talent);
    void change_post(std::uint32_t talent);
    void relocate(std::uint32_t talent);
    void retire(std::uint32_t talent);
    void die(std::uint32_t talent);
    void depart(std::uint32_t talent);
    void arrive(std::uint32_t talent);
    void leave_job(std::uint32_t talent, int gap);
    void take_job(std::uint32_t talent);

    // -- transfers (transfers.cpp) --------------------------------------------------------------
    void plan_transfer(std::uint32_t talent);
    void transfer_request(std::uint32_t talent);
    void transfer_step(std::uint32_t talent, unsigned step);
    void transfer_effect(std::uint32_t talent);
    void transfer_file(std::uint32_t talent);
    void transfer_insurance(std::uint32_t talent);
    void transfer_withdraw(std::uint32_t talent);
    void transfer_over(std::uint32_t talent);
    void transfer_done(std::uint32_t talent);
    void transfer_lapse(std::uint32_t talent);
    void transfer_correct(std::uint32_t talent, int days);
    void transfer_reverse(std::uint32_t talent);
    void approve(std::uint32_t talent);
    void approved(std::uint32_t talent);
    std::string request_payload(const Talent& talent, std::uint32_t index,
                                std::uint32_t from) const;

    // -- engagements (engagements.cpp) ----------------------------------------------------------
    void plan_engagement(std::uint32_t talent, int kind, std::uint16_t detail);
    void engagement_propose(std::uint32_t talent, std::uint16_t detail);
    void engagement_consent(std::uint32_t talent, std::uint16_t detail);
    void engagement_activate(std::uint32_t talent, std::uint16_t detail);
    void service(std::uint32_t talent);
    void plan_service(std::uint32_t talent);
    void engagement_end(std::uint32_t talent);
    void engagement_over(std::uint32_t talent);
    std::string proposal(std::uint32_t talent, const Engagement& engagement) const;
    void engagement_suspend(std::uint32_t talent);
    void engagement_resume(std::uint32_t talent);
    void attempt_propose(std::uint32_t talent);
    void attempt_consent(std::uint32_t talent, std::uint16_t detail);
    void attempt_activate(std::uint32_t talent);
    void attempt_cancel(std::uint32_t talent);

    // -- corrections (corrections.cpp) ----------------------------------------------------------
    void say_correction(std::uint32_t talent, unsigned half_days);
    void correct_service(std::uint32_t talent);
    void correct_service_again(std::uint32_t talent);
    void retract_correction(std::uint32_t talent);
    void retract_service(std::uint32_t talent);
    std::string service_payload(unsigned half_days, bool restdays, std::uint16_t county) const;

    // -- two records of one person (records.cpp) ------------------------------------------------
    void register_double(std::uint32_t talent);
    void suspect(std::uint32_t talent);
    void dismiss(std::uint32_t talent);
    void merge(std::uint32_t talent);
    void say_approval(std::uint32_t talent);
    void approve_merge(std::uint32_t talent);
    void split(std::uint32_t talent);
    void approve_split(std::uint32_t talent);
    void amend_by_alias(std::uint32_t talent);

    // -- what must be refused (bad_commands.cpp) ------------------------------------------------
    void bad(std::uint32_t from, unsigned which);
    std::uint32_t victim(std::uint32_t from, unsigned which) const;
    void bad_registration(std::uint32_t talent, unsigned which);
    void bad_affiliation(std::uint32_t talent, unsigned which);
    void bad_transfer(std::uint32_t talent, unsigned which);
    void bad_engagement(std::uint32_t talent, unsigned which);
    void bad_amendment(std::uint32_t talent, unsigned which);
    events::Id stranger();
    std::uint32_t neighbour(std::uint32_t employer);
    static Who bad_who(unsigned which);
    static constexpr std::uint16_t bad_kinds = 18;
    /// The first person from `from` on that `fits`; nobody if none does.
    template <class Fits>
    std::uint32_t find(std::uint32_t from, Fits fits) const {
        for (std::uint32_t i = 0; i < initial; ++i) {
            const std::uint32_t talent = (from + i) % initial;
            if (fits(talents[talent])) return talent;
        }
        return nobody;
    }

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
    Weights categories;
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
