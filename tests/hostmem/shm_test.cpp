#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

#include <wirewrap/hostmem/shm.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

static_assert(Backend<Shm> && Shm::shared && Shm::has_descriptor);

TEST_CASE("shared memory has a descriptor, no name, and goes when given back") {
    const auto names = [] {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/dev/shm"))
            count += entry.path().filename().string().starts_with("wirewrap-" + std::to_string(::getpid()));
        return count;
    };
    if (!std::filesystem::exists("/dev/shm")) return test::skipped("this host has no /dev/shm");
    const auto descriptors = test::open_descriptors();
    {
        auto one = allocate<Shm>(1_MiB, {.prealloc = true});
        auto two = allocate<Shm>(1_MiB);
        REQUIRE(message(one) == "no error");
        REQUIRE(two);
        CHECK(names() == 0);
        one->data()[3] = std::byte{7};
        std::byte seen{};
        REQUIRE(::pread(one->descriptor(), &seen, 1, 3) == 1);
        CHECK(seen == std::byte{7});
        CHECK(two->data()[3] == std::byte{0});
        CHECK(reinterpret_cast<std::uintptr_t>(one->data()) % (2u << 20) == 0);
        CHECK(test::present_pages(one->data(), 1_MiB) == test::pages_in(1_MiB));
    }
    CHECK(test::open_descriptors() == descriptors);
    CHECK(message(allocate<Shm>(1000_B)).starts_with("size 1000 bytes is not a whole number"));
}
