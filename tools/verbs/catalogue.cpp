// What can happen and what the codes mean; works without a server.
#include "events/catalogue.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "events/catalogue_names.h"
#include "events/codes/code_lists.h"
#include "tools/cli/problem.h"
#include "tools/cli/suggest.h"
#include "tools/verbs/verbs.h"

namespace tools {
namespace json = boost::json;
namespace {

std::string roles_of(const events::TypeInfo& type) {
    std::string out;
    for (const auto role : events::schema::EnumValuesRole()) {
        if (role == events::Role::none || !type.may_record(role)) continue;
        if (!out.empty()) out += " ";
        out += events::schema::EnumNameRole(role);
    }
    return out;
}

json::object row_of(const events::TypeInfo& type) {
    return {
        {"type", type.name},
        {"zh", type.zh},
        {"en", type.en},
        {"home", type.home == events::StreamKind::none ? "the target's"
                                                       : std::string(events::name_of(type.home))},
        {"roles", roles_of(type)},
        {"dates", events::name_of(type.dates)},
        {"approval", events::name_of(type.approval)},
        {"opens", type.opens},
        {"personal", type.has_personal}};
}

std::string_view type_of(events::FieldType type) {
    constexpr std::string_view names[] = {"text",  "code",   "number",  "boolean",    "symbol",
                                          "id",    "digest", "bytes",   "date",       "instant",
                                          "event", "object", "payload", "field names"};
    return names[static_cast<std::size_t>(type)];
}

std::string values_of(const events::FieldInfo& field) {
    if (field.symbols != nullptr) {
        std::string out;
        for (const auto& symbol : field.symbols->symbols) {
            out += (out.empty() ? "" : " ") + symbol.name;
        }
        return out;
    }
    if (!field.code_list.empty()) return "list " + field.code_list;
    std::string out;
    if (field.least) out += fmt::format("from {}", *field.least);
    if (field.most) out += fmt::format("{}to {}", out.empty() ? "" : " ", *field.most);
    if (field.length_max > 0)
        out += fmt::format("{}{} characters", out.empty() ? "" : ", ", field.length_max);
    if (!field.unit.empty()) out += (out.empty() ? "" : ", ") + field.unit;
    return out;
}

base::Result<void> print_fields(Printer& printer, const events::TableInfo& table,
                                const std::string& prefix, int depth) {
    for (const auto& field : table.fields) {
        if (field.fill) continue;
        const std::string path = prefix + field.name;
        auto more = printer.row(
            {{"field", path},
             {"zh", field.zh},
             {"type", fmt::format("{}{}", type_of(field.type), field.list ? " list" : "")},
             {"must", field.must},
             {"personal", field.personal == events::PersonalClass::none
                              ? json::value(nullptr)
                              : json::value(events::schema::EnumNamePersonalClass(field.personal))},
             {"values", values_of(field)}});
        if (!more) return more.error();
        if (field.table != nullptr && depth < 4) {
            const std::string below = path + (field.list ? ".0." : ".");
            if (auto printed = print_fields(printer, *field.table, below, depth + 1); !printed) {
                return printed;
            }
        }
    }
    return {};
}

std::vector<std::string> type_names() {
    std::vector<std::string> names;
    for (const auto& type : events::Catalogue::built_in().types()) names.push_back(type.name);
    return names;
}

int list_types(Session& session) {
    auto printer = session.printer({"type", "zh", "home", "roles", "dates", "approval"});
    for (const auto& type : events::Catalogue::built_in().types()) {
        if (auto more = printer.row(row_of(type)); !more) return session.fail(more.error());
    }
    return session.done(printer.finish());
}

int show_type(Session& session, const std::string& name) {
    const auto* type = events::Catalogue::built_in().find(name);
    if (type == nullptr) {
        return session.fail(
            {base::Fault::not_found, "E_UNKNOWN_TYPE",
             fmt::format("there is no event type {}{}", name, did_you_mean(name, type_names()))});
    }
    auto printer = session.printer();
    if (auto printed = print_fields(printer, *type->table, {}, 0); !printed) {
        return session.fail(printed.error());
    }
    return session.done(printer.finish(
        fmt::format("{}  {}  {}\nhome {}  roles {}  dates {}  approval {}", type->event_type,
                    type->zh, type->en, events::name_of(type->home), roles_of(*type),
                    events::name_of(type->dates), events::name_of(type->approval))));
}

std::vector<std::string> code_names() {
    std::vector<std::string> names;
    const auto* list = events::CodeLists::built_in().list("error_codes");
    if (list == nullptr) return names;
    for (const auto& row : list->rows()) names.push_back(row.at("code"));
    return names;
}

int explain(Session& session, const std::string& code) {
    if (events::Catalogue::built_in().find(code) != nullptr) return show_type(session, code);
    const CodeText text = code_text(code);
    if (text.title_en.empty() && text.title_zh.empty()) {
        auto known = code_names();
        const auto types = type_names();
        known.insert(known.end(), types.begin(), types.end());
        return session.fail(
            {base::Fault::not_found, "E_UNKNOWN_CODE",
             fmt::format("there is no code {}{}", code, did_you_mean(code, known))});
    }
    if (session.form() == Form::table || session.form() == Form::wide) {
        const std::string en = fmt::format("{}\n  {}\n", text.title_en, text.hint_en);
        const std::string zh = fmt::format("{}\n  {}\n", text.title_zh, text.hint_zh);
        const bool chinese = session.language() == Language::zh;
        fmt::print("{} (HTTP {})\n\n{}\n{}", code, text.status, chinese ? zh : en,
                   chinese ? en : zh);
        return exit_ok;
    }
    auto printer = session.printer();
    return session.done(printer.answer({{"code", code},
                                        {"status", text.status},
                                        {"title_en", text.title_en},
                                        {"title_zh", text.title_zh},
                                        {"hint_en", text.hint_en},
                                        {"hint_zh", text.hint_zh}}));
}

}  // namespace

void add_catalogue(Tree& tree) {
    Session& session = tree.session();
    auto& noun = tree.noun("types", "Event types of the catalogue; needs no server");
    tree.verb(noun, "list",
              {"Every event type with who may record it",
               {"types list", "types list -o json", "types list --fields type,roles -o csv"},
               [&session] { return list_types(session); },
               true});
    auto name = std::make_shared<std::string>();
    auto& show =
        tree.verb(noun, "show",
                  {"The fields of one event type",
                   {"types show AffiliationStarted", "types show talent.TalentRegistered.v1",
                    "types show EngagementProposed -o markdown"},
                   [&session, name] { return show_type(session, *name); },
                   true});
    show.add_option("TYPE", *name, "Name of the type")->required();

    auto code = std::make_shared<std::string>();
    auto& explain_app = tree.verb(
        tree.root(), "explain",
        {"What a code means and what to do, in both languages; or the fields of a type",
         {"explain E_SECOND_HOME", "explain E_STALE_GUARD -o json", "explain TransferRequested"},
         [&session, code] { return explain(session, *code); }});
    explain_app.add_option("CODE", *code, "Code, E_SECOND_HOME, or name of a type")->required();
}

}  // namespace tools
