// A ledger that the verifier finds nothing wrong with.
#pragma once

#include <atomic>
#include <catch2/catch.hpp>

#include "ledger/verifier.h"

namespace test {

/// Reads the whole ledger; tells what is wrong beside the check that failed.
inline bool is_good(const ledger::Ledger& ledger) {
    const auto verified = ledger::verify(ledger, {}, std::atomic<bool>{false});
    if (verified && verified->fault) UNSCOPED_INFO(verified->fault->what);
    return verified && !verified->fault;
}

}  // namespace test
