#include <catch2/catch.hpp>

#include <array>
#include <vector>

#include <wirewrap/device/cfi_flash.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

static_assert(Device<CfiFlash<32_MiB>> && Resettable<CfiFlash<32_MiB>>);
static_assert(CfiFlash<32_MiB>::registers == 32_MiB);

namespace {

constexpr u64 sector = 0x4'0000;

// The flash as a driver sees it: commands on both chips of the bank.
struct Bank {
    std::vector<std::byte> contents = std::vector<std::byte>(0x20'0000, std::byte{0xff});
    CfiFlash<2_MiB> flash;

    Bank() { flash.attach(contents); }
    void command(u64 offset, u32 code) { flash.write<u32>(offset, code | code << 16); }
    u32 word(u64 offset) { return flash.read<u32>(offset); }
    void program(u64 offset, u32 value) {
        command(offset, 0x40);
        flash.write<u32>(offset, value);
    }
    void erase(u64 offset) {
        command(offset, 0x20);
        command(offset, 0xd0);
    }
    u32 status() { return word(0); }
    void array() { command(0, 0xff); }
};

constexpr u32 both(u32 chip) { return chip | chip << 16; }

}  // namespace

TEST_CASE("the contents are read at any width") {
    Bank bank;
    for (unsigned i = 0; i != 16; ++i) bank.contents[i] = static_cast<std::byte>(i);
    CHECK(bank.flash.read<u8>(3) == 3);
    CHECK(bank.flash.read<u16>(2) == 0x0302);
    CHECK(bank.flash.read<u32>(4) == 0x0706'0504);
    CHECK(bank.flash.read<u64>(8) == 0x0f0e'0d0c'0b0a'0908);
    CHECK(bank.flash.read<u64>(0x20'0000 - 8) == ~u64{0});
}

TEST_CASE("the query table is that of QEMU's virt") {
    // Read word by word from QEMU 7.2.22, -M virt, after 0x00980098 was written to 0x20000000.
    constexpr std::array<u8, 0x30> expected{
        0x51, 0x52, 0x59, 0x01, 0x00, 0x31, 0x00, 0x00, 0x00, 0x00, 0x00, 0x45, 0x55, 0x00, 0x00, 0x07,
        0x07, 0x0a, 0x00, 0x04, 0x04, 0x04, 0x00, 0x18, 0x02, 0x00, 0x0b, 0x00, 0x01, 0x7f, 0x00, 0x00,
        0x02, 0x50, 0x52, 0x49, 0x31, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01};
    CfiFlash<32_MiB> flash;
    flash.write<u32>(0x55 * 4, both(0x98));
    for (u64 i = 0; i != expected.size(); ++i) CHECK(flash.read<u32>((0x10 + i) * 4) == both(expected[i]));
    CHECK(flash.read<u32>(0x40 * 4) == 0);
    CHECK(flash.read<u16>(0x10 * 4 + 2) == 0x51);
    CHECK(flash.read<u8>(0x10 * 4 + 1) == 0);
    CHECK(flash.read<u64>(0x10 * 4) == 0x0052'0052'0051'0051);
}

TEST_CASE("the identification words") {
    Bank bank;
    bank.command(0, 0x90);
    CHECK(bank.word(0) == both(0x89));
    CHECK(bank.word(4) == both(0x18));
    CHECK(bank.word(8) == 0);
    bank.array();
    CHECK(bank.word(0) == ~0u);
}

TEST_CASE("programming clears bits and never sets them") {
    Bank bank;
    bank.program(0x100, 0xff00'f0f0);
    CHECK(bank.status() == both(0x80));
    bank.program(0x100, 0x0fff'ffff);
    bank.array();
    CHECK(bank.word(0x100) == 0x0f00'f0f0);
    CHECK(bank.word(0x0fc) == ~0u);
    CHECK(bank.word(0x104) == ~0u);
}

TEST_CASE("programming takes narrow and wide writes") {
    Bank bank;
    bank.flash.write<u8>(0x11, 0x10);
    bank.flash.write<u8>(0x11, 0x5a);
    bank.flash.write<u16>(0x12, 0x40);
    bank.flash.write<u16>(0x12, 0x1234);
    bank.array();
    CHECK(bank.word(0x10) == 0x1234'5aff);
}

TEST_CASE("an erase takes exactly its sector") {
    Bank bank;
    std::ranges::fill(bank.contents, std::byte{0});
    bank.erase(sector + 0x1234 * 4);
    CHECK(bank.status() == both(0x80));
    bank.array();
    CHECK(bank.word(sector - 4) == 0);
    CHECK(bank.word(sector) == ~0u);
    CHECK(bank.word(2 * sector - 4) == ~0u);
    CHECK(bank.word(2 * sector) == 0);
}

TEST_CASE("an erase that is not confirmed is an error and changes nothing") {
    Bank bank;
    std::ranges::fill(bank.contents, std::byte{0});
    bank.command(0, 0x20);
    bank.command(0, 0xff);
    CHECK(bank.status() == both(0xb0));
    bank.command(0, 0x50);
    CHECK(bank.word(0) == 0);
    bank.command(0, 0x70);
    CHECK(bank.status() == both(0x80));
}

TEST_CASE("a buffer is programmed when it is confirmed") {
    Bank bank;
    bank.command(sector, 0xe8);
    CHECK(bank.status() == both(0x80));
    bank.flash.write<u32>(sector, both(2));
    for (u32 i = 0; i != 3; ++i) bank.flash.write<u32>(sector + 4 * i, 0x1111'1111 * (i + 1));
    CHECK(bank.contents[sector] == std::byte{0xff});
    bank.command(sector, 0xd0);
    CHECK(bank.status() == both(0x80));
    bank.array();
    for (u32 i = 0; i != 3; ++i) CHECK(bank.word(sector + 4 * i) == 0x1111'1111 * (i + 1));
    CHECK(bank.word(sector + 12) == ~0u);
}

TEST_CASE("a buffer of the largest size, and one word more") {
    Bank bank;
    bank.command(0, 0xe8);
    bank.flash.write<u32>(0, both(1023));
    for (u32 i = 0; i != 1024; ++i) bank.flash.write<u32>(4 * i, i);
    bank.command(0, 0xd0);
    CHECK(bank.status() == both(0x80));
    bank.command(0, 0xe8);
    bank.flash.write<u32>(0, both(1024));
    CHECK(bank.status() == both(0xb0));
    bank.array();
    CHECK(bank.word(4 * 1023) == 1023);
}

TEST_CASE("a buffer that leaves its sector or is not confirmed is an error and changes nothing") {
    Bank bank;
    SECTION("leaves its sector") {
        bank.command(sector - 4, 0xe8);
        bank.flash.write<u32>(sector - 4, both(1));
        bank.flash.write<u32>(sector - 4, 0);
        bank.flash.write<u32>(sector, 0);
    }
    SECTION("is not confirmed") {
        bank.command(0, 0xe8);
        bank.flash.write<u32>(0, both(0));
        bank.flash.write<u32>(0, 0);
        bank.command(0, 0xff);
    }
    CHECK(bank.status() == both(0xb0));
    CHECK(std::ranges::all_of(bank.contents, [](std::byte b) { return b == std::byte{0xff}; }));
}

TEST_CASE("a locked sector is neither programmed nor erased until all are unlocked") {
    Bank bank;
    bank.program(sector, 0x1234'5678);
    bank.command(sector, 0x60);
    bank.command(sector, 0x01);
    bank.command(sector, 0x90);
    CHECK(bank.word(sector + 8) == both(1));
    CHECK(bank.word(8) == 0);
    bank.program(sector, 0);
    CHECK(bank.status() == both(0x92));
    bank.command(0, 0x50);
    bank.erase(sector);
    CHECK(bank.status() == both(0xa2));
    bank.command(0, 0x50);
    bank.program(0, 0);
    CHECK(bank.status() == both(0x80));
    bank.flash.reset();
    CHECK(bank.word(sector) == 0x1234'5678);
    bank.command(0, 0x60);
    bank.command(0, 0xd0);
    bank.erase(sector);
    CHECK(bank.status() == both(0x80));
    bank.array();
    CHECK(bank.word(sector) == ~0u);
}

TEST_CASE("commands of other command sets are answered with the contents") {
    Bank bank;
    bank.contents[0] = std::byte{0x42};
    for (const u32 code : {0xf0u, 0xaau, 0x00u, 0xb0u}) {
        bank.command(0, code);
        CHECK(bank.flash.read<u8>(0) == 0x42);
    }
}

TEST_CASE("flash without memory behind it reads as erased and refuses to be programmed") {
    CfiFlash<2_MiB> flash;
    CHECK(flash.read<u64>(0) == ~u64{0});
    flash.write<u32>(0, 0x40);
    flash.write<u32>(0, 0);
    CHECK(flash.read<u32>(0) == both(0x90));
    std::vector<std::byte> half(sector + 6);
    flash.attach(half);
    flash.write<u32>(0, 0x50);
    CHECK(flash.read<u32>(sector) == 0);
    CHECK(flash.read<u32>(sector + 4) == ~0u);
    flash.write<u32>(sector, 0x20);
    flash.write<u32>(sector, 0xd0);
    CHECK(flash.read<u32>(0) == both(0xa0));
}

TEST_CASE("any sequence of writes stays inside the contents") {
    Bank bank;
    u32 random = 12345;
    const auto next = [&] { return random = random * 1'664'525 + 1'013'904'223; };
    constexpr std::array<u32, 16> codes{0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0x90, 0x98,
                                        0xd0, 0xe8, 0xff, 0x01, 0x00, 0x03, 0xd0, 0xd0};
    unsigned programmed = 0;
    for (int i = 0; i != 200'000; ++i) {
        const u64 offset = (next() >> 8) % (0x20'0000 / 8) * 8;
        const u32 code = (next() >> 16) % 4 == 0 ? next() : both(codes[next() >> 28]);
        switch (next() >> 30) {
        case 0: bank.flash.write<u8>(offset, static_cast<u8>(code)); break;
        case 1: bank.flash.write<u64>(offset, u64{code} << 32 | code); break;
        default: bank.flash.write<u32>(offset, code); break;
        }
        programmed += bank.flash.read<u64>(offset) != ~u64{0};
    }
    CHECK(programmed > 0);
}
