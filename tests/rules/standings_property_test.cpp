// Whatever is recorded in whatever order: the standings that grow event by event are those that a
// fold of the whole log gives.
#include <catch2/catch.hpp>

#include <random>

#include "tests/rules/province.h"
#include "tests/support/describe.h"

using namespace tests;
using events::Date;
using events::Role;

namespace {

/// Commands drawn at random, most of them sensible, some of them hopeless.
class Drawn {
public:
    explicit Drawn(unsigned seed) : random_(seed) {
        for (const auto* name : names_) province_.talent(name);
    }

    void step() {
        ++steps;
        switch (draw(12)) {
            case 0: return note(Province::start(name(), employer(), near_day()));
            case 1: return note(Province::end(name(), some_event(), near_day()));
            case 2: return note({"TalentAmended", subject(), R"({"degree":"2"})", near_day()});
            case 3: return note({"TalentAmended", subject(), R"({"residence":"510700"})",
                                 near_day()});
            case 4: return note({"TalentStatusChanged", subject(),
                                 draw(2) ? R"({"status":"RETIRED"})" : R"({"status":"ACTIVE"})",
                                 near_day()});
            case 5: return note({"PostChanged", subject(),
                                 "{\"affiliation\":" + some_event() + ",\"post_code\":\"A1\"}",
                                 near_day()},
                                Role::E);
            case 6: return note({"EventRetracted", "",
                                 "{\"target\":" + some_event() + ",\"reason\":\"TYPO\"}"});
            case 7: return note({"EventCorrected", "",
                                 "{\"target\":" + some_event() + ",\"dates\":{\"from\":\"" +
                                     near_day() + "\"},\"reason\":\"TYPO\"}"});
            case 8: return note({"TalentRecordsMerged", subject(),
                                 std::string("{\"absorbed\":['") + name() + "']}"},
                                Role::S);
            case 9: return decide_one();
            case 10: return note(Province::start(name(), employer(), near_day(), {}, "SELF"));
            default: return province_.on((province_.today() + draw(20)).text());
        }
    }

    void check() {
        for (const auto* one : names_) {
            const auto id = Registry::id(one);
            const auto* kept = province_.standings().person(id);
            auto folded = events::fold_person(id, province_.history());
            if (folded.absorbed_into) {
                folded = events::fold_person(*folded.absorbed_into, province_.history());
            }
            REQUIRE((kept != nullptr) == folded.registered);
            if (kept) REQUIRE(describe(*kept) == describe(folded));
        }
    }

    int steps = 0;
    int accepted = 0;
    int proposed = 0;

private:
    int draw(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
    const char* name() { return names_[static_cast<std::size_t>(draw(5))]; }
    const char* employer() {
        static constexpr const char* employers[] = {"uni", "works", "lab", "bureau"};
        return employers[draw(4)];
    }
    std::string subject() { return std::string("talent/'") + name() + "'"; }
    std::string near_day() { return (province_.today() - draw(420)).text(); }
    std::string some_event() {
        const auto size = static_cast<int>(province_.history().size());
        return province_.ref_at(static_cast<std::uint64_t>(size - 1 - draw(std::min(size, 40))));
    }
    void note(Say said, Role role = Role::M) {
        if (!province_.tell({role, "clerk"}, {std::move(said)}).empty()) return;
        ++accepted;
        if (!province_.proposed) return;
        ++proposed;
        waiting_.push_back(province_.last);
    }
    void decide_one() {
        if (waiting_.empty()) return;
        const auto index = static_cast<std::size_t>(draw(static_cast<int>(waiting_.size())));
        const auto command = waiting_[index];
        const auto code = draw(4) ? province_.approve(command) : province_.reject(command);
        if (code.empty()) waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
    }

    Province province_;
    std::mt19937 random_;
    std::vector<events::CommandId> waiting_;
    static constexpr const char* names_[5] = {"wang", "li", "zhao", "chen", "liu"};
};

}  // namespace

TEST_CASE("standings grown event by event equal a fold of the whole log", "[rules]") {
    const auto seed = std::random_device{}();
    int accepted = 0, proposed = 0;
    for (unsigned run = 0; run < 6; ++run) {
        INFO("seed " << seed + run);
        Drawn drawn(seed + run);
        while (drawn.steps < 150) {
            drawn.step();
            if (drawn.steps % 6 == 0) drawn.check();
        }
        accepted += drawn.accepted;
        proposed += drawn.proposed;
    }
    CHECK(accepted > 100);
    CHECK(proposed > 10);
}
