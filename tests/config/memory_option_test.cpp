#include <catch2/catch.hpp>

#include <wirewrap/config/memory_option.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {
Expected<RamSizes> sizes_of(std::initializer_list<const char*> options,
                            std::optional<Bytes> backend = std::nullopt) {
    MemoryOption memory;
    for (const char* const option : options)
        if (const auto added = add_memory_option(memory, option); !added)
            return std::unexpected(added.error());
    return ram_sizes(memory, 128_MiB, backend);
}
}  // namespace

TEST_CASE("a bare size counts MiB, a bare maxmem bytes; options add up") {
    CHECK(*sizes_of({"512"}) == RamSizes{512_MiB, 512_MiB, 0});
    CHECK(*sizes_of({}) == RamSizes{128_MiB, 128_MiB, 0});
    CHECK(*sizes_of({"0"}) == RamSizes{128_MiB, 128_MiB, 0});
    CHECK(*sizes_of({""}) == RamSizes{128_MiB, 128_MiB, 0});
    CHECK(*sizes_of({"1G,slots=2,maxmem=4G"}) == RamSizes{1_GiB, 4_GiB, 2});
    CHECK(*sizes_of({"1G", "slots=2,maxmem=4G", "size=2G"}) == RamSizes{2_GiB, 4_GiB, 2});
    CHECK(*sizes_of({"5000B"}) == RamSizes{8_KiB, 8_KiB, 0});
    CHECK_FALSE(sizes_of({"1025,maxmem=4097"}));
    CHECK_FALSE(sizes_of({"1G,foo=1"}));
    CHECK_FALSE(sizes_of({"size="}));
    CHECK_FALSE(sizes_of({"1G,slots=x,maxmem=4G"}));
}

TEST_CASE("the maximum follows the RAM, a backend's size too (QEMU's defect A1)") {
    CHECK(*sizes_of({}, 4_GiB) == RamSizes{4_GiB, 4_GiB, 0});
    CHECK(*sizes_of({"maxmem=8G"}, 4_GiB) == RamSizes{4_GiB, 8_GiB, 0});
    CHECK_FALSE(sizes_of({"maxmem=2G"}, 4_GiB));
}

TEST_CASE("maxmem and slots are held against the RAM, in the compiler too") {
    static_assert(rules::maximum_memory(1_GiB, 4_GiB, 2));
    static_assert(rules::maximum_memory(1_GiB, 1_GiB, 0));
    static_assert(!rules::maximum_memory(1_GiB, 1_GiB, 1));
    CHECK(rules::maximum_memory(1_GiB, 512_MiB, 0).view() ==
          "maxmem 512 MiB is less than the RAM size 1 GiB: use at least 1 GiB, or leave maxmem out");
    CHECK(rules::maximum_memory(1_GiB, std::nullopt, 2).view() ==
          "slots=2 needs maxmem: say how large RAM and memory devices may be together");
}
