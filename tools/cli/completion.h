// Shell completion, made from the tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace tools {

/// Script for bash, zsh or fish; nothing for another shell.
std::optional<std::string> completion(const CLI::App& root, std::string_view shell);

}  // namespace tools
