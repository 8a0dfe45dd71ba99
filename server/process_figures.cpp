#include "server/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace server {
namespace {

/// Fields of /proc/self/stat after the name, the first being the state (number 3 in proc(5)).
std::vector<std::string> stat_fields() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    // The name may hold anything, so the fields begin after its last parenthesis.
    std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    return {std::istream_iterator<std::string>(rest), {}};
}

double field(const std::vector<std::string>& fields, std::size_t number) {
    const std::size_t index = number - 3;
    return index < fields.size() ? std::stod(fields[index]) : 0;
}

/// Seconds since 1970 at which the system was started.
double boot_time() {
    std::ifstream file("/proc/stat");
    for (std::string word; file >> word;)
        if (double value = 0; word == "btime" && file >> value) return value;
    return 0;
}

double open_files() {
    std::error_code failed;
    const std::filesystem::directory_iterator all("/proc/self/fd", failed);
    return failed ? 0 : static_cast<double>(std::distance(all, {}));
}

double open_files_max() {
    rlimit limit{};
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

}  // namespace

std::vector<ProcessFigure> process_figures() {
    const auto fields = stat_fields();
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    return {{"process_cpu_seconds_total", "Processor time used.", true,
             (field(fields, 14) + field(fields, 15)) / ticks},
            {"process_start_time_seconds", "When the process began.", false,
             boot_time() + field(fields, 22) / ticks},
            {"process_virtual_memory_bytes", "Address space.", false, field(fields, 23)},
            {"process_resident_memory_bytes", "Memory in use.", false, field(fields, 24) * page},
            {"process_threads", "Threads.", false, field(fields, 20)},
            {"process_open_fds", "Open files.", false, open_files()},
            {"process_max_fds", "Open files allowed.", false, open_files_max()}};
}

}  // namespace server
