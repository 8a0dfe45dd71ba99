// The demonstration story: eight people, eight employers, two and a half years, and the answers
// that the views must give afterwards. It is data (demo_story.csv, golden.json), compiled in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/command.h"

namespace story {

/// One command of the story, in recorded order.
struct Step {
    std::string row;      ///< row of the table in domain.md part 6, `11`
    std::string title;    ///< what happens, one sentence
    events::Actor actor;  ///< who records it; goes into the header `Ledger-Actor`
    std::string outcome;  ///< `recorded`, or the code of the refusal, `E_STATION_CAP`
    std::string json;     ///< one CloudEvent, or an array of those that stand or fall together
};

/// A question to a view with the answer that the story must give.
struct Golden {
    /// How the expected rows are compared with those of the answer.
    enum class Match {
        exactly,   ///< the same number of rows, each of them found
        contains,  ///< every expected row is found; others may be there
        absent,    ///< none of the expected rows is found
    };

    std::string name;  ///< `home of T3, as believed on 2019-07-20`
    std::string zh;
    std::string view;     ///< as in `/v1/views/{view}`
    std::string subject;  ///< id of the talent or employer, where the view has one
    std::map<std::string, std::string> parameters;
    Match match = Match::exactly;
    /// JSON array of objects, empty if rows do not matter. A row is found if some row of the
    /// answer has all these members with these values; a nested object or array is compared the
    /// same way.
    std::string rows;
    /// JSON object that the whole answer covers, compared like a row; empty if none.
    std::string answer;
};

/// All steps. Parsed once. Threads: may be shared.
const std::vector<Step>& steps();
/// The commands alone, one JSON text each.
std::vector<std::string> story_commands();
/// The golden answers that rest on the families in the schema.
const std::vector<Golden>& golden();

/// Whether `answer` (JSON of a view's answer, or only its `rows`) is what `expected` asks for;
/// otherwise one sentence saying what is missing, empty if all is well.
std::string disagreement(const Golden& expected, const std::string& answer);

/// Text of the header `Ledger-Actor` for an actor: `id=...; role=P; region=510000`.
std::string actor_header(const events::Actor& actor);

}  // namespace story
