// Made-up years of a made-up province: a stream of commands, the same for the same seed, that a
// ledger can be filled and tried with. Commands, not events: they go through the real rules, and
// each says beforehand what the rules must answer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "events/command.h"
#include "events/dates.h"

namespace synthetic {

struct Options {
    std::uint64_t seed = 20190323;
    std::uint32_t talents = 1'000;
    /// The first day of recording: the later of the parameter `start_date` and the day after the
    /// ledger's head.
    events::Date start = {17'897};  // 2019-01-01
    int years = 5;
};

/// One command of the stream, in recorded order.
struct Step {
    std::string json;                      ///< one CloudEvent or an array, with `demotime`
    const events::Actor* actor = nullptr;  ///< lives as long as the generator
    /// `recorded`, `replayed` (this command was sent before), or the code of the refusal.
    std::string_view outcome;
    std::uint32_t events = 0;  ///< in the command
};

/// What a stream holds; counted while it is made.
struct Plan {
    std::uint64_t commands = 0;
    std::uint64_t events = 0;                       ///< that will be recorded
    std::uint64_t replayed = 0;                     ///< commands sent a second time
    std::map<std::string, std::uint64_t> recorded;  ///< events by type name
    std::map<std::string, std::uint64_t> refused;   ///< commands by code
    std::map<std::string, std::uint64_t> warned;    ///< warnings by code, of those counted here
    std::map<std::string, std::uint64_t> cases;     ///< worked cases by name, and other sights
    std::map<std::string, std::uint64_t> into_trunk;  ///< transfers, by prefecture of origin
    /// What is left undone because the system does it when its day comes, by the type of event:
    /// transfers that nobody pursues lapse. No command of the stream rests on it.
    std::map<std::string, std::uint64_t> left_to_system;
};

/// The worked cases of settled.md 8, as `Plan::cases` names them. Each comes at least once in two
/// thousand talents.
inline constexpr std::string_view worked_cases[] = {
    "home_change_inside_a_month",  "gap_of_180_days",   "gap_of_181_days",
    "site_relocated",              "reversal",          "arrival_and_departure",
    "leshan_recast",               "split_after_merge", "correction_of_a_correction",
    "range_cut_inside_a_month"};

/// Makes the stream one command at a time. The bytes depend on the options alone: integer
/// arithmetic and its own generator, nothing of the platform's.
///
/// Bounds:   memory grows with the number of talents, not with the number of years.
/// Threads:  one thread owns it.
class Generator {
public:
    explicit Generator(Options options);
    ~Generator();
    Generator(Generator&&) noexcept;

    /// Puts the next command into `step`; false at the end.
    bool next(Step& step);
    /// What has been made so far; the whole plan once `next` has said false.
    const Plan& plan() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Runs a generator to its end and returns its plan: what loading will do.
Plan plan(Options options);

}  // namespace synthetic
