#include "tests/acceptance/recount.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/acceptance/naive_subjects.h"

namespace acceptance {

namespace json = boost::json;
using events::Date;
using naive::Asked;

namespace {

/// The same text for values that are the same: members in order of their names, six decimals.
void write(std::string& out, const json::value& value) {
    if (const auto* object = value.if_object()) {
        std::vector<std::string> members;
        for (const auto& [name, member] : *object) {
            std::string text(name);
            text += ':';
            write(text, member);
            members.push_back(std::move(text));
        }
        std::sort(members.begin(), members.end());
        out += fmt::format("{{{}}}", fmt::join(members, ","));
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (const auto& item : *array) write(out, item), out += ',';
        out += ']';
    } else if (const auto* number = value.if_double()) {
        out += fmt::format("{:.6f}", *number);
    } else {
        out += json::serialize(value);
    }
}
std::string text_of(const json::value& value) {
    std::string out;
    write(out, value);
    return out;
}

const std::vector<std::string> person_fields = {"category", "degree",   "title_level", "skill",
                                                "sex",      "age_band", "team",        "staffing",
                                                "section",  "ownership"};

std::vector<std::string> fields_of(const std::string& view) {
    auto fields = person_fields;
    if (view == "flow-matrix") fields.insert(fields.end(), {"type", "mode", "team_from"});
    if (view == "use-matrix") fields.insert(fields.end(), {"kind", "same_employer"});
    return fields;
}

const std::vector<std::string> views = {"stock", "flow-matrix", "use-matrix", "net-inflow"};

}  // namespace

Recount::Recount(LoadedLedger& loaded, const naive::Model& model, const Moment& moment)
    : loaded_(loaded), model_(model), moment_(moment) {}

Asked Recount::asked() const {
    Asked out;
    out.at = moment_.at;
    out.from = moment_.from;
    out.to = moment_.to;
    return out;
}

json::object Recount::ask(const std::string& view, const std::string& subject,
                          Parameters parameters) {
    ++questions_;
    parameters["effective_at"] = moment_.at.text();
    parameters["known_at"] = "seq:" + std::to_string(moment_.known - 1);
    json::array rows;
    for (;;) {
        auto answer = loaded_.ask(view, subject, parameters);
        for (auto& row : answer.at("rows").as_array()) rows.push_back(std::move(row));
        const auto* next = answer.if_contains("next_cursor");
        if (next == nullptr || !next->is_string()) {
            answer["rows"] = std::move(rows);
            return answer;
        }
        parameters["cursor"] = std::string(next->as_string());
    }
}

void Recount::compare(const std::string& question, const json::object& answer,
                      const std::vector<json::object>& expected) {
    std::vector<std::string> seen, wanted, missing, unexpected;
    for (const auto& row : answer.at("rows").as_array()) seen.push_back(text_of(row));
    for (const auto& row : expected) wanted.push_back(text_of(row));
    std::sort(seen.begin(), seen.end());
    std::sort(wanted.begin(), wanted.end());
    std::set_difference(wanted.begin(), wanted.end(), seen.begin(), seen.end(),
                        std::back_inserter(missing));
    std::set_difference(seen.begin(), seen.end(), wanted.begin(), wanted.end(),
                        std::back_inserter(unexpected));
    if (missing.empty() && unexpected.empty()) {
        CHECK(seen.size() == wanted.size());
        return;
    }
    const auto few = [](std::vector<std::string> rows) {
        if (rows.size() > 3) rows.resize(3);
        return fmt::format("{}", fmt::join(rows, "\n    "));
    };
    FAIL_CHECK(question << ", K " << moment_.known << ": of " << wanted.size() << " rows "
                        << missing.size() << " are missing\n    " << few(missing) << "\nand "
                        << unexpected.size() << " of " << seen.size()
                        << " were not expected\n    " << few(unexpected));
}

void Recount::counted(const std::string& view, Asked asked) {
    Parameters parameters = {{"by", asked.by}};
    if (view != "stock") {
        parameters["from"] = asked.from.text();
        parameters["to"] = asked.to.text();
    }
    if (asked.recast) parameters["recast"] = "true";
    if (!asked.scheme.empty()) parameters["scheme"] = asked.scheme;
    if (asked.planned) parameters["basis"] = "planned";
    if (!asked.slices.empty()) {
        parameters["slice"] = fmt::format("{}", fmt::join(asked.slices, ","));
    }
    for (const auto& [field, wanted] : asked.filters) parameters[field] = wanted;

    std::string question = view;
    for (const auto& [name, value] : parameters) question += " " + name + "=" + value;
    question += " E " + asked.at.text();
    const auto answer = ask(view, {}, parameters);
    const auto expected = view == "stock"         ? naive::stock(model_, asked)
                          : view == "flow-matrix" ? naive::flow_matrix(model_, asked)
                          : view == "use-matrix"  ? naive::use_matrix(model_, asked)
                                                  : naive::net_inflow(model_, asked);
    compare(question, answer, expected.rows);
    INFO(question << ", K " << moment_.known);
    CHECK(text_of(answer.at("scheme")) ==
          text_of(expected.scheme.empty() ? json::value(nullptr) : json::value(expected.scheme)));
    if (expected.all == 0) {
        CHECK(answer.at("coverage").is_null());
    } else {
        const double share = static_cast<double>(expected.used) / static_cast<double>(expected.all);
        REQUIRE(answer.at("coverage").is_double());
        CHECK(std::abs(answer.at("coverage").as_double() - share) < 1e-6);
    }
}

void Recount::every_coding() {
    for (const auto& view : views) {
        for (const std::string by : {"zone", "prefecture", "region"}) {
            for (const bool recast : {false, true}) {
                for (const bool planned : {false, true}) {
                    if (planned && view != "use-matrix") continue;
                    Asked one = asked();
                    one.by = by;
                    one.recast = recast;
                    one.planned = planned;
                    counted(view, one);
                }
            }
        }
        Asked old = asked();
        old.scheme = "SC-5Z-2006";
        counted(view, old);
        old.recast = true;
        counted(view, old);
    }
    // Long before and over many years, for moves under the scheme of 2006.
    Asked early = asked();
    early.from = Date{12'000};
    early.to = Date{20'000};
    counted("flow-matrix", early);
}

void Recount::every_field(const Extent& extent) {
    std::size_t number = 0;
    const auto turn = [&] { return number++ % extent.every == extent.first; };
    const auto ask_all = [&](const std::string& view, std::vector<std::string> slices,
                             std::map<std::string, std::string> filters = {}) {
        if (!turn()) return;
        Asked one = asked();
        one.slices = std::move(slices);
        one.filters = std::move(filters);
        one.planned = view == "use-matrix" && number % 3 == 0;
        one.by = number % 2 == 0 ? "zone" : "prefecture";
        one.recast = number % 7 == 0;
        // The mean over days is taken day by day here: a shorter range will do.
        if (view == "net-inflow") one.to = std::min(one.to, one.from + 45);
        counted(view, one);
    };
    for (const auto& view : views) {
        const auto fields = fields_of(view);
        for (const auto& field : fields) ask_all(view, {field});
        for (std::size_t i = 0; i < fields.size(); i += 2) {
            ask_all(view, {fields[i], fields[(i + 3) % fields.size()]});
        }
        ask_all(view, {}, {{"category", "ZJ,QY"}});
        ask_all(view, {"sex"}, {{"age_band", "35-44,45-54"}});
        ask_all(view, {}, {{"section", "P,C"}, {"title_level", "null,senior"}});
        ask_all(view, {"degree"}, {{"skill", "SK01,SK02,SK03,SK04"}, {"staffing", "CONTRACT"}});
        ask_all(view, {}, {{"ownership", "PRIVATE"}, {"team", "ZJ,null"}});
    }
    ask_all("flow-matrix", {"mode"}, {{"type", "TRANSFER,OTHER"}});
    ask_all("flow-matrix", {"team"}, {{"mode", "null"}});
    ask_all("use-matrix", {"section"}, {{"kind", "SUN,PRJ"}});
}

// -- one person, one employer ---------------------------------------------------------------------

void Recount::dossier(const naive::Person& person, const events::Id& asked_as) {
    auto answer = ask("dossier", asked_as.text(), {});
    const auto expected =
        naive::dossier(model_, loaded_.ledger().catalogue(), person, moment_.at);
    INFO("dossier " << asked_as.text() << " E " << moment_.at.text() << " K " << moment_.known);
    CHECK(text_of(answer.at("talent")) == text_of(expected.at("talent")));
    CHECK(text_of(answer.at("absorbed")) == text_of(expected.at("absorbed")));
    CHECK(text_of(answer.at("resolved_from")) ==
          text_of(asked_as == person.id ? json::value(nullptr) : json::value(asked_as.text())));
    for (const auto& [name, value] : expected.at("current").as_object()) {
        INFO(std::string_view(name));
        const auto* told = answer.at("current").as_object().if_contains(name);
        REQUIRE(told != nullptr);
        CHECK(text_of(*told) == text_of(value));
    }
    CHECK(answer.at("current").as_object().size() == expected.at("current").as_object().size());
    std::vector<json::object> rows;
    for (const auto& row : expected.at("rows").as_array()) rows.push_back(row.as_object());
    compare("timeline of " + asked_as.text(), answer, rows);
    std::string order_seen, order_wanted;
    for (const auto& row : answer.at("rows").as_array()) order_seen += text_of(row.at("position"));
    for (const auto& row : rows) order_wanted += text_of(row.at("position"));
    CHECK(order_seen == order_wanted);
}

void Recount::calendar(const naive::Person& person) {
    const auto answer =
        ask("calendar", person.id.text(),
            {{"from", moment_.from.text()}, {"to", moment_.to.text()}});
    compare("calendar of " + person.id.text(), answer,
            naive::calendar(model_, person, moment_.from, moment_.to));
}

void Recount::people(const Extent& extent, std::mt19937_64& random) {
    std::vector<const naive::Person*> joined, others;
    for (const auto& [id, person] : model_.people()) {
        const bool was_joined =
            std::any_of(person.timeline.begin(), person.timeline.end(), [](const auto* one) {
                return one->type == naive::fb::Payload::TalentRecordsMerged;
            });
        (was_joined ? joined : others).push_back(&person);
    }
    std::shuffle(joined.begin(), joined.end(), random);
    std::shuffle(others.begin(), others.end(), random);
    joined.resize(std::min(joined.size(), extent.people));
    others.resize(std::min(others.size(), extent.people));
    for (const auto* person : joined) {
        dossier(*person, person->id);
        for (const auto& absorbed : person->absorbed) dossier(*person, absorbed);
        calendar(*person);
    }
    for (const auto* person : others) {
        dossier(*person, person->id);
        if (!person->engagements.empty()) calendar(*person);
    }
}

void Recount::employers(const Extent& extent, std::mt19937_64& random) {
    std::vector<events::Id> all;
    for (const auto& [id, employer] : model_.employers()) all.push_back(id);
    std::shuffle(all.begin(), all.end(), random);
    all.resize(std::min(all.size(), extent.employers));
    for (const auto& id : all) {
        const auto answer = ask("roster", id.text(), {});
        compare("roster of " + id.text(), answer, naive::roster(model_, id, moment_.at));
        std::string last;
        for (const auto& row : answer.at("rows").as_array()) {
            const std::string talent(row.at("talent").as_string());
            CHECK(last <= talent);
            last = talent;
        }
    }
}

}  // namespace acceptance
