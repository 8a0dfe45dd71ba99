// What the province has published: divisions, zones, hardship classes, calendars, parameters.
// Folded from the reference streams; bitemporal like everything else (fold it with a history
// limited to K).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/codes/code_lists.h"
#include "events/dates.h"
#include "events/fact.h"

namespace events {

/// First 16 bytes of SHA-256("ledger/reference/v1/" ‖ list).
StreamId reference_stream(std::string_view list);

/// Threads: read-only after folding.
class ReferenceBook {
public:
    struct ZoneScheme {
        std::string name;
        Period period;
        Position position;
        std::map<std::string, std::string, std::less<>> zone_of;  ///< prefecture → zone
        std::string trunk;                                        ///< prefecture with role TRUNK
        std::vector<std::string> zones;                           ///< in order of appearance
    };
    struct DivisionStep {
        Date from;
        Position position;
        schema::DivisionChangeKind kind{};
        std::string old_code, new_code, new_name, old_parent, new_parent;
    };

    /// Knows the built-in divisions and their changes; everything else must be published.
    explicit ReferenceBook(const CodeLists& codes);

    /// REQUIRES: the fact is in force.
    void apply(const Fact& fact);
    /// This book takes the place of an older one: the version goes on from there.
    void supersede(const ReferenceBook& older) {
        if (version_ <= older.version_) version_ = older.version_ + 1;
    }
    /// Grows with every change; tells caches when to forget.
    std::uint64_t version() const { return version_; }

    /// By the published calendar of the year; Monday to Friday without one.
    bool is_workday(Date day) const;
    bool has_calendar(int year) const;
    int workdays(const Period& range) const;

    /// Value of a parameter on a day, else its built-in default (codes/lists/parameters.csv).
    std::int64_t parameter(std::string_view name, Date on) const;

    const ZoneScheme* scheme(std::string_view name) const;
    /// The scheme in force on a day; the latest to start wins.
    const ZoneScheme* scheme_on(Date day) const;
    std::vector<const ZoneScheme*> schemes() const;

    /// The code that stands for `region` on `day` after all division changes effective by then.
    std::string division_on(std::string_view region, Date day) const;
    /// Prefecture of a county or prefecture code as it is on `day`; the code itself for EXT-,
    /// province and UNK codes.
    std::string prefecture_on(std::string_view region, Date day) const;
    /// Zone of a region on `day` under `scheme`; `UNK` where the scheme does not know it,
    /// `EXT` for regions outside the province.
    std::string zone_on(std::string_view region, Date day, const ZoneScheme& scheme) const;
    bool is_external(std::string_view region) const;
    /// Whether the code was ever valid (built-in lists or published changes).
    bool knows_division(std::string_view code) const;
    std::string division_name(std::string_view code) const;
    /// 1 to 6, or nothing.
    std::optional<int> hardship_class(std::string_view region, Date day) const;
    const std::vector<DivisionStep>& division_steps() const { return steps_; }

private:
    struct Calendar { Position position; std::map<Date, schema::DayKind> days; };
    struct ParameterValue { Date from; Position position; std::int64_t value; };
    struct HardshipList {
        Period period;
        Position position;
        std::map<std::string, int, std::less<>> class_of;
    };

    void add_step(DivisionStep step);
    void change_divisions(const Fact& fact);
    void activate_scheme(const Fact& fact);
    void publish_hardship(const Fact& fact);
    void publish_calendar(const Fact& fact);
    void set_parameter(const Fact& fact);
    const Row* division_row(std::string_view code) const;
    std::string parent_on(const std::string& code, Date day) const;

    const CodeLists* codes_;
    std::string province_;  ///< the first two digits of the province whose counties are known
    std::map<int, Calendar> calendars_;
    std::vector<ZoneScheme> schemes_;
    std::vector<DivisionStep> steps_;
    std::vector<HardshipList> hardship_;
    std::map<std::string, std::vector<ParameterValue>, std::less<>> parameters_;
    std::uint64_t version_ = 0;
};

/// The lists that shape a ReferenceBook; others may be published, but nothing rests on them.
const std::vector<std::string_view>& reference_lists();

/// All reference streams, corrections in force applied.
ReferenceBook fold_reference(const History& history, const CodeLists& codes);

}  // namespace events
