// What `data` carries: payload, evidence, legal basis, expected revisions.
#include <charconv>
#include <limits>

#include "events/json/command_state.h"

namespace events {

using Element = simdjson::dom::element;

namespace {

constexpr std::size_t evidence_max = 20;
constexpr std::size_t expectations_max = 128;

std::optional<schema::LegalBasis> parse_legal_basis(std::string_view text) {
    for (const auto basis : schema::EnumValuesLegalBasis()) {
        if (basis == schema::LegalBasis::none) continue;
        if (text == schema::EnumNameLegalBasis(basis)) return basis;
    }
    return std::nullopt;
}

}  // namespace

void CommandReader::State::read_data(Element json, const TypeInfo& type, Command& command,
                                     Draft& draft) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "an object is needed");
    }
    const auto given = members(object, data_member_names);

    const auto payload = given[DataMember::payload];
    if (!payload) {
        faults.add_at("payload", "E_MISSING_FIELD", "the payload is needed, if only {}");
    } else {
        Faults::In here(faults, "payload");
        append_name(events, "payload");
        payloads.read(type, *payload, draft, events);
    }
    if (const auto evidence = given[DataMember::evidence]) {
        Faults::In here(faults, "evidence");
        append_name(events, "evidence");
        read_evidence(*evidence, draft);
    }
    read_legal_basis(given[DataMember::legal_basis], type, draft, payload);
    if (const auto expect = given[DataMember::expect]) {
        Faults::In here(faults, "expect");
        read_expectations(*expect, command);
    }
}

void CommandReader::State::read_evidence(Element json, Draft& draft) {
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
        if (payloads.read_beside(*evidence_table, item, base, draft, events)) {
            keep_evidence(item, draft);
        }
    }
    events += ']';
    if (index == 0) faults.add("E_EMPTY", "an empty list");
}

/// REQUIRES: the item has been checked.
void CommandReader::State::keep_evidence(Element json, Draft& draft) {
    auto& evidence = draft.evidence.emplace_back();
    std::string_view text;
    if (json["alg"].get(text) == simdjson::SUCCESS) evidence.alg = text;
    if (json["digest"].get(text) == simdjson::SUCCESS) evidence.digest = *unhex(text);
    if (json["media_type"].get(text) == simdjson::SUCCESS) evidence.media_type = text;
    std::uint64_t bytes = 0;
    if (json["bytes"].get(bytes) == simdjson::SUCCESS) {
        evidence.bytes = bytes;
    } else if (json["bytes"].get(text) == simdjson::SUCCESS) {
        std::from_chars(text.data(), text.data() + text.size(), bytes);
        evidence.bytes = bytes;
    }
}

void CommandReader::State::read_legal_basis(std::optional<Element> json, const TypeInfo& type,
                                            Draft& draft, std::optional<Element> payload) {
    const auto found = value<schema::LegalBasis>(
        json, "legal_basis", "E_BAD_CODE",
        "one of CONSENT, CONTRACT_HR, STATUTORY_DUTY, PUBLIC_INFO, OTHER_LAW",
        parse_legal_basis);
    if (!json && !draft.personal.empty()) {
        faults.add_at("legal_basis", "E_LEGAL_BASIS", "needed where there are personal fields");
    }
    if (!found) return;
    draft.legal_basis = *found;
    append_name(events, "legal_basis");
    append_json_text(events, schema::EnumNameLegalBasis(*found));
    const bool takes_reference = type.table->find("consent_ref") != nullptr;
    if (*found == schema::LegalBasis::CONSENT && takes_reference && payload) {
        Element unused;
        if ((*payload)["consent_ref"].get(unused) != simdjson::SUCCESS) {
            Faults::In here(faults, "payload");
            faults.add_at("consent_ref", "E_CONSENT_REF", "needed where consent is the basis");
        }
    }
}

void CommandReader::State::read_expectations(Element json, Command& command) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "an object of stream and revision is needed");
    }
    expected_here.clear();
    for (const auto [name, revision] : object) {
        const auto stream = StreamId::parse(name);
        if (!stream) {
            faults.add("E_BAD_ID", "streams are written kind/id");
            continue;
        }
        Faults::In here(faults, name);
        expect(*stream, revision, command);
    }
    if (command.expect.size() > expectations_max) {
        faults.add("E_TOO_MANY", fmt::format("at most {} streams", expectations_max));
    }
}

void CommandReader::State::expect(const StreamId& stream, Element json, Command& command) {
    std::uint64_t revision = 0;
    if (json.get(revision) != simdjson::SUCCESS) {
        return faults.add("E_WRONG_TYPE", "a revision is a whole number");
    }
    if (revision > std::numeric_limits<std::uint32_t>::max()) {
        return faults.add("E_OUT_OF_RANGE", "a revision has 32 bits");
    }
    if (std::find(expected_here.begin(), expected_here.end(), stream) != expected_here.end()) {
        return faults.add("E_DUPLICATE_KEY", "given twice");
    }
    expected_here.push_back(stream);
    const Expectation expected{stream, Revision{static_cast<std::uint32_t>(revision)}};
    for (const auto& known : command.expect) {
        if (known.stream != stream) continue;
        if (known.revision == expected.revision) return;
        return faults.add("E_ENVELOPE_DIFFERS", "another event expects another revision");
    }
    command.expect.push_back(expected);
}

}  // namespace events
