// How published reference data shapes the ReferenceBook.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "events/base/ensure.h"
#include "events/rules/reference_book.h"
#include "events/rules/visible.h"

namespace events {
namespace {

using schema::Payload;

std::string text(const flatbuffers::String* value) { return value ? value->str() : std::string(); }

/// The built-in list gives the year of a change only; it counts from New Year's Day.
ReferenceBook::DivisionStep built_in_step(const Row& row) {
    using Kind = schema::DivisionChangeKind;
    const auto& year = cell(row, "year");
    int number = 0;
    std::from_chars(year.data(), year.data() + year.size(), number);
    ReferenceBook::DivisionStep step;
    step.from = Date::of(number, 1, 1);
    step.old_code = cell(row, "old_code");
    step.new_code = cell(row, "new_code");
    step.new_name = cell(row, "new_name");
    step.old_parent = cell(row, "old_parent");
    step.new_parent = cell(row, "new_parent");
    if (cell(row, "kind").find("split") != std::string::npos) step.kind = Kind::SPLIT;
    else if (!step.new_parent.empty()) step.kind = Kind::MOVED;
    else step.kind = step.old_code == step.new_code ? Kind::RENAMED : Kind::RECODED;
    return step;
}

std::string province_of_counties(const CodeLists& codes) {
    const auto* divisions = codes.list("divisions");
    if (!divisions) return {};
    for (const auto& row : divisions->rows()) {
        if (cell(row, "level") == "county") return cell(row, "code").substr(0, 2);
    }
    return {};
}

}  // namespace

StreamId reference_stream(std::string_view list) {
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    const auto input = "ledger/reference/v1/" + std::string(list);
    std::array<std::uint8_t, 32> hash;
    ENSURE(EVP_Digest(input.data(), input.size(), hash.data(), nullptr, sha256, nullptr) == 1,
           "hashing does not fail");
    StreamId stream{StreamKind::reference, {}};
    std::copy_n(hash.begin(), stream.id.bytes.size(), stream.id.bytes.begin());
    return stream;
}

const std::vector<std::string_view>& reference_lists() {
    static const std::vector<std::string_view> lists{"divisions", "zones", "hardship", "calendar",
                                                     "parameters"};
    return lists;
}

ReferenceBook::ReferenceBook(const CodeLists& codes)
    : codes_(&codes), province_(province_of_counties(codes)) {
    const auto* changes = codes.list("division_changes");
    if (!changes) return;
    for (const auto& row : changes->rows()) add_step(built_in_step(row));
}

void ReferenceBook::apply(const Fact& fact) {
    ++version_;
    switch (fact.type) {
        case Payload::DivisionChanged: return change_divisions(fact);
        case Payload::ZoneSchemeActivated: return activate_scheme(fact);
        case Payload::HardshipListPublished: return publish_hardship(fact);
        case Payload::CalendarPublished: return publish_calendar(fact);
        case Payload::ParameterSet: return set_parameter(fact);
        default: return;
    }
}

void ReferenceBook::add_step(DivisionStep step) {
    const auto place = std::upper_bound(
        steps_.begin(), steps_.end(), step.from,
        [](Date day, const DivisionStep& other) { return day < other.from; });
    steps_.insert(place, std::move(step));
}

void ReferenceBook::change_divisions(const Fact& fact) {
    for (const auto* change : *fact.as<schema::DivisionChanged>().changes()) {
        DivisionStep step;
        step.from = fact.from;
        step.position = fact.position;
        step.kind = change->kind().value();
        step.old_code = text(change->old_code());
        step.new_code = text(change->new_code());
        step.new_name = text(change->new_name());
        step.new_parent = text(change->new_parent());
        // What is published replaces what the built-in list knows of the same change by year.
        std::erase_if(steps_, [&](const DivisionStep& other) {
            return other.position == Position{} && other.old_code == step.old_code &&
                   other.new_code == step.new_code;
        });
        add_step(std::move(step));
    }
}

void ReferenceBook::activate_scheme(const Fact& fact) {
    const auto& payload = fact.as<schema::ZoneSchemeActivated>();
    ZoneScheme scheme;
    scheme.name = payload.scheme()->str();
    scheme.period = {fact.from, fact.to};
    scheme.position = fact.position;
    for (const auto* member : *payload.members()) {
        const auto zone = member->zone()->str();
        const auto prefecture = member->prefecture()->str();
        scheme.zone_of[prefecture] = zone;
        if (std::find(scheme.zones.begin(), scheme.zones.end(), zone) == scheme.zones.end()) {
            scheme.zones.push_back(zone);
        }
        if (member->role() == schema::ZoneRole::TRUNK) scheme.trunk = prefecture;
    }
    std::erase_if(schemes_, [&](const ZoneScheme& old) { return old.name == scheme.name; });
    schemes_.push_back(std::move(scheme));
}

void ReferenceBook::publish_hardship(const Fact& fact) {
    HardshipList list{{fact.from, fact.to}, fact.position, {}};
    for (const auto* area : *fact.as<schema::HardshipListPublished>().areas()) {
        list.class_of[area->county()->str()] = area->hardship_class().value();
    }
    hardship_.push_back(std::move(list));
}

void ReferenceBook::publish_calendar(const Fact& fact) {
    const auto& payload = fact.as<schema::CalendarPublished>();
    Calendar calendar{fact.position, {}};
    for (const auto* day : *payload.days()) {
        calendar.days[Date::of(*day->date())] = day->kind().value();
    }
    calendars_[payload.year().value()] = std::move(calendar);
}

void ReferenceBook::set_parameter(const Fact& fact) {
    const auto& payload = fact.as<schema::ParameterSet>();
    auto& values = parameters_[payload.name()->str()];
    const auto place = std::upper_bound(
        values.begin(), values.end(), fact.from,
        [](Date day, const ParameterValue& other) { return day < other.from; });
    values.insert(place, {fact.from, fact.position, payload.value().value()});
}

ReferenceBook fold_reference(const History& history, const CodeLists& codes) {
    ReferenceBook book(codes);
    for (const auto list : reference_lists()) {
        const auto stream = reference_stream(list);
        const auto facts = visible_facts(std::span(&stream, 1), history);
        for (const auto* visible : in_order_of_effect(facts)) book.apply(visible->effective);
    }
    return book;
}

}  // namespace events
