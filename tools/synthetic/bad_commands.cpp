// Commands that the rules must refuse, each with the code they must give.
#include <array>

#include "tools/synthetic/state.h"

namespace synthetic {
namespace {

/// What is wrong with the command; the order of `bad_table`.
enum Wrong : unsigned {
    taken_number,
    second_home,
    other_employer,
    second_transfer,
    missing_consent,
    stale_guard,
    no_guard,
    wrong_role,
    after_death,
    taken_code,
    too_long,
    outside_activity,
    too_young,
    reused_command,
    wrong_digit,
    unknown_field,
    unknown_stream,
    before_the_head,
    ended_employer,
    kinds_of_wrong
};

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
    BadKind{"E_EMPLOYER_ENDED", Who::province},
};
static_assert(bad_table.size() == kinds_of_wrong);

constexpr std::uint8_t by_consent = 0, by_order = 2;

bool transfer_open(const Talent& talent) {
    const Transfer& transfer = talent.transfer;
    return transfer.number != 0 && transfer.effect.command == 0 && !transfer.left;
}

}  // namespace

void Generator::State::plan_bad_commands() {
    const auto each = std::max(3u, options.talents / 500);
    for (unsigned which = 0; which < kinds_of_wrong; ++which) {
        for (std::uint32_t i = 0; i < each; ++i) {
            const auto from = static_cast<std::uint32_t>(chance.below(initial));
            const int days = chance.between(30, 365 * options.years - 30);
            later(from, days, &State::bad, bad_table[which].who, which);
        }
    }
}

/// The first person from `from` on whom the command can be about; nobody if there is none.
std::uint32_t Generator::State::victim(std::uint32_t from, unsigned which) const {
    const auto fits = [&](const Talent& person) {
        switch (which) {
            case second_transfer: return transfer_open(person) && person.life == Life::active;
            case missing_consent: return transfer_open(person) && person.transfer.step == 0;
            case after_death: return person.life == Life::dead;
            case outside_activity: return person.engagement.active;
            default: return idle(person) && has_home(person) && person.double_of == nobody;
        }
    };
    for (std::uint32_t i = 0; i < initial; ++i) {
        const std::uint32_t candidate = (from + i) % initial;
        if (fits(talents[candidate])) return candidate;
    }
    return nobody;
}

void Generator::State::bad(std::uint32_t from, unsigned which) {
    const auto number = victim(from, which);
    if (number == nobody) return;
    const auto home = talents[number].home.employer;
    if (which == ended_employer && ended_one(home) == nobody) return;
    if (which == reused_command) {
        begin_as_before(bad_table[which].who);
    } else {
        begin(bad_table[which].who);
    }
    switch (which) {
        case taken_code: bad_employer(number, which); break;
        case taken_number:
        case too_young:
        case wrong_digit: bad_registration(number, which); break;
        case second_home:
        case stale_guard:
        case no_guard:
        case wrong_role: bad_affiliation(number, which); break;
        case other_employer:
        case second_transfer:
        case ended_employer: bad_transfer(number, which); break;
        case missing_consent:
            guard(number);
            add_effect(number);
            break;
        case too_long:
        case outside_activity: bad_engagement(number, which); break;
        default: bad_amendment(number, which); break;
    }
    refuse(bad_table[which].code);
}

/// People and employers that never come to be, so that their ids are used only once.
events::Id Generator::State::stranger() {
    return id_of(options.seed, Space::pilot, 1'000'000 + chance.below(1u << 30));
}

std::uint32_t Generator::State::neighbour(std::uint32_t employer_number) {
    return world.employer_in(world.prefecture_index(employer_number), employer_number, chance);
}

std::uint32_t Generator::State::ended_one(std::uint32_t besides) const {
    for (auto e = world.lasting; e < world.employers.size(); ++e) {
        if (world.employers[e].ended && e != besides) return e;
    }
    return nobody;
}

void Generator::State::bad_employer(std::uint32_t number, unsigned) {
    const auto taken = neighbour(talents[number].home.employer);  // one that has not ended
    add({.type = "EmployerRegistered",
         .on = {"employer", stranger()},
         .payload = fmt::format(R"({{"uscc":"{}","name":"重复单位","ownership":"PRIVATE",)"
                                R"("section":"C","region":"510100"}})",
                                credit_code(world.employers[taken].kind,
                                            world.prefecture_of(taken).code, taken + 100)),
         .from = today});
}

void Generator::State::bad_registration(std::uint32_t number, unsigned which) {
    const Talent& person = talents[number];
    const Subject somebody{"talent", stranger()};
    const bool child = which == too_young;
    const auto born = date_text(child ? today - 14 * 365 : person.birth);
    const unsigned odd = person.sex == 1 ? 1 : 0;
    const auto sequence =
        child ? 100 + static_cast<unsigned>(chance.below(400)) * 2 + odd : person.sequence;
    auto document =
        citizen_number(world.prefectures[person.residence_of_number].code,
                       born.substr(0, 4) + born.substr(5, 2) + born.substr(8, 2), sequence);
    if (which == wrong_digit) document.back() = document.back() == '5' ? '6' : '5';
    if (child) text.expect("talent", somebody.id, 0);
    add({.type = "TalentRegistered",
         .on = somebody,
         .payload = fmt::format(
             R"({{"category":"ZJ","doc":{{"kind":"CN_ID","issuer":"CHN","number":"{}"}},)"
             R"("name":{{"zh":"甲乙"}},"sex":{},"birth_year":{},"birth_date":"{}",)"
             R"("nationality":"CHN","residence":"510100"}})",
             document, person.sex, born.substr(0, 4), born),
         .from = today,
         .legal_basis = "STATUTORY_DUTY"});
    if (!child) return;
    EventText works = starts_home(number, neighbour(person.home.employer), 2, today);
    works.on = somebody;
    add(works);
}

void Generator::State::bad_affiliation(std::uint32_t number, unsigned which) {
    const Talent& person = talents[number];
    if (which == stale_guard) text.expect("talent", talent_id(number), person.revision - 1);
    if (which == second_home || which == wrong_role) guard(number);
    add(which == second_home
            ? starts_home(number, neighbour(person.home.employer), person.category, today)
            : ends_home(number, "RESIGN", today));
}

void Generator::State::bad_transfer(std::uint32_t number, unsigned which) {
    const Talent& person = talents[number];
    const auto home = person.home.employer;
    Transfer wish;
    wish.mode = which == ended_employer ? by_order : by_consent;
    wish.to = which == ended_employer ? ended_one(home) : neighbour(home);
    wish.category = person.category;
    wish.on = today + 30;
    auto from = home;
    while (which == other_employer && (from == home || from == wish.to)) {
        from = static_cast<std::uint32_t>(chance.below(world.employers.size()));
    }
    add(requests(number, stranger(), wish, from));
}

void Generator::State::bad_engagement(std::uint32_t number, unsigned which) {
    const Talent& person = talents[number];
    if (which == too_long) {  // than the kind allows
        Engagement wish;
        wish.host = neighbour(person.home.employer);
        wish.county = world.employers[wish.host].county[0];
        wish.from = today + 30;
        wish.to = wish.from + 500;
        return add(proposes(number, new_process(), wish));
    }
    const auto month = (person.engagement.from - 70).first_of_month();
    add({.type = "ServiceRendered",
         .on = engagement(person.engagement.number),
         .payload = service_payload(2, false, person.engagement.county),
         .from = month,
         .to = month.first_of_next_month(),
         .evidence = true});
}

void Generator::State::bad_amendment(std::uint32_t number, unsigned which) {
    Subject on = talent(number);
    if (which == unknown_stream) on.id = stranger();
    if (which == before_the_head) {
        types_.clear();
        text.begin(stranger(), options.start, 0, false);
    }
    add({.type = "TalentAmended",
         .on = on,
         .payload = which == unknown_field ? R"({"favourite_colour":"red"})" : R"({"degree":"3"})",
         .from = today - (which == before_the_head ? 5 : 0)});
}

}  // namespace synthetic
