#include "events/catalogue.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "events/codes/code_lists.h"

using namespace events;

namespace {

const Catalogue& catalogue() { return Catalogue::built_in(); }

/// Tables that are not part of any payload.
bool is_envelope(const TableInfo& table) {
    return table.name == "Event" || table.name == "Actor" || table.name == "SealedPart";
}

}  // namespace

TEST_CASE("The catalogue knows what the schema says of a type", "[events]") {
    const auto* type = catalogue().find("talent.AffiliationStarted.v1");
    REQUIRE(type);
    CHECK(type == catalogue().find("AffiliationStarted"));
    CHECK(type == catalogue().find(schema::Payload::AffiliationStarted));
    CHECK(type->zh == "建立人事关系");
    CHECK(type->en == "Affiliation started");
    CHECK(type->home == StreamKind::talent);
    CHECK(type->may_record(Role::E));
    CHECK(type->may_record(Role::M));
    CHECK_FALSE(type->may_record(Role::P));
    CHECK_FALSE(type->may_record(Role::none));
    CHECK(type->dates == DateUse::from);
    CHECK(type->approval == ApprovalUse::never);
    CHECK_FALSE(type->opens);
    CHECK_FALSE(type->has_personal);

    const auto* employer = type->table->find("employer");
    REQUIRE(employer);
    CHECK(employer->type == FieldType::id);
    CHECK(employer->must);
    CHECK(employer->concerns == StreamKind::employer);
    const auto* fte = type->table->find("fte");
    CHECK(fte->type == FieldType::number);
    CHECK(fte->least == 1);
    CHECK(fte->most == 1000);
    CHECK(fte->unit == "permille");
    CHECK(type->table->find("kind")->symbols->symbols.size() == 3);
    CHECK(type->table->find("team")->code_list == "talent_categories");
    CHECK(type->table->find("home_consent")->type == FieldType::event);

    CHECK(catalogue().find("TalentRegistered")->opens);
    CHECK(catalogue().find("TalentRegistered")->has_personal);
    CHECK(catalogue().find("TalentRecordsMerged")->approval == ApprovalUse::always);
    CHECK(catalogue().find("EventCorrected")->approval == ApprovalUse::by_rule);
    CHECK(catalogue().find("ServiceRendered")->dates == DateUse::month);
    CHECK(catalogue().find("CalendarPublished")->list == "calendar");
    const auto& amended = *catalogue().find("TalentAmended")->table;
    CHECK(amended.find("cleared")->type == FieldType::field_names);
    CHECK(catalogue().find("Nothing") == nullptr);
}

TEST_CASE("Every event type has labels, a home and people who may record it", "[events]") {
    for (const auto& type : catalogue().types()) {
        INFO(type.name);
        CHECK_FALSE(type.zh.empty());
        CHECK_FALSE(type.en.empty());
        CHECK(type.roles != 0);
        CHECK_FALSE(type.may_record(Role::A));  // auditors read
        const bool follows_target = type.name == "EventCorrected" || type.name == "EventRetracted";
        CHECK((type.home != StreamKind::none) != follows_target);
        if (type.home == StreamKind::reference && type.name != "CodeListPublished") {
            CHECK_FALSE(type.list.empty());
        }
    }
}

TEST_CASE("Every field has a label, bounds, and a known list", "[events]") {
    for (const auto& table : catalogue().tables()) {
        if (is_envelope(table)) continue;
        for (const auto& field : table.fields) {
            INFO(table.name << "." << field.name);
            CHECK_FALSE(field.zh.empty());
            CHECK_FALSE(field.en.empty());
            if (!field.code_list.empty()) CHECK(CodeLists::built_in().rule(field.code_list));
            if (field.type == FieldType::text) CHECK(field.length_max > 0);
            if (field.list) CHECK(field.items_max > 0);
            CHECK_FALSE((field.must && field.fill));
        }
    }
}

TEST_CASE("No free text stands in clear", "[events]") {
    std::set<const TableInfo*> sealed_whole;
    for (const auto& table : catalogue().tables()) {
        for (const auto& field : table.fields) {
            if (field.personal == PersonalClass::none || !field.table) continue;
            sealed_whole.insert(field.table);
        }
    }
    for (const auto& table : catalogue().tables()) {
        if (is_envelope(table) || sealed_whole.contains(&table)) continue;
        for (const auto& field : table.fields) {
            if (field.type != FieldType::text || field.personal != PersonalClass::none) continue;
            INFO(table.name << "." << field.name);
            CHECK((field.is_public_name || field.is_digits));
        }
    }
}

// A number is never reused and never changes: it stands in every stored event.
TEST_CASE("The numbers of event types are frozen", "[events]") {
    static const std::map<std::string, int> frozen = {
        {"TalentRegistered", 1}, {"TalentAmended", 2}, {"QualificationRecorded", 3},
        {"QualificationRevoked", 4}, {"AchievementRecorded", 5}, {"IntegrityMarkRecorded", 6},
        {"TalentStatusChanged", 7}, {"AvailabilityDeclared", 8}, {"IdentityVerified", 20},
        {"IdentityDocumentReplaced", 21}, {"DuplicateSuspected", 22}, {"DuplicateDismissed", 23},
        {"TalentRecordsMerged", 24}, {"TalentRecordsSplit", 25}, {"EmployerRegistered", 30},
        {"EmployerAmended", 31}, {"SiteOpened", 32}, {"SiteClosed", 33}, {"EmployerMerged", 34},
        {"EmployerDivided", 35}, {"EmployerDissolved", 36}, {"AffiliationStarted", 40},
        {"AffiliationEnded", 41}, {"PostChanged", 42}, {"SiteRelocated", 43},
        {"SecondaryPostConsented", 44}, {"TransferRequested", 50}, {"TalentAgreed", 51},
        {"ReleaseGranted", 52}, {"ReleaseRefused", 53}, {"ResignationNoticed", 54},
        {"AcceptanceGranted", 55}, {"AcceptanceRefused", 56}, {"AuthorityApproved", 57},
        {"AuthorityRejected", 58}, {"TransferEffected", 59}, {"FileHandedOver", 60},
        {"InsuranceTransferred", 61}, {"TransferWithdrawn", 62}, {"TransferLapsed", 63},
        {"TransferReversed", 64}, {"ObligationDeclared", 65}, {"ArrivalRecorded", 66},
        {"DepartureRecorded", 67}, {"EngagementProposed", 70}, {"EngagementConsented", 71},
        {"EngagementDeclined", 72}, {"EngagementActivated", 73}, {"EngagementSuspended", 74},
        {"EngagementResumed", 75}, {"EngagementRescheduled", 76}, {"EngagementExtended", 77},
        {"ServiceRendered", 78}, {"ServiceDisputed", 79}, {"ServiceSettled", 80},
        {"EngagementEvaluated", 81}, {"EngagementCompleted", 82}, {"EngagementTerminated", 83},
        {"EngagementCancelled", 84}, {"EngagementConverted", 85}, {"DivisionChanged", 180},
        {"ZoneSchemeActivated", 181}, {"HardshipListPublished", 182}, {"CodeListPublished", 183},
        {"CalendarPublished", 184}, {"ParameterSet", 185}, {"EventCorrected", 205},
        {"EventRetracted", 206}, {"ActionApproved", 207}, {"ActionRejected", 208},
        {"LedgerOpened", 210}, {"SchemaPublished", 211}, {"LedgerRecovered", 212},
        {"FirstLoadOpened", 213}, {"FirstLoadClosed", 214}, {"CheckpointRecorded", 215},
        {"StreamMapRecorded", 216}, {"ViewDigestsRecorded", 217}, {"SigningKeyRotated", 218},
        {"LogRestored", 219}};
    std::set<int> numbers;
    for (const auto& type : catalogue().types()) {
        INFO(type.name);
        CHECK(numbers.insert(static_cast<int>(type.type)).second);
        const auto found = frozen.find(type.name);
        REQUIRE(found != frozen.end());  // a new type is added to the list above
        CHECK(found->second == static_cast<int>(type.type));
    }
    CHECK(numbers.size() == frozen.size());
}

TEST_CASE("The binary schema explains itself", "[events]") {
    const auto bytes = catalogue().schema_bytes();
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
    CHECK(reflection::VerifySchemaBuffer(verifier));
    CHECK(std::string_view(catalogue().reflected().root_table()->name()->c_str()) ==
          "events.schema.Event");
}
