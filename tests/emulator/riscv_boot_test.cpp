#include <wirewrap/emulator/riscv_boot.hpp>

#include <catch2/catch.hpp>

#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/machine/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

using VirtMachine = Machine<boards::riscv::Virt, hostmem::Anonymous>;

std::vector<std::byte> filled(std::size_t size, int value) {
    return std::vector(size, static_cast<std::byte>(value));
}

Expected<RiscvBootPlan> boot(VirtMachine& machine, std::size_t firmware, std::size_t kernel,
                             std::size_t tree) {
    static std::vector<std::byte> firmware_bytes, kernel_bytes;
    firmware_bytes = filled(firmware, 1);
    kernel_bytes = filled(kernel, 2);
    std::optional<NamedBytes> program;
    if (kernel != 0) program = NamedBytes{"kernel", kernel_bytes};
    return boot_riscv(machine, at(0x1000), {"firmware", firmware_bytes}, program, filled(tree, 3));
}

std::uint64_t rom_word(VirtMachine& machine, std::uint64_t offset) {
    return machine.load<std::uint64_t>(at(0x1000 + offset)).value();
}

}  // namespace

TEST_CASE("Images go where the convention says, and the reset ROM knows") {
    auto machine = VirtMachine::create({.ram_size = 64_MiB}).value();
    const auto plan = boot(machine, 100'000, 5'000'000, 4096);
    REQUIRE(plan);
    CHECK(plan->reset == at(0x1000));
    CHECK(plan->firmware == at(0x8000'0000));
    CHECK(plan->kernel == at(0x8020'0000));
    CHECK(plan->device_tree == at(0x83e0'0000));
    CHECK(machine.load<std::uint8_t>(at(0x8000'0000)) == 1);
    CHECK(machine.load<std::uint8_t>(at(0x8020'0000)) == 2);
    CHECK(machine.load<std::uint8_t>(at(0x83e0'0fff)) == 3);
    CHECK(rom_word(machine, 24) == 0x8000'0000);
    CHECK(rom_word(machine, 32) == 0x83e0'0000);
    CHECK(rom_word(machine, 40) == 0x4942534f);
    CHECK(rom_word(machine, 56) == 0x8020'0000);
}

TEST_CASE("The tree stays below 3 GiB") {
    auto machine = VirtMachine::create({.ram_size = 4_GiB}).value();
    CHECK(boot(machine, 16, 0, 4096)->device_tree == at(0xbfe0'0000));
}

TEST_CASE("What does not fit is refused with its addresses") {
    auto machine = VirtMachine::create({.ram_size = 4_MiB}).value();
    CHECK(boot(machine, 5'000'000, 0, 4096).error().message ==
          "firmware goes to [0x80000000, 0x804c4b40), 5000000 bytes, but the RAM there ends at 0x80400000, "
          "805696 bytes "
          "too early; give the machine more RAM or a smaller image");
    CHECK_THAT(boot(machine, 16, 3'000'000, 4096).error().message,
               Catch::StartsWith("kernel goes to [0x80200000, "));
    CHECK(boot(machine, 16, 1'500'000, 2'097'152).error().message ==
          "the device tree, 2 MiB, would go to [0x80200000, 0x80400000), over kernel at [0x80200000, "
          "0x8036e360); give "
          "the machine more RAM than 4 MiB");
    CHECK(
        boot(machine, 16, 0, 5'000'000).error().message ==
        "the device tree, 5000000 bytes, would go to [0x7fe00000, 0x802c4b40), over firmware at [0x80000000, "
        "0x80000010); give the machine more RAM than 4 MiB");
}
