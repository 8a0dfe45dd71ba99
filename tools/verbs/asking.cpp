#include "tools/verbs/asking.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <tuple>

namespace tools {

void Asking::add_moment(CLI::App& app) {
    app.add_option("--effective-at", effective_at,
                   "The day asked about: 2019-07-05, 2019-07 (its last day), yesterday, -3d; today "
                   "unless given")
        ->type_name("WHEN");
    app.add_option("--known-at", known_at,
                   "As the ledger knew it then: a time, a day or month (its end), -2h, seq:123; "
                   "end unless given")
        ->type_name("WHEN");
    app.add_option("--min-position", min_position, "Wait until the view reflects this many events")
        ->type_name("N");
    app.add_option("--wait", wait, "How long to wait for that, 2s")->type_name("TIME");
    app.add_option("--param", others, "Any other parameter of the view, name=value; may repeat")
        ->type_name("K=V");
}

void Asking::add_range(CLI::App& app) {
    app.add_option("--from", from, "First day of the range: 2019-01-01, 2019-01, 2019, -30d")
        ->type_name("WHEN");
    app.add_option("--to", to, "Day after the range: 2020-01-01, 2020-01, 2020, end")
        ->type_name("WHEN");
    app.add_option("--by", by, "Count by region, prefecture or zone")
        ->type_name("LEVEL")
        ->check(CLI::IsMember({"region", "prefecture", "zone"}));
    app.add_option("--scheme", scheme, "Zone scheme, SC-5Z-2016")->type_name("SCHEME");
    app.add_option("--recast", recast, "Count old codes as they are now")
        ->type_name("WHEN")
        ->expected(0, 1)
        ->default_str("true");
    app.add_option("--basis", basis, "actual or planned")
        ->type_name("BASIS")
        ->check(CLI::IsMember({"actual", "planned"}));
}

void Asking::add_paging(CLI::App& app) {
    app.add_option("--limit", limit, "Rows at most")->type_name("N");
    app.add_option("--cursor", cursor, "Where the last page ended")->type_name("CURSOR");
}

base::Result<Source::Parameters> Asking::parameters(const Session& session) const {
    Source::Parameters out;
    const auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) out[name] = value;
    };
    const std::tuple<const char*, const std::string&, MomentUse> moments[] = {
        {"effective_at", effective_at, MomentUse::as_of},
        {"known_at", known_at, MomentUse::known},
        {"from", from, MomentUse::from},
        {"to", to, MomentUse::to}};
    for (const auto& [name, text, use] : moments) {
        auto moment = session.moment(text, use);
        if (!moment) return moment.error();
        put(name, *moment);
    }
    put("by", by);
    put("scheme", scheme);
    put("recast", recast);
    put("basis", basis);
    put("min_position", min_position);
    put("wait", wait);
    put("limit", limit);
    put("cursor", cursor);
    for (const auto& other : others) {
        const auto equals = other.find('=');
        if (equals == std::string::npos || equals == 0) {
            return usage_error(fmt::format("--param takes name=value, not '{}'", other));
        }
        out[other.substr(0, equals)] = other.substr(equals + 1);
    }
    return out;
}

int ask(Session& session, const std::string& view, const Asking& asking,
        std::vector<std::string> usual) {
    auto parameters = asking.parameters(session);
    if (!parameters) return session.fail(parameters.error());
    auto source = session.source();
    if (!source) return session.fail(source.error());
    auto answer = (*source)->view(view, asking.subject, *parameters);
    if (!answer) return session.fail(answer.error());
    auto printer = session.printer(std::move(usual));
    const auto printed = printer.answer(*answer);
    const auto* next = answer->if_contains("next_cursor");
    if (next != nullptr && next->is_string()) {
        session.say(fmt::format("there is more: --cursor {}", std::string(next->get_string())));
    }
    return session.done(printed);
}

}  // namespace tools
