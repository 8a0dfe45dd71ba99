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
    BadKind{"E_DUPLICATE_IDENTITY", Who::office},
    BadKind{"E_SECOND_HOME", Who::employer},
    BadKind{"E_NOT_CURRENT_EMPLOYER", Who::host},
    BadKind{"E_TRANSFER_OPEN", Who::host},
    BadKind{"E_CONSENT_MISSING", Who::office},
    BadKind{"E_STALE_GUARD", Who::employer},
    BadKind{"E_GUARD_REQUIRED", Who::employer},
    BadKind{"E_ROLE", Who::talent},
    BadKind{"E_CLOSED_PERSON", Who::office},
    BadKind{"E_USCC", Who::office},
    BadKind{"E_TERM", Who::host},
    BadKind{"E_SERVICE_RANGE", Who::host},
    BadKind{"E_AGE", Who::office},
    BadKind{"E_COMMAND_REUSED", Who::office},
    BadKind{"E_DOC_CHECK_DIGIT", Who::office},
    BadKind{"E_UNKNOWN_FIELD", Who::office},
    BadKind{"E_NO_STREAM", Who::office},
    BadKind{"E_DEMO_CLOCK", Who::office},
};

bool transfer_open(const Talent& talent) {
    return talent.transfer.number != 0 && talent.transfer.effect.command == 0;
}

}  // namespace

Who Generator::State::bad_who(unsigned which) {
    return bad_table[which].who;
}

std::uint32_t Generator::State::victim(std::uint32_t from, unsigned which) const {
    static_assert(bad_table.size() == bad_kinds);
    return find(from, [&](const Talent& talent) {
        switch (which) {
            case 3:
                return transfer_open(talent) && talent.life == Life::active;
            case 4:
                return transfer_open(talent) && talent.transfer.step == 0;
            case 8:
                return talent.life == Life::dead;
            case 11:
                return talent.engagement.active;
            default:
                return idle(talent) && has_home(talent) && talent.double_of == nobody;
        }
    });
}

void Generator::State::bad(std::uint32_t from, unsigned which) {
    const auto number = victim(from, which);
    if (number == nobody) return;
    if (which == 13) {
        begin_as_before(bad_table[which].who);
    } else {
        begin(bad_table[which].who);
    }
    switch (which) {
        case 0:
        case 9:
        case 12:
        case 14:
            bad_registration(number, which);
            break;
        case 1:
        case 5:
        case 6:
        case 7:
            bad_affiliation(number, which);
            break;
        case 2:
        case 3:
        case 4:
            bad_transfer(number, which);
            break;
        case 10:
        case 11:
            bad_engagement(number, which);
            break;
        default:
            bad_amendment(number, which);
            break;
    }
    refuse(bad_table[which].code);
}

/// People and employers that never come to be, so that their ids are used only once.
events::Id Generator::State::stranger() {
    return id_of(options.seed, Space::pilot, 1'000'000 + chance.below(1u << 30));
}

std::uint32_t Generator::State::neighbour(std::uint32_t employer) {
    return world.employer_in(world.prefecture_index(employer), employer, chance);
}

void Generator::State::bad_registration(std::uint32_t number, unsigned which) {
    const Talent& talent = talents[number];
    const auto home = talent.home.employer;
    const auto id = stranger();
    if (which == 9) {  // a credit code that is taken
        const auto code =
            credit_code(world.employers[home].kind, world.prefecture_of(home).code, home + 100);
        add({.type = "EmployerRegistered",
             .kind = "employer",
             .home = id,
             .payload = fmt::format(R"({{"uscc":"{}","name":"重复单位","ownership":"PRIVATE",)"
                                    R"("section":"C","region":"510100"}})",
                                    code),
             .from = today});
        return;
    }
    const auto born = date_text(which == 12 ? today - 14 * 365 : talent.birth);
    const auto sequence = which == 12 ? 100 + static_cast<unsigned>(chance.below(400)) * 2 +
                                            (talent.sex == 1 ? 1u : 0u)
                                      : talent.sequence;
    auto document =
        citizen_number(world.prefectures[talent.residence_of_number].code,
                       born.substr(0, 4) + born.substr(5, 2) + born.substr(8, 2), sequence);
    if (which == 14) document.back() = document.back() == '5' ? '6' : '5';
    if (which == 12) text.expect("talent", id, 0);
    add({.type = "TalentRegistered",
         .kind = "talent",
         .home = id,
         .payload = fmt::format(
             R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN","number":"{}"}},)"
             R"("name":{{"zh":"甲乙"}},"sex":{},"birth_year":{},"birth_date":"{}",)"
             R"("nationality":"CHN","residence":"510100"}})",
             document, talent.sex, born.substr(0, 4), born),
         .from = today,
         .legal_basis = "STATUTORY_DUTY"});
    if (which == 12) {
        add({.type = "AffiliationStarted",
             .kind = "talent",
             .home = id,
             .payload = affiliation(home, 0, 2),
             .from = today});
    }
}

void Generator::State::bad_affiliation(std::uint32_t number, unsigned which) {
    const Talent& talent = talents[number];
    if (which == 1) {
        guard(number);
        add({.type = "AffiliationStarted",
             .kind = "talent",
             .home = talent_id(number),
             .payload = affiliation(neighbour(talent.home.employer), 0, talent.category),
             .from = today});
        return;
    }
    if (which == 5) text.expect("talent", talent_id(number), talent.revision - 1);
    if (which == 7) guard(number);
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","reason":"RESIGN"}})",
                                ref_text(talent.home.opened)),
         .from = today});
}

void Generator::State::bad_transfer(std::uint32_t number, unsigned which) {
    const Talent& talent = talents[number];
    const auto home = talent.home.employer;
    if (which != 4) {
        Talent wish = talent;
        wish.transfer.mode = 0;
        wish.transfer.to = neighbour(home);
        wish.transfer.category = talent.category;
        auto from = home;
        while (which == 2 && (from == home || from == wish.transfer.to)) {
            from = static_cast<std::uint32_t>(chance.below(world.employers.size()));
        }
        add({.type = "TransferRequested",
             .kind = "transfer",
             .home = stranger(),
             .payload = request_payload(wish, number, from),
             .from = today + 30});
        return;
    }
    guard(number);
    add({.type = "TransferEffected",
         .kind = "transfer",
         .home = process_id(talent.transfer.number),
         .from = talent.transfer.on});
    add({.type = "AffiliationEnded",
         .kind = "talent",
         .home = talent_id(number),
         .payload = fmt::format(R"({{"affiliation":"{}","reason":"TRANSFER"}})",
                                ref_text(talent.home.opened)),
         .from = talent.transfer.on});
    add({.type = "AffiliationStarted",
         .kind = "talent",
         .home = talent_id(number),
         .payload = affiliation(talent.transfer.to, 0, talent.transfer.category),
         .from = talent.transfer.on});
}

void Generator::State::bad_engagement(std::uint32_t number, unsigned which) {
    const Talent& talent = talents[number];
    if (which == 10) {  // longer than the kind allows
        Engagement wish;
        wish.host = neighbour(talent.home.employer);
        wish.county = world.employers[wish.host].county[0];
        wish.from = today + 30;
        wish.to = wish.from + 500;
        add({.type = "EngagementProposed",
             .kind = "engagement",
             .home = stranger(),
             .payload = proposal(number, wish),
             .from = wish.from,
             .to = wish.to});
        return;
    }
    const auto month = (talent.engagement.from - 70).first_of_month();
    add({.type = "ServiceRendered",
         .kind = "engagement",
         .home = process_id(talent.engagement.number),
         .payload = service_payload(2, false, talent.engagement.county),
         .from = month,
         .to = month.first_of_next_month(),
         .evidence = true});
}

void Generator::State::bad_amendment(std::uint32_t number, unsigned which) {
    auto id = talent_id(number);
    if (which == 16) id = stranger();
    if (which == 17) {  // recorded before the head
        types_.clear();
        text.begin(stranger(), options.start, 0, false);
    }
    add({.type = "TalentAmended",
         .kind = "talent",
         .home = id,
         .payload = which == 15 ? R"({"favourite_colour":"red"})" : R"({"degree":"3"})",
         .from = today - (which == 17 ? 5 : 0)});
}

}  // namespace synthetic
