// Reference lists compiled into the program (events/codes/lists/*.csv), and the checks of coded
// values. Lists that the province publishes as events (calendar, zones ...) are not here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/base/result.h"

namespace events {

/// One row of a list: its columns by name.
using Row = std::map<std::string, std::string, std::less<>>;

/// What stands in that column; empty if the list has no such column.
const std::string& cell(const Row& row, std::string_view column);

/// Lets a map of strings be asked with a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

class CodeList {
public:
    /// `key` names the column that holds the codes; of rows with the same code `find` gives the
    /// first.
    CodeList(std::string name, std::vector<Row> rows, std::string key);

    const std::string& name() const { return name_; }
    const std::vector<Row>& rows() const { return rows_; }
    const Row* find(std::string_view code) const;
    bool has(std::string_view code) const { return by_code_.contains(code); }
    /// The code that was probably meant: one or two letters off, or the code of that very name.
    /// Empty if there is none.
    std::string_view nearest(std::string_view wrong) const;

private:
    std::string name_;
    std::string key_;
    std::vector<Row> rows_;
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> by_code_;
};

/// What a field with attribute `code` may hold: found once by name, then asked for each value.
struct CodeRule {
    enum class Kind { list, token, uri, month_day, uscc, regions, division_code };

    Kind kind = Kind::token;
    const CodeList* list = nullptr;  ///< for `list`
};

/// Threads: read-only after construction; may be shared.
class CodeLists {
public:
    static const CodeLists& built_in();

    /// Null if there is no list of that name.
    const CodeList* list(std::string_view name) const;
    std::vector<std::string_view> names() const;

    /// Whether `value` is allowed for a field with attribute `code: list`. Lists without rows are
    /// patterns: `token` (letters, digits, . _ - : /), `uri`, `month_day`, `uscc`, `regions`
    /// (division code ever valid, province code, `EXT-<alpha3>`, `UNK`), `division_code`,
    /// `parameters`, `qualifications`, `post_codes`, `digest_algorithms`, `currencies`, `sex` ...
    /// Fails with `invalid` E_BAD_CODE or a more precise code (E_USCC).
    base::Result<void> check(std::string_view list, std::string_view value) const;

    /// Nothing if `name` is neither a list nor a pattern.
    std::optional<CodeRule> rule(std::string_view name) const;
    /// Whether the rule lets the value pass.
    bool allows(const CodeRule& rule, std::string_view value) const;
    /// Why it does not; REQUIRES: !allows(rule, value). The sentence does not repeat the value.
    base::Error refusal(const CodeRule& rule, std::string_view value) const;
    /// Whether the six digits were ever the code of a division (lists of any year).
    bool knows_division(std::string_view code) const;

private:
    CodeLists();
    std::map<std::string, CodeList, std::less<>> lists_;
    std::vector<std::uint32_t> divisions_;  ///< every code ever valid, sorted
};

/// Of `candidates` the one that is at most two letters off, preferring the closest; empty if none.
std::string_view nearest_word(std::string_view wrong,
                              const std::vector<std::string_view>& candidates);

/// RFC 4180 rows with a header line; LF or CRLF. Fails with `invalid` E_BAD_CSV naming the line.
base::Result<std::vector<Row>> parse_csv(std::string_view text);

}  // namespace events
