// Expected failures are values: what went wrong, and what the caller should do about it.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "events/base/ensure.h"

namespace base {

/// Named after what the caller should do.
enum class Fault {
    invalid,     ///< fix the request
    refused,     ///< a rule of the ledger says no; the request was well formed
    not_found,   ///< there is no such thing
    conflict,    ///< read again and decide
    overloaded,  ///< wait, then try again
    cancelled,   ///< nobody is listening any more
    storage,     ///< retrying may help
    corrupt,     ///< stop writing and call a person
};

/// One of several things wrong with a request.
struct Detail {
    std::string pointer;  ///< JSON pointer into the request, `/data/payload/sex`
    std::string code;     ///< stable code of events/codes/lists/error_codes.csv
    std::string what;     ///< one sentence, without personal data
};

/// A failure as a plain value.
struct Error {
    Fault fault = Fault::invalid;
    std::string code;              ///< stable code, `E_SECOND_HOME`
    std::string what;              ///< one sentence, without personal data
    std::string pointer = {};      ///< JSON pointer into the request, empty if none applies
    std::vector<Detail> details = {};  ///< every fault found, where more than one was looked for
};

/// A value or the reason why there is none. Access to the wrong one stops the process.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool has_value() const { return state_.index() == 0; }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    T& value() & {
        ENSURE(state_.index() == 0, "a failed result has no value");
        return std::get<0>(state_);
    }
    const T& value() const& {
        ENSURE(state_.index() == 0, "a failed result has no value");
        return std::get<0>(state_);
    }
    const Error& error() const {
        ENSURE(state_.index() == 1, "a good result has no error");
        return std::get<1>(state_);
    }

private:
    std::variant<T, Error> state_;
};

/// Success without a value.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), failed_(true) {}

    explicit operator bool() const { return !failed_; }
    bool has_value() const { return !failed_; }
    const Error& error() const {
        ENSURE(failed_, "a good result has no error");
        return error_;
    }

private:
    Error error_;
    bool failed_ = false;
};

}  // namespace base
