// docs/cli.md, made from the tree.
#pragma once

#include <string>

namespace tools {

class Tree;

std::string reference_markdown(const Tree& tree);

}  // namespace tools
