// Boards beside the machines of the QEMU that is installed, started for real.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <boards/descriptions.hpp>

#include <tests/boards/qemu_machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Start {
    std::string_view board;
    Bytes ram{};  // 0: the default
    std::vector<std::string_view>
        options{};  // that the machine does not start without; "zeros" is a file of them
};

// clang-format off
const std::vector<Start> starts{
    // qemu-system-misc
    {"alpha/clipper"}, {"alpha/clipper", 3_GiB},
    {"cris/axis-dev88", 0_B, {"-kernel", "zeros"}}, {"cris/axis-dev88", 64_MiB, {"-kernel", "zeros"}},
    {"hppa/hppa"}, {"hppa/hppa", 3_GiB},
    {"loongarch64/virt"}, {"loongarch64/virt", 3_GiB},
    {"m68k/an5206", 0_B, {"-kernel", "zeros"}}, {"m68k/mcf5208evb", 0_B, {"-bios", "zeros"}}, {"m68k/next-cube"},
    {"m68k/next-cube", 128_MiB}, {"m68k/q800", 0_B, {"-bios", "zeros"}}, {"m68k/virt-7.2"}, {"m68k/virt-6.0", 2_GiB}, {"m68k/virt-6.2", 64_MiB},
    {"microblaze/petalogix-ml605"}, {"microblaze/petalogix-s3adsp1800", 64_MiB},
    {"or1k/or1k-sim"}, {"or1k/virt", 64_MiB},
    {"riscv32/virt", 1_GiB, {"-bios", "none"}}, {"riscv64/virt", 0_B, {"-bios", "none"}},
    {"riscv64/virt", 4_GiB, {"-bios", "none"}}, {"riscv64/sifive_u", 1_GiB, {"-bios", "none"}}, {"riscv64/sifive_e"},
    {"riscv64/spike", 1_GiB, {"-bios", "none"}}, {"riscv64/shakti_c"},
    {"riscv64/microchip-icicle-kit", 2_GiB, {"-bios", "zeros"}},
    {"rx/gdbsim-r5f562n7", 0_B, {"-bios", "zeros"}}, {"rx/gdbsim-r5f562n8", 32_MiB, {"-bios", "zeros"}},
    {"s390x/s390-ccw-virtio-7.2"}, {"s390x/s390-ccw-virtio-5.0", 2047_MiB}, {"s390x/s390-ccw-virtio-4.2", 2044_MiB},
    {"s390x/s390-ccw-virtio-2.4", 1_GiB}, {"s390x/s390-ccw-virtio-6.0"}, {"s390x/s390-ccw-virtio-3.0", 3_GiB},
    {"sh4/r2d", 64_MiB}, {"tricore/tricore_testboard"},
    {"xtensa/sim"}, {"xtensa/virt", 256_MiB}, {"xtensa/lx60"}, {"xtensa/lx200"}, {"xtensa/ml605"}, {"xtensa/kc705"},
    {"xtensa/kc705-nommu"}, {"xtensaeb/lx60-nommu"}, {"xtensaeb/ml605-nommu"},
    // qemu-system-x86, -arm, -ppc, -mips, -sparc
    {"x86_64/pc-i440fx-7.2"}, {"x86_64/pc-i440fx-7.2", 4_GiB}, {"x86_64/pc-i440fx-1.4", 4_GiB}, {"x86_64/pc-q35-7.2", 1_MiB},
    {"x86_64/pc-q35-7.2", 4_GiB}, {"x86_64/pc-q35-2.4", 2816_MiB}, {"x86_64/isapc", 4_GiB},
    {"x86_64/microvm", 4_GiB, {"-bios", "qboot.rom"}},  // its default firmware is another one from system to system
    {"x86_64/none", 64_MiB}, {"x86_64/none"},
    {"aarch64/virt-7.2"}, {"aarch64/virt-2.6", 4_GiB}, {"aarch64/raspi3b"}, {"aarch64/raspi0"}, {"aarch64/highbank", 4095_MiB},
    {"aarch64/imx25-pdk", 384_MiB}, {"aarch64/kzm"}, {"aarch64/vexpress-a9"}, {"aarch64/vexpress-a15", 4_GiB},
    {"aarch64/xlnx-zcu102", 4_GiB}, {"aarch64/xlnx-versal-virt", 4_GiB}, {"aarch64/integratorcp", 300_MiB},
    {"aarch64/orangepi-pc"}, {"aarch64/ast2600-evb"}, {"aarch64/sbsa-ref", 2_GiB}, {"aarch64/realview-eb"},
    {"ppc64/pseries-7.2"}, {"ppc64/powernv9", 2_GiB}, {"ppc64/mac99", 1_GiB}, {"ppc64/g3beige"}, {"ppc64/pegasos2"},
    {"ppc64/bamboo", 128_MiB}, {"ppc64/sam460ex", 1_GiB}, {"ppc64/virtex-ml507"},
    {"mips64el/malta", 1_GiB}, {"mips64el/boston", 2_GiB, {"-bios", "zeros"}}, {"mips64el/fuloong2e"}, {"mips64el/magnum"},
    {"mips64el/mipssim", 512_MiB},
    {"sparc/SS-5"}, {"sparc/SS-20", 512_MiB}, {"sparc64/sun4u"}, {"sparc/leon3_generic", 64_MiB, {"-bios", "zeros"}},
};
// clang-format on

/// What releases after 7.2 do otherwise with a machine that has no release in its name.
struct Changed {
    std::string_view board, how;
};
constexpr std::array changed{
    Changed{"loongarch64/virt", "has its RAM elsewhere"},
    Changed{"m68k/q800", "does not start with a ROM of zeros"},
};

std::filesystem::path file_of_zeros() {
    const char* const room = std::getenv("TEST_TMPDIR");
    const auto path = std::filesystem::path(room != nullptr ? room : "/tmp") / "zeros.bin";
    std::ofstream(path, std::ios::binary) << std::string(4096, '\0');
    return path;
}

/// What the installed release has, or the nearest that is known.
const BoardDescription& board_called(std::string_view name, QemuRelease installed) {
    const BoardDescription* found = nullptr;
    for (const BoardDescription& board : boards::descriptions())
        if (board.name == name && (found == nullptr || board.releases.contain(installed))) found = &board;
    REQUIRE(found != nullptr);
    return *found;
}

std::string spelled(const std::vector<RamWindow>& windows) {
    Text text;
    for (const RamWindow& w : windows)
        text.append(sentence(w.range(), " from offset ", GuestAddress{w.offset.count}, "\n").view());
    return text.string();
}

/// Neighbours joined as QEMU prints them, mirrors or not.
std::vector<RamWindow> visible_ram_of(const BoardDescription& board, Bytes size) {
    std::vector<RamWindow> joined;
    for (const RamWindow& window : board.ram_windows(size))
        if (!joined.empty() && joined.back().base + joined.back().size == window.base &&
            joined.back().offset + joined.back().size == window.offset)
            joined.back().size += window.size;
        else
            joined.push_back({window.base, window.size, window.offset});
    return joined;
}

void compare(const Start& start, const std::string& zeros) {
    const std::size_t slash = start.board.find('/');
    const bool first_release = is_release(start.board.substr(0, slash), "7.2");
    const BoardDescription& board = board_called(start.board,
                                                 first_release ? qemu_release(7, 2) : newest_qemu);
    std::vector<std::string> options;
    for (const std::string_view option : start.options)
        options.emplace_back(option == "zeros" ? zeros : option);
    if (start.ram != 0_B) options.insert(options.end(), {"-m", std::to_string(start.ram.count) + "B"});
    const Bytes size = start.ram == 0_B ? board.default_ram_size : start.ram;
    CAPTURE(start.board, size.count, options);

    const auto seen = ask_qemu(start.board.substr(0, slash), start.board.substr(slash + 1), options,
                               board.ram_id);
    if (!first_release && !board.ram_verdict(size)) {  // taken by 7.2, and by later ones no more
        CHECK_FALSE(seen);
        return;
    }
    REQUIRE(seen);
    CHECK(board.ram_verdict(size).view() == "");
    if (!seen->default_ram_id.empty()) {
        CHECK(seen->default_ram_id == board.ram_id);
        CHECK(seen->size.count == size.count);
    }
    CHECK(seen->windows.empty() == (size == 0_B));
    CHECK(spelled(seen->windows) == spelled(visible_ram_of(board, size)));
}

}  // namespace

TEST_CASE("machines of the installed QEMU have the RAM of the boards, where the boards show it") {
    const std::string zeros = file_of_zeros();
    std::set<std::string_view> machines, targets, missing, unknown;
    for (const Start& start : starts) {
        const std::string_view target = start.board.substr(0, start.board.find('/'));
        if (!is_installed(target)) {
            missing.insert(target);
            continue;
        }
        if (!has_machine(target, start.board.substr(target.size() + 1))) {
            unknown.insert(start.board);
            continue;
        }
        const auto other = std::ranges::find(changed, start.board, &Changed::board);
        if (other != changed.end() && !is_release(target, "7.2")) {
            std::printf("not compared: in the installed release %.*s %.*s\n",
                        static_cast<int>(start.board.size()), start.board.data(),
                        static_cast<int>(other->how.size()), other->how.data());
            continue;
        }
        compare(start, zeros);
        machines.insert(start.board);
        targets.insert(target);
    }
    if (machines.empty()) {
        std::puts("SKIPPED: no qemu-system-* is installed");
        return;
    }
    std::printf("%zu machines of %zu targets were started\n", machines.size(), targets.size());
    for (const std::string_view target : missing)
        std::printf("not installed: qemu-system-%.*s\n", static_cast<int>(target.size()), target.data());
    for (const std::string_view board : unknown)
        std::printf("no machine of the installed release: %.*s\n", static_cast<int>(board.size()),
                    board.data());
    // What qemu-system-misc alone has: without it there is no telling what there should be. Up to Debian 12 it has s390x,
    // which is a package of its own since, and cris, which QEMU 10 has no more; releases drop old machines, too.
    if (is_installed("alpha")) {
        const bool s390x_and_cris = is_installed("s390x") && is_installed("cris");
        CHECK(machines.size() >= (s390x_and_cris ? 40 : 32));
        CHECK(targets.size() >= (s390x_and_cris ? 12 : 10));
    }
}
