#include "server/settings.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <map>
#include <vector>

#include "server/route_table.h"

namespace server {
namespace {

base::Error usage(std::string what) {
    return {base::Fault::invalid, "E_USAGE", std::move(what)};
}

/// The texts as given; empty where not.
struct Raw {
    std::string data, signing, policy, witness, witness_name, mirror, mirror_name, mirror_to;
    std::string listen, config, threads, log_format;
    std::map<std::string, std::string> bounds;  ///< by name
    bool create = false, demo = false, check = false, fail_open = false;
};

void describe(CLI::App& app, Raw& raw) {
    app.add_option("--data", raw.data, "Folder of the ledger")->envname("TALENTD_DATA");
    app.add_option("--signing", raw.signing,
                   "Folder of the log's keys and checkpoints, best on another disk; `signing` in "
                   "the data folder if not given")
        ->envname("TALENTD_SIGNING");
    app.add_option("--policy", raw.policy,
                   "Trust policy (C2SP tlog-policy): the witnesses whose cosignatures a checkpoint "
                   "needs before it is published")
        ->envname("TALENTD_POLICY");
    app.add_flag("--fail-open", raw.fail_open,
                 "Publish without enough cosignatures after --fail-open-ms; metered and logged");
    app.add_option("--witness", raw.witness,
                   "Be a witness of the logs that the file `logs` in this folder names; without "
                   "--data nothing else is served")
        ->envname("TALENTD_WITNESS");
    app.add_option("--witness-name", raw.witness_name,
                   "Name of the witness's key, when it is made: witness.example.org/w1")
        ->envname("TALENTD_WITNESS_NAME");
    app.add_option("--mirror", raw.mirror,
                   "Be a mirror of the logs that the file `logs` in this folder names; without "
                   "--data nothing else is served")
        ->envname("TALENTD_MIRROR");
    app.add_option("--mirror-name", raw.mirror_name,
                   "Name of the mirror's key, when it is made, other than the witness's")
        ->envname("TALENTD_MIRROR_NAME");
    app.add_option("--mirror-to", raw.mirror_to,
                   "Mirrors that are handed what this log publishes: URLs, commas between them")
        ->envname("TALENTD_MIRROR_TO");
    app.add_option("--listen", raw.listen,
                   "ADDRESS:PORT, 127.0.0.1:7400 if not given; port 0 is any")
        ->envname("TALENTD_LISTEN");
    app.add_option("--config", raw.config,
                   "TOML file with the settings of this page under the same names, `_` for `-`")
        ->envname("TALENTD_CONFIG");
    app.add_flag("--create", raw.create, "Open an empty folder as a real ledger");
    app.add_flag("--demo", raw.demo, "Open an empty folder as a demonstration ledger");
    app.add_option("--threads", raw.threads, "Threads that serve connections, 1 if not given")
        ->envname("TALENTD_THREADS");
    app.add_option("--log-format", raw.log_format, "human or json")->envname("TALENTD_LOG_FORMAT");
    app.add_flag("--check-config", raw.check, "Check flags, environment and file, then end");
    for (const BoundSetting& each : bound_settings()) {
        std::string flag = each.name, variable = "TALENTD_";
        for (char& letter : flag) {
            variable += static_cast<char>(letter == '_' ? '_' : letter - 'a' + 'A');
            if (letter == '_') letter = '-';
        }
        app.add_option("--" + flag, raw.bounds[each.name],
                       fmt::format("{}; {} if not given", each.help, Bounds{}.*each.bound))
            ->envname(variable)
            ->group("Bounds");
    }
}

/// What the configuration file may name, and where it goes.
std::vector<std::pair<std::string, std::string*>> file_keys(Raw& raw) {
    std::vector<std::pair<std::string, std::string*>> keys{{"data", &raw.data},
                                                           {"signing", &raw.signing},
                                                           {"policy", &raw.policy},
                                                           {"witness", &raw.witness},
                                                           {"witness_name", &raw.witness_name},
                                                           {"mirror", &raw.mirror},
                                                           {"mirror_name", &raw.mirror_name},
                                                           {"mirror_to", &raw.mirror_to},
                                                           {"listen", &raw.listen},
                                                           {"threads", &raw.threads},
                                                           {"log_format", &raw.log_format}};
    for (auto& [name, text] : raw.bounds) keys.emplace_back(name, &text);
    return keys;
}

base::Error config_error(const std::string& file, const toml::source_region& at,
                         std::string_view what) {
    return {base::Fault::invalid, "E_CONFIG",
            fmt::format("{}:{}:{}: {}", file, at.begin.line, at.begin.column, what)};
}

/// Fills in from the file what flags and environment left open.
base::Result<void> read_file(Raw& raw) {
    if (raw.config.empty()) return {};
    const auto parsed = [&]() -> base::Result<toml::table> {
        try {
            return toml::parse_file(raw.config);
        } catch (const toml::parse_error& error) {
            return config_error(raw.config, error.source(), error.description());
        }
    }();
    if (!parsed) return parsed.error();
    const auto known = file_keys(raw);
    std::vector<std::string> names;
    for (const auto& each : known) names.push_back(each.first);
    for (const auto& [key, node] : *parsed) {
        const std::string name(key.str());
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            const std::string near = nearest(name, names);
            return config_error(raw.config, node.source(),
                                fmt::format("unknown key `{}`{}", name,
                                            near.empty() ? "" : "; did you mean `" + near + "`?"));
        }
        std::string& text = *known[static_cast<std::size_t>(found - names.begin())].second;
        if (!text.empty()) continue;
        if (const auto value = node.value<std::string>())
            text = *value;
        else if (const auto number = node.value<std::int64_t>())
            text = std::to_string(*number);
        else
            return config_error(raw.config, node.source(),
                                "`" + name + "` is not a text or number");
    }
    return {};
}

template <class Number>
base::Result<Number> number(std::string_view text, Number least, Number most, const char* what) {
    Number value{};
    const auto [stopped, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || stopped != text.data() + text.size() || value < least ||
        value > most)
        return usage(fmt::format("{} must be a number from {} to {}.", what, least, most));
    return value;
}

base::Result<void> set_listen(Settings& settings, std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return usage("--listen is written ADDRESS:PORT.");
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    settings.address = address == "localhost" ? "127.0.0.1" : std::string(address);
    const auto port = number<std::uint16_t>(text.substr(colon + 1), 0, 65535, "The port");
    if (!port) return port.error();
    settings.port = *port;
    return {};
}

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

base::Result<Settings> settings_of(const Raw& raw) {
    Settings settings;
    settings.check_only = raw.check;
    if (raw.data.empty() && raw.witness.empty() && raw.mirror.empty())
        return usage("--data DIR is missing: the folder of the ledger.");
    settings.data = raw.data;
    settings.signing = raw.signing;
    settings.policy = raw.policy;
    settings.fail_open = raw.fail_open;
    settings.witness = raw.witness;
    settings.witness_name = raw.witness_name;
    settings.mirror = raw.mirror;
    settings.mirror_name = raw.mirror_name;
    settings.mirror_to = split_at_commas(raw.mirror_to);
    if (!raw.mirror.empty() && raw.mirror == raw.witness)
        return usage("A witness and a mirror have folders and keys of their own.");
    if (raw.data.empty() && (raw.create || raw.demo))
        return usage("--create and --demo open a ledger: give its folder with --data DIR.");
    if (raw.create && raw.demo) return usage("Give --create or --demo, not both.");
    if (raw.create) settings.opening = ledger::Ledger::Opening::create;
    if (raw.demo) settings.opening = ledger::Ledger::Opening::demo;
    if (!raw.listen.empty()) {
        const auto set = set_listen(settings, raw.listen);
        if (!set) return set.error();
    }
    if (!raw.threads.empty()) {
        const auto threads = number<std::size_t>(raw.threads, 1, 64, "--threads");
        if (!threads) return threads.error();
        settings.threads = *threads;
    }
    for (const BoundSetting& each : bound_settings()) {
        const std::string& text = raw.bounds.at(each.name);
        if (text.empty()) continue;
        const auto value = number<std::uint64_t>(text, each.least, each.most, each.name);
        if (!value) return value.error();
        settings.bounds.*each.bound = *value;
    }
    if (raw.log_format == "json")
        settings.log_form = base::LogForm::json;
    else if (!raw.log_format.empty() && raw.log_format != "human")
        return usage("--log-format is human or json.");
    const auto checked = settings.check();
    if (!checked) return checked.error();
    return settings;
}

}  // namespace

base::Result<std::variant<Settings, std::string>> Settings::read(int argc,
                                                                 const char* const* argv) {
    using Read = std::variant<Settings, std::string>;
    Raw raw;
    CLI::App app{"talentd: the talent ledger's server", "talentd"};
    describe(app, raw);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return Read(app.help());
    } catch (const CLI::ParseError& error) {
        return usage(error.what());
    }
    const auto file = read_file(raw);
    if (!file) return file.error();
    auto settings = settings_of(raw);
    if (!settings) return settings.error();
    return Read(std::move(*settings));
}

base::Result<void> Settings::check() const {
    boost::system::error_code failed;
    const auto parsed = boost::asio::ip::make_address(address, failed);
    if (failed) return usage(fmt::format("`{}` is not an address of this machine.", address));
    if (!parsed.is_loopback() && !is_neighbour_only())
        return base::Error{base::Fault::refused, "E_OPEN_ADDRESS",
                           fmt::format("{} can be reached from other machines, and this server has "
                                       "no login yet: listen on 127.0.0.1 or [::1].",
                                       address)};
    return {};
}

}  // namespace server
