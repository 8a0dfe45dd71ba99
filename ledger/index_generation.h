// What has gathered of the index in memory. Internal to ledger/index*.cpp.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ledger/index.h"

namespace ledger {

/// What has gathered since the last seal: per stream a chain of places, newest first.
struct Index::Generation {
    static constexpr std::uint32_t no_place = 0xffffffff;
    struct Place {
        std::uint64_t position;
        std::uint32_t before;  // index of the stream's earlier place
    };
    struct Chain {
        std::uint32_t last = no_place;
        std::uint32_t newest = 0;  // revision of `last`
        std::uint32_t count = 0;
        std::uint32_t first() const { return newest - count + 1; }
    };
    using Owners = std::multimap<std::string, OwnerChange, std::less<>>;

    boost::unordered_flat_map<events::StreamId, Chain, events::IdHash> streams;
    boost::unordered_flat_map<events::Id, events::History::Block, events::IdHash> commands;
    std::vector<Place> places;
    Owners owners;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // one past the newest position

    /// Positions of the chain, oldest first.
    std::vector<std::uint64_t> positions(const Chain& chain) const {
        std::vector<std::uint64_t> out(chain.count);
        std::size_t at = chain.count;
        for (auto place = chain.last; place != no_place; place = places[place].before) {
            out[--at] = places[place].position;
        }
        return out;
    }
    const Chain* chain(const events::StreamId& stream) const {
        const auto found = streams.find(stream);
        return found == streams.end() ? nullptr : &found->second;
    }
};

}  // namespace ledger
