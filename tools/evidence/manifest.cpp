#include "tools/evidence/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "ledger/proof/text.h"
#include "tools/evidence/pretty.h"

namespace evidence {
namespace json = boost::json;
namespace {

constexpr std::string_view states[] = {"opened", "closed", "erased"};

/// What is wrong with a manifest, on its way out of the reader.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

json::object asked_json(const Asked& asked) {
    json::object out;
    if (asked.person) out["person"] = asked.person->text();
    if (!asked.streams.empty()) {
        json::array streams;
        for (const auto& stream : asked.streams) streams.emplace_back(stream.text());
        out["streams"] = std::move(streams);
    }
    if (!asked.type.empty()) out["type"] = asked.type;
    out["from"] = std::to_string(asked.from);
    out["upto"] = std::to_string(asked.upto);
    if (!asked.recorded_from.empty()) out["recorded_from"] = asked.recorded_from;
    if (!asked.recorded_to.empty()) out["recorded_to"] = asked.recorded_to;
    return out;
}

json::array parts_json(const std::vector<PartState>& parts) {
    json::array out;
    for (const auto& part : parts) {
        out.push_back(json::object{
            {"position", std::to_string(part.position)},
            {"class", events::schema::EnumNamePersonalClass(part.personal_class)},
            {"subject", part.subject.text()},
            {"state", name_of(part.state)}});
    }
    return out;
}

// -- reading: whatever is missing or of another kind leads out ------------------------------------

std::string text_in(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    if (found == nullptr) return {};
    if (!found->is_string()) throw Malformed(fmt::format("{} is no text", name));
    return std::string(found->get_string());
}

std::uint64_t number(std::string_view text, std::string_view name) {
    const auto value = proof::decimal(text);
    if (!value) throw Malformed(fmt::format("{} is no number", name));
    return *value;
}

std::uint64_t number_in(const json::object& from, std::string_view name) {
    return number(text_in(from, name), name);
}

events::Id id_in(const json::object& from, std::string_view name) {
    const auto id = events::Id::parse(text_in(from, name));
    if (!id) throw Malformed(fmt::format("{} is no id", name));
    return *id;
}

const json::array& list_in(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    if (found == nullptr || !found->is_array()) throw Malformed(fmt::format("no list {}", name));
    return found->get_array();
}

const json::object& object_of(const json::value& value) {
    if (!value.is_object()) throw Malformed("an object is missing");
    return value.get_object();
}

std::string_view string_of(const json::value& value) {
    if (!value.is_string()) throw Malformed("a text is missing");
    return {value.get_string().data(), value.get_string().size()};
}

Asked read_asked(const json::object& from) {
    Asked out;
    if (from.contains("person")) out.person = id_in(from, "person");
    if (from.contains("streams")) {
        for (const auto& each : list_in(from, "streams")) {
            const auto stream = events::StreamId::parse(string_of(each));
            if (!stream) throw Malformed("streams names no stream");
            out.streams.push_back(*stream);
        }
    }
    out.type = text_in(from, "type");
    out.from = number_in(from, "from");
    out.upto = number_in(from, "upto");
    out.recorded_from = text_in(from, "recorded_from");
    out.recorded_to = text_in(from, "recorded_to");
    return out;
}

PartState read_part(const json::object& from) {
    PartState out;
    out.position = number_in(from, "position");
    out.subject = id_in(from, "subject");
    const auto class_name = text_in(from, "class");
    for (const auto each : events::schema::EnumValuesPersonalClass()) {
        if (class_name == events::schema::EnumNamePersonalClass(each)) out.personal_class = each;
    }
    const auto state = text_in(from, "state");
    const auto* found = std::find(std::begin(states), std::end(states), state);
    if (found == std::end(states)) throw Malformed("a part is in no known state");
    out.state = static_cast<PartState::State>(found - std::begin(states));
    return out;
}

events::Hash hash_in(const json::object& from, std::string_view name) {
    events::Hash out{};
    const auto raw = events::unhex(text_in(from, name));
    if (!raw || raw->size() != out.size()) throw Malformed(fmt::format("{} is no hash", name));
    std::copy(raw->begin(), raw->end(), out.begin());
    return out;
}

Manifest read_manifest(const json::object& from) {
    const auto format = text_in(from, "format");
    if (format != fmt::format("talent-evidence/{}", Manifest::format_version)) {
        throw Malformed(fmt::format("this program reads talent-evidence/{}",
                                    Manifest::format_version));
    }
    Manifest out;
    out.program = text_in(from, "program");
    const auto made_at = events::Instant::parse(text_in(from, "made_at"));
    if (!made_at) throw Malformed("made_at is no time");
    out.made_at = *made_at;
    out.ledger = id_in(from, "ledger");
    out.kind = text_in(from, "kind");
    out.origin = text_in(from, "origin");
    out.size = number_in(from, "size");
    out.root = hash_in(from, "root");
    const auto* asked = from.if_contains("asked");
    if (asked == nullptr) throw Malformed("it does not say what was asked");
    out.asked = read_asked(object_of(*asked));
    out.events = number_in(from, "events");
    for (const auto& each : list_in(from, "context")) {
        out.context.push_back(number(string_of(each), "context"));
    }
    for (const auto& each : list_in(from, "parts")) {
        out.parts.push_back(read_part(object_of(each)));
    }
    return out;
}

}  // namespace

std::string_view name_of(PartState::State state) {
    return states[static_cast<std::size_t>(state)];
}

std::string part_file(std::uint64_t position, events::PersonalClass personal_class) {
    return fmt::format("personal/{}.{}.json", position,
                       events::schema::EnumNamePersonalClass(personal_class));
}

std::string Manifest::encoded() const {
    json::array beside;
    for (const auto position : context) beside.emplace_back(std::to_string(position));
    return pretty(json::object{
        {"format", fmt::format("talent-evidence/{}", format_version)},
        {"program", program},
        {"made_at", made_at.text()},
        {"ledger", ledger.text()},
        {"kind", kind},
        {"origin", origin},
        {"size", std::to_string(size)},
        {"root", events::hex(root)},
        {"asked", asked_json(asked)},
        {"events", std::to_string(events)},
        {"context", std::move(beside)},
        {"parts", parts_json(parts)}});
}

base::Result<Manifest> Manifest::parse(std::string_view text) {
    const auto wrong = [](std::string_view what) {
        return base::Error{base::Fault::corrupt, "E_PACK_FORMAT",
                           fmt::format("manifest.json: {}", what)};
    };
    try {
        boost::system::error_code bad;
        const auto value = json::parse({text.data(), text.size()}, bad);
        if (bad) return wrong("it is no JSON");
        auto out = read_manifest(object_of(value));
        // Members given twice, further ones and other spellings could tell readers apart.
        if (out.encoded() != text) return wrong("it is not spelled as this format has it");
        return out;
    } catch (const Malformed& malformed) {
        return wrong(malformed.what());
    }
}

}  // namespace evidence
