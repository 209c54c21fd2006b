#include <wirewrap/state/running.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/save.hpp>

#include "tests/examples/guest.hpp"
#include "tests/machine/boards.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test::rv64;
using state::Snapshot;

namespace {

using Virt = Machine<boards::riscv::Virt, hostmem::Anonymous>;
template <class Bus>
using Rv64 = riscv::Hart<Bus>;
using Running = Emulator<Virt, Rv64, VirtualClock>;
static_assert(state::Restorable<Running>);
static_assert(state::Restorable<Emulator<Virt, Rv64, HostClock>>);

struct Script {
    std::string typed{}, printed{};
    std::size_t next_byte = 0;

    std::optional<std::uint8_t> next(bool) {
        if (next_byte == typed.size()) return std::nullopt;
        return static_cast<std::uint8_t>(typed[next_byte++]);
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
};

constexpr std::uint64_t ram_base = 0x8000'0000, uart = 0x1000'0000, clint = 0x200'0000;
constexpr std::uint64_t plic = 0xc00'0000;
constexpr Reg t0 = 5, t1 = 6, t2 = 7, s0 = 8, a0 = 10, a1 = 11, a2 = 12, a3 = 13;

/// Echoes what is typed in an interrupt handler, counts timer interrupts, and adds up numbers all the while.
std::vector<std::byte> busy_guest() {
    Assembler a(ram_base);
    constexpr std::uint64_t handler = ram_base + 0x400;
    const auto back = [&](std::uint64_t to) { return static_cast<std::int64_t>(to - a.here()); };
    a.li(t0, handler);
    a.emit(csrw(0x305, t0));  // mtvec
    a.li(t0, plic);
    a.li(t1, 1);
    a.emit(sw(t1, t0, 4 * 10));  // priority of the UART
    a.li(t0, plic + 0x2000);
    a.li(t1, 1 << 10);
    a.emit(sw(t1, t0, 0));
    a.li(t0, uart);
    a.li(t1, 1);
    a.emit(sb(t1, t0, 1));  // IER: received
    a.li(t0, clint + 0x4000);
    a.li(t1, 50);
    a.emit(sd(t1, t0, 0));
    a.li(t1, 1 << 11 | 1 << 7);
    a.emit(csrw(0x304, t1));
    a.li(t1, 1 << 3);
    a.emit(csrw(0x300, t1));
    a.li(s0, ram_base + 0x1'0000);
    const std::uint64_t loop = a.here();
    a.emit(addi(a0, a0, 1), add(a1, a1, a0), sd(a1, s0, 0), jal(0, back(loop) - 12));
    while (a.here() != handler) a.emit(addi(0, 0, 0));
    a.li(t0, clint + 0x4000);
    a.emit(ld(t1, t0, 0), addi(t1, t1, 50), sd(t1, t0, 0), addi(a2, a2, 1));
    a.li(t0, plic + 0x20'0004);
    a.emit(lw(t1, t0, 0));
    a.li(t2, uart);
    const std::uint64_t none = a.here();
    a.emit(beq(t1, 0, 16));
    a.emit(lbu(a3, t2, 0), sb(a3, t2, 0), sw(t1, t0, 0));
    static_cast<void>(none);
    a.emit(mret);
    return {a.bytes().begin(), a.bytes().end()};
}

struct Bed {
    Virt machine = Virt::create({.ram_size = 1_MiB}).value();
    Running emulator{machine};
    Script console;

    void start() {
        const auto program = busy_guest();
        std::ranges::copy(program, machine.ram_span(at(ram_base), Bytes{program.size()}).begin());
        emulator.hart(0).set_pc(ram_base);
    }
    /// All that can be told apart.
    std::vector<std::byte> everything() {
        std::vector<std::byte> all;
        state::Components<Running> components(emulator);
        components.each([&](std::string_view, auto& component) {
            state::FieldWriter writer;
            component.state(writer);
            all.insert(all.end(), writer.bytes().begin(), writer.bytes().end());
        });
        const auto ram = machine.memory_blocks()[0].bytes;
        all.insert(all.end(), ram.begin(), ram.end());
        return all;
    }
};

std::string file(const char* name) { return wirewrap::test::temporary(name); }

}  // namespace

TEST_CASE("A run that is saved and restored goes on as if nothing had happened") {
    const std::string typed = "The quick brown fox jumps over the lazy dog, again and again and again";
    for (const std::uint64_t before : {1u, 100u, 20'000u, 54'321u, 300'001u}) {
        INFO(before);
        Bed whole;
        whole.start();
        whole.console.typed = typed;
        whole.emulator.run(whole.console, before);

        REQUIRE(state::save(whole.emulator, file("running.snapshot")));
        Bed other;  // another history
        other.start();
        other.emulator.run(other.console, 77'777);
        const auto snapshot = Snapshot::open(file("running.snapshot"));
        REQUIRE(snapshot);
        CHECK(snapshot->head().running);
        const auto restored = state::restore(other.emulator, *snapshot);
        INFO((restored ? std::string("restored") : restored.error().message));
        REQUIRE(restored);
        CHECK(other.everything() == whole.everything());
        other.console.typed = typed;
        other.console.next_byte = whole.console.next_byte;
        other.console.printed = whole.console.printed;

        whole.emulator.run(whole.console, 400'000);
        other.emulator.run(other.console, 400'000);
        CHECK(other.everything() == whole.everything());
        CHECK(other.console.printed == whole.console.printed);
        CHECK(whole.console.printed.size() > 10);
        CHECK(whole.emulator.hart(0).x(a2) > 5);  // timer interrupts
    }
}

TEST_CASE("State that does not fit is refused by component and field, and nothing is changed") {
    Bed bed;
    bed.start();
    bed.emulator.run(bed.console, 1000);
    const auto before = bed.everything();
    REQUIRE(state::save(bed.emulator, file("running.snapshot")));
    REQUIRE(state::save(bed.machine, file("memory.snapshot")));
    const auto running = Snapshot::open(file("running.snapshot")).value();
    const auto memory = Snapshot::open(file("memory.snapshot")).value();
    CHECK(state::restore(bed.machine, running)
              .error()
              .message.find("it holds harts and devices, and there is only a machine to restore") !=
          std::string::npos);
    CHECK(state::restore(bed.emulator, memory)
              .error()
              .message.find("it holds memory only, and harts and devices are to be restored too") !=
          std::string::npos);

    // A file that is whole, with a component that is not.
    const auto with = [&](auto change) {
        auto writer = state::SnapshotWriter::create(file("made.snapshot"), {}).value();
        REQUIRE(writer.head(running.head()));
        REQUIRE(writer.block_table(bed.machine.memory_blocks()));
        for (const state::StoredComponent& component : running.components()) change(writer, component);
        REQUIRE(writer.finish());
        const auto made = Snapshot::open(file("made.snapshot")).value();
        const auto restored = state::restore(bed.emulator, made);
        REQUIRE_FALSE(restored);
        CHECK(bed.everything() == before);
        return restored.error().message.substr(made.name().size());
    };
    CHECK(with([](auto& writer, const auto& component) {
              if (component.name != "clock") REQUIRE(writer.component(component.name, component.fields));
          }) == " cannot be restored: the state of clock is missing");
    CHECK(with([](auto& writer, const auto& component) {
              REQUIRE(writer.component(component.name, component.fields));
              if (component.name == "device virt.flash1") REQUIRE(writer.component("device more", {}));
          }) == " cannot be restored: the state of device more is unknown");
    CHECK(with([](auto& writer, const auto& component) {
              std::vector<std::byte> fields(component.fields.begin(), component.fields.end());
              if (component.name == "hart0") fields[0] = fields[0] ^ std::byte{1};
              REQUIRE(writer.component(component.name, fields));
          }).starts_with(" cannot be restored: the state of hart0 does not fit: field x is missing"));
}

TEST_CASE("Components whose bits flip are refused, or are states that can be had and run") {
    Bed bed;
    bed.start();
    bed.console.typed = "typed";
    bed.emulator.run(bed.console, 30'000);
    state::Components<Running> components(bed.emulator);
    std::size_t refused = 0, taken = 0;
    components.each([&](std::string_view name, auto& component) {
        INFO(name);
        state::FieldWriter writer;
        component.state(writer);
        const std::vector<std::byte> whole = writer.bytes();
        // All bits of the short ones; the buffers of flash and line are long.
        const std::size_t step = whole.size() > 2000 ? 41 : 1;
        for (std::size_t bit = 0; bit < whole.size() * 8; bit += step) {
            auto flipped = whole;
            flipped[bit / 8] ^= std::byte{1} << bit % 8;
            state::FieldReader reader(flipped);
            component.state(reader);
            if (!reader.finish()) {
                ++refused;
            } else {
                ++taken;
                components.put_into(bed.emulator);
                bed.emulator.run(bed.console, 3);
                for (std::uint64_t offset : {0u, 4u, 0x40u})
                    static_cast<void>(
                        bed.machine.store<std::uint32_t>(at(0x2000'0000 + offset), 0x00d0'00d0));
            }
            state::FieldReader original(whole);
            component.state(original);
            REQUIRE(original.finish());
        }
    });
    CHECK(refused > 1000);
    CHECK(taken > 1000);
}
