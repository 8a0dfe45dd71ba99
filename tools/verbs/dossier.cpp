// One person: now, as it came about, and what differs between two moments.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <memory>

#include "tools/output/cells.h"
#include "tools/verbs/asking.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

constexpr const char* some_id = "0198c6f0000070008000000000000003";

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

struct Difference {
    std::string talent;
    std::string known_before, known_after, effective_before, effective_after;
};

base::Result<std::map<std::string, json::value>> leaves_at(Source& source,
                                                           const std::string& talent,
                                                           const std::string& known,
                                                           const std::string& effective) {
    Source::Parameters parameters;
    if (!known.empty()) parameters["known_at"] = known;
    if (!effective.empty()) parameters["effective_at"] = effective;
    auto answer = source.view("dossier", talent, parameters);
    if (!answer) return answer.error();
    std::map<std::string, json::value> leaves;
    if (const auto* rows = answer->if_contains("rows")) leaves_of(leaves, {}, *rows);
    return leaves;
}

int diff(Session& session, const Difference& wanted) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    const auto before =
        leaves_at(**source, wanted.talent, wanted.known_before, wanted.effective_before);
    if (!before) return session.fail(before.error());
    const auto after =
        leaves_at(**source, wanted.talent, wanted.known_after, wanted.effective_after);
    if (!after) return session.fail(after.error());

    auto printer = session.printer();
    std::size_t differences = 0;
    const auto report = [&](const std::string& field, const json::value& was,
                            const json::value& is) -> base::Result<bool> {
        ++differences;
        return printer.row({{"field", field}, {"before", was}, {"after", is}});
    };
    for (const auto& [field, was] : *before) {
        const auto found = after->find(field);
        if (found != after->end() && found->second == was) continue;
        const json::value is = found == after->end() ? json::value(nullptr) : found->second;
        if (auto written = report(field, was, is); !written) return session.fail(written.error());
    }
    for (const auto& [field, is] : *after) {
        if (before->contains(field)) continue;
        if (auto written = report(field, nullptr, is); !written) {
            return session.fail(written.error());
        }
    }
    if (const auto finished = printer.finish(); !finished) return session.fail(finished.error());
    return differences == 0 ? exit_ok : exit_differences;
}

/// What a table shows of the timeline; `-o wide` and JSON show everything.
std::vector<std::string> timeline_columns() {
    return {"position",    "type", "effective_from", "effective_to",
            "recorded_at", "role", "standing",       "changed_by"};
}

int history(Session& session, const std::string& talent) {
    auto source = session.source();
    if (!source) return session.fail(source.error());
    auto printer = session.printer({"sequence", "type", "effectivefrom", "effectiveto", "time"});
    base::Result<bool> more = true;
    EventQuery query;
    query.stream = "talent/" + talent;
    const auto read = (*source)->events(query, [&](std::string_view line) {
        more = printer.row(json::parse({line.data(), line.size()}).as_object());
        return more.has_value() && *more;
    });
    if (!read) return session.fail(read.error());
    if (!more) return session.fail(more.error());
    return session.done(printer.finish());
}

}  // namespace

void add_dossier(Tree& tree) {
    Session& session = tree.session();
    const std::string id = some_id;
    auto& noun = tree.noun("dossier", "One person: homes, transfers, engagements, timeline");

    auto asking = std::make_shared<Asking>();
    auto& show = tree.verb(noun, "show",
                           {"The person as of a day and a state of knowledge",
                            {"dossier show " + id, "dossier show " + id + " --known-at 2019-07-20",
                             "dossier show " + id + " --effective-at 2019-07-05 -o json"},
                            [&session, asking] {
                                return ask(session, "dossier", *asking, timeline_columns());
                            }});
    show.add_option("TALENT", asking->subject, "Id of the talent")->required();
    asking->add_moment(show);
    asking->add_paging(show);

    auto talent = std::make_shared<std::string>();
    auto& past = tree.verb(noun, "history",
                           {"Every event of the person in recorded order",
                            {"dossier history " + id, "dossier history " + id + " -o csv",
                             "--offline build/demo dossier history " + id},
                            [&session, talent] { return history(session, *talent); }});
    past.add_option("TALENT", *talent, "Id of the talent")->required();

    auto wanted = std::make_shared<Difference>();
    auto& compare = tree.verb(
        noun, "diff",
        {"What differs between two moments; exit code 9 if anything does",
         {"dossier diff " + id + " --known-before 2019-07-20 --known-after 2019-08-10",
          "dossier diff " + id + " --effective-before 2019-07-01 --effective-after 2019-08-01",
          "dossier diff " + id + " --known-before seq:100"},
         [&session, wanted] { return diff(session, *wanted); }});
    compare.add_option("TALENT", wanted->talent, "Id of the talent")->required();
    compare.add_option("--known-before", wanted->known_before, "State of knowledge before")
        ->type_name("WHEN");
    compare.add_option("--known-after", wanted->known_after, "State of knowledge after")
        ->type_name("WHEN");
    compare.add_option("--effective-before", wanted->effective_before, "Day before")
        ->type_name("DATE");
    compare.add_option("--effective-after", wanted->effective_after, "Day after")
        ->type_name("DATE");
}

}  // namespace tools
