// Reads the log once and keeps the rows of all counted views current.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "events/base/result.h"
#include "events/rules/breaches.h"
#include "events/rules/employer.h"
#include "projections/accounts.h"
#include "projections/agenda.h"
#include "projections/breach_book.h"
#include "projections/buckets.h"
#include "projections/dictionary.h"
#include "projections/employer_book.h"
#include "projections/kinship.h"
#include "projections/log_reader.h"
#include "projections/people.h"
#include "projections/reference_shelf.h"
#include "projections/storage/store.h"

namespace projections {

/// What views are made of: filled by the runner, read by the answers.
struct Shelves {
    explicit Shelves(const events::CodeLists& codes) : reference(codes) {}

    Dictionaries words;
    EmployerBook employers;
    ReferenceShelf reference;
    Agenda agenda;
};

/// How a command goes through:
///   each event     → the people, employers and reference lists it concerns are folded on, or
///                    marked for folding again (corrections, approvals, merges)
///   end of command → rows before and after are compared; the difference is what is written;
///                    the agenda learns the next due day of everyone concerned
///   end of batch   → rows, agenda and checkpoint in one write
///
/// Threads:  one thread owns it; `position` from any.
/// Lifetime: everything handed in must outlive it.
class Runner {
public:
    /// Grows when the meaning or layout of rows changes; stored views of another are rebuilt.
    static constexpr std::uint32_t version = 4;
    static constexpr std::size_t people_max = 200'000;

    Runner(const LogReader& log, Store& store, Shelves& shelves, std::uint64_t batch_events);

    /// Takes up where the store's checkpoint says, or from zero if it is not of this log, not of
    /// this version, or past the head.
    base::Result<void> load();
    /// Up to the head, or until `upto` events are folded in and the command is at its end. Stops
    /// before a command that cannot be read for damage; what comes before it is written. The next
    /// call tries again from there.
    base::Result<void> catch_up(const std::atomic<bool>& stop,
                                std::uint64_t upto = ~std::uint64_t{0});
    /// Events folded in and written.
    std::uint64_t position() const { return position_.load(std::memory_order_acquire); }

private:
    /// What the command at hand has touched beside people.
    struct Touched {
        std::uint64_t first = 0;  ///< position of its first event
        std::vector<PersonAtHand*> people;
        std::map<events::Id, events::Employer> employers;
        std::set<events::Id> employers_again;  ///< to be folded again
        std::unique_ptr<events::ReferenceBook> reference;
        bool reference_again = false;
        bool calendar = false;
        std::set<events::Id> kin;  ///< records whose group is another now
        std::set<events::Id> employers_shaken;  ///< whose people may break a rule now
        std::set<events::Id> employers_healed;  ///< whose people may break one rule less
        std::set<events::schema::Payload> types_shaken;  ///< a parameter concerns their people
        bool deadlines = false;  ///< a parameter that duties rest on
    };

    /// False if the stored notes contradict each other.
    base::Result<bool> restore();
    base::Result<void> start_anew();
    base::Result<void> commit(std::uint64_t size);

    base::Result<void> fold_on(const std::atomic<bool>& stop, std::uint64_t upto);
    void fold(const events::Fact& fact);
    void fold_streams(const events::Fact& fact, bool again);
    void fold_person(const events::Id& talent, bool is_new, const events::Fact& fact, bool again);
    void fold_employer(const events::Id& employer, const events::Fact& fact, bool again);
    void fold_reference(const events::Fact& fact, bool again);
    void fold_decision(const events::CommandId& command);

    void settle(std::uint64_t size);
    void read_again(std::uint64_t size);
    void touch_planned();
    void touch_calendar();
    void settle_employers(std::uint64_t size);
    void settle_reference(std::uint64_t size);
    void settle_kin(std::uint64_t size);
    void note_words();
    void settle_person(PersonAtHand& at_hand);
    // Breaches: runner_breaches.cpp.
    void shake_employer(const events::Id& employer, events::schema::Payload type, bool again);
    void shake_reference(const events::Fact& fact);
    void touch_breached(std::uint64_t size);
    BreachRow row_of(const events::Breach& breach, const events::Id& talent,
                     std::uint64_t caused_by);
    std::vector<Row> handovers_of(const events::Person& person);
    void settle_handovers(PersonAtHand& at_hand);
    void settle_breaches(const events::Person& person);
    void settle_duties(const events::Person& person);

    PersonAtHand& at_hand(const events::Id& talent, bool is_new);
    void touch(PersonAtHand& at_hand);
    void compute_all(PersonAtHand& at_hand);
    void compute_engagement(PersonAtHand& at_hand, const events::Id& engagement,
                            const std::optional<events::Date>& month);
    /// Writes the difference of two sorted lists of rows.
    void write_difference(const std::vector<Row>& before, const std::vector<Row>& after);
    void note_planned(const PersonAtHand& at_hand);
    void note_staff(PersonAtHand& at_hand);
    void recall_staff(PersonAtHand& at_hand) const;

    const LogReader& log_;
    Store& store_;
    Shelves& shelves_;
    const std::uint64_t batch_events_;
    Accountant accountant_;
    PeopleAtHand people_{people_max};
    Kinship kinship_;
    BreachBook breaches_;
    std::map<int, std::set<events::Id>> planned_;  ///< year → people with a plan by it
    std::shared_ptr<const events::ReferenceBook> reference_;

    Touched touched_;
    Batch batch_;
    std::uint64_t row_position_ = 0;
    std::uint32_t row_ordinal_ = 0;
    std::array<Word, 3> words_noted_{1, 1, 1};
    Buckets buckets_;
    std::set<std::string> staff_noted_;  ///< keys in the batch at hand
    std::vector<Row> rows_scratch_;
    std::uint64_t folded_ = 0;  ///< settled in memory; the batch at hand ends here
    std::atomic<std::uint64_t> position_{0};
};

}  // namespace projections
