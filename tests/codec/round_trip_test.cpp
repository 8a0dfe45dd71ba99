// JSON → command → stored bytes → JSON → the same command, for every type of the catalogue.
#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "events/event.h"
#include "events/json/command_reader.h"
#include "events/json/event_writer.h"
#include "tests/codec/command_generator.h"

using namespace events;

namespace {

/// What the registrar would do to a draft that named every reference in full.
void resolve_references(Draft& draft) {
    for (const auto& reference : draft.references) {
        const auto& at = std::get<Reference::At>(reference.target);
        const schema::EventRef value(at.position.value, at.event->stored());
        std::memcpy(draft.payload.data() + reference.offset, &value, sizeof value);
    }
}

Placement placement_of(const Draft& draft, const TypeInfo& type) {
    Placement placement;
    placement.position = {7};
    placement.event_id = *Id::parse("000102030405060708090a0b0c0d0e0f");
    const auto kind = type.home == StreamKind::none ? StreamKind::talent : type.home;
    placement.streams = {{{kind, *draft.home}, {3}}};
    placement.recorded_at = *Instant::parse("2019-04-01T10:00:00+08:00");
    placement.from = draft.from.value_or(Date::of(2019, 4, 1));
    placement.to = draft.to;
    return placement;
}

std::vector<SealedRef> sealed_parts(const Draft& draft) {
    std::vector<SealedRef> parts;
    for (const auto& field : draft.personal) {
        const auto same = [&](const SealedRef& part) {
            return part.personal_class == field.personal_class;
        };
        if (std::any_of(parts.begin(), parts.end(), same)) continue;
        parts.emplace_back().personal_class = field.personal_class;
    }
    return parts;
}

/// The command that the written event tells of.
std::string command_told_by(const std::string& written, const TypeInfo& type) {
    const auto json = boost::json::parse(written).as_object();
    boost::json::object out{{"specversion", "1.0"}};
    out["id"] = json.at("commandid");
    for (const auto* name : {"type", "subject"}) out[name] = json.at(name);
    if (type.dates != DateUse::none) {
        out["effectivefrom"] = json.at("effectivefrom");
        if (json.contains("effectiveto")) out["effectiveto"] = json.at("effectiveto");
    }
    boost::json::object data = json.at("data").as_object();
    data.erase("actor");
    out["data"] = std::move(data);
    return boost::json::serialize(out);
}

struct RoundTrip {
    const Catalogue& catalogue = Catalogue::built_in();
    CommandReader reader{catalogue, CodeLists::built_in()};
    EventEncoder encoder;
    Actor actor{*Id::parse("11111111111111111111111111111111"), Role::P, {}, "510000", {}, {}};

    Command read(const std::string& json) {
        auto command = reader.read(json, actor);
        INFO(json);
        if (!command) {
            for (const auto& detail : command.error().details) {
                UNSCOPED_INFO(detail.pointer << " " << detail.code << " " << detail.what);
            }
        }
        REQUIRE(command);
        return std::move(*command);
    }
    std::string store(const Command& command, const TypeInfo& type) {
        auto draft = command.drafts[0];
        resolve_references(draft);
        const auto parts = sealed_parts(draft);
        BodyMac mac;
        if (parts.empty()) mac.salt = Hash{};
        const auto bytes =
            encoder.encode(command, draft, placement_of(draft, type), parts, mac, 1);
        REQUIRE(bytes);
        return std::string(*bytes);
    }
};

}  // namespace

TEST_CASE("Every event type survives the way from JSON to bytes and back", "[codec]") {
    RoundTrip trip;
    test::CommandGenerator generator(20190323);
    for (const auto& type : trip.catalogue.types()) {
        for (int run = 0; run < 12; ++run) {
            const auto json = generator.command(type, run == 0 ? 100 : run == 1 ? 0 : 60);
            const auto command = trip.read(json);
            REQUIRE(command.drafts.size() == 1);
            const auto& draft = command.drafts[0];
            const auto stored = trip.store(command, type);
            const auto event = read_event(stored);
            REQUIRE(event);

            std::string written;
            const PersonalView opened{draft.personal, false};
            write_event(written, trip.catalogue, **event, Hash{}, &opened);
            INFO(json << "\n" << written);
            const auto again = trip.read(command_told_by(written, type));
            CHECK(again.canonical == command.canonical);
            CHECK(again.drafts[0].payload == draft.payload);
            REQUIRE(again.drafts[0].personal.size() == draft.personal.size());
            for (std::size_t i = 0; i < draft.personal.size(); ++i) {
                CHECK(again.drafts[0].personal[i].path == draft.personal[i].path);
                CHECK(again.drafts[0].personal[i].json == draft.personal[i].json);
            }
        }
    }
}

TEST_CASE("An event holds no personal field in clear", "[codec]") {
    RoundTrip trip;
    test::CommandGenerator generator(7);
    for (const auto& type : trip.catalogue.types()) {
        const auto command = trip.read(generator.command(type));
        const auto stored = trip.store(command, type);
        for (const auto& field : command.drafts[0].personal) {
            // Short values occur by chance.
            if (field.json.size() < 12 || field.json.front() != '"') continue;
            CHECK(stored.find(field.json.substr(1, field.json.size() - 2)) == std::string::npos);
        }
    }
}

TEST_CASE("EventWriter shows sealed and erased fields as null, with the reason", "[codec]") {
    RoundTrip trip;
    const auto& type = *trip.catalogue.find("TalentRegistered");
    test::CommandGenerator generator(8);
    const auto command = trip.read(generator.command(type));
    const auto stored = trip.store(command, type);
    const auto& event = **read_event(stored);

    const auto data_of = [&](const PersonalView* view) {
        std::string written;
        write_event(written, trip.catalogue, event, Hash{}, view);
        return boost::json::parse(written).at("data").as_object();
    };
    SECTION("sealed") {
        const auto data = data_of(nullptr);
        CHECK(data.at("payload").at("doc").at("number").is_null());
        CHECK(data.at("payload").at("doc").at("kind") == "CN_ID");
        CHECK(data.at("payload").at("contact").is_null());
        CHECK(data.at("evidence").as_array()[0].at("locator").is_null());
        CHECK(data.at("sealed").as_array().size() == 3);
        CHECK(data.at("sealed").as_array()[0].at("state") == "sealed");
    }
    SECTION("one class erased") {
        PersonalView view{{}, true};
        for (const auto& field : command.drafts[0].personal) {
            if (field.personal_class == PersonalClass::IDENTITY) view.fields.push_back(field);
        }
        const auto data = data_of(&view);
        CHECK(data.at("payload").at("doc").at("number").is_string());
        CHECK(data.at("payload").at("contact").is_null());
        for (const auto& part : data.at("sealed").as_array()) CHECK(part.at("state") == "erased");
        CHECK(data.at("sealed").as_array().size() == 2);
    }
}

TEST_CASE("CommandReader keeps the events of an array together", "[codec]") {
    RoundTrip trip;
    test::CommandGenerator generator(9);
    std::vector<const TypeInfo*> types;
    for (const auto& type : trip.catalogue.types()) types.push_back(&type);
    const auto command = trip.read(generator.command_of(types));
    REQUIRE(command.drafts.size() == types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        CHECK(command.drafts[i].type == types[i]->type);
        CHECK_FALSE(command.drafts[i].payload.empty());
    }
}

TEST_CASE("CommandReader writes the same canonical text whatever the order and spacing",
          "[codec]") {
    RoundTrip trip;
    const auto one = trip.read(
        R"({"specversion":"1.0","id":"00000000000000000000000000000001","type":"AffiliationEnded",
            "subject":"talent/000000000000000000000000000000aa","effectivefrom":"2019-07-01",
            "data":{"payload":{"reason":"RESIGN","affiliation":12}}})");
    const auto other = trip.read(
        R"({"data":{"expect":{"talent/000000000000000000000000000000AA":4},"payload":{
            "affiliation":"12","reason":"\u0052ESIGN"}},"effectivefrom":"2019-07-01",
            "subject":"talent/00000000-0000-0000-0000-0000000000AA","source":"x",
            "type":"talent.AffiliationEnded.v1","id":"00000000000000000000000000000001",
            "specversion":"1.0"})");
    CHECK(one.canonical == other.canonical);
    CHECK(one.canonical ==
          R"({"events":[{"type":"talent.AffiliationEnded.v1",)"
          R"("subject":"talent/000000000000000000000000000000aa","from":"2019-07-01",)"
          R"("payload":{"affiliation":"12","reason":"RESIGN"}}]})");
    REQUIRE(other.expect.size() == 1);
    CHECK(other.expect[0].revision == Revision{4});
    REQUIRE(one.drafts[0].references.size() == 1);
    CHECK(one.drafts[0].references[0].path == "affiliation");
}
