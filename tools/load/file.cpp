#include "tools/load/file.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace tools {

base::Result<std::string> read_whole(const std::string& name) {
    if (name == "-") {
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    }
    std::ifstream in(name, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in) {
        return base::Error{base::Fault::not_found, "E_NO_FILE",
                           fmt::format("{} cannot be read", name)};
    }
    return text;
}

}  // namespace tools
