#include "tools/load/items.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "tools/load/csv.h"
#include "tools/load/digest.h"

namespace tools {
namespace {

class NdjsonItems final : public Items {
public:
    explicit NdjsonItems(std::string_view text) : rest_(text) {}

    base::Result<bool> next(Item& item) override {
        while (!rest_.empty()) {
            ++line_;
            const auto end = rest_.find('\n');
            std::string_view line = rest_.substr(0, end);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
            if (line.starts_with(actor_head) && line.ends_with(actor_tail)) {
                line.remove_prefix(actor_head.size());
                line.remove_suffix(actor_tail.size());
                actor_ = line;
                continue;
            }
            item = {line_, std::string(line), line, {}, actor_};
            return true;
        }
        return false;
    }

private:
    static constexpr std::string_view actor_head = "{\"ledgeractor\":\"", actor_tail = "\"}";

    std::string_view rest_;
    std::size_t line_ = 0;
    std::string actor_;
};

class CsvItems final : public Items {
public:
    CsvItems(std::string_view text, Mapping mapping, const events::Id& seed)
        : rows_(text, separator_of(text)), mapping_(std::move(mapping)), seed_(seed) {}

    base::Result<void> read_heading() {
        auto found = rows_.next(heading_);
        if (!found) return found.error();
        for (auto& name : heading_) {
            name.erase(0, name.find_first_not_of(" \t"));
            name.erase(name.find_last_not_of(" \t") + 1);
        }
        return mapping_.check_heading(heading_);
    }

    base::Result<bool> next(Item& item) override {
        auto found = rows_.next(cells_);
        if (!found || !*found) return found;
        auto made = mapping_.make(heading_, cells_, derived("command"), derived("row"));
        item = {rows_.line(), std::move(made.json), rows_.raw(), std::move(made.headings), {}};
        return true;
    }

private:
    events::Id derived(std::string_view purpose) const {
        return id_of(
            sha256(fmt::format("ledger/import/v1/{}/{}/{}", seed_.text(), purpose, rows_.line())));
    }

    CsvRows rows_;
    const Mapping mapping_;
    const events::Id seed_;
    std::vector<std::string> heading_, cells_;
};

}  // namespace

std::unique_ptr<Items> ndjson_items(std::string_view text) {
    return std::make_unique<NdjsonItems>(text);
}

base::Result<std::unique_ptr<Items>> csv_items(std::string_view text, Mapping mapping,
                                               const events::Id& seed) {
    auto items = std::make_unique<CsvItems>(text, std::move(mapping), seed);
    if (auto read = items->read_heading(); !read) return read.error();
    return std::unique_ptr<Items>(std::move(items));
}

std::size_t count_lines(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace tools
