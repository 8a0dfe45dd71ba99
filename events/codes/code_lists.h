// Reference lists compiled into the program (events/codes/lists/*.csv), and the checks of coded
// values. Lists that the province publishes as events (calendar, zones ...) are not here.
#pragma once

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

class CodeList {
public:
    CodeList(std::string name, std::vector<Row> rows, std::string key);

    const std::string& name() const { return name_; }
    const std::vector<Row>& rows() const { return rows_; }
    const Row* find(std::string_view code) const;

private:
    std::string name_;
    std::vector<Row> rows_;
    std::unordered_map<std::string, std::size_t> by_code_;
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

private:
    CodeLists();
    std::map<std::string, CodeList, std::less<>> lists_;
};

/// RFC 4180 rows with a header line; LF or CRLF. Fails with `invalid` E_BAD_CSV naming the line.
base::Result<std::vector<Row>> parse_csv(std::string_view text);

}  // namespace events
