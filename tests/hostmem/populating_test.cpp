#include <catch2/catch.hpp>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

TEST_CASE("memory is usable while its pages are being taken") {
    auto ram = allocate_in_background<Anonymous>(256_MiB, {.prealloc = true});
    REQUIRE(ram);
    CHECK(ram->size() == 256_MiB);
    const std::string firmware(1 << 20, 'f');
    std::memcpy(ram->data() + (128 << 20), firmware.data(), firmware.size());
    auto memory = std::move(*ram).finish();
    REQUIRE(message(memory) == "no error");
    CHECK(std::memcmp(memory->data() + (128 << 20), firmware.data(), firmware.size()) == 0);
    CHECK(test::present_pages(memory->data(), 256_MiB) == test::pages_in(256_MiB));
}

TEST_CASE("progress is counted up to the whole") {
    auto ram = allocate_in_background<Memfd>(64_MiB, {.common = {.prealloc = true}});
    REQUIRE(ram);
    Bytes before{};
    while (!ram->finished()) {
        const Bytes now = ram->populated();
        if (now < before || now > 64_MiB) FAIL("progress went from " << before.count << " to " << now.count);
        before = now;
        std::this_thread::yield();
    }
    CHECK(ram->populated() == 64_MiB);
    CHECK(std::move(*ram).finish().has_value());
}

TEST_CASE("cancelled halfway, all is given back") {
    const test::Folder folder;
    {
        auto ram = allocate_in_background<SharedFile>(
            1_GiB, {.path = folder / "ram", .common = {.prealloc = true, .prealloc_threads = 1}});
        REQUIRE(ram);
        CHECK_FALSE(std::filesystem::exists(folder / "ram"));  // named when it is handed out
        CHECK(test::maps_file(folder.path()));
        while (ram->populated() == 0_B && !ram->finished()) std::this_thread::yield();
        ram->cancel();
        const auto error = message(std::move(*ram).finish());
        CHECK(error.starts_with("populating 1 GiB of file"));
        CHECK(error.find("was cancelled after") != std::string::npos);
    }
    CHECK_FALSE(std::filesystem::exists(folder / "ram"));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK_FALSE(test::maps_file(folder.path()));
}

TEST_CASE("the caller's own stop token cancels as well") {
    auto ram = allocate_in_background<Anonymous>(64_MiB, {.prealloc = true}, {.stop = test::stopped()});
    REQUIRE(ram);
    CHECK(message(std::move(*ram).finish()).find("was cancelled") != std::string::npos);
}

TEST_CASE("given up without waiting, it stops and unmaps") {
    const test::Folder folder;
    {
        REQUIRE(
            allocate_in_background<SharedFile>(1_GiB, {.path = folder / "ram", .common = {.prealloc = true}})
                .has_value());
    }
    CHECK_FALSE(std::filesystem::exists(folder / "ram"));
}

TEST_CASE("a file gets its name from finish(), not from its last page") {
    const test::Folder folder;
    for (const bool asked : {false, true}) {
        auto ram = allocate_in_background<SharedFile>(1_MiB,
                                                      {.path = folder / "ram", .common = {.prealloc = true}});
        REQUIRE(ram);
        while (!ram->finished()) std::this_thread::yield();
        CHECK_FALSE(std::filesystem::exists(folder / "ram"));
        if (asked) CHECK(std::move(*ram).finish().has_value());
    }
    CHECK(std::filesystem::exists(folder / "ram"));
}

TEST_CASE("without prealloc there is nothing to wait for") {
    auto ram = allocate_in_background<Fixed<1_MiB>>(1_MiB);
    REQUIRE(ram);
    CHECK(ram->finished());
    CHECK(ram->populated() == 0_B);
    auto memory = std::move(*ram).finish();
    REQUIRE(memory);
    CHECK(memory->data() == Fixed<1_MiB>::Memory::data());
    CHECK(message(allocate_in_background<Anonymous>(0_B)).starts_with("size 0 bytes"));
}
