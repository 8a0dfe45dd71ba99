#include "events/json/command_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

#include "events/event.h"
#include "events/json/faults.h"
#include "events/json/payload_reader.h"
#include "events/json/text.h"

namespace events {

using simdjson::dom::element;

namespace {

constexpr std::size_t json_depth_max = 32;
constexpr std::size_t evidence_max = 20;
constexpr std::size_t expectations_max = 128;

/// The members of a CloudEvent that a command may have, and where each was found.
enum class Member {
    specversion, type, source, id, commandid, subject, effectivefrom, effectiveto,
    correlationid, causationid, firstload, demotime, datacontenttype, data, count
};

constexpr std::array<std::string_view, static_cast<std::size_t>(Member::count)> member_names = {
    "specversion",   "type",        "source",    "id",       "commandid",       "subject",
    "effectivefrom", "effectiveto", "correlationid", "causationid", "firstload", "demotime",
    "datacontenttype", "data"};

enum class DataMember { payload, evidence, legal_basis, expect, count };

constexpr std::array<std::string_view, static_cast<std::size_t>(DataMember::count)>
    data_member_names = {"payload", "evidence", "legal_basis", "expect"};

template <std::size_t N>
using Members = std::array<std::optional<element>, N>;

std::string_view form_of(DateUse use) {
    switch (use) {
        case DateUse::none: return "a step of a process holds from its recording";
        case DateUse::from: return "this type has a beginning and no end";
        case DateUse::period: return "this type needs effectivefrom and effectiveto";
        case DateUse::open_period: return "this type has a beginning and perhaps an end";
        case DateUse::month: return "this type needs one calendar month";
    }
    return {};
}

}  // namespace

struct CommandReader::State {
    State(const Catalogue& catalogue_, const CodeLists& codes)
        : catalogue(catalogue_), payloads(catalogue_, codes, faults) {
        evidence_table = catalogue.table("Evidence");
        ENSURE(evidence_table != nullptr, "the schema says what evidence is");
        ENSURE(parser.allocate(1 << 14, json_depth_max) == simdjson::SUCCESS, "memory is there");
    }

    bool parse(std::string_view json);
    void read_command(element json, Command& command);
    void read_event(element json, Command& command, bool alone);
    void read_command_id(const Members<member_names.size()>& given, Command& command, bool alone);
    void read_envelope(const Members<member_names.size()>& given, Command& command);
    const TypeInfo* read_type(std::optional<element> json);
    void read_subject(std::optional<element> json, const TypeInfo& type, Draft& draft,
                      std::string& canonical);
    void read_dates(const Members<member_names.size()>& given, const TypeInfo& type, Draft& draft,
                    std::string& canonical);
    void read_data(element json, const TypeInfo& type, Command& command, Draft& draft);
    void read_evidence(element json, Draft& draft);
    void read_legal_basis(std::optional<element> json, const TypeInfo& type, Draft& draft,
                          std::optional<element> payload);
    void read_expectations(element json, Command& command);
    void finish_canonical(Command& command);

    template <std::size_t N>
    Members<N> members(simdjson::dom::object object,
                       const std::array<std::string_view, N>& names);
    template <class Value, class Parse>
    std::optional<Value> value(std::optional<element> json, std::string_view name,
                               std::string_view code, std::string_view form, Parse parse);
    void agree(std::optional<Id>& kept, const std::optional<Id>& given, std::string_view name);

    const Catalogue& catalogue;
    const TableInfo* evidence_table = nullptr;
    Faults faults;
    PayloadReader payloads;
    simdjson::dom::parser parser;
    std::string buffer;
    std::string events;  ///< canonical text of the events read so far
    bool first_event = true;
};

bool CommandReader::State::parse(std::string_view json) {
    buffer.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    buffer.assign(json);
    const auto result = parser.parse(buffer.data(), buffer.size(), false);
    switch (result.error()) {
        case simdjson::SUCCESS: return true;
        case simdjson::DEPTH_ERROR:
            faults.add("E_TOO_DEEP", fmt::format("at most {} levels", json_depth_max));
            return false;
        case simdjson::UTF8_ERROR: faults.add("E_BAD_JSON", "not valid UTF-8"); return false;
        case simdjson::NUMBER_ERROR:
            faults.add("E_BAD_JSON", "a number is malformed or longer than 64 bits");
            return false;
        case simdjson::STRING_ERROR: faults.add("E_BAD_JSON", "a text is malformed"); return false;
        case simdjson::EMPTY: faults.add("E_BAD_JSON", "the text is empty"); return false;
        default: faults.add("E_BAD_JSON", "the text is not one JSON value"); return false;
    }
}

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
        auto& place = given[static_cast<std::size_t>(found - names.begin())];
        if (place) faults.add_at(*found, "E_DUPLICATE_KEY", "given twice");
        place = value;
    }
    return given;
}

template <class Value, class Parse>
std::optional<Value> CommandReader::State::value(std::optional<element> json,
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

void CommandReader::State::agree(std::optional<Id>& kept, const std::optional<Id>& given,
                                 std::string_view name) {
    if (first_event) kept = given;
    else if (kept != given) faults.add_at(name, "E_ENVELOPE_DIFFERS", "not as in the first event");
}

void CommandReader::State::read_command(element json, Command& command) {
    simdjson::dom::array items;
    if (json.get(items) != simdjson::SUCCESS) {
        read_event(json, command, true);
        return;
    }
    std::size_t index = 0;
    for (const auto item : items) {
        if (index >= command_events_max) {
            faults.add("E_TOO_MANY", fmt::format("at most {} events", command_events_max));
            return;
        }
        Faults::In here(faults, index++);
        read_event(item, command, false);
        first_event = false;
    }
    if (index == 0) faults.add("E_EMPTY", "a command has at least one event");
}

void CommandReader::State::read_event(element json, Command& command, bool alone) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "a CloudEvent is an object");
    }
    const auto given = members(object, member_names);
    const auto member = [&](Member m) { return given[static_cast<std::size_t>(m)]; };

    read_command_id(given, command, alone);
    read_envelope(given, command);
    const auto* type = read_type(member(Member::type));
    const auto data = member(Member::data);
    if (!data) faults.add_at("data", "E_MISSING_FIELD", "a command carries data");
    if (!type) return;

    auto& draft = command.drafts.emplace_back();
    draft.type = type->type;
    append_comma(events);
    events += '{';
    append_name(events, "type");
    append_json_text(events, type->event_type);
    read_subject(member(Member::subject), *type, draft, events);
    read_dates(given, *type, draft, events);
    if (data) {
        Faults::In here(faults, "data");
        read_data(*data, *type, command, draft);
    }
    events += '}';
}

void CommandReader::State::read_command_id(const Members<member_names.size()>& given,
                                           Command& command, bool alone) {
    const auto parse = [](std::string_view text) { return Id::parse(text); };
    static constexpr std::string_view form = "an id has 32 hexadecimal digits";
    const auto own = given[static_cast<std::size_t>(Member::id)];
    const auto shared = given[static_cast<std::size_t>(Member::commandid)];
    const auto named = value<Id>(shared, "commandid", "E_BAD_ID", form, parse);
    if (alone) {
        if (!own) return faults.add_at("id", "E_COMMAND_ID", "a lone event's id is the command id");
        const auto id = value<Id>(own, "id", "E_BAD_ID", form, parse);
        if (id) command.id = CommandId{*id};
        if (id && named && *id != *named) {
            faults.add_at("commandid", "E_COMMAND_ID", "a lone event's id is the command id");
        }
        return;
    }
    if (!shared) return faults.add_at("commandid", "E_COMMAND_ID", "every event of an array has it");
    if (!named) return;
    if (first_event) command.id = CommandId{*named};
    else if (command.id != CommandId{*named}) {
        faults.add_at("commandid", "E_COMMAND_ID", "not that of the first event");
    }
}

void CommandReader::State::read_envelope(const Members<member_names.size()>& given,
                                         Command& command) {
    const auto member = [&](Member m) { return given[static_cast<std::size_t>(m)]; };
    const auto same = [](std::string_view wanted) {
        return [wanted](std::string_view text) {
            return text == wanted ? std::optional<bool>(true) : std::nullopt;
        };
    };
    if (!member(Member::specversion)) {
        faults.add_at("specversion", "E_MISSING_FIELD", "CloudEvents say \"1.0\" here");
    }
    value<bool>(member(Member::specversion), "specversion", "E_BAD_CODE", "only 1.0 is read",
                same("1.0"));
    value<bool>(member(Member::datacontenttype), "datacontenttype", "E_BAD_CODE",
                "only application/json is read", same("application/json"));
    value<bool>(member(Member::source), "source", "E_BAD_TEXT", "a text",
                [](std::string_view) { return std::optional<bool>(true); });

    const auto parse_id = [](std::string_view text) { return Id::parse(text); };
    static constexpr std::string_view form = "an id has 32 hexadecimal digits";
    agree(command.correlation,
          value<Id>(member(Member::correlationid), "correlationid", "E_BAD_ID", form, parse_id),
          "correlationid");
    agree(command.causation,
          value<Id>(member(Member::causationid), "causationid", "E_BAD_ID", form, parse_id),
          "causationid");

    bool first_load = false;
    if (const auto json = member(Member::firstload);
        json && json->get(first_load) != simdjson::SUCCESS) {
        faults.add_at("firstload", "E_WRONG_TYPE", "true or false is needed");
    }
    const auto demo_time = value<Instant>(
        member(Member::demotime), "demotime", "E_BAD_DATE", "an instant written as RFC 3339 has it",
        [](std::string_view text) { return Instant::parse(text); });
    if (first_event) {
        command.first_load = first_load;
        command.demo_time = demo_time;
        return;
    }
    if (command.first_load != first_load) {
        faults.add_at("firstload", "E_ENVELOPE_DIFFERS", "not as in the first event");
    }
    if (command.demo_time != demo_time) {
        faults.add_at("demotime", "E_ENVELOPE_DIFFERS", "not as in the first event");
    }
}

const TypeInfo* CommandReader::State::read_type(std::optional<element> json) {
    if (!json) {
        faults.add_at("type", "E_MISSING_FIELD", "the event type is needed");
        return nullptr;
    }
    std::string_view name;
    if (json->get(name) != simdjson::SUCCESS) {
        faults.add_at("type", "E_WRONG_TYPE", "a text is needed");
        return nullptr;
    }
    if (const auto* type = catalogue.find(name)) return type;
    std::vector<std::string_view> known;
    for (const auto& type : catalogue.types()) known.push_back(type.event_type);
    auto meant = nearest_word(name, known);
    if (meant.empty()) {
        known.clear();
        for (const auto& type : catalogue.types()) known.push_back(type.name);
        meant = nearest_word(name, known);
    }
    faults.add_at("type", "E_UNKNOWN_TYPE",
                  meant.empty() ? "no such event type"
                                : fmt::format("no such event type; did you mean {}?", meant));
    return nullptr;
}

void CommandReader::State::read_subject(std::optional<element> json, const TypeInfo& type,
                                        Draft& draft, std::string& canonical) {
    const auto subject = value<StreamId>(json, "subject", "E_BAD_ID", "written kind/id",
                                         [](std::string_view text) { return StreamId::parse(text); });
    if (!json) {
        const bool given_by_ledger = type.opens || type.home == StreamKind::none ||
                                     type.home == StreamKind::reference ||
                                     type.home == StreamKind::ops;
        if (!given_by_ledger) {
            faults.add_at("subject", "E_MISSING_FIELD", "the home stream is needed");
        }
        return;
    }
    if (!subject) return;
    if (type.home != StreamKind::none && subject->kind != type.home) {
        return faults.add_at("subject", "E_BAD_ID",
                             fmt::format("the home stream is of kind {}", name_of(type.home)));
    }
    draft.home = subject->id;
    append_name(canonical, "subject");
    append_json_text(canonical, subject->text());
}

void CommandReader::State::read_dates(const Members<member_names.size()>& given,
                                      const TypeInfo& type, Draft& draft,
                                      std::string& canonical) {
    const auto parse = [](std::string_view text) { return Date::parse(text); };
    static constexpr std::string_view form = "a real date written YYYY-MM-DD";
    const auto from_json = given[static_cast<std::size_t>(Member::effectivefrom)];
    const auto to_json = given[static_cast<std::size_t>(Member::effectiveto)];
    draft.from = value<Date>(from_json, "effectivefrom", "E_BAD_DATE", form, parse);
    draft.to = value<Date>(to_json, "effectiveto", "E_BAD_DATE", form, parse);

    const bool takes_from = type.dates != DateUse::none;
    const bool takes_to = takes_from && type.dates != DateUse::from;
    const bool needs_both = type.dates == DateUse::period || type.dates == DateUse::month;
    const std::string why(form_of(type.dates));
    if (from_json && !takes_from) faults.add_at("effectivefrom", "E_DATES_NOT_ALLOWED", why);
    if (to_json && !takes_to) faults.add_at("effectiveto", "E_DATES_NOT_ALLOWED", why);
    if (needs_both && !from_json) faults.add_at("effectivefrom", "E_MISSING_FIELD", why);
    if (needs_both && !to_json) faults.add_at("effectiveto", "E_MISSING_FIELD", why);
    if (draft.from && draft.to) {
        if (*draft.to <= *draft.from) {
            faults.add_at("effectiveto", "E_DATE_ORDER", "the end lies after the beginning");
        } else if (type.dates == DateUse::month &&
                   (*draft.from != draft.from->first_of_month() ||
                    *draft.to != draft.from->first_of_next_month())) {
            faults.add_at("effectivefrom", "E_BAD_MONTH", "from the first day to the next month's");
        }
    }
    if (draft.from) {
        append_name(canonical, "from");
        append_json_text(canonical, draft.from->text());
    }
    if (draft.to) {
        append_name(canonical, "to");
        append_json_text(canonical, draft.to->text());
    }
}

void CommandReader::State::read_data(element json, const TypeInfo& type, Command& command,
                                     Draft& draft) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "an object is needed");
    }
    const auto given = members(object, data_member_names);
    const auto member = [&](DataMember m) { return given[static_cast<std::size_t>(m)]; };

    const auto payload = member(DataMember::payload);
    if (!payload) {
        faults.add_at("payload", "E_MISSING_FIELD", "the payload is needed, if only {}");
    } else {
        Faults::In here(faults, "payload");
        append_name(events, "payload");
        payloads.read(type, *payload, draft, events);
    }
    if (const auto evidence = member(DataMember::evidence)) {
        Faults::In here(faults, "evidence");
        append_name(events, "evidence");
        read_evidence(*evidence, draft);
    }
    read_legal_basis(member(DataMember::legal_basis), type, draft, payload);
    if (const auto expect = member(DataMember::expect)) {
        Faults::In here(faults, "expect");
        read_expectations(*expect, command);
    }
}

void CommandReader::State::read_evidence(element json, Draft& draft) {
    simdjson::dom::array items;
    if (json.get(items) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "a list is needed");
    }
    // Catalogue paths begin with `evidence`.
    const auto base = faults.depth() - 1;
    events += '[';
    std::size_t index = 0;
    for (const auto item : items) {
        if (index >= evidence_max) {
            faults.add("E_TOO_MANY", fmt::format("at most {} items", evidence_max));
            break;
        }
        Faults::In here(faults, index++);
        append_comma(events);
        if (!payloads.read_beside(*evidence_table, item, base, draft, events)) continue;
        auto& evidence = draft.evidence.emplace_back();
        std::string_view text;
        if (item["alg"].get(text) == simdjson::SUCCESS) evidence.alg = text;
        if (item["digest"].get(text) == simdjson::SUCCESS) evidence.digest = *unhex(text);
        if (item["media_type"].get(text) == simdjson::SUCCESS) evidence.media_type = text;
        std::uint64_t bytes = 0;
        const auto size = item["bytes"];
        if (size.get(bytes) == simdjson::SUCCESS) evidence.bytes = bytes;
        else if (size.get(text) == simdjson::SUCCESS) evidence.bytes = std::stoull(std::string(text));
    }
    events += ']';
    if (index == 0) faults.add("E_EMPTY", "an empty list");
}

void CommandReader::State::read_legal_basis(std::optional<element> json, const TypeInfo& type,
                                            Draft& draft, std::optional<element> payload) {
    const auto found = value<schema::LegalBasis>(
        json, "legal_basis", "E_BAD_CODE",
        "one of CONSENT, CONTRACT_HR, STATUTORY_DUTY, PUBLIC_INFO, OTHER_LAW",
        [](std::string_view text) -> std::optional<schema::LegalBasis> {
            for (const auto basis : schema::EnumValuesLegalBasis()) {
                if (basis != schema::LegalBasis::none && text == schema::EnumNameLegalBasis(basis)) {
                    return basis;
                }
            }
            return std::nullopt;
        });
    if (!json && !draft.personal.empty()) {
        faults.add_at("legal_basis", "E_LEGAL_BASIS", "needed where there are personal fields");
    }
    if (!found) return;
    draft.legal_basis = *found;
    append_name(events, "legal_basis");
    append_json_text(events, schema::EnumNameLegalBasis(*found));
    const bool takes_reference = type.table->find("consent_ref") != nullptr;
    if (*found == schema::LegalBasis::CONSENT && takes_reference && payload) {
        element unused;
        if ((*payload)["consent_ref"].get(unused) != simdjson::SUCCESS) {
            Faults::In here(faults, "payload");
            faults.add_at("consent_ref", "E_CONSENT_REF", "needed where consent is the basis");
        }
    }
}

void CommandReader::State::read_expectations(element json, Command& command) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "an object of stream and revision is needed");
    }
    std::vector<StreamId> here;
    for (const auto [name, value] : object) {
        const auto stream = StreamId::parse(name);
        if (!stream) {
            faults.add("E_BAD_ID", "streams are written kind/id");
            continue;
        }
        Faults::In place(faults, name);
        std::uint64_t revision = 0;
        if (value.get(revision) != simdjson::SUCCESS) {
            faults.add("E_WRONG_TYPE", "a revision is a whole number");
            continue;
        }
        if (revision > std::numeric_limits<std::uint32_t>::max()) {
            faults.add("E_OUT_OF_RANGE", "a revision has 32 bits");
            continue;
        }
        if (std::find(here.begin(), here.end(), *stream) != here.end()) {
            faults.add("E_DUPLICATE_KEY", "given twice");
        }
        here.push_back(*stream);
        const Expectation expected{*stream, Revision{static_cast<std::uint32_t>(revision)}};
        const auto known =
            std::find_if(command.expect.begin(), command.expect.end(),
                         [&](const Expectation& one) { return one.stream == *stream; });
        if (known == command.expect.end()) command.expect.push_back(expected);
        else if (known->revision != expected.revision) {
            faults.add("E_ENVELOPE_DIFFERS", "another event expects another revision");
        }
    }
    if (command.expect.size() > expectations_max) {
        faults.add("E_TOO_MANY", fmt::format("at most {} streams", expectations_max));
    }
}

void CommandReader::State::finish_canonical(Command& command) {
    auto& out = command.canonical;
    out.reserve(events.size() + 160);
    out = "{";
    if (command.correlation) {
        append_name(out, "correlation");
        append_json_text(out, command.correlation->text());
    }
    if (command.causation) {
        append_name(out, "causation");
        append_json_text(out, command.causation->text());
    }
    if (command.first_load) {
        append_name(out, "first_load");
        out += "true";
    }
    append_name(out, "events");
    out += '[';
    out += events;
    out += "]}";
}

CommandReader::CommandReader(const Catalogue& catalogue, const CodeLists& codes)
    : state_(std::make_unique<State>(catalogue, codes)) {}
CommandReader::~CommandReader() = default;
CommandReader::CommandReader(CommandReader&&) noexcept = default;

base::Result<Command> CommandReader::read(std::string_view json, const Actor& actor) {
    auto& state = *state_;
    state.faults.clear();
    state.events.clear();
    state.first_event = true;
    if (!state.parse(json)) return state.faults.error();

    Command command;
    command.actor = actor;
    state.read_command(state.parser.doc.root(), command);
    if (!state.faults.none()) return state.faults.error();
    state.finish_canonical(command);
    return command;
}

}  // namespace events
