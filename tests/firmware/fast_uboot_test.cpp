// Debian's OpenSBI and U-Boot on a hart with the fast execution policy.
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/dispatch_fast.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/booting.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

using Virt = Machine<boards::riscv::Virt, hostmem::Anonymous>;
template <class Bus>
using Fast = riscv::Hart<Bus, riscv::Bare, riscv::FastDispatch>;

/// Types a line at each prompt; keeps what is printed.
class Script {
public:
    explicit Script(std::string_view lines) : left_(lines) {}

    std::optional<std::uint8_t> next(bool) {
        if (!typing_) {
            if (!printed.ends_with("\n=> ") || left_.empty()) return std::nullopt;
            typing_ = true;
        }
        const char c = left_.front();
        left_.remove_prefix(1);
        typing_ = c != '\n';
        if (!typing_) printed += '\n';  // the prompt is answered
        return static_cast<std::uint8_t>(c);
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }

    std::string printed;

private:
    std::string_view left_;
    bool typing_ = false;
};

/// IEEE 802.3, bit by bit.
std::uint32_t crc32(std::size_t count, std::uint8_t byte) {
    std::uint32_t crc = ~0u;
    for (std::size_t i = 0; i != count; ++i) {
        crc ^= byte;
        for (int bit = 0; bit != 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

}  // namespace

TEST_CASE("U-Boot computes a checksum and powers off on the fast policy") {
    const command::RunRequest request;
    const auto images = command::read_images(request, 256_MiB);
    if (!images) {
        std::cout << "SKIPPED: " << images.error().message << '\n';
        return;
    }
    auto machine = Virt::create({.ram_size = 256_MiB});
    REQUIRE(machine);
    const auto start = command::load<Fast<Virt>>(*machine, *images, request, true);
    REQUIRE(start);

    Emulator<Virt, Fast> emulator(*machine);
    emulator.hart(0).set_pc(start->value);
    Script script("version\nmw.b 88000000 a5 100000\ncrc32 88000000 100000\npoweroff\n");
    const Stopped stopped = emulator.run(script, 3'000'000'000);
    INFO(script.printed);
    REQUIRE(stopped.finish);
    CHECK(stopped.finish->kind == Finish::pass);
    CHECK(script.printed.find("U-Boot 20") != std::string::npos);
    CHECK(script.printed.find(fmt::format("==> {:08x}", crc32(0x10'0000, 0xa5))) != std::string::npos);
}
