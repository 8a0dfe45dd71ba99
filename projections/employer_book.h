// Every version of every employer, so that a place can be told as of any moment without reading
// events.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/ids.h"
#include "events/rules/employer.h"

namespace projections {

/// Threads: one thread adds; any thread asks.
class EmployerBook {
public:
    using Version = std::shared_ptr<const events::Employer>;

    /// The employer as the first `size` events of the log tell; null if they do not.
    Version at(const events::Id& employer, std::uint64_t size) const;
    /// Employers that `successor` stands for on `day`: those merged into it by then, and theirs.
    std::vector<events::Id> merged_into(const events::Id& successor, events::Date day,
                                        std::uint64_t size) const;

    /// What holds once `size` events are folded in. REQUIRES: sizes of one employer only grow.
    void add(std::uint64_t size, Version version);
    void clear();

private:
    struct Dated {
        std::uint64_t size;
        Version employer;
    };
    Version newest(const std::vector<Dated>& versions, std::uint64_t size) const;

    mutable std::shared_mutex mutex_;
    std::unordered_map<events::Id, std::vector<Dated>, events::IdHash> versions_;
};

/// All of an employer as bytes, and back; nothing if the bytes are not one.
std::string pack(const events::Employer& employer);
std::optional<events::Employer> unpack_employer(std::string_view bytes);

}  // namespace projections
