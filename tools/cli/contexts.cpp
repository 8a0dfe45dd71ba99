#include "tools/cli/contexts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>

#include "tools/term/terminal.h"

namespace tools {
namespace fs = std::filesystem;
namespace {

base::Error bad_config(std::string what) {
    return {base::Fault::invalid, "E_CONFIG", std::move(what)};
}

base::Error not_written(const fs::path& file) {
    return {base::Fault::storage, "E_STORAGE",
            fmt::format("{} cannot be written: {}", file.string(), std::strerror(errno))};
}

base::Result<void> check_owner_only(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || (status.st_mode & 022) == 0) return {};
    return bad_config(
        fmt::format("others may write to {}, which names commands that are run: "
                    "chmod 600 it",
                    file.string()));
}

base::Result<void> take_context(Contexts& into, const std::string& name, const toml::node& node,
                                const fs::path& file) {
    const auto* table = node.as_table();
    if (table == nullptr) return bad_config(fmt::format("[context.{}] is no table", name));
    auto& settings = into.named[name];
    for (const auto& [key, value] : *table) {
        const auto* text = value.as_string();
        if (text == nullptr) {
            return bad_config(fmt::format("{} line {}: {} takes a text in quotes", file.string(),
                                          value.source().begin.line, key.str()));
        }
        settings[std::string(key.str())] = text->get();
    }
    return {};
}

base::Result<void> write_all(int fd, std::string_view bytes, const fs::path& file) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) return not_written(file);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

fs::path contexts_file() {
    if (const auto named = environment("TALENTCTL_CONFIG")) return *named;
    const auto config = environment("XDG_CONFIG_HOME");
    const fs::path home = environment("HOME").value_or("/");
    return (config ? fs::path(*config) : home / ".config") / "talentctl" / "config.toml";
}

base::Result<Contexts> Contexts::load(const fs::path& file) {
    std::error_code failed;
    Contexts contexts;
    if (!fs::exists(file, failed)) return contexts;
    if (auto checked = check_owner_only(file); !checked) return checked.error();
    toml::table table;
    try {
        table = toml::parse_file(file.string());
    } catch (const toml::parse_error& error) {
        return bad_config(fmt::format("{} line {} column {}: {}", file.string(),
                                      error.source().begin.line, error.source().begin.column,
                                      error.description()));
    }
    contexts.current = table["current"].value_or(std::string());
    const auto* named = table["context"].as_table();
    if (named == nullptr) return contexts;
    for (const auto& [name, node] : *named) {
        auto taken = take_context(contexts, std::string(name.str()), node, file);
        if (!taken) return taken.error();
    }
    return contexts;
}

base::Result<void> Contexts::save(const fs::path& file) const {
    toml::table all, tables;
    for (const auto& [name, settings] : named) {
        toml::table one;
        for (const auto& [key, value] : settings) one.insert(key, value);
        tables.insert(name, std::move(one));
    }
    if (!current.empty()) all.insert("current", current);
    all.insert("context", std::move(tables));
    std::ostringstream text;
    text << all << "\n";

    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    const std::string beside = file.string() + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return not_written(beside);
    ::fchmod(fd, 0600);
    auto written = write_all(fd, text.str(), beside);
    ::close(fd);
    if (!written) return written;
    fs::rename(beside, file, failed);
    return failed ? base::Result<void>(not_written(file)) : base::Result<void>();
}

}  // namespace tools
