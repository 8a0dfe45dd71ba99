// What the system says of this process, by the names that Prometheus gives to it.
#pragma once

#include <vector>

namespace server {

struct ProcessFigure {
    const char* name;
    const char* help;
    bool counts = false;  ///< only ever grows
    double value = 0;
};

std::vector<ProcessFigure> process_figures();

}  // namespace server
