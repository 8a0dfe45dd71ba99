// What the clock demands, made into commands of the system (settled.md 2.10).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/base/result.h"
#include "events/command.h"
#include "events/json/command_reader.h"
#include "events/rules/decide.h"
#include "ledger/ledger.h"
#include "ledger/receipt.h"
#include "projections/views.h"

namespace server {

/// Takes the people on the views' agenda, folds each one's standing from the log, and writes the
/// commands of `events::duties`. A command's id depends on process, type and due day alone, so
/// that telling it again is harmless.
///
/// A duty that was refused, or had been recorded before and was taken back since, is set aside
/// until its person or what the province has published changes: it neither blocks others nor is
/// tried over and over. So is who cannot be read for damage, until the next start.
///
/// REQUIRES: the views have folded everything whose duties are asked for.
/// Threads:  one task at a time.
/// Lifetime: ledger and views must outlive it.
class DutyDesk {
public:
    enum class Outcome { recorded, replayed, refused, put_off };
    /// `recorded`, `refused` ...: the label of the metric.
    static std::string_view name_of(Outcome outcome);

    /// A duty of one person on its way. `command` may be moved out.
    struct Turn {
        events::Id talent;
        events::Revision revision;  ///< of the talent's stream, at most as new as the standing
        std::shared_ptr<const events::ReferenceBook> reference;
        events::CommandId id;
        events::schema::Payload type = events::schema::Payload::NONE;
        events::Command command;
    };

    DutyDesk(const ledger::Ledger& ledger, const projections::Views& views);

    /// The earliest day up to `today` on which somebody has a duty that is not set aside. Quick.
    std::optional<events::Date> next(events::Date today) const;
    /// One duty for each of up to `most` people who have one, by due day and then by talent.
    /// `demo_time`: when to record it in a demonstration ledger.
    std::vector<Turn> due(events::Date today, std::size_t most,
                          std::optional<events::Instant> demo_time);
    /// Takes down what became of it. A refusal is logged once.
    Outcome note(const Turn& turn, const base::Result<ledger::Receipt>& answer);

private:
    /// Why a person need not be looked at again.
    struct Aside {
        events::Revision revision;
        std::shared_ptr<const events::ReferenceBook> reference;
        std::set<events::CommandId> tried;
        bool idle = false;                  ///< nothing else is due ...
        std::optional<events::Date> until;  ///< ... before this day
    };

    /// When to look at somebody whom the agenda names for `day`; nothing while set aside.
    std::optional<events::Date> wanted(const events::Id& talent, events::Date day) const;
    /// The note on this standing of the person; an older one is forgotten.
    Aside& aside(const events::Id& talent, events::Revision revision,
                 const std::shared_ptr<const events::ReferenceBook>& reference);
    /// Fails with `corrupt` or `storage` where the person's events cannot be read.
    base::Result<std::optional<Turn>> try_turn_of(const events::Id& talent, events::Date today,
                                                  std::optional<events::Instant> demo_time);
    std::optional<Turn> turn_of(const events::Id& talent, events::Date today,
                                std::optional<events::Instant> demo_time);
    base::Result<events::Command> command_of(const events::Person& person,
                                             const events::Duty& duty,
                                             std::optional<events::Instant> demo_time);

    const ledger::Ledger& ledger_;
    const projections::Views& views_;
    events::CommandReader reader_;
    std::unordered_map<events::Id, Aside, events::IdHash> aside_;
    std::set<events::CommandId> logged_;
    std::set<events::Id> unreadable_;  ///< people whose events are damaged; left alone
};

}  // namespace server
