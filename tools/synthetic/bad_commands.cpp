// Commands that the rules must refuse, each with the code they must give.
#include <fmt/format.h>

#include <array>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

struct BadKind {
    std::string_view code;
    Who who;
};
constexpr std::array bad_table = {
    BadKind{"E_DUPLICATE_IDENTITY", Who::office},  BadKind{"E_SECOND_HOME", Who::employer},
    BadKind{"E_NOT_CURRENT_EMPLOYER", Who::host},  BadKind{"E_TRANSFER_OPEN", Who::host},
    BadKind{"E_CONSENT_MISSING", Who::office},     BadKind{"E_STALE_GUARD", Who::employer},
    BadKind{"E_GUARD_REQUIRED", Who::employer},    BadKind{"E_ROLE", Who::talent},
    BadKind{"E_CLOSED_PERSON", Who::office},       BadKind{"E_USCC", Who::office},
    BadKind{"E_TERM", Who::host},                  BadKind{"E_SERVICE_RANGE", Who::host},
    BadKind{"E_AGE", Who::office},                 BadKind{"E_COMMAND_REUSED", Who::office},
    BadKind{"E_DOC_CHECK_DIGIT", Who::office},     BadKind{"E_UNKNOWN_FIELD", Who::office},
    BadKind{"E_NO_STREAM", Who::office},           BadKind{"E_DEMO_CLOCK", Who::office},
};

bool transfer_open(const Talent& talent) {
    return talent.transfer.number != 0 && talent.transfer.effect.command == 0;
}

}  // namespace

Who Generator::State::bad_who(unsigned which) { return bad_table[which].who; }

std::uint32_t Generator::State::victim(std::uint32_t from, unsigned which) const {
    static_assert(bad_table.size() == bad_kinds);
    return find(from, [&](const Talent& talent) {
        switch (which) {
            case 3: return transfer_open(talent) && talent.life == Life::active;
            case 4: return transfer_open(talent) && talent.transfer.step == 0;
            case 8: return talent.life == Life::dead;
            case 11: return talent.engagement.active;
            default: return idle(talent) && has_home(talent) && talent.double_of == nobody;
        }
    });
}

void Generator::State::bad(std::uint32_t from, unsigned which) {
    const auto number = victim(from, which);
    if (number == nobody) return;
    const Talent& talent = talents[number];
    const auto home = talent.home.employer;
    const auto other = home == nobody
                           ? 0u
                           : world.employer_in(world.prefecture_index(home), home, chance);
    // People and employers that never come to be, so their ids are used only here.
    const auto stranger = id_of(options.seed, Space::pilot, 1'000'000 + chance.below(1u << 30));
    const auto birth = date_text(talent.birth);
    const auto registered = [&](const std::string& document_number, const std::string& born) {
        return fmt::format(
            R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN","number":"{}"}},)"
            R"("name":{{"zh":"甲乙"}},"sex":{},"birth_year":{},"birth_date":"{}",)"
            R"("nationality":"CHN","residence":"510100"}})",
            document_number, talent.sex, born.substr(0, 4), born);
    };
    const auto digits = [](const std::string& day) {
        return day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2);
    };
    const auto register_as = [&](const std::string& document_number, const std::string& born) {
        add({.type = "TalentRegistered", .kind = "talent", .home = stranger,
             .payload = registered(document_number, born), .from = today,
             .legal_basis = "STATUTORY_DUTY"});
    };
    const auto number_of = [&](const std::string& born, unsigned sequence) {
        return citizen_number(world.prefectures[talent.residence_of_number].code, digits(born),
                              sequence);
    };
    const auto end_of = [&] {
        add({.type = "AffiliationEnded", .kind = "talent", .home = talent_id(number),
             .payload = fmt::format(R"({{"affiliation":"{}","reason":"RESIGN"}})",
                                    ref_text(talent.home.opened)),
             .from = today});
    };
    const auto request = [&](std::uint32_t from_employer) {
        Talent wish = talent;
        wish.transfer.mode = 0;
        wish.transfer.to = other;
        wish.transfer.category = talent.category;
        add({.type = "TransferRequested", .kind = "transfer", .home = stranger,
             .payload = request_payload(wish, number, from_employer), .from = today + 30});
    };
    if (which == 13) {
        begin_as_before(bad_table[which].who);
    } else {
        begin(bad_table[which].who);
    }
    switch (which) {
        case 0: register_as(number_of(birth, talent.sequence), birth); break;
        case 1:
            guard(number);
            add({.type = "AffiliationStarted", .kind = "talent", .home = talent_id(number),
                 .payload = affiliation(other, 0, talent.category), .from = today});
            break;
        case 2: request((other + 1) % static_cast<std::uint32_t>(world.employers.size()) == home
                            ? (other + 2) % static_cast<std::uint32_t>(world.employers.size())
                            : (other + 1) % static_cast<std::uint32_t>(world.employers.size()));
            break;
        case 3: request(home); break;
        case 4:
            guard(number);
            add({.type = "TransferEffected", .kind = "transfer",
                 .home = process_id(talent.transfer.number), .from = talent.transfer.on});
            add({.type = "AffiliationEnded", .kind = "talent", .home = talent_id(number),
                 .payload = fmt::format(R"({{"affiliation":"{}","reason":"TRANSFER"}})",
                                        ref_text(talent.home.opened)),
                 .from = talent.transfer.on});
            add({.type = "AffiliationStarted", .kind = "talent", .home = talent_id(number),
                 .payload = affiliation(talent.transfer.to, 0, talent.transfer.category),
                 .from = talent.transfer.on});
            break;
        case 5:
            text.expect("talent", talent_id(number), talent.revision - 1);
            end_of();
            break;
        case 6: end_of(); break;
        case 7:
            guard(number);
            end_of();
            break;
        case 8:
            add({.type = "TalentAmended", .kind = "talent", .home = talent_id(number),
                 .payload = R"({"degree":"3"})", .from = today});
            break;
        case 9:
            add({.type = "EmployerRegistered", .kind = "employer", .home = stranger,
                 .payload = fmt::format(
                     R"({{"uscc":"{}","name":"重复单位","ownership":"PRIVATE","section":"C",)"
                     R"("region":"510100"}})",
                     credit_code(world.employers[home].kind, world.prefecture_of(home).code,
                                 home + 100)),
                 .from = today});
            break;
        case 10: {
            Engagement wish;
            wish.kind = 0;
            wish.host = other;
            wish.county = world.employers[other].county[0];
            wish.from = today + 30;
            wish.to = wish.from + 500;
            add({.type = "EngagementProposed", .kind = "engagement", .home = stranger,
                 .payload = proposal(number, wish), .from = wish.from, .to = wish.to});
            break;
        }
        case 11: {
            const auto month = (talent.engagement.from - 70).first_of_month();
            add({.type = "ServiceRendered", .kind = "engagement",
                 .home = process_id(talent.engagement.number),
                 .payload = service_payload(2, false, talent.engagement.county), .from = month,
                 .to = month.first_of_next_month(), .evidence = true});
            break;
        }
        case 12: {
            const auto young = date_text(today - 14 * 365);
            text.expect("talent", stranger, 0);
            register_as(number_of(young, 100 + static_cast<unsigned>(chance.below(800) / 2 * 2) +
                                             (talent.sex == 1 ? 1 : 0)),
                        young);
            add({.type = "AffiliationStarted", .kind = "talent", .home = stranger,
                 .payload = affiliation(other, 0, 2), .from = today});
            break;
        }
        case 13:
            add({.type = "TalentAmended", .kind = "talent", .home = talent_id(number),
                 .payload = R"({"degree":"2"})", .from = today});
            break;
        case 14: {
            auto wrong = number_of(birth, talent.sequence);
            wrong.back() = wrong.back() == '5' ? '6' : '5';
            register_as(wrong, birth);
            break;
        }
        case 15:
            add({.type = "TalentAmended", .kind = "talent", .home = talent_id(number),
                 .payload = R"({"favourite_colour":"red"})", .from = today});
            break;
        case 16:
            add({.type = "TalentAmended", .kind = "talent", .home = stranger,
                 .payload = R"({"degree":"3"})", .from = today});
            break;
        default:
            text.begin(stranger, options.start, 0, false);
            types_.clear();
            add({.type = "TalentAmended", .kind = "talent", .home = talent_id(number),
                 .payload = R"({"degree":"3"})", .from = today - 5});
            break;
    }
    refuse(bad_table[which].code);
}

}  // namespace synthetic
