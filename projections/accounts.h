// Turns one person into the rows of the counted views: homes, moves, services.
// Pure: the same person and calendar give the same rows.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "events/codes/code_lists.h"
#include "events/rules/person.h"
#include "events/rules/reference_book.h"
#include "projections/dictionary.h"
#include "projections/home_line.h"
#include "projections/rows.h"
#include "projections/traits.h"

namespace projections {

/// Threads:  one thread owns it (it adds to the dictionaries).
/// Lifetime: dictionaries and codes must outlive it.
class Accountant {
public:
    Accountant(Dictionaries& dictionaries, const events::CodeLists& codes)
        : words_(dictionaries), packer_(codes) {}

    /// Rows of the tables `homes` and `moves`, appended. An absorbed record has none.
    void add_homes(const events::Person& person, std::vector<Row>& out);

    /// Rows of the table `services` of one engagement, appended: what was recorded, and the plan
    /// for months of ACTIVE time without a record. Only of `month` if one is given.
    void add_services(const events::Person& person, const events::EngagementCase& engagement,
                      const events::ReferenceBook& reference, std::vector<Row>& out,
                      std::optional<events::Date> month = {});

private:
    struct Month;

    Word place(const events::Id& employer, const events::Id& site);
    Word place(const HomePiece& piece) { return place(piece.home->employer, piece.site); }
    Word traits(const events::Person& person, const events::Affiliation* home, events::Date day);
    void add_stays(const events::Person& person, const HomePiece& piece, std::vector<Row>& out);
    void add_crossings(const events::Person& person, const std::vector<HomePiece>& line,
                       std::vector<Row>& out);
    void add_step(const events::Person& person, const HomePiece& earlier, const HomePiece& later,
                  std::vector<Row>& out);
    void add_entry(const events::Person& person, const HomePiece& piece, std::vector<Row>& out);
    void add_exit(const events::Person& person, const HomePiece& piece, std::vector<Row>& out);
    void add_month(const events::Person& person, const std::vector<HomePiece>& line,
                   const Month& month, std::vector<Row>& out);

    Dictionaries& words_;
    TraitsPacker packer_;
};

/// Days of `month` that lie in the periods, as a mask: bit d = day d + 1.
Word days_of_month(const std::vector<events::Period>& periods, events::Date month);

}  // namespace projections
