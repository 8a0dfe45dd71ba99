// Flags that stand before or after the verb, as they were given.
#pragma once

#include <string>
#include <vector>

namespace tools {

struct Globals {
    // Settings: empty where the flag was not given (tools/cli/settings.h looks elsewhere then).
    std::string server, language, zone, actor, output, ca, token_file, token_command;

    std::string context;
    std::string offline;
    std::vector<std::string> fields;
    std::string color = "auto";
    bool curl = false;  ///< print the equal request instead of sending it
    bool no_pager = false;
    bool no_input = false;
    bool quiet = false;
    int verbose = 0;
};

}  // namespace tools
