// One person: now, as it came about, and what differs between two moments.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>

#include "tools/output/brief.h"
#include "tools/output/cells.h"
#include "tools/verbs/asking.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {


void leaves_of(std::map<std::string, json::value>& out, const std::string& path,
               const json::value& value) {
    if (value.is_object()) {
        for (const auto& [key, inner] : value.get_object()) {
            leaves_of(out, path.empty() ? std::string(key) : path + "." + std::string(key), inner);
        }
    } else if (value.is_array()) {
        std::size_t index = 0;
        for (const auto& item : value.get_array()) {
            leaves_of(out, fmt::format("{}[{}]", path, index++), item);
        }
    } else {
        out[path] = value;
    }
}

using Leaves = std::map<std::string, json::value>;

struct DiffAsked {
    std::string talent;
    std::string known_before, known_after, effective_before, effective_after;
};

/// A person at one moment: what holds, and each event of the timeline by its position.
struct Picture {
    struct Event {
        std::string type;
        Leaves leaves;
    };
    Leaves current;
    std::map<std::uint64_t, Event> events;
};

Picture picture_of(const json::object& answer) {
    Picture picture;
    if (const auto* current = answer.if_contains("current")) {
        leaves_of(picture.current, {}, *current);
    }
    const auto* rows = answer.if_contains("rows");
    if (rows == nullptr || !rows->is_array()) return picture;
    for (const auto& row : rows->get_array()) {
        Leaves leaves;
        leaves_of(leaves, {}, row);
        const auto position = std::strtoull(plain_cell(leaves["position"]).c_str(), nullptr, 10);
        picture.events[position] = {plain_cell(leaves["type"]), std::move(leaves)};
    }
    return picture;
}

base::Result<Picture> picture_at(Session& session, Source& source, const std::string& talent,
                                 const std::string& known, const std::string& effective) {
    Asking asking;
    asking.known_at = known;
    asking.effective_at = effective;
    const auto parameters = asking.parameters(session);
    if (!parameters) return parameters.error();
    auto answer = source.view("dossier", talent, *parameters);
    if (!answer) return answer.error();
    return picture_of(*answer);
}

/// One difference in each row; a new event is one difference, however much it holds.
class Comparison {
public:
    explicit Comparison(Printer& printer) : printer_(printer) {}

    base::Result<void> compare(const Picture& before, const Picture& after) {
        if (auto told = leaves("current", {}, before.current, after.current); !told) return told;
        for (const auto& [position, event] : before.events) {
            const auto found = after.events.find(position);
            const auto told =
                found == after.events.end()
                    ? tell(position, event.type, {}, summary_of(event), nullptr)
                    : leaves(event.type, position, event.leaves, found->second.leaves);
            if (!told) return told;
        }
        for (const auto& [position, event] : after.events) {
            if (before.events.contains(position)) continue;
            auto told = tell(position, event.type, {}, nullptr, summary_of(event));
            if (!told) return told;
        }
        return {};
    }
    std::size_t differences() const { return differences_; }

private:
    using Position = std::optional<std::uint64_t>;

    static json::value summary_of(const Picture::Event& event) {
        const auto text = [&](const char* name) {
            const auto found = event.leaves.find(name);
            return found == event.leaves.end() ? std::string() : plain_cell(found->second);
        };
        return json::value(fmt::format("{} from {}", text("standing"), text("effective_from")));
    }

    /// A replaced event repeats what was recorded beside what holds; only what holds differs.
    static bool repeats(const std::string& field, const Leaves& was, const json::value& is) {
        if (field == "recorded_from" || field == "recorded_to") return true;
        constexpr std::string_view prefix = "effective_payload.";
        if (!field.starts_with(prefix)) return false;
        const auto recorded = was.find("payload." + field.substr(prefix.size()));
        return recorded != was.end() && recorded->second == is;
    }

    base::Result<void> leaves(const std::string& what, Position position, const Leaves& before,
                              const Leaves& after) {
        for (const auto& [field, was] : before) {
            const auto found = after.find(field);
            if (found != after.end() && found->second == was) continue;
            const json::value is = found == after.end() ? json::value(nullptr) : found->second;
            if (auto told = tell(position, what, field, was, is); !told) return told;
        }
        for (const auto& [field, is] : after) {
            if (before.contains(field) || repeats(field, before, is)) continue;
            if (auto told = tell(position, what, field, nullptr, is); !told) return told;
        }
        return {};
    }

    base::Result<void> tell(Position position, const std::string& what, const std::string& field,
                            const json::value& was, const json::value& is) {
        if (was == is) return {};
        ++differences_;
        auto written =
            printer_.row({{"position", position ? json::value(*position) : json::value(nullptr)},
                          {"what", what},
                          {"field", field.empty() ? json::value(nullptr) : json::value(field)},
                          {"before", was},
                          {"after", is}});
        if (!written) return written.error();
        return {};
    }

    Printer& printer_;
    std::size_t differences_ = 0;
};

int diff(Session& session, const DiffAsked& wanted) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    const auto before =
        picture_at(session, **source, wanted.talent, wanted.known_before, wanted.effective_before);
    if (!before) return session.fail(before.error());
    const auto after =
        picture_at(session, **source, wanted.talent, wanted.known_after, wanted.effective_after);
    if (!after) return session.fail(after.error());
    auto printer = session.printer();
    Comparison comparison(printer);
    if (auto compared = comparison.compare(*before, *after); !compared) {
        return session.fail(compared.error());
    }
    if (const auto finished = printer.finish(); !finished) return session.fail(finished.error());
    return comparison.differences() == 0 ? exit_ok : exit_differences;
}

/// What a table shows of the timeline; `-o wide` and JSON show everything.
std::vector<std::string> timeline_columns() {
    return {"position",    "type", "effective_from", "effective_to",
            "recorded_at", "role", "standing",       "changed_by"};
}

int history(Session& session, const std::string& talent) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    auto printer = session.printer();
    const bool brief = session.form() == Form::table && session.globals.fields.empty();
    base::Result<bool> more = true;
    EventQuery query;
    query.stream = "talent/" + talent;
    const auto read = (*source)->events(query, [&](std::string_view line) {
        auto event = json::parse({line.data(), line.size()}).as_object();
        more = printer.row(brief ? brief_of(event) : std::move(event));
        return more.has_value() && *more;
    });
    if (!read) return session.fail(read.error());
    if (!more) return session.fail(more.error());
    return session.done(printer.finish());
}

}  // namespace

void add_dossier(Tree& tree) {
    Session& session = tree.session();
    const std::string id = example_id;
    auto& noun = tree.noun("dossier", "One person: homes, transfers, engagements, timeline");

    auto asking = std::make_shared<Asking>();
    auto& show = tree.verb(
        noun, "show",
        {"The person as of a day and a state of knowledge",
         {"dossier show " + id, "dossier show " + id + " --known-at 2019-07-20",
          "dossier show " + id + " --effective-at 2019-07-05 -o json"},
         [&session, asking] { return ask(session, "dossier", *asking, timeline_columns()); },
         true});
    show.add_option("TALENT", asking->subject, "Id of the talent")->required();
    asking->add_moment(show);
    asking->add_paging(show);

    auto talent = std::make_shared<std::string>();
    auto& past = tree.verb(noun, "history",
                           {"Every event of the person in recorded order",
                            {"dossier history " + id, "dossier history " + id + " -o csv",
                             "--offline build/demo dossier history " + id},
                            [&session, talent] { return history(session, *talent); },
                            true});
    past.add_option("TALENT", *talent, "Id of the talent")->required();

    auto wanted = std::make_shared<DiffAsked>();
    auto& compare = tree.verb(
        noun, "diff",
        {"What differs between two moments; exit code 9 if anything does",
         {"dossier diff " + id + " --known-before 2019-07-20 --known-after 2019-08-10",
          "dossier diff " + id + " --effective-before 2019-07-01 --effective-after 2019-08-01",
          "dossier diff " + id + " --known-before seq:100"},
         [&session, wanted] { return diff(session, *wanted); },
         true});
    compare.add_option("TALENT", wanted->talent, "Id of the talent")->required();
    compare
        .add_option("--known-before", wanted->known_before,
                    "State of knowledge before: 2019-07-20, seq:100, -2h")
        ->type_name("WHEN");
    compare.add_option("--known-after", wanted->known_after, "State of knowledge after (end)")
        ->type_name("WHEN");
    compare.add_option("--effective-before", wanted->effective_before, "Day before")
        ->type_name("WHEN");
    compare.add_option("--effective-after", wanted->effective_after, "Day after")
        ->type_name("WHEN");
}

}  // namespace tools
