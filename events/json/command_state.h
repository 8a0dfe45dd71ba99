// The parts of one command, read one after another. Internal to events/json: the envelope is read
// in command_envelope.cpp, `data` in command_data.cpp, the frame in command_reader.cpp.
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "events/json/command_reader.h"
#include "events/json/faults.h"
#include "events/json/payload_reader.h"
#include "events/json/text.h"

namespace events {

/// The members of a CloudEvent that a command may have.
enum class Member {
    specversion,
    type,
    source,
    id,
    commandid,
    subject,
    effectivefrom,
    effectiveto,
    correlationid,
    causationid,
    firstload,
    demotime,
    datacontenttype,
    data,
    count
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Member::count)>
    member_names = {"specversion",   "type",        "source",          "id",
                    "commandid",     "subject",     "effectivefrom",   "effectiveto",
                    "correlationid", "causationid", "firstload",       "demotime",
                    "datacontenttype", "data"};

enum class DataMember { payload, evidence, legal_basis, expect, count };

inline constexpr std::array<std::string_view, static_cast<std::size_t>(DataMember::count)>
    data_member_names = {"payload", "evidence", "legal_basis", "expect"};

/// Members of an object in the order of their names; nothing where one is absent.
template <std::size_t N>
struct Members {
    std::array<std::optional<simdjson::dom::element>, N> found;

    template <class Name>
    std::optional<simdjson::dom::element> operator[](Name name) const {
        return found[static_cast<std::size_t>(name)];
    }
};

using EventMembers = Members<member_names.size()>;

struct CommandReader::State {
    using Element = simdjson::dom::element;

    State(const Catalogue& catalogue, const CodeLists& codes);

    bool parse_json(std::string_view json);
    void read_command(Element json, Command& command);
    void read_event(Element json, Command& command, bool alone);
    void finish_canonical(Command& command);

    // -- envelope --
    void read_command_id(const EventMembers& given, Command& command, bool alone);
    void read_envelope(const EventMembers& given, Command& command);
    void read_case(const EventMembers& given, Command& command);
    const TypeInfo* read_type(std::optional<Element> json);
    void read_subject(std::optional<Element> json, const TypeInfo& type, Draft& draft);
    void read_dates(const EventMembers& given, const TypeInfo& type, Draft& draft);
    void check_dates(const TypeInfo& type, const Draft& draft);
    /// One value holds for the whole command: keeps the first, compares the others.
    template <class Value>
    void agree(Value& kept, const Value& given, std::string_view name) {
        if (first_event) kept = given;
        else if (kept != given) {
            faults.add_at(name, "E_ENVELOPE_DIFFERS", "not as in the first event");
        }
    }

    // -- data --
    void read_data(Element json, const TypeInfo& type, Command& command, Draft& draft);
    void read_evidence(Element json, Draft& draft);
    void keep_evidence(Element json, Draft& draft);
    void read_legal_basis(std::optional<Element> json, const TypeInfo& type, Draft& draft,
                          std::optional<Element> payload);
    void read_expectations(Element json, Command& command);
    void expect(const StreamId& stream, Element revision, Command& command);

    /// Finds the members of an object by name; unknown and repeated ones are faults.
    template <std::size_t N>
    Members<N> members(simdjson::dom::object object,
                       const std::array<std::string_view, N>& names);
    /// The text of a member, parsed; nothing if it is absent or faulty.
    template <class Value, class Parse>
    std::optional<Value> value(std::optional<Element> json, std::string_view name,
                               std::string_view code, std::string_view form, Parse parse);

    const Catalogue& catalogue;
    const TableInfo* evidence_table;
    Faults faults;
    PayloadReader payloads;
    simdjson::dom::parser parser;
    std::string buffer;   ///< the text with the padding that the parser needs
    std::string events;   ///< canonical text of the events read so far
    bool first_event = true;
    std::vector<StreamId> expected_here;  ///< streams named by the event at hand
};

template <std::size_t N>
Members<N> CommandReader::State::members(simdjson::dom::object object,
                                         const std::array<std::string_view, N>& names) {
    Members<N> given;
    for (const auto [name, value] : object) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            const auto meant = nearest_word(name, {names.begin(), names.end()});
            faults.add_unknown(
                name, meant.empty() ? "a member that a command does not have"
                                    : fmt::format("no such member; did you mean {}?", meant));
            continue;
        }
        auto& place = given.found[static_cast<std::size_t>(found - names.begin())];
        if (place) faults.add_at(*found, "E_DUPLICATE_KEY", "given twice");
        place = value;
    }
    return given;
}

template <class Value, class Parse>
std::optional<Value> CommandReader::State::value(std::optional<Element> json,
                                                 std::string_view name, std::string_view code,
                                                 std::string_view form, Parse parse) {
    if (!json) return std::nullopt;
    std::string_view text;
    if (json->get(text) != simdjson::SUCCESS) {
        faults.add_at(name, "E_WRONG_TYPE", "a text is needed");
        return std::nullopt;
    }
    std::optional<Value> found = parse(text);
    if (!found) faults.add_at(name, code, std::string(form));
    return found;
}

}  // namespace events
