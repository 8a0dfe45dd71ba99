// Records of service put right, the corrections themselves put right, and taken back.
#include <algorithm>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

/// What a correction says: the event it is about, and the whole of what should have been said.
std::string correction(const std::string& target, std::string_view type,
                       const std::string& replacement) {
    return fmt::format(
        R"({{"target":"{}","replacement_type":"{}","replacement":{},"reason":"TYPO"}})", target,
        type, replacement);
}

}  // namespace

std::string Generator::State::service_correction(const Service& service, int half_days) const {
    const auto right = static_cast<unsigned>(std::max(1, half_days));
    return correction(ref_text(service.recorded), "ServiceRendered",
                      service_payload(right, service.rest_days, service.county));
}

void Generator::State::correct_service(std::uint32_t number, unsigned again) {
    Service& service = talents[number].service;
    if (service.recorded.command == 0) return;  // taken back
    if (again != 0 && service.correction.command == 0) return;  // a newer month came first
    const int half_days = again != 0 ? service.half_days * 2 / 3 : service.half_days / 2;
    service.correction = say(Who::host, number,
                             {{.type = "EventCorrected",
                               .on = engagement(service.engagement),
                               .payload = service_correction(service, half_days),
                               .evidence = true}});
    if (again != 0) return count("corrected_twice");
    const bool scripted = talents[number].script == Script::correction_of_correction;
    if (!scripted && !chance.happens(200'000)) return;
    const auto what = chance.weighted({500'000, 300'000, 200'000});
    const int days = chance.between(2, 6);
    if (what == 0 || scripted) {
        later(number, days, &State::correct_correction, Who::host);
    } else if (what == 1) {
        later(number, days, &State::correct_service, Who::host, 1);
    } else {
        later(number, days, &State::retract_correction, Who::host);
    }
}

/// The correction itself is corrected: what it should have said about the record.
void Generator::State::correct_correction(std::uint32_t number, unsigned) {
    const Service& service = talents[number].service;
    if (service.correction.command == 0) return;  // a newer month came first
    say(Who::host, number,
        {{.type = "EventCorrected",
          .on = engagement(service.engagement),
          .payload = correction(ref_text(service.correction), "EventCorrected",
                                service_correction(service, service.half_days * 3 / 4)),
          .evidence = true}});
    count("correction_of_a_correction");
    if (chance.happens(150'000)) {
        later(number, chance.between(2, 4), &State::retract_correction, Who::host);
    }
}

void Generator::State::retract_correction(std::uint32_t number, unsigned) {
    const Service& service = talents[number].service;
    if (service.correction.command == 0) return;  // a newer month came first
    say(Who::host, number,
        {retracts(engagement(service.engagement), service.correction, "OTHER")});
    count("correction_retracted");
}

void Generator::State::retract_service(std::uint32_t number, unsigned) {
    Service& service = talents[number].service;
    if (service.recorded.command == 0) return;  // twice would be refused
    say(Who::host, number,
        {retracts(engagement(service.engagement), service.recorded, "WRONG_PERSON")});
    service.recorded = {};
    count("service_retracted");
}

}  // namespace synthetic
