#include "tools/cli/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "events/base/ensure.h"
#include "events/dates.h"
#include "tools/cli/suggest.h"
#include "tools/output/form.h"
#include "tools/term/terminal.h"

namespace tools {
namespace {

constexpr std::array<SettingKey, 8> keys = {{
    {"server", "--server", "TALENTCTL_SERVER", "http://127.0.0.1:7400", &Globals::server},
    {"language", "--lang", "TALENTCTL_LANG", "", &Globals::language},
    {"zone", "--zone", "TALENTCTL_ZONE", "Asia/Shanghai", &Globals::zone},
    {"actor", "--actor", "TALENTCTL_ACTOR", "", &Globals::actor},
    {"output", "--output", "TALENTCTL_OUTPUT", "auto", &Globals::output},
    {"ca", "--ca", "TALENTCTL_CA", "", &Globals::ca},
    {"token_file", "--token-file", "TALENTCTL_TOKEN_FILE", "", &Globals::token_file},
    {"token_command", "--token-command", "TALENTCTL_TOKEN_COMMAND", "", &Globals::token_command},
}};

/// What is wrong with a value; empty if nothing.
std::string fault_of(const Settings::One& one) {
    const auto& value = one.value;
    if (value.empty()) return {};
    if (one.name == "language" && value != "zh" && value != "en") return "is zh or en";
    if (one.name == "output" && !parse_form(value, false)) return form_fault(value);
    if (one.name == "zone" && !events::Zone::find(value)) return "is a zone like Asia/Shanghai";
    return {};
}

using Named = std::map<std::string, std::string>;

Settings::One resolve_one(const SettingKey& key, const Globals& globals, const Named* context,
                          const std::string& context_name) {
    const auto& given = globals.*key.given;
    if (!given.empty()) return {key.name, given, fmt::format("flag {}", key.flag)};
    if (const auto value = environment(std::string(key.environment).c_str())) {
        return {key.name, *value, fmt::format("environment {}", key.environment)};
    }
    if (context != nullptr) {
        const auto found = context->find(std::string(key.name));
        if (found != context->end()) {
            return {key.name, found->second, "context " + context_name};
        }
    }
    return {key.name, std::string(key.otherwise), "default"};
}

}  // namespace

std::span<const SettingKey> setting_keys() {
    return keys;
}

const SettingKey* setting_key(std::string_view name) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

base::Result<void> check_context(const Contexts& contexts, const std::string& name) {
    if (contexts.named.contains(name)) return {};
    std::vector<std::string> known;
    for (const auto& [one, ignored] : contexts.named) known.push_back(one);
    return base::Error{base::Fault::not_found, "E_NO_CONTEXT",
                       fmt::format("there is no context {}{}", name, did_you_mean(name, known))};
}

Settings Settings::without_contexts(const Globals& globals) {
    Settings settings;
    for (const auto& key : keys) settings.all_.push_back(resolve_one(key, globals, nullptr, {}));
    return settings;
}

base::Result<Settings> Settings::resolve(const Globals& globals, const Contexts& contexts) {
    Settings settings;
    settings.context_ = !globals.context.empty()
                            ? globals.context
                            : environment("TALENTCTL_CONTEXT").value_or(contexts.current);
    const Named* context = nullptr;
    if (!settings.context_.empty()) {
        if (auto known = check_context(contexts, settings.context_); !known) return known.error();
        context = &contexts.named.at(settings.context_);
        for (const auto& [name, ignored] : *context) {
            if (setting_key(name) != nullptr) continue;
            std::vector<std::string> known;
            for (const auto& key : keys) known.emplace_back(key.name);
            return base::Error{base::Fault::invalid, "E_CONFIG",
                               fmt::format("context {} sets {}, which is not a setting{}",
                                           settings.context_, name, did_you_mean(name, known))};
        }
    }
    for (const auto& key : keys) {
        auto one = resolve_one(key, globals, context, settings.context_);
        if (const auto fault = fault_of(one); !fault.empty()) {
            return base::Error{base::Fault::invalid, "E_CONFIG",
                               fmt::format("{} '{}' ({}): {} {}", key.name, one.value, one.origin,
                                           key.name, fault)};
        }
        settings.all_.push_back(std::move(one));
    }
    return settings;
}

const std::string& Settings::operator[](std::string_view name) const {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const One& one) { return one.name == name; });
    ENSURE(found != all_.end(), "every setting has a value");
    return found->value;
}

}  // namespace tools
