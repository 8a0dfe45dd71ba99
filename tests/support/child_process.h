// Work that a test has done in a process of its own, to see it killed: the same program, started
// anew. A forked copy would do for a program without threads only: it inherits the locks that the
// others held, and none of those who would let go of them.
#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace test {

using Arguments = std::vector<std::string>;
/// Gives the exit code, if it lives that long.
using ChildWork = std::function<int(const Arguments&)>;

inline std::map<std::string, ChildWork>& child_works() {
    static std::map<std::string, ChildWork> works;
    return works;
}

inline constexpr const char* child_flag = "--child-work";

/// Starts this program again to do the work of that name, and waits. Returns its wait status.
inline int run_child(const std::string& name, const Arguments& arguments) {
    std::vector<std::string> words{"test", child_flag, name};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    if (::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, pointers.data(), environ) != 0) {
        throw std::runtime_error("no child process");
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

/// The exit code, if the program was started by `run_child`.
inline std::optional<int> done_as_child(int count, char** words) {
    if (count < 3 || std::string(words[1]) != child_flag) return std::nullopt;
    const auto found = child_works().find(words[2]);
    if (found == child_works().end()) return 97;
    return found->second(Arguments(words + 3, words + count));
}

}  // namespace test
