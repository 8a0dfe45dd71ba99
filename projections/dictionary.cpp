#include "projections/dictionary.h"

#include "events/base/ensure.h"

namespace projections {

Dictionary::Dictionary()
    : chunks_(std::make_unique<std::array<std::atomic<Chunk*>, chunks_max>>()) {
    word("");
}

Dictionary::~Dictionary() {
    for (auto& chunk : *chunks_) delete chunk.load();
}

std::string_view Dictionary::text(Word word) const {
    ENSURE(word < size(), "rows name only entries that were added");
    return (
        *(*chunks_)[word / chunk_entries].load(std::memory_order_acquire))[word % chunk_entries];
}

Word Dictionary::word(std::string_view text) {
    if (const auto found = words_.find(text); found != words_.end()) return found->second;
    const Word next = size_.load(std::memory_order_relaxed);
    ENSURE(next < chunk_entries * chunks_max, "a dictionary holds 67 million texts");
    auto& chunk = (*chunks_)[next / chunk_entries];
    if (chunk.load(std::memory_order_relaxed) == nullptr) {
        chunk.store(std::make_unique<Chunk>().release(), std::memory_order_release);
    }
    std::string& entry = (*chunk.load(std::memory_order_relaxed))[next % chunk_entries];
    entry.assign(text);
    words_.emplace(entry, next);
    size_.store(next + 1, std::memory_order_release);
    return next;
}

void Dictionary::clear() {
    words_.clear();
    size_.store(0);
    for (auto& chunk : *chunks_) delete chunk.exchange(nullptr);
    word("");
}

}  // namespace projections
