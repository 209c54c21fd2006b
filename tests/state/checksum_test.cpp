#include <wirewrap/state/checksum.hpp>

#include <catch2/catch.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <random>
#include <vector>

TEST_CASE("The checksum is that of the xxHash library, for every length") {
    std::mt19937_64 random(7);
    std::vector<std::byte> bytes(1500);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    for (std::size_t size = 0; size != bytes.size(); ++size) {
        const auto part = std::span(bytes).subspan(bytes.size() - size);
        CHECK(wirewrap::state::xxh64(part) == XXH64(part.data(), part.size(), 0));
    }
    CHECK(wirewrap::state::xxh64({}) == 0xef46'db37'51d8'e999);  // the specification's first vector
}
