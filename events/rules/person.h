// The standing of one talent: everything the rules and the views need to know of a person,
// folded from the person's streams. Derived, never stored as truth.
//
// State machines (transfer, engagement ...) run in log order. Facts (home, post, site, status,
// load) lie on the effective timeline, each holding on a half-open period (settled.md 2.4). A
// Person is the whole timeline for every effective date E at one K.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/dates.h"
#include "events/fact.h"
#include "events/ids.h"
#include "events/rules/schedule.h"

namespace events {

struct EventName {
    Position position;
    Id event;
    bool operator==(const EventName&) const = default;
};

/// Clear particulars as they hold from a day on.
struct Particulars {
    Date from;
    Position position;
    std::string category;
    int sex = 0;
    int birth_year = 0;
    std::string nationality;
    std::string residence;
    std::string degree;
    std::string education;
    std::vector<std::string> titles;   ///< codes of professional_titles
    std::vector<std::string> skills;
    std::uint32_t given = 0;  ///< which fields this very entry sets; the others carry over
};

struct StatusSpan {
    Date from;
    Position position;
    schema::TalentStatus status = schema::TalentStatus::ACTIVE;
};

struct HonourHeld {
    std::string code;
    Date since;
};

struct QualificationHeld {
    EventName opened;
    schema::QualificationKind kind{};
    std::string code;
    Period period;
    std::optional<Date> revoked;
};

struct Post {
    Date from;
    Position position;
    schema::Staffing staffing{};
    std::string team;
    std::string post_code;
    std::string rank_code;
    int fte = 1000;  ///< permille
    std::uint32_t given = 0;  ///< which fields this very entry sets; the others carry over
};

struct SiteSpan {
    Date from;
    Position position;
    Id site;
};

struct Affiliation {
    EventName opened;
    Id employer;
    schema::AffiliationKind kind{};
    Period period;               ///< `to` = `forever` while open
    std::vector<Post> posts;     ///< by `from`, never empty
    std::vector<SiteSpan> sites; ///< by `from`, never empty
    std::string region_served;
    std::optional<Date> contract_to;
    std::optional<EventName> ended;
    schema::EndReason end_reason{};

    bool is_home() const { return kind == schema::AffiliationKind::FULL_TIME_HOME; }
    const Post& post_on(Date day) const;
    const Id& site_on(Date day) const;
};

enum class TransferState {
    requested, collecting, ready, effective, handed_over,
    refused, rejected, withdrawn, lapsed, reversed
};

struct TransferCase {
    Id id;
    EventName opened;
    schema::TransferMode mode{};
    Id from_employer;
    Id to_employer;
    Id to_site;
    std::string target_team;
    std::optional<schema::Staffing> target_staffing;
    std::string target_post;
    std::optional<Id> pilot;
    Date proposed;
    TransferState state = TransferState::requested;
    bool talent_agreed = false;
    bool released = false;
    bool accepted = false;
    bool authority_approved = false;
    std::optional<Date> refused_on;            ///< ReleaseRefused
    std::optional<Date> notice_on;             ///< resignation notice
    int notice_days = 0;
    std::optional<Date> effected_on;
    std::optional<EventName> effected;
    std::optional<EventName> old_affiliation;  ///< the AffiliationEnded event
    std::optional<EventName> new_affiliation;  ///< the AffiliationStarted event
    std::optional<Date> file_on;
    std::optional<Date> insurance_on;
    Date last_step;
    bool needs_authority = false;    ///< INV-X4: by mode, or for a post CIVIL or ESTABLISHMENT
    unsigned insurance = 0;          ///< bit s set: schema::InsuranceScheme s was transferred

    bool is_open() const { return state <= TransferState::ready; }
};

enum class EngagementState {
    proposed, consented, active, suspended, completed, terminated, converted, declined, cancelled
};

/// From `from` on the engagement is active, or not.
struct EngagementSpan {
    Date from;
    bool active = false;
};

struct ServiceRecord {
    EventName recorded;
    Date month;  ///< its first day
    Mdays worked;
    std::string region_served;
    std::string place;
    bool confirmed = false;
    bool disputed = false;
};

/// Schedule and load from a day on.
struct ScheduleSpan {
    Date from;
    Schedule schedule;
};

struct EngagementCase {
    Id id;
    EventName opened;
    std::string kind;
    Id host_employer;
    Id host_site;
    std::optional<Id> home_employer;   ///< at the time of the proposal
    std::string region_served;
    std::string place_of_work;
    bool home_leave = false;
    Period period;                     ///< agreed; extended by extensions in force
    std::vector<ScheduleSpan> schedules;  ///< by `from`, never empty
    EngagementState state = EngagementState::proposed;
    unsigned consents = 0;             ///< bit p set: schema::Party p has consented
    /// Extension or new schedule that waits for consents again.
    struct Change {
        EventName asked;
        unsigned consents = 0;
        std::optional<Date> new_end;
        std::optional<ScheduleSpan> new_schedule;
    };
    std::optional<Change> pending;
    int extensions = 0;
    std::vector<EngagementSpan> spans;    ///< by `from`; empty before activation
    std::vector<ServiceRecord> services;  ///< those in force
    std::optional<Id> converted_to;       ///< transfer
    Position home_consented;              ///< newest HOME consent, or the proposal (INV-F7)

    bool is_live() const {
        return state == EngagementState::active || state == EngagementState::suspended;
    }
    const Schedule& schedule_on(Date day) const;
    /// ACTIVE time inside the agreed period, ordered, not overlapping.
    std::vector<Period> active_time() const;
    bool active_on(Date day) const;
};

struct Obligation {
    EventName opened;
    schema::ObligationKind kind{};
    Id employer;
    Period period;
};

/// Moves between the province and elsewhere.
struct BorderCrossing {
    EventName recorded;
    Date on;
    bool arrival = true;
    std::string external_region;
};

struct SecondaryConsent {
    EventName given;
    Id home_employer;
    Id other_employer;
    Period period;
};

/// An event that a split of records gave to another record.
struct HandedOver {
    Position position;
    Id to;
};

struct Person {
    Id id;
    bool registered = false;
    EventName registration;
    std::vector<Particulars> particulars;   ///< by `from`, then position
    std::vector<StatusSpan> statuses;       ///< by `from`, then position
    std::vector<HonourHeld> honours;
    std::vector<QualificationHeld> qualifications;
    std::vector<Affiliation> affiliations;  ///< in log order
    std::vector<TransferCase> transfers;
    std::vector<EngagementCase> engagements;
    std::vector<Obligation> obligations;
    std::vector<BorderCrossing> crossings;
    std::vector<SecondaryConsent> secondary_consents;
    std::vector<Id> absorbed;               ///< ids merged into this one, still in force
    std::optional<Id> absorbed_into;        ///< the record that stands for this one now
    std::vector<HandedOver> handed_over;    ///< by splits
    Position last;                          ///< newest event of the person's streams
    std::uint32_t events = 0;               ///< how many there are

    schema::TalentStatus status_on(Date day) const;
    /// Null before the first particulars; then those that hold on `day`.
    const Particulars* particulars_on(Date day) const;
    /// The full-time home open on `day`; null if none.
    const Affiliation* home_on(Date day) const;
    const Affiliation* affiliation(const Id& opening_event) const;
    const TransferCase* transfer(const Id& id) const;
    const EngagementCase* engagement(const Id& id) const;
    bool closed() const;  ///< died or absorbed
    /// The day of death on record; nothing while alive.
    std::optional<Date> died_on() const;
};

/// Whether folding the fact in means reading the person's streams again: corrections,
/// retractions, approvals, merges, splits.
bool needs_refold(const Fact& fact);

/// Folds one more event in; REQUIRES: !needs_refold(fact), and facts come in log order.
void apply(Person& person, const Fact& fact);

/// Folds a person from all streams that count for it: the talent's own stream and those of
/// absorbed records, corrections and approvals in force applied (domain.md 2.1, settled.md 2.3).
/// For an absorbed id the result has `absorbed_into` set and its own history only.
Person fold_person(const Id& talent, const History& history);

}  // namespace events
