// The newest revision and its position of every stream met so far: a table made for being asked
// once for each stream of each event, millions of times, in an order that no cache can guess.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "events/ids.h"
#include "ledger/bytes.h"

namespace ledger {

/// Bounds:  32 bytes per stream, at most three quarters full.
/// Threads: one at a time.
class RevisionTally {
public:
    struct Entry {
        events::Id id;
        std::uint64_t last = 0;      ///< position of that revision
        std::uint32_t revision = 0;  ///< 0: not met
        events::StreamKind kind = events::StreamKind::none;
        bool taken = false;  ///< the place is no longer free
    };

    RevisionTally() : places_(first_places) {}

    /// Fetches what `at` is going to look at, so that many look-ups wait for memory together.
    void expect(const events::schema::StreamRef& stream) const {
        __builtin_prefetch(&places_[start(events::Id::of(stream.id()), stream.kind())]);
    }
    /// The stream's entry, made with revision 0 if it was not met yet. Whoever makes one sets its
    /// revision. Valid until the next call.
    Entry& at(const events::Id& id, events::StreamKind kind);
    /// The stream's entry becomes what it was. One of revision 0 is kept, and passed over by
    /// `each` and `encoded`.
    void put_back(const Entry& entry);
    std::uint64_t size() const { return used_; }
    void each(const std::function<void(const Entry&)>& visit) const;

    /// All entries as bytes, and back. False for bytes that are none.
    std::string encoded() const;
    bool decode(std::string_view bytes);
    static void append(std::string& out, const Entry& entry);
    static Entry take(ByteReader& reader);

private:
    static constexpr std::size_t first_places = 1'024;

    std::size_t start(const events::Id& id, events::StreamKind kind) const;
    void grow();

    std::vector<Entry> places_;  ///< a power of two
    std::uint64_t used_ = 0;
};

}  // namespace ledger
