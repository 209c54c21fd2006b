#include <wirewrap/emulator/riscv_boot.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <optional>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/loader/load.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/dirty_pages.hpp>

#include "tests/loader/elf_builder.hpp"

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
    CHECK(
        boot(machine, 5'000'000, 0, 4096).error().message ==
        "firmware goes to [0x80000000, 0x804c4b40), 5000000 bytes, but the memory there ends at 0x80400000, "
        "805696 bytes too early; give the machine more RAM than 4 MiB or a smaller image");
    CHECK_THAT(boot(machine, 16, 3'000'000, 4096).error().message,
               Catch::StartsWith("kernel goes to [0x80200000, "));
    CHECK(boot(machine, 16, 2'000'000, 2'097'152).error().message ==
          "the device tree, 2 MiB, would go to [0x80200000, 0x80400000), over kernel at [0x80200000, "
          "0x803e8480); give the machine more RAM than 4 MiB");
    CHECK(
        boot(machine, 16, 0, 5'000'000).error().message ==
        "the device tree, 5000000 bytes, would go to [0x7fe00000, 0x802c4b40), over firmware at [0x80000000, "
        "0x80000010); give the machine more RAM than 4 MiB");
}

TEST_CASE("Where the usual place of the tree is taken, it goes to the last free pages") {
    auto machine = VirtMachine::create({.ram_size = 4_MiB}).value();
    CHECK(boot(machine, 16, 1'500'000, 4096)->device_tree == at(0x803f'f000));
    CHECK(boot(machine, 16, 0x1f'f000, 4096)->device_tree == at(0x803f'f000));
    CHECK(boot(machine, 16, 0x1f'f001, 4096)->device_tree == at(0x801f'f000));  // between the two
    auto small = VirtMachine::create({.ram_size = 1_MiB}).value();
    CHECK(boot(small, 100'000, 0, 4000)->device_tree == at(0x800f'f000));
}

namespace {

constexpr std::uint64_t ram_base = 0x8000'0000;

/// An ELF executable with one segment of `contents` zeros at `address`, entered `entry` bytes into it.
std::vector<std::byte> program_at(std::uint64_t address, std::uint64_t entry = 0, std::size_t contents = 16) {
    elf_builder::File file{.entry = address + entry};
    file.segments.push_back({1, 120, address, address, contents, contents});
    file.contents.resize(contents, std::byte{7});
    return file.bytes();
}

std::vector<std::byte> everything(const VirtMachine& machine) {
    std::vector<std::byte> bytes;
    for (const MemoryBlock& block : machine.memory_blocks())
        bytes.insert(bytes.end(), block.bytes.begin(), block.bytes.end());
    return bytes;
}

}  // namespace

TEST_CASE("A kernel linked anywhere in RAM is what fw_dynamic is told to start") {
    auto machine = VirtMachine::create({.ram_size = 16_MiB}).value();
    const auto firmware = filled(0x4'0000, 1);
    const std::uint64_t offset = GENERATE(0x8'0000u, 0x10'0000u, 0x20'0000u, 0x22'0000u, 0x40'0000u);
    const auto kernel = program_at(ram_base + offset, 8);
    const auto plan = boot_riscv(machine, at(0x1000), {"firmware", firmware}, NamedBytes{"kernel", kernel},
                                 filled(4096, 3));
    REQUIRE(plan);
    CHECK(plan->kernel->value == ram_base + offset + 8);
    CHECK(rom_word(machine, 24) == ram_base);
    CHECK(rom_word(machine, 56) == ram_base + offset + 8);
    CHECK(plan->device_tree == at(0x80e0'0000));
}

TEST_CASE("Without firmware the kernel is where the reset code jumps") {
    auto machine = VirtMachine::create({.ram_size = 16_MiB}).value();
    const auto raw = filled(100, 5);
    CHECK(boot_riscv(machine, at(0x1000), {.kernel = NamedBytes{"kernel", raw}}, filled(4096, 3))->kernel ==
          at(0x8000'0000));
    const auto elf = program_at(0x8010'0000, 4);
    const auto plan = boot_riscv(machine, at(0x1000), {.kernel = NamedBytes{"kernel", elf}}, filled(4096, 3));
    CHECK(plan->firmware == at(0x8010'0004));
    CHECK(rom_word(machine, 24) == 0x8010'0004);
}

TEST_CASE("Images over each other are refused with both names, and nothing is written") {
    auto machine = VirtMachine::create({.ram_size = 16_MiB}).value();
    const auto before = everything(machine);
    const auto firmware = program_at(ram_base, 0, 0x1000);
    const auto error = [&](const RiscvImages& images) {
        const auto plan = boot_riscv(machine, at(0x1000), images, filled(4096, 3));
        REQUIRE_FALSE(plan);
        CHECK((everything(machine) == before));
        return plan.error().message;
    };
    const auto over = program_at(ram_base + 0xfff);
    CHECK(error({.firmware = NamedBytes{"firmware", firmware}, .kernel = NamedBytes{"kernel", over}}) ==
          "kernel goes to [0x80000fff, 0x8000100f), over firmware at [0x80000000, 0x80001000); link it "
          "elsewhere, "
          "give it as a raw image, which goes to 0x80200000, or start it without firmware");
    const auto in_rom = program_at(0x1040);
    CHECK(error({.firmware = NamedBytes{"firmware", firmware}, .kernel = NamedBytes{"kernel", in_rom}}) ==
          "the reset code goes to [0x1000, 0x1058), over kernel at [0x1040, 0x1050); load it elsewhere");
    const auto high = program_at(0x80ff'fff8);
    CHECK(error({.firmware = NamedBytes{"firmware", firmware}, .kernel = NamedBytes{"kernel", high}}) ==
          "kernel: segment 0 goes to [0x80fffff8, 0x81000008), 16 bytes, but the memory there ends at "
          "0x81000000, "
          "8 bytes too early; give the machine more RAM than 16 MiB or a smaller image");
    const auto low = program_at(0xfff8);
    CHECK(error({.firmware = NamedBytes{"firmware", firmware}, .kernel = NamedBytes{"kernel", low}}) ==
          "kernel: segment 0 goes to [0xfff8, 0x10008), 16 bytes, but the memory there ends at 0x10000, 8 "
          "bytes "
          "too early; nothing lies there; link or load it elsewhere, or make it smaller");
    const auto uart = program_at(0x1000'0000);
    CHECK(error({.firmware = NamedBytes{"firmware", firmware}, .kernel = NamedBytes{"kernel", uart}}) ==
          "kernel: segment 0 goes to [0x10000000, 0x10000010), but there is no memory at 0x10000000; uart0 "
          "lies "
          "there, and RAM is [0x80000000, 0x81000000): link or load it there");
    const auto ramdisk = filled(10'000'000, 4);
    CHECK_THAT(error({.firmware = NamedBytes{"firmware", firmware},
                      .kernel = NamedBytes{"kernel", firmware},
                      .initrd = NamedBytes{"initrd", ramdisk}}),
               Catch::StartsWith("kernel goes to [0x80000000, 0x80001000), over firmware at"));
    const std::array extra{RiscvExtraImage{{"extra", firmware}, {}, false, false}};
    CHECK(
        error({.firmware = NamedBytes{"firmware", firmware}, .others = extra}) ==
        "extra goes to [0x80000000, 0x80001000), over firmware at [0x80000000, 0x80001000); load one of them "
        "elsewhere");
}

TEST_CASE("A ramdisk lies half of RAM, or 128 MiB, behind the kernel, and the tree says where") {
    const auto [ram, place] = GENERATE(std::pair{64_MiB, 0x8220'0000ull}, std::pair{1_GiB, 0x8820'0000ull});
    auto machine = VirtMachine::create({.ram_size = ram}).value();
    const auto firmware = filled(16, 1), kernel = filled(16, 2), ramdisk = filled(5000, 4);
    std::optional<Interval> told;
    const auto plan = boot_riscv(machine, at(0x1000),
                                 {.firmware = NamedBytes{"firmware", firmware},
                                  .kernel = NamedBytes{"kernel", kernel},
                                  .initrd = NamedBytes{"initrd", ramdisk}},
                                 [&](std::optional<Interval> initrd) {
                                     told = initrd;
                                     return Expected<std::vector<std::byte>>(filled(4096, 3));
                                 });
    REQUIRE(plan);
    CHECK(plan->initrd == Interval{GuestAddress{place}, {5000}});
    CHECK(told == plan->initrd);
    CHECK(machine.load<std::uint8_t>(GuestAddress{place + 4999}) == 4);
}

TEST_CASE("More images, code in flash, and a hart that begins elsewhere") {
    auto machine = VirtMachine::create({.ram_size = 16_MiB}).value();
    const auto firmware = filled(16, 1), raw = filled(16, 9);
    const auto elf = program_at(0x8060'0000, 4);
    const std::array extra{RiscvExtraImage{{"raw", raw}, at(0x8050'0000), false, false},
                           RiscvExtraImage{{"elf", elf}, {}, false, true}};
    const auto plan = boot_riscv(machine, at(0x1000),
                                 {.firmware = NamedBytes{"firmware", firmware},
                                  .others = extra,
                                  .target = at(0x2000'0000),
                                  .next = at(0x2200'0000)},
                                 filled(4096, 3));
    REQUIRE(plan);
    CHECK(plan->reset == at(0x8060'0004));
    CHECK(machine.load<std::uint8_t>(at(0x8050'000f)) == 9);
    CHECK(machine.load<std::uint8_t>(at(0x8060'0000)) == 7);
    CHECK(rom_word(machine, 24) == 0x2000'0000);
    CHECK(rom_word(machine, 56) == 0x2200'0000);
}

TEST_CASE("A refused load is no store, for those who remember stores") {
    using Tracked = Machine<boards::riscv::Virt, hostmem::Anonymous, state::DirtyPages<>>;
    auto machine = Tracked::create({.ram_size = 1_MiB}).value();
    const auto stored = [&] {
        return machine.policy<state::DirtyPages<>>().take(0, [](state::DirtyPage) {});
    };
    (void)stored();
    const auto image = filled(2 << 20, 1);
    REQUIRE_FALSE(load_raw(machine, "image", image, at(0x8000'0000)));
    CHECK(stored() == 0);
    REQUIRE(load_raw(machine, "image", std::span(image).first(5000), at(0x8000'0000)));
    CHECK(stored() == 2);
}

TEST_CASE("A ROM takes what is loaded, and an image may go on in the next window") {
    auto machine = VirtMachine::create({.ram_size = 1_MiB}).value();
    const auto image = filled(0xf000, 6);
    CHECK(load_raw(machine, "rom.bin", image, at(0x1000)));
    CHECK(machine.load<std::uint8_t>(at(0xffff)) == 6);
}

TEST_CASE("A kernel takes the memory that its header says, and what lay behind it is zero") {
    auto machine = VirtMachine::create({.ram_size = 64_MiB}).value();
    auto kernel = filled(4096, 2);
    write_memory<std::uint64_t>(kernel.data() + 8, 0x20'0000);   // text_offset
    write_memory<std::uint64_t>(kernel.data() + 16, 0x40'0000);  // image_size
    write_memory<std::uint64_t>(kernel.data() + 24, 0);          // flags
    write_memory<std::uint64_t>(kernel.data() + 0x30, 0x56'4353'4952);
    const std::uint64_t place = ram_base + 0x20'0000;
    REQUIRE(machine.store<std::uint64_t>(at(place + 4096), 5));
    REQUIRE(machine.store<std::uint64_t>(at(place + 0x3f'fff8), 5));
    REQUIRE(machine.store<std::uint64_t>(at(place + 0x40'0000), 5));
    const auto firmware = filled(16, 1), initrd = filled(100, 4);
    const RiscvImages images{.firmware = NamedBytes{"firmware", firmware},
                             .kernel = NamedBytes{"vmlinux", kernel},
                             .initrd = NamedBytes{"initrd", initrd}};
    const auto plan = boot_riscv(machine, at(0x1000), images, filled(4096, 3));
    REQUIRE(plan);
    CHECK(plan->kernel == at(place));
    CHECK(plan->initrd->base == at(place + 32 * 0x10'0000));
    CHECK(machine.load<std::uint64_t>(at(place + 4096)) == 0);
    CHECK(machine.load<std::uint64_t>(at(place + 0x3f'fff8)) == 0);
    CHECK(machine.load<std::uint64_t>(at(place + 0x40'0000)) == 5);

    auto smaller = VirtMachine::create({.ram_size = 4_MiB}).value();
    CHECK_THAT(
        boot_riscv(smaller, at(0x1000), images, filled(4096, 3)).error().message,
        Catch::StartsWith("vmlinux goes to [0x80200000, 0x80600000), 4 MiB, but the memory there ends at "
                          "0x80400000"));
}
