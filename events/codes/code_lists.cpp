#include "events/codes/code_lists.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/codes/identifiers.h"
#include "events/dates.h"
#include "events/edit_distance.h"

// Every file of codes/lists is embedded; the build writes their names here.
#define CODE_LIST(name)                          \
    extern "C" const char codec_##name##_csv[]; \
    extern "C" const char codec_##name##_csv_end[];
#include "events/code_list_names.inc"
#undef CODE_LIST

namespace events {
namespace {

struct Embedded {
    std::string_view name;
    const char* begin;
    const char* end;
};

constexpr std::size_t word_length_max = 64;

std::vector<Embedded> embedded_lists() {
    return {
#define CODE_LIST(name) Embedded{#name, codec_##name##_csv, codec_##name##_csv_end},
#include "events/code_list_names.inc"
#undef CODE_LIST
    };
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == ':' ||
               c == '/';
    });
}

/// Scheme, colon, and only characters that RFC 3986 lets stand in a URI.
bool is_uri(std::string_view text) {
    static constexpr std::string_view others = "-._~:/?#[]@!$&'()*+,;=%";
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_letter(text[0])) return false;
    return text.size() > colon + 1 && std::all_of(text.begin(), text.end(), [](char c) {
               return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
           });
}

bool is_month_day(std::string_view text) {
    // A leap year has every day that any year has.
    return text.size() == 5 && Date::parse(std::string("2000-").append(text)).has_value();
}

std::optional<std::uint32_t> six_digits(std::string_view text) {
    if (text.size() != 6) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value;
}

base::Error bad_code(std::string what) {
    return {base::Fault::invalid, "E_BAD_CODE", std::move(what)};
}

}  // namespace

std::string_view nearest_word(std::string_view wrong,
                              const std::vector<std::string_view>& candidates) {
    if (wrong.size() > word_length_max) return {};
    std::string_view best;
    // A short word is nearly anything with two letters changed.
    std::size_t least = wrong.size() < 4 ? 2 : 3;
    for (const auto candidate : candidates) {
        if (candidate.size() > word_length_max) continue;
        const auto far = edit_distance(wrong, candidate);
        if (far < least) {
            least = far;
            best = candidate;
        }
    }
    return best;
}

CodeList::CodeList(std::string name, std::vector<Row> rows, std::string key)
    : name_(std::move(name)), key_(std::move(key)), rows_(std::move(rows)) {
    for (std::size_t i = 0; i < rows_.size(); ++i) by_code_.emplace(cell(rows_[i], key_), i);
}

const Row* CodeList::find(std::string_view code) const {
    const auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : &rows_[found->second];
}

std::string_view CodeList::nearest(std::string_view wrong) const {
    std::vector<std::string_view> codes;
    for (const auto& row : rows_) {
        const std::string_view code = cell(row, key_);
        if (!wrong.empty() && (cell(row, "name_zh") == wrong || cell(row, "name_en") == wrong)) {
            return code;
        }
        codes.push_back(code);
    }
    return nearest_word(wrong, codes);
}

CodeLists::CodeLists() {
    for (const auto& [name, begin, end] : embedded_lists()) {
        const std::string_view text(begin, static_cast<std::size_t>(end - begin));
        auto rows = parse_csv(text);
        ENSURE(rows, "the embedded lists are well formed");
        std::string key(text.substr(0, text.find_first_of(",\r\n")));
        lists_.emplace(name, CodeList(std::string(name), std::move(*rows), std::move(key)));
    }
    const auto add = [this](std::string_view list, std::string_view column) {
        for (const auto& row : lists_.find(list)->second.rows()) {
            if (const auto code = six_digits(cell(row, column))) divisions_.push_back(*code);
        }
    };
    add("divisions", "code");
    add("division_changes", "old_code");
    add("division_changes", "new_code");
    add("id_area_codes", "code");
    std::sort(divisions_.begin(), divisions_.end());
    divisions_.erase(std::unique(divisions_.begin(), divisions_.end()), divisions_.end());
}

const CodeLists& CodeLists::built_in() {
    static const CodeLists lists;
    return lists;
}

const CodeList* CodeLists::list(std::string_view name) const {
    const auto found = lists_.find(name);
    return found == lists_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> CodeLists::names() const {
    std::vector<std::string_view> out;
    for (const auto& [name, list] : lists_) out.push_back(name);
    return out;
}

bool CodeLists::knows_division(std::string_view code) const {
    const auto value = six_digits(code);
    return value && std::binary_search(divisions_.begin(), divisions_.end(), *value);
}

std::optional<CodeRule> CodeLists::rule(std::string_view name) const {
    using Kind = CodeRule::Kind;
    static constexpr std::pair<std::string_view, Kind> patterns[] = {
        {"token", Kind::token},         {"uri", Kind::uri},
        {"month_day", Kind::month_day}, {"uscc", Kind::uscc},
        {"regions", Kind::regions},     {"division_code", Kind::division_code},
        // Their tables are not public or depend on a neighbouring field.
        {"post_codes", Kind::token},    {"qualifications", Kind::token},
    };
    for (const auto& [pattern, kind] : patterns) {
        if (name == pattern) return CodeRule{kind, nullptr};
    }
    if (const auto* found = list(name)) return CodeRule{Kind::list, found};
    return std::nullopt;
}

bool CodeLists::allows(const CodeRule& rule, std::string_view value) const {
    switch (rule.kind) {
        case CodeRule::Kind::list: return rule.list->has(value);
        case CodeRule::Kind::token: return is_token(value);
        case CodeRule::Kind::uri: return is_uri(value);
        case CodeRule::Kind::month_day: return is_month_day(value);
        case CodeRule::Kind::uscc: return check_uscc(value).has_value();
        case CodeRule::Kind::division_code: return six_digits(value).has_value();
        case CodeRule::Kind::regions:
            if (value.starts_with("EXT-")) return list("countries")->has(value.substr(4));
            return knows_division(value) || value == "UNK";
    }
    return false;
}

base::Error CodeLists::refusal(const CodeRule& rule, std::string_view value) const {
    switch (rule.kind) {
        case CodeRule::Kind::list: {
            const auto meant = rule.list->nearest(value);
            if (meant.empty()) return bad_code(fmt::format("not in list {}", rule.list->name()));
            return bad_code(
                fmt::format("not in list {}; did you mean {}?", rule.list->name(), meant));
        }
        case CodeRule::Kind::token:
            return bad_code("only letters, digits and . _ - : / may stand here");
        case CodeRule::Kind::uri: return bad_code("not a URI");
        case CodeRule::Kind::month_day: return bad_code("not a day of the year written MM-DD");
        case CodeRule::Kind::uscc: {
            const auto found = check_uscc(value);
            return found ? bad_code("not a unified social credit code") : found.error();
        }
        case CodeRule::Kind::division_code: return bad_code("a division code has six digits");
        case CodeRule::Kind::regions: break;
    }
    const auto meant =
        value.starts_with("EXT-") ? std::string_view() : list("divisions")->nearest(value);
    if (!meant.empty()) return bad_code(fmt::format("no such region; did you mean {}?", meant));
    return bad_code("a region is a division code, EXT- with a country's three letters, or UNK");
}

base::Result<void> CodeLists::check(std::string_view name, std::string_view value) const {
    const auto found = rule(name);
    if (!found) return bad_code(fmt::format("there is no list {}", name));
    if (allows(*found, value)) return {};
    return refusal(*found, value);
}

}  // namespace events
