// What flatc's own check (the test `schema_conforms`) does not see: a name that changes. Names are
// what JSON, slices and personal field paths are made of, and stored events are read by them.
#include <flatbuffers/idl.h>
#include <flatbuffers/reflection_generated.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// A schema as flatc understands it.
class Schema {
public:
    explicit Schema(const std::string& text, const std::string& folder = {}) {
        const char* includes[] = {folder.c_str(), nullptr};
        const auto file = folder.empty() ? std::string() : folder + "/event.fbs";
        if (!parser_.Parse(text.c_str(), folder.empty() ? nullptr : includes,
                           folder.empty() ? nullptr : file.c_str())) {
            throw std::runtime_error(parser_.error_);
        }
        parser_.Serialize();
    }
    static Schema in(const std::string& folder) {
        std::ifstream file(folder + "/event.fbs");
        return Schema({std::istreambuf_iterator<char>(file), {}}, folder);
    }
    const reflection::Schema& read() const {
        return *reflection::GetSchema(parser_.builder_.GetBufferPointer());
    }

private:
    flatbuffers::Parser parser_;
};

template <class Named>
const Named* find(const flatbuffers::Vector<flatbuffers::Offset<Named>>& all,
                  const flatbuffers::String* name) {
    for (const auto* each : all) {
        if (each->name()->str() == name->str()) return each;
    }
    return nullptr;
}

std::string type_of(const reflection::Schema& schema, const reflection::Type& type) {
    std::string out = reflection::EnumNameBaseType(type.base_type());
    out += std::string(" of ") + reflection::EnumNameBaseType(type.element());
    if (type.index() < 0) return out;
    const bool object = type.base_type() == reflection::Obj || type.element() == reflection::Obj;
    const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
    return out + " " + (object ? schema.objects()->Get(index)->name()->str()
                               : schema.enums()->Get(index)->name()->str());
}

void compare_fields(const reflection::Schema& released, const reflection::Object& was,
                    const reflection::Schema& present, const reflection::Object& is,
                    std::vector<std::string>& changes) {
    for (const auto* field : *was.fields()) {
        const auto place = was.name()->str() + "." + field->name()->str();
        const reflection::Field* now = nullptr;
        for (const auto* each : *is.fields()) {
            if (each->id() == field->id()) now = each;
        }
        if (now == nullptr) {
            changes.push_back(place + " is gone");
        } else if (now->name()->str() != field->name()->str()) {
            changes.push_back(place + " is called " + now->name()->str());
        } else if (type_of(released, *field->type()) != type_of(present, *now->type())) {
            changes.push_back(place + " is of another type");
        }
    }
}

void compare_values(const reflection::Enum& was, const reflection::Enum& is,
                    std::vector<std::string>& changes) {
    for (const auto* value : *was.values()) {
        const auto place = was.name()->str() + "." + value->name()->str();
        const auto* now = is.values()->LookupByKey(value->value());
        if (now == nullptr) {
            changes.push_back(place + " is gone");
        } else if (now->name()->str() != value->name()->str()) {
            changes.push_back(place + " is called " + now->name()->str());
        }
    }
}

/// What stored events of the released schema would be misread for, as sentences.
std::vector<std::string> changes(const Schema& released_schema, const Schema& present_schema) {
    const auto& released = released_schema.read();
    const auto& present = present_schema.read();
    std::vector<std::string> out;
    for (const auto* was : *released.objects()) {
        if (const auto* is = find(*present.objects(), was->name())) {
            compare_fields(released, *was, present, *is, out);
        } else {
            out.push_back(was->name()->str() + " is gone");
        }
    }
    for (const auto* was : *released.enums()) {
        if (const auto* is = find(*present.enums(), was->name())) {
            compare_values(*was, *is, out);
        } else {
            out.push_back(was->name()->str() + " is gone");
        }
    }
    return out;
}

const std::string small = R"(enum Kind : ubyte { ONE = 1, TWO = 2 }
struct Day { days:int; } table Work { day:Day; kind:Kind = null; hours:ushort; }
union Any { Work = 7 } table Event { payload:Any; } root_type Event;)";

std::string with(const std::string& from, const std::string& to) {
    auto out = small;
    for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size())) {
        out.replace(at, from.size(), to);
    }
    return out;
}

}  // namespace

TEST_CASE("The schema calls every released table, field and value what it was called",
          "[events]") {
    const auto found = changes(Schema::in(SCHEMA_V1), Schema::in(SCHEMA));
    for (const auto& each : found) UNSCOPED_INFO(each);
    CHECK(found.empty());
    CHECK(Schema::in(SCHEMA_V1).read().objects()->size() > 50);
}

TEST_CASE("A renamed, retyped or missing part of a schema is noticed", "[events]") {
    struct Case {
        const char* from;
        const char* to;
        std::vector<std::string> expected;
    };
    const std::vector<Case> cases = {
        {"hours", "hours", {}},
        {"hours:ushort;", "hours:ushort; note:string;", {}},
        {"TWO = 2", "TWO = 2, THREE = 3", {}},
        {"hours", "minutes", {"Work.hours is called minutes"}},
        {"days", "number", {"Day.days is called number"}},
        {"TWO", "BOTH", {"Kind.TWO is called BOTH"}},
        {"TWO = 2", "TWO = 3", {"Kind.TWO is gone"}},
        {"hours:ushort", "hours:short", {"Work.hours is of another type"}},
        {"hours:ushort;", "", {"Work.hours is gone"}},
        {"Day", "Date", {"Day is gone", "Work.day is of another type"}}};
    const Schema released(small);
    for (const auto& each : cases) {
        INFO(each.from << " -> " << each.to);
        CHECK(changes(released, Schema(with(each.from, each.to))) == each.expected);
    }
}
