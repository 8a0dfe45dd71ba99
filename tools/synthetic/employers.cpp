// Employers that merge, divide or are dissolved. Their people stay on record where they are; a
// view counts them for the successor.
#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {

void Generator::State::end_employer(std::uint32_t number, unsigned) {
    Employer& ending = world.employers[number];
    const auto prefecture = world.prefecture_index(number);
    const auto successor = world.employer_in(prefecture, nobody, chance);
    const auto other = world.employer_in(prefecture, successor, chance);
    begin(Who::province);
    EventText event{.type = "EmployerMerged", .on = employer(number), .from = today};
    if (ending.ending == Ending::merged) {
        event.payload = fmt::format(R"({{"successor":"{}"}})", employer_id(successor).text());
    } else if (ending.ending == Ending::divided) {
        event.type = "EmployerDivided";
        event.payload = fmt::format(R"({{"successors":["{}","{}"]}})",
                                    employer_id(successor).text(), employer_id(other).text());
    } else {
        event.type = "EmployerDissolved";
    }
    add(event);
    const bool has_people = std::any_of(talents.begin(), talents.end(), [&](const Talent& person) {
        return person.home.employer == number;
    });
    if (ending.ending == Ending::succeeded && has_people) {  // who would look after them?
        refuse("E_OPEN_AFFILIATIONS");
        return later(number, chance.between(5, 40), &State::dissolve_to_successor, Who::province);
    }
    record({});
    ending.ended = true;
}

void Generator::State::dissolve_to_successor(std::uint32_t number, unsigned) {
    const auto successor = world.employer_in(world.prefecture_index(number), nobody, chance);
    begin(Who::province);
    add({.type = "EmployerDissolved",
         .on = employer(number),
         .payload = fmt::format(R"({{"successor":"{}"}})", employer_id(successor).text()),
         .from = today});
    record({});
    world.employers[number].ended = true;
}

}  // namespace synthetic
