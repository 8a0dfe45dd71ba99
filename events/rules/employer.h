// The standing of one employer: particulars, sites, end and successors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/dates.h"
#include "events/fact.h"
#include "events/ids.h"
#include "events/rules/person.h"

namespace events {

struct EmployerParticulars {
    Date from;
    Position position;
    std::string name;
    schema::Ownership ownership{};
    std::string section;
    std::string division;
    std::string subordination;
    std::string region;
    std::optional<Id> parent;
    std::uint32_t given = 0;  ///< which fields this very entry sets; the others carry over
};

struct Site {
    Id id;
    EventName opened;
    std::string region;
    schema::SiteFunction function{};
    Period period;
};

struct Employer {
    enum class End { none, merged, divided, dissolved };

    Id id;
    bool registered = false;
    EventName registration;
    std::string uscc;
    std::vector<EmployerParticulars> particulars;  ///< by `from`, then position
    std::vector<Site> sites;
    End end = End::none;
    std::optional<Date> ended_on;
    std::vector<Id> successors;
    Position last;

    /// Those that hold on `day`, or the first ones for an earlier day; null if not registered.
    const EmployerParticulars* particulars_on(Date day) const;
    const Site* site(const Id& id) const;
};

void apply(Employer& employer, const Fact& fact);
Employer fold_employer(const Id& id, const History& history);

}  // namespace events
