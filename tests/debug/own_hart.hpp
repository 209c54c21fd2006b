// A hart of somebody's own, which is not RISC-V: an accumulator, four instructions of two bytes, and what a debugger needs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/debug/hart_check.hpp>

namespace wirewrap::test {

template <class Bus>
class Accumulator {
public:
    enum class Exit { budget, waiting, stopped };
    struct Result {
        std::uint64_t executed;
        Exit reason;
    };
    struct Options {
        std::size_t hart_id;
    };
    Accumulator(Bus& bus, Options) : bus_(bus) {}

    /// 0 n: halt. 1 n: add n. 2 n: store the accumulator at 0x100 + n. 3 n: jump to 2 n.
    Result run(std::uint64_t limit) {
        for (std::uint64_t n = 0; n != limit; ++n) {
            const auto code = bus_.template load<std::uint8_t>(GuestAddress{pc_}).value_or(0);
            const auto operand = bus_.template load<std::uint8_t>(GuestAddress{pc_ + 1}).value_or(0);
            if (code == 0) return {n, Exit::waiting};
            if (code == 1) sum_ += operand;
            if (code == 2) (void)bus_.template store<std::uint32_t>(GuestAddress{0x100u + operand}, sum_);
            pc_ = code == 3 ? 2u * operand : pc_ + 2;
            if (bus_.stop_requested()) return {n + 1, Exit::stopped};  // who watches accesses wants it
        }
        return {limit, Exit::budget};
    }

    // What it is beside memory, so that it can be put back to an earlier moment.
    struct State {
        std::uint32_t pc = 0, sum = 0;

        template <class Archive>
        void state(Archive& archive) {
            archive.field("pc", pc);
            archive.field("sum", sum);
        }
    };
    State state() const { return {pc_, sum_}; }
    void set_state(const State& state) { pc_ = state.pc, sum_ = state.sum; }
    void forget_code() {}  // it decodes each time

    std::uint64_t pc() const { return pc_; }
    void set_pc(std::uint64_t pc) { pc_ = static_cast<std::uint32_t>(pc); }

    // GDB shows it as a 32-bit RISC-V whose x10 is the accumulator: registers that GDB insists on are 0.
    static constexpr std::string_view debug_architecture = "riscv:rv32";
    static constexpr auto debug_registers = [] {
        constexpr std::array<std::string_view, 32> names{
            "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",  "x10",
            "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
            "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "x31"};
        std::array<debug::DebugRegister, 34> all{};
        for (std::size_t n = 0; n != 32; ++n)
            all[n] = {.name = names[n], .bits = 32, .feature = "org.gnu.gdb.riscv.cpu"};
        all[32] = {.name = "pc", .bits = 32, .type = "code_ptr", .feature = "org.gnu.gdb.riscv.cpu"};
        all[33] = {.name = "sum", .bits = 32, .feature = "org.example.accumulator"};
        return all;
    }();
    std::uint64_t debug_register(std::size_t n) const {
        return n == 32 ? pc_ : n == 33 || n == 10 ? sum_ : 0;
    }
    void set_debug_register(std::size_t n, std::uint64_t value) {
        if (n == 32) set_pc(value);
        if (n == 33 || n == 10) sum_ = static_cast<std::uint32_t>(value);
    }

private:
    Bus& bus_;
    std::uint32_t pc_ = 0, sum_ = 0;
};

}  // namespace wirewrap::test
