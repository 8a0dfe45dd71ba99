// Manual pages (roff), made from the tree.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tools {

class Tree;

struct ManualPage {
    std::string file;  ///< talentctl-flow-matrix.1
    std::string roff;
};

/// One page for the program, one for every noun and verb.
std::vector<ManualPage> manual_pages(const Tree& tree);
ManualPage manual_page(const Tree& tree, const CLI::App& app);

}  // namespace tools
