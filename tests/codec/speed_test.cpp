// How long reading, encoding and writing take; asked for by name: codec_test "[.speed]".
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>

#include "events/event.h"
#include "events/fact.h"
#include "events/json/command_reader.h"
#include "events/json/event_writer.h"

using namespace events;

namespace {

template <class Work>
void measure(const char* what, Work work) {
    constexpr int rounds = 50'000;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) work();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    std::printf("%-28s %7.2f us\n", what, took.count() / rounds);
}

const char* const registration = R"({"specversion":"1.0","id":"00000000000000000000000000000007",
"source":"/prefecture/510100","type":"talent.TalentRegistered.v1",
"subject":"talent/00000000000000000000000000000003","effectivefrom":"2019-05-06","data":{
"legal_basis":"STATUTORY_DUTY","payload":{"category":"ZJ","doc":{"kind":"CN_ID","issuer":"CHN",
"number":"510100198005120012"},"name":{"zh":"张三","latin":"Zhang San"},"sex":1,"birth_year":1980,
"birth_date":"1980-05-12","nationality":"CHN","residence":"510100","degree":"201",
"titles":[{"code":"011","awarded_on":"2010-09-01"}],"skills":["SK01","SK02"],
"contact":[{"kind":"PHONE","value":"00000000"}],"source":{"system":"hr","record_no":"17"}}}})";

const char* const affiliation = R"({"specversion":"1.0","id":"00000000000000000000000000000007",
"type":"talent.AffiliationStarted.v1","subject":"talent/00000000000000000000000000000003",
"effectivefrom":"2019-05-06","data":{"payload":{"employer":"00000000000000000000000000000004",
"site":"00000000000000000000000000000005","kind":"FULL_TIME_HOME","staffing":"CONTRACT","team":"ZJ",
"fte":1000},"expect":{"talent/00000000000000000000000000000003":1}}})";

void measure_all(const char* name, std::string_view json) {
    std::printf("%s, %zu bytes of JSON\n", name, json.size());
    CommandReader reader(Catalogue::built_in(), CodeLists::built_in());
    EventEncoder encoder;
    const auto command = reader.read(json, Actor{});
    REQUIRE(command);
    Placement placement;
    placement.streams = {{{StreamKind::talent, Id{}}, {1}}};
    std::vector<SealedRef> sealed(command->drafts[0].personal.empty() ? 0 : 3);
    const auto encode = [&] {
        return encoder.encode(*command, command->drafts[0], placement, sealed, BodyMac{}, 1);
    };
    const std::string bytes(*encode());
    std::string out;
    measure("read command", [&] { (void)reader.read(json, Actor{}); });
    measure("encode and verify event", [&] { (void)encode(); });
    measure("read_event", [&] { (void)read_event(bytes); });
    measure("fact of a trusted event", [&] { (void)Fact::of(trusted_event(bytes)); });
    measure("write event as JSON", [&] {
        out.clear();
        write_event(out, Catalogue::built_in(), trusted_event(bytes), Hash{});
    });
    std::printf("%zu bytes stored\n", bytes.size());
}

}  // namespace

TEST_CASE("Speed of the codec", "[codec][.speed]") {
    measure_all("TalentRegistered", registration);
    measure_all("AffiliationStarted", affiliation);
}
