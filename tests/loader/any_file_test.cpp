#include <catch2/catch.hpp>

#include <cstddef>
#include <random>
#include <vector>

#include "tests/loader/any_file.hpp"

using namespace wirewrap::test;

TEST_CASE("Any files are refused in a sentence, or are in memory") {
    std::mt19937_64 random(1);
    for (int i = 0; i != 6000; ++i) {
        std::vector<std::byte> bytes(2 + random() % 1500);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() % (i % 2 == 0 ? 256 : 4));
        bytes[0] = static_cast<std::byte>(random());
        bytes[1] = static_cast<std::byte>(random());
        if (!holds_for_any_file(bytes)) FAIL("file " << i);
    }
}
