// What stands around the payload of an event: ids, home stream, type and dates.
#include "events/json/command_state.h"

namespace events {

using Element = simdjson::dom::element;

namespace {

constexpr std::string_view id_form = "an id has 32 hexadecimal digits";

std::optional<Id> parse_id(std::string_view text) { return Id::parse(text); }

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

void CommandReader::State::read_command_id(const EventMembers& given, Command& command,
                                           bool alone) {
    const auto own = given[Member::id];
    const auto shared = given[Member::commandid];
    const auto named = value<Id>(shared, "commandid", "E_BAD_ID", id_form, parse_id);
    if (!alone) {
        if (!shared) faults.add_at("commandid", "E_COMMAND_ID", "every event of an array has it");
        if (!named) return;
        if (first_event) command.id = CommandId{*named};
        else if (command.id != CommandId{*named}) {
            faults.add_at("commandid", "E_COMMAND_ID", "not that of the first event");
        }
        return;
    }
    if (!own) return faults.add_at("id", "E_COMMAND_ID", "a lone event's id is the command id");
    const auto id = value<Id>(own, "id", "E_BAD_ID", id_form, parse_id);
    if (id) command.id = CommandId{*id};
    if (id && named && *id != *named) {
        faults.add_at("commandid", "E_COMMAND_ID", "a lone event's id is the command id");
    }
}

void CommandReader::State::read_envelope(const EventMembers& given, Command& command) {
    const auto exactly = [](std::string_view wanted) {
        return [wanted](std::string_view text) {
            return text == wanted ? std::optional<bool>(true) : std::nullopt;
        };
    };
    if (!given[Member::specversion]) {
        faults.add_at("specversion", "E_MISSING_FIELD", "CloudEvents say \"1.0\" here");
    }
    value<bool>(given[Member::specversion], "specversion", "E_BAD_CODE", "only 1.0 is read",
                exactly("1.0"));
    value<bool>(given[Member::datacontenttype], "datacontenttype", "E_BAD_CODE",
                "only application/json is read", exactly("application/json"));
    value<bool>(given[Member::source], "source", "E_BAD_TEXT", "a text",
                [](std::string_view) { return std::optional<bool>(true); });
    read_case(given, command);
}

void CommandReader::State::read_case(const EventMembers& given, Command& command) {
    const auto correlation =
        value<Id>(given[Member::correlationid], "correlationid", "E_BAD_ID", id_form, parse_id);
    const auto causation =
        value<Id>(given[Member::causationid], "causationid", "E_BAD_ID", id_form, parse_id);
    const auto demo_time = value<Instant>(
        given[Member::demotime], "demotime", "E_BAD_DATE", "an instant written as RFC 3339 has it",
        [](std::string_view text) { return Instant::parse(text); });
    bool first_load = false;
    const auto flag = given[Member::firstload];
    if (flag && flag->get(first_load) != simdjson::SUCCESS) {
        faults.add_at("firstload", "E_WRONG_TYPE", "true or false is needed");
    }
    agree(command.correlation, correlation, "correlationid");
    agree(command.causation, causation, "causationid");
    agree(command.demo_time, demo_time, "demotime");
    agree(command.first_load, first_load, "firstload");
}

const TypeInfo* CommandReader::State::read_type(std::optional<Element> json) {
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

void CommandReader::State::read_subject(std::optional<Element> json, const TypeInfo& type,
                                        Draft& draft) {
    const auto subject =
        value<StreamId>(json, "subject", "E_BAD_ID", "written kind/id",
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
    append_name(events, "subject");
    append_json_text(events, subject->text());
}

void CommandReader::State::read_dates(const EventMembers& given, const TypeInfo& type,
                                      Draft& draft) {
    const auto parse = [](std::string_view text) { return Date::parse(text); };
    static constexpr std::string_view form = "a real date written YYYY-MM-DD";
    const auto from = given[Member::effectivefrom];
    const auto to = given[Member::effectiveto];
    draft.from = value<Date>(from, "effectivefrom", "E_BAD_DATE", form, parse);
    draft.to = value<Date>(to, "effectiveto", "E_BAD_DATE", form, parse);

    const bool takes_from = type.dates != DateUse::none;
    const bool takes_to = takes_from && type.dates != DateUse::from;
    const bool needs_both = type.dates == DateUse::period || type.dates == DateUse::month;
    const std::string why(form_of(type.dates));
    if (from && !takes_from) faults.add_at("effectivefrom", "E_DATES_NOT_ALLOWED", why);
    if (to && !takes_to) faults.add_at("effectiveto", "E_DATES_NOT_ALLOWED", why);
    if (needs_both && !from) faults.add_at("effectivefrom", "E_MISSING_FIELD", why);
    if (needs_both && !to) faults.add_at("effectiveto", "E_MISSING_FIELD", why);
    if (draft.from && draft.to) check_dates(type, draft);

    if (draft.from) {
        append_name(events, "from");
        append_json_text(events, draft.from->text());
    }
    if (draft.to) {
        append_name(events, "to");
        append_json_text(events, draft.to->text());
    }
}

void CommandReader::State::check_dates(const TypeInfo& type, const Draft& draft) {
    if (*draft.to <= *draft.from) {
        return faults.add_at("effectiveto", "E_DATE_ORDER", "the end lies after the beginning");
    }
    if (type.dates != DateUse::month) return;
    const auto first = draft.from->first_of_month();
    if (*draft.from != first || *draft.to != first.first_of_next_month()) {
        faults.add_at("effectivefrom", "E_BAD_MONTH", "from the first day to the next month's");
    }
}

}  // namespace events
