#include "tools/load/rejects.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "tools/load/opened.h"

namespace tools {
namespace json = boost::json;

base::Result<void> Rejects::open(const std::string& file, bool append) {
    if (file.empty()) return {};
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
    const int made = ::open(file.c_str(), flags, 0600);
    if (made < 0) {
        return base::Error{base::Fault::storage, "E_STORAGE",
                           fmt::format("{} cannot be written", file)};
    }
    ::close(made);
    out_.open(file, std::ios::app);
    return {};
}

void Rejects::write(const Item& item, const Outcome& outcome) {
    if (!out_.is_open()) return;
    out_ << json::serialize(json::object{{"line", item.line},
                                         {"code", outcome.code},
                                         {"what", outcome.what},
                                         {"where", place_of(item, outcome.pointer)},
                                         {"input", std::string(item.input)}})
         << "\n";
}

}  // namespace tools
