#include "events/json/command_reader.h"

#include "events/event.h"
#include "events/json/command_state.h"

namespace events {
namespace {

constexpr std::size_t json_depth_max = 32;
constexpr std::size_t buffer_bytes_least = 1 << 14;

}  // namespace

CommandReader::State::State(const Catalogue& catalogue_, const CodeLists& codes)
    : catalogue(catalogue_),
      evidence_table(catalogue_.table("Evidence")),
      payloads(catalogue_, codes, faults) {
    ENSURE(evidence_table != nullptr, "the schema says what evidence is");
    ENSURE(parser.allocate(buffer_bytes_least, json_depth_max) == simdjson::SUCCESS,
           "there is memory to start with");
}

bool CommandReader::State::parse_json(std::string_view json) {
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

void CommandReader::State::read_command(Element json, Command& command) {
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

void CommandReader::State::read_event(Element json, Command& command, bool alone) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "a CloudEvent is an object");
    }
    const auto given = members(object, member_names);

    read_command_id(given, command, alone);
    read_envelope(given, command);
    const auto* type = read_type(given[Member::type]);
    const auto data = given[Member::data];
    if (!data) faults.add_at("data", "E_MISSING_FIELD", "a command carries data");
    if (!type) return;

    auto& draft = command.drafts.emplace_back();
    draft.type = type->type;
    append_comma(events);
    events += '{';
    append_name(events, "type");
    append_json_text(events, type->event_type);
    read_subject(given[Member::subject], *type, draft);
    read_dates(given, *type, draft);
    if (data) {
        Faults::In here(faults, "data");
        read_data(*data, *type, command, draft);
    }
    events += '}';
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
    if (!state.parse_json(json)) return state.faults.error();

    Command command;
    command.actor = actor;
    state.read_command(state.parser.doc.root(), command);
    if (!state.faults.none()) return state.faults.error();
    state.finish_canonical(command);
    return command;
}

}  // namespace events
