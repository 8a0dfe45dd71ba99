// Makes valid commands of any event type, every field filled with random values that the
// catalogue allows.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "events/catalogue.h"
#include "events/codes/code_lists.h"

namespace test {

class CommandGenerator {
public:
    explicit CommandGenerator(std::uint64_t seed) : random_(seed) {}

    /// One CloudEvent. `completeness` percent of the optional fields are given.
    std::string command(const events::TypeInfo& type, int completeness = 100);
    /// An array of CloudEvents with one command id.
    std::string command_of(const std::vector<const events::TypeInfo*>& types);

    std::size_t below(std::size_t bound);
    std::string id();

private:
    std::string event(const events::TypeInfo& type, std::string_view members);
    std::string table(const events::TableInfo& table);
    std::string schedule();
    std::string document();
    std::string field(const events::TableInfo& table, const events::FieldInfo& field);
    std::string value(const events::TableInfo& table, const events::FieldInfo& field);
    std::string number(const events::FieldInfo& field);
    std::string code(const events::FieldInfo& field);
    std::string code_of(std::string_view list);
    std::string text(std::size_t characters_max);
    std::string digits(std::size_t count);
    std::string hex_digits(std::size_t count);
    std::string uscc();
    std::string date(int year_from, int year_to);
    bool chance(int percent) { return static_cast<int>(below(100)) < percent; }

    std::mt19937_64 random_;
    int completeness_ = 100;
    // What several fields of one payload must agree on.
    std::string birth_;
    int sex_ = 1;
    std::string section_;
    std::string year_;
};

}  // namespace test
