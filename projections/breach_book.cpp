#include "projections/breach_book.h"

#include <cstring>

#include "projections/storage/store.h"

namespace projections {

namespace {

constexpr std::size_t row_size = 4 * (1 + Row::words_max);

std::string breach_key(const events::Id& talent) {
    std::string key = "Q";
    key.append(reinterpret_cast<const char*>(talent.bytes.data()), 16);
    return key;
}

}  // namespace

const std::vector<Row>* BreachBook::find(const events::Id& talent) const {
    const auto found = rows_.find(talent);
    return found == rows_.end() ? nullptr : &found->second;
}

void BreachBook::set(const events::Id& talent, std::vector<Row> rows) {
    changed_.insert(talent);
    if (rows.empty()) {
        rows_.erase(talent);
    } else {
        rows_.insert_or_assign(talent, std::move(rows));
    }
}

void BreachBook::clear() {
    rows_.clear();
    changed_.clear();
}

void BreachBook::take_changes(std::vector<std::pair<std::string, std::string>>& notes,
                              std::vector<std::string>& dropped) {
    for (const auto& talent : changed_) {
        const auto* rows = find(talent);
        if (rows == nullptr) {
            dropped.push_back(breach_key(talent));
            continue;
        }
        std::string bytes;
        for (const Row& row : *rows) {
            put_u32(bytes, static_cast<std::uint32_t>(row.day));
            for (const Word word : row.cell) put_u32(bytes, word);
        }
        notes.emplace_back(breach_key(talent), std::move(bytes));
    }
    changed_.clear();
}

bool BreachBook::restore(std::string_view key, std::string_view value) {
    if (key.size() != 17 || value.empty() || value.size() % row_size != 0) return false;
    events::Id talent;
    std::memcpy(talent.bytes.data(), key.data() + 1, 16);
    std::vector<Row> rows;
    for (; !value.empty(); value.remove_prefix(row_size)) {
        Row row{Table::breaches, static_cast<std::int32_t>(get_u32(value)), {}};
        for (std::size_t i = 0; i < Row::words_max; ++i) {
            row.cell[i] = get_u32(value.substr(4 + 4 * i));
        }
        rows.push_back(row);
    }
    rows_.insert_or_assign(talent, std::move(rows));
    return true;
}

}  // namespace projections
