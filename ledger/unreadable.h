// Something that is stored and cannot be read: a damaged block, a missing tile, a failing disk.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include "events/base/result.h"

namespace ledger {

/// Thrown where events are read in the middle of a fold or of a look-up, whose answers have no
/// room for a failure and whose callers could do nothing about it. Caught where a whole question
/// or a whole command can be given up: see decisions/0016-damage-met-while-reading.md.
class Unreadable final : public std::exception {
public:
    explicit Unreadable(base::Error error) : error_(std::move(error)) {}

    const base::Error& error() const { return error_; }
    const char* what() const noexcept override { return error_.what.c_str(); }

private:
    base::Error error_;
};

/// The same failure, saying at which event it was met.
inline base::Error at_position(std::uint64_t position, base::Error error) {
    error.what = "position " + std::to_string(position) + ": " + error.what;
    return error;
}

/// Does `work`, which gives back a Result; what turns out to be unreadable becomes its failure.
template <class Work>
std::invoke_result_t<Work&> unless_unreadable(Work&& work) {
    try {
        return work();
    } catch (const Unreadable& damage) {
        return damage.error();
    }
}

}  // namespace ledger
