#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "tests/support/child_process.h"

int main(int count, char** words) {
    if (const auto done = test::done_as_child(count, words)) return *done;
    return Catch::Session().run(count, words);
}
