// What the fuzzer found worth keeping, and random drivers.
#include <filesystem>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include <tests/support/running_qemu.hpp>
#include <tests/virtio/any_driver.hpp>

using namespace wirewrap::test;

TEST_CASE("the corpus holds") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator("tests/virtio/corpus")) {
        INFO(entry.path());
        const auto content = content_of(entry.path());
        CHECK(holds_for_any_driver(std::as_bytes(std::span(content))));
        ++files;
    }
    CHECK(files >= 20);
}

TEST_CASE("random drivers hold") {
    std::mt19937_64 random(1);
    for (int i = 0; i != 3000; ++i) {
        std::vector<std::byte> bytes(1 + random() % 300);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
        if (!holds_for_any_driver(bytes)) FAIL("driver " << i);
    }
}
