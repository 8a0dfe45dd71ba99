#include "tools/evidence/part.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "ledger/proof/base64.h"
#include "ledger/sealed_form.h"
#include "tools/evidence/pretty.h"

namespace evidence {
namespace json = boost::json;
namespace {

base::Error corrupt(std::string what) {
    return {base::Fault::corrupt, "E_PACK", std::move(what)};
}

std::string_view part_text(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    if (found == nullptr || !found->is_string()) return {};
    return {found->get_string().data(), found->get_string().size()};
}

std::optional<Part> read_part(std::string_view file) {
    boost::system::error_code bad;
    const auto value = json::parse({file.data(), file.size()}, bad);
    if (bad || !value.is_object()) return std::nullopt;
    auto blob = proof::unbase64(part_text(value.get_object(), "blob"));
    const auto key = events::unhex(part_text(value.get_object(), "message_key"));
    Part out;
    if (!blob || !key || key->size() != out.message_key.size()) return std::nullopt;
    out.blob = *std::move(blob);
    std::copy(key->begin(), key->end(), out.message_key.begin());
    return out;
}

}  // namespace

const events::schema::SealedPart* sealed_part(const events::schema::Event& event,
                                              events::PersonalClass personal_class) {
    if (event.sealed() == nullptr) return nullptr;
    for (const auto* part : *event.sealed()) {
        if (part->personal_class() == personal_class) return part;
    }
    return nullptr;
}

base::Result<std::string> write_part(const events::Id& ledger, const events::schema::Event& event,
                                     events::PersonalClass personal_class, const Part& part,
                                     std::vector<events::PersonalField>& fields) {
    const auto* sealed = sealed_part(event, personal_class);
    if (sealed == nullptr) return corrupt("the event has no such sealed part");
    ledger::OpenedPart opened;
    const auto place = ledger::place_of(ledger, event);
    if (ledger::open_disclosed(place, *sealed, part.blob, part.message_key, opened) !=
        ledger::Opening::opened) {
        return corrupt("the event does not commit to this text");
    }
    json::array shown;
    for (const auto& field : opened.fields) {
        boost::system::error_code bad;
        auto value = json::parse(field.json, bad);
        if (bad) return corrupt("a sealed field holds no JSON");
        shown.push_back(json::object{{"path", field.path}, {"value", std::move(value)}});
    }
    fields.insert(fields.end(), opened.fields.begin(), opened.fields.end());
    return pretty(json::object{
        {"position", std::to_string(event.position())},
        {"class", events::schema::EnumNamePersonalClass(personal_class)},
        {"subject", events::Id::of(*sealed->subject()).text()},
        {"fields", std::move(shown)},
        {"blob", proof::base64(part.blob)},
        {"message_key", events::hex(part.message_key.data(), part.message_key.size())}});
}

base::Result<void> check_part(const events::Id& ledger, const events::schema::Event& event,
                              events::PersonalClass personal_class, std::string_view file,
                              std::vector<events::PersonalField>& fields) {
    const auto part = read_part(file);
    if (!part) return corrupt("it holds no blob and key");
    const auto again = write_part(ledger, event, personal_class, *part, fields);
    if (!again) return again.error();
    if (*again != file) return corrupt("its text is not what the blob says");
    return {};
}

}  // namespace evidence
