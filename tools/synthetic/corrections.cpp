// Records of service put right, put right again, and taken back.
#include <fmt/format.h>

#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {

void Generator::State::say_correction(std::uint32_t number, unsigned half_days) {
    Talent& talent = talents[number];
    begin(Who::host);
    add({.type = "EventCorrected",
         .kind = "engagement",
         .home = process_id(talent.service.engagement),
         .payload = fmt::format(
             R"({{"target":"{}","replacement_type":"ServiceRendered","replacement":{},)"
             R"("reason":"TYPO"}})",
             ref_text(talent.service.recorded),
             service_payload(half_days, talent.service.rest_days, talent.service.county)),
         .evidence = true});
    talent.service.last_correction = record({number});
}

void Generator::State::correct_service(std::uint32_t number) {
    Talent& talent = talents[number];
    say_correction(number, std::max(1, talent.service.half_days / 2));
    const bool again = talent.script == Script::correction_of_correction || chance.happens(100'000);
    if (!again) return;
    const bool takes_back = chance.happens(400'000);
    later(number, chance.between(2, 9),
          takes_back ? Act::retract_correction : Act::correct_service_again, Who::host);
}

void Generator::State::correct_service_again(std::uint32_t number) {
    if (talents[number].service.last_correction.command == 0) return;  // a newer month came first
    say_correction(number, std::max(1, talents[number].service.half_days * 2 / 3));
    count("correction_of_a_correction");
}

void Generator::State::retract_correction(std::uint32_t number) {
    Talent& talent = talents[number];
    if (talent.service.last_correction.command == 0) return;  // a newer month came first
    begin(Who::host);
    add({.type = "EventRetracted",
         .kind = "engagement",
         .home = process_id(talent.service.engagement),
         .payload = fmt::format(R"({{"target":"{}","reason":"OTHER"}})",
                                ref_text(talent.service.last_correction)),
         .evidence = true});
    record({number});
    count("correction_of_a_correction");
}

void Generator::State::retract_service(std::uint32_t number) {
    Talent& talent = talents[number];
    begin(Who::host);
    add({.type = "EventRetracted",
         .kind = "engagement",
         .home = process_id(talent.service.engagement),
         .payload = fmt::format(R"({{"target":"{}","reason":"WRONG_PERSON"}})",
                                ref_text(talent.service.recorded)),
         .evidence = true});
    record({number});
    count("service_retracted");
}

}  // namespace synthetic
