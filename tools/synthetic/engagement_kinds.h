// The kinds of engagement as the generator uses them, in the order of `engagement.kind.*`.
#pragma once

#include <string_view>

namespace synthetic {

/// How often, and for whom: decides the schedule.
enum class Rhythm { weekends, wednesdays, fridays, season, dates, budget, always };

struct Kind {
    std::string_view code;
    std::string_view consents;  ///< t talent, h home, a authority; the proposing host is implied
    int load;                   ///< permille
    int months_least, months_most;
    int term;  ///< months it may last with extensions
    Rhythm rhythm;
    bool secondment;  ///< full time, nothing else beside it

    bool rest_days() const { return rhythm == Rhythm::weekends; }
    bool weekly() const { return rhythm <= Rhythm::fridays; }
};

constexpr Kind kind_table[] = {
    {"SUN", "t", 200, 3, 11, 12, Rhythm::weekends, false},
    {"PRJ", "th", 200, 6, 24, 36, Rhythm::budget, false},
    {"CON", "t", 100, 3, 18, 36, Rhythm::budget, false},
    {"PTW", "th", 100, 3, 12, 36, Rhythm::wednesdays, false},
    {"SEA", "th", 300, 6, 18, 36, Rhythm::season, false},
    {"EXP", "th", 1000, 2, 4, 24, Rhythm::dates, true},
    {"MPP", "t", 100, 3, 12, 36, Rhythm::fridays, false},
    {"SEC", "th", 1000, 6, 12, 36, Rhythm::always, true},
    {"REM", "th", 200, 3, 12, 36, Rhythm::budget, false},
    {"DEP", "tha", 1000, 12, 24, 36, Rhythm::always, true},
    {"DSP", "ta", 1000, 12, 18, 36, Rhythm::always, true},
    {"ENC", "th", 200, 6, 18, 36, Rhythm::always, false},
    {"PDJ", "th", 1000, 12, 24, 36, Rhythm::always, true},
    {"LVS", "th", 1000, 12, 30, 36, Rhythm::always, true},
    {"TFS", "th", 200, 24, 34, 36, Rhythm::budget, false},
    {"STN", "th", 500, 12, 24, 60, Rhythm::budget, false},
};

constexpr int sunday_engineer = 0, consulting = 2, part_time = 3, expert_team = 5, temporary = 7,
              station = 15;

}  // namespace synthetic
