#include "tools/story/story.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>
#include <string_view>

#include "events/base/ensure.h"
#include "events/codes/code_lists.h"

extern "C" const char story_demo_story_csv[], story_demo_story_csv_end[];
extern "C" const char story_golden_json[], story_golden_json_end[];

namespace story {
namespace {

namespace json = boost::json;
using events::Row;

std::string_view csv_text() {
    return {story_demo_story_csv, story_demo_story_csv_end};
}

std::string_view golden_text() {
    return {story_golden_json, story_golden_json_end};
}

events::Id id_of(const std::string& text) {
    const auto id = events::Id::parse(text);
    ENSURE(id, "the story names ids as 32 hexadecimal digits");
    return *id;
}

events::Actor actor_of(const Row& row) {
    events::Actor actor;
    actor.id = id_of(row.at("actor"));
    actor.role = events::Role::none;
    for (const auto role : events::schema::EnumValuesRole()) {
        if (row.at("role") == events::schema::EnumNameRole(role)) actor.role = role;
    }
    ENSURE(actor.role != events::Role::none, "every command of the story has a role");
    if (!row.at("organisation").empty()) actor.organisation = id_of(row.at("organisation"));
    actor.region = row.at("region");
    actor.assurance = events::schema::Assurance::ASSERTED;
    return actor;
}

/// `,"name":"value"` unless the column is empty.
void text_member(std::string& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format(",\"{}\":\"{}\"", name, value);
}

/// `,"name":<json>` unless the column is empty.
void json_member(std::string& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format(",\"{}\":{}", name, value);
}

std::string cloud_event(const Row& row, bool alone, std::size_t index) {
    std::string out = R"({"specversion":"1.0","source":"story")";
    text_member(out, "id", alone ? row.at("command") : fmt::format("{}", index + 1));
    if (!alone) text_member(out, "commandid", row.at("command"));
    text_member(out, "type", "talent." + row.at("type") + ".v1");
    text_member(out, "subject", row.at("subject"));
    text_member(out, "effectivefrom", row.at("from"));
    text_member(out, "effectiveto", row.at("to"));
    json_member(out, "firstload", row.at("firstload"));
    text_member(out, "demotime", row.at("recorded"));
    std::string data = fmt::format("\"payload\":{}", row.at("payload"));
    text_member(data, "legal_basis", row.at("legal_basis"));
    json_member(data, "evidence", row.at("evidence"));
    json_member(data, "expect", row.at("expect"));
    return out + ",\"data\":{" + data + "}}";
}

Step step_of(const std::vector<const Row*>& rows) {
    const Row& first = *rows.front();
    Step step{first.at("row"), first.at("title"), actor_of(first), first.at("outcome"), {}};
    if (rows.size() == 1) {
        step.json = cloud_event(first, true, 0);
        return step;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        step.json += (i == 0 ? "[" : ",") + cloud_event(*rows[i], false, i);
    }
    step.json += "]";
    return step;
}

std::vector<Step> read_steps() {
    const auto rows = events::parse_csv(csv_text());
    ENSURE(rows, "the story is a CSV file");
    std::vector<Step> out;
    std::vector<const Row*> together;
    for (const Row& row : *rows) {
        if (!together.empty() && together.front()->at("command") != row.at("command")) {
            out.push_back(step_of(together));
            together.clear();
        }
        together.push_back(&row);
    }
    if (!together.empty()) out.push_back(step_of(together));
    return out;
}

Golden golden_of(const json::object& object) {
    const auto text = [&](const char* name) {
        const auto* value = object.if_contains(name);
        return value == nullptr ? std::string() : std::string(value->as_string());
    };
    Golden golden{text("name"), text("zh"), text("view"), text("subject"), {}, {}, {}, {}};
    for (const auto& [name, value] : object.at("parameters").as_object()) {
        golden.parameters.emplace(name, value.as_string());
    }
    const std::string match = text("match");
    golden.match = match == "contains" ? Golden::Match::contains
                   : match == "absent" ? Golden::Match::absent
                                       : Golden::Match::exactly;
    if (const auto* rows = object.if_contains("rows")) golden.rows = json::serialize(*rows);
    if (const auto* all = object.if_contains("answer")) golden.answer = json::serialize(*all);
    return golden;
}

std::vector<Golden> read_golden() {
    std::vector<Golden> out;
    const json::value parsed = json::parse(golden_text());
    for (const auto& entry : parsed.as_array()) {
        out.push_back(golden_of(entry.as_object()));
    }
    return out;
}

/// A number is the same number however it is written: 18, 18.0 and "18" are one value.
bool same_scalar(const json::value& expected, const json::value& found) {
    if (expected == found) return true;
    if (expected.is_number() && found.is_number()) {
        return expected.to_number<double>() == found.to_number<double>();
    }
    if (expected.is_number() && found.is_string()) {
        return json::serialize(expected) == std::string_view(found.as_string());
    }
    return false;
}

bool covers(const json::value& expected, const json::value& found);

bool covers(const json::object& expected, const json::object& found) {
    for (const auto& [name, value] : expected) {
        const auto* other = found.if_contains(name);
        if (other == nullptr || !covers(value, *other)) return false;
    }
    return true;
}

bool covers(const json::array& expected, const json::array& found) {
    for (const auto& value : expected) {
        bool any = false;
        for (const auto& other : found) any = any || covers(value, other);
        if (!any) return false;
    }
    return true;
}

bool covers(const json::value& expected, const json::value& found) {
    if (expected.is_object() && found.is_object()) {
        return covers(expected.get_object(), found.get_object());
    }
    if (expected.is_array() && found.is_array()) {
        return covers(expected.get_array(), found.get_array());
    }
    return same_scalar(expected, found);
}

}  // namespace

const std::vector<Step>& steps() {
    static const std::vector<Step> all = read_steps();
    return all;
}

std::vector<std::string> story_commands() {
    std::vector<std::string> out;
    for (const Step& step : steps()) out.push_back(step.json);
    return out;
}

const std::vector<Golden>& golden() {
    static const std::vector<Golden> all = read_golden();
    return all;
}

std::string disagreement(const Golden& expected, const std::string& answer) {
    json::error_code error;
    const json::value parsed = json::parse(answer, error);
    if (error) return "the answer is not JSON";
    if (!expected.answer.empty() && !covers(json::parse(expected.answer), parsed)) {
        return "the answer does not say " + expected.answer;
    }
    if (expected.rows.empty()) return {};
    const json::value* rows = &parsed;
    if (parsed.is_object()) rows = parsed.get_object().if_contains("rows");
    if (rows == nullptr || !rows->is_array()) return "the answer has no rows";
    const json::value wanted = json::parse(expected.rows);
    for (const auto& row : wanted.as_array()) {
        bool found = false;
        for (const auto& other : rows->get_array()) found = found || covers(row, other);
        const bool should_be = expected.match != Golden::Match::absent;
        if (found != should_be) {
            return fmt::format("row {} is {}", json::serialize(row), found ? "there" : "missing");
        }
    }
    if (expected.match == Golden::Match::exactly &&
        rows->get_array().size() != wanted.as_array().size()) {
        return fmt::format("{} rows instead of {}", rows->get_array().size(),
                           wanted.as_array().size());
    }
    return {};
}

std::string actor_header(const events::Actor& actor) {
    std::string out =
        fmt::format("id={}; role={}", actor.id.text(), events::schema::EnumNameRole(actor.role));
    if (!actor.region.empty()) out += "; region=" + actor.region;
    if (actor.organisation) out += "; organisation=" + actor.organisation->text();
    return out;
}

}  // namespace story
