// A machine and a running QEMU of the same board over one file: each sees at once what the other stores, at the same
// guest-physical addresses.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu/load_ram.hpp>

#include <boards/arm/virt.hpp>
#include <boards/riscv/virt.hpp>
#include <boards/s390x/ccw_virtio.hpp>
#include <boards/x86/pc.hpp>

#include <tests/support/running_qemu.hpp>
#include <tests/support/rv64_assembler.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

/// QEMU's debug stub: what writes guest-physical memory of a guest that does not run.
class Stub {
public:
    explicit Stub(const std::string& path) {
        ::sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(path, address.sun_path);
        file_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::connect(file_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(ask("Qqemu.PhyMemMode:1") == "OK");
    }
    Stub(const Stub&) = delete;
    ~Stub() { ::close(file_); }

    std::string ask(const std::string& packet) {
        unsigned sum = 0;
        for (const char c : packet) sum += static_cast<unsigned char>(c);
        std::array<char, 4> end{};
        std::snprintf(end.data(), end.size(), "#%02x", sum & 0xff);
        const std::string message = "$" + packet + std::string(end.data(), 3);
        if (::write(file_, message.data(), message.size()) != static_cast<::ssize_t>(message.size()))
            return {};
        std::string answer;
        char c = 0;
        while (::read(file_, &c, 1) == 1 && c != '$') {}
        while (::read(file_, &c, 1) == 1 && c != '#') answer.push_back(c);
        (void)(::read(file_, &c, 1) == 1 && ::read(file_, &c, 1) == 1);
        return ::write(file_, "+", 1) == 1 ? answer : std::string();
    }
    void write(GuestAddress address, std::string_view hex) {
        INFO(std::hex << address.value);
        REQUIRE(ask((sentence("M", address).string().erase(1, 2) + ",") + sentence(hex.size() / 2).string() +
                    ":" + std::string(hex)) == "OK");
    }

private:
    int file_ = -1;
};

bool absent(std::string_view target) {
    if (qemu_is_installed(target)) return false;
    std::printf("SKIPPED: qemu-system-%.*s is not installed\n", static_cast<int>(target.size()),
                target.data());
    return true;
}

template <class B>
using Shared = Machine<B, hostmem::SharedFile>;

template <class B>
Shared<B> machine_over(const std::string& path, Bytes size) {
    std::filesystem::remove(path);
    auto machine = Shared<B>::create({.ram_size = size, .memory = {.path = path}});
    INFO((machine ? "" : machine.error().message));
    REQUIRE(machine);
    return std::move(*machine);
}

template <class B>
std::vector<std::string> options_over(const std::string& path, Bytes size) {
    const std::string mib = std::to_string(size.count >> 20);
    return {"-machine", std::string(qemu::machine_type_of(board_name<B>)) + ",memory-backend=mem",
            "-m",       mib,
            "-object",  "memory-backend-file,id=mem,share=on,mem-path=" + path + ",size=" + mib + "M"};
}

/// Stores of either side at each address, seen by the other.
template <class B>
void exchange(std::string_view target, Bytes size, const std::vector<std::uint64_t>& addresses) {
    if (absent(target)) return;
    const std::string path = scratch("shared.ram"), socket = socket_path("gdb.sock");
    auto machine = machine_over<B>(path, size);
    auto options = options_over<B>(path, size);
    std::filesystem::remove(socket);
    options.insert(options.end(), {"-S", "-chardev", "socket,id=gdb,server=on,wait=off,path=" + socket,
                                   "-gdb", "chardev:gdb"});
    RunningQemu qemu(target, options);
    Stub stub(socket);
    for (const std::uint64_t address : addresses) {
        INFO(std::hex << address);
        // The bytes of the number 0x0123456789abcdef in the order of the board.
        constexpr bool little = board_byte_order<B> == std::endian::little;
        stub.write(at(address), little ? "efcdab8967452301" : "0123456789abcdef");
        CHECK(machine.template load<std::uint64_t>(at(address)) == 0x0123'4567'89ab'cdefu);
        REQUIRE(machine.template store<std::uint32_t>(at(address + 8), 0x1122'3344u));
        const auto theirs = qemu.memory(at(address + 8), 4_B);
        REQUIRE(theirs.size() == 4);
        CHECK(theirs[0] == (little ? std::byte{0x44} : std::byte{0x11}));
        CHECK(theirs[3] == (little ? std::byte{0x11} : std::byte{0x44}));
    }
    std::filesystem::remove(path);
}

}  // namespace

TEST_CASE("a Q35 with RAM on both sides of the hole") {
    exchange<boards::x86::PcQ35<7, 2>>("x86_64", 3_GiB,
                                       {0x1000, 0x10'0000, 0x7fff'fff0, 0x1'0000'0000, 0x1'3fff'fff0});
}
TEST_CASE("an i440FX PC") { exchange<boards::x86::PcI440fx<7, 2>>("x86_64", 128_MiB, {0x1000, 0x7ff'fff0}); }
TEST_CASE("ARM virt") { exchange<boards::arm::Virt<7, 2>>("aarch64", 128_MiB, {0x4010'0000, 0x47ff'fff0}); }
TEST_CASE("RISC-V virt") { exchange<boards::riscv::Virt>("riscv64", 64_MiB, {0x8000'1000, 0x83ff'fff0}); }
TEST_CASE("IBM Z, big-endian") {
    exchange<boards::s390x::CcwVirtio<7, 2>>("s390x", 128_MiB, {0x1'0000, 0x7ff'fff0});
}

TEST_CASE("a guest that runs in QEMU answers questions that the machine puts into its RAM") {
    if (absent("riscv64")) return;
    const std::string path = scratch("shared.ram");
    auto machine = machine_over<boards::riscv::Virt>(path, 64_MiB);
    // The guest waits for a new question at `box`, and answers by its square behind it.
    constexpr std::uint64_t box = 0x8001'0000;
    constexpr rv64::Reg s0 = 8, t0 = 5, t1 = 6, t2 = 7;
    rv64::Assembler guest(0x8000'0000);
    guest.li(s0, box);
    guest.emit(rv64::addi(t1, 0, 0));
    const std::uint64_t again = guest.here();
    guest.emit(rv64::ld(t0, s0, 0));
    guest.emit(rv64::beq(t0, t1, static_cast<std::int64_t>(again - guest.here())));
    guest.emit(rv64::addi(t1, t0, 0), rv64::r_type(0x33, 0, 1, t2, t0, t0),
               rv64::sd(t2, s0, 8));  // mul t2, t0, t0
    guest.emit(rv64::jal(0, static_cast<std::int64_t>(again - guest.here())));
    std::ranges::copy(guest.bytes(), machine.ram_span(at(0x8000'0000), 4_KiB).begin());

    auto options = options_over<boards::riscv::Virt>(path, 64_MiB);
    options.insert(options.end(), {"-bios", "none"});
    RunningQemu qemu("riscv64", options);
    const auto read = [&](std::uint64_t address) {
        return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(machine.ram_span(at(address), 8_B).data()))
            .load();
    };
    for (std::uint64_t question = 1; question != 1000; ++question) {
        REQUIRE(machine.store<std::uint64_t>(at(box), question));
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (read(box + 8) != question * question) REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
    std::filesystem::remove(path);
}
