// Streams that QEMU 10.0.13 and 11.1.3 wrote: -machine microvm -m 1 with a BIOS of zeroes, stopped before its first
// instruction; cut a little behind the end of their RAM.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu.hpp>

#include <boards/x86/microvm.hpp>

#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

TEST_CASE("default streams of QEMU 10 and 11 have a command before the end of their RAM") {
    const std::string version = GENERATE("10.0", "11.1");
    INFO(version);
    const auto bytes = content_of("tests/qemu/corpus/microvm-" + version);
    REQUIRE(bytes.size() == 16'000);
    using Microvm = Machine<boards::x86::MicroVm, hostmem::Anonymous>;
    auto machine = Microvm::create({.ram_size = 1_MiB});
    REQUIRE(machine);
    std::ranges::fill(*machine->memory_block("microvm.ram"), std::byte{'.'});
    qemu::MemorySource source(bytes);
    const auto loaded = qemu::load_ram(*machine, source);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded);
    CHECK(loaded->loaded.size() == 2);
    CHECK(loaded->skipped.size() == 3);
    CHECK(loaded->never_sent == 0_B);
    CHECK(bytes[loaded->ram_end] == std::byte{qemu::format::section::full});
    CHECK(std::ranges::all_of(*machine->memory_block("microvm.ram"),
                              [](std::byte b) { return b == std::byte{}; }));
}
