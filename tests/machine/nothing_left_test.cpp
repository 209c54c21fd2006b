// A machine that cannot be made leaves nothing behind: a file that was created for its RAM is gone, whatever failed after it.
#include <catch2/catch.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/machine.hpp>

#include "tests/hostmem/support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Plain {
    static constexpr auto name = "plain";
    static constexpr auto ram = main_ram("plain.ram", 1_MiB).placed(at(0x8000'0000));
};
// More than any process has addresses for.
struct Vast {
    static constexpr auto name = "vast";
    static constexpr auto ram = main_ram("vast.ram", 1_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        ram_block<"vast.rest">(at(std::uint64_t{1} << 60), Bytes{std::uint64_t{1} << 59}));
};
struct Refuses {
    Expected<void> attach(std::span<const Bytes>) { return fail("no room for marks"); }
};

template <class M>
std::string refusal(const hostmem::SharedFile::Options& memory) {
    const auto machine = M::create({.memory = memory});
    return test::message(machine);
}

}  // namespace

TEST_CASE("a file that was created for RAM is gone when a policy or another block cannot be had") {
    const test::Folder folder;
    const std::string path = folder.path() + "/ram";
    const auto descriptors = test::open_descriptors();
    CHECK(refusal<Machine<Plain, hostmem::SharedFile, Refuses>>({.path = path}) ==
          "plain: no room for marks");
    CHECK_FALSE(std::filesystem::exists(path));
    const std::string vast = refusal<Machine<Vast, hostmem::SharedFile>>({.path = path});
    CHECK(vast.starts_with("vast: "));
    CHECK(vast.find("vast.rest") != vast.npos);
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(test::open_descriptors() == descriptors);
}

TEST_CASE("a file that was there stays, with what it had") {
    const test::Folder folder;
    const std::string path = folder.path() + "/ram";
    {
        auto before = Machine<Plain, hostmem::SharedFile>::create({.memory = {.path = path}});
        REQUIRE(before);
        CHECK(before->store<std::uint32_t>(at(0x8000'0000), 42));
    }
    CHECK(refusal<Machine<Plain, hostmem::SharedFile, Refuses>>({.path = path}) ==
          "plain: no room for marks");
    CHECK(refusal<Machine<Vast, hostmem::SharedFile>>({.path = path}).starts_with("vast: "));
    auto after = Machine<Plain, hostmem::SharedFile>::create({.memory = {.path = path}});
    REQUIRE(after);
    CHECK(after->load<std::uint32_t>(at(0x8000'0000)).value() == 42);
}
