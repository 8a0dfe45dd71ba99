// Short numbers for texts that many rows share: places, traits, region codes.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "projections/rows.h"

namespace projections {

/// Bounds:  67 million entries.
/// Threads: one thread adds; any thread reads entries that were added before it learnt of their
///          number, without a lock.
class Dictionary {
public:
    Dictionary();
    ~Dictionary();

    /// Number of entries, entry 0 (the empty text) included.
    Word size() const { return size_.load(std::memory_order_acquire); }
    /// REQUIRES: word < size().
    std::string_view text(Word word) const;

    /// The text's number; the text is added if it is new.
    Word word(std::string_view text);
    void clear();

private:
    static constexpr std::size_t chunk_entries = 4'096;
    static constexpr std::size_t chunks_max = 16'384;
    using Chunk = std::array<std::string, chunk_entries>;

    std::unique_ptr<std::array<std::atomic<Chunk*>, chunks_max>> chunks_;
    std::atomic<Word> size_{0};
    std::unordered_map<std::string_view, Word> words_;  // keys lie in the chunks
};

/// The dictionaries of one set of views.
struct Dictionaries {
    Dictionary texts;   ///< region codes, engagement kinds, teams
    Dictionary places;  ///< 16 bytes employer, 16 bytes site
    Dictionary traits;  ///< Traits::packed
};

}  // namespace projections
