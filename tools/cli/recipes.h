// What people of each role do most often, as commands to copy.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

struct Recipes {
    std::string_view role;  ///< the word that `cheat` takes
    std::string_view who_en, who_zh;
    struct One {
        std::string_view en, zh;
        std::string_view command;  ///< without the program's name
    };
    std::vector<One> all;
};

std::span<const Recipes> recipes();

}  // namespace tools
