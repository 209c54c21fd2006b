// The parser of guest/parser.c as a target: a machine with 1 MiB of RAM, which is loaded once and cloned, and a hart whose code
// is translated.
//
//     const auto parser = fuzzing::Parser::load("parser.elf", counters);
//     const auto outcome = (*parser)->run(input);          // an error: the input is too long
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/fuzz.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state.hpp>

namespace fuzzing {

using namespace wirewrap;
using namespace wirewrap::literals;

template <class Bus>
using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::TranslatedForFuzzing>;

class Parser {
    using Original = Machine<boards::riscv::Virt, hostmem::Memfd>;
    using Clone = Machine<boards::riscv::Virt, state::CopyOnWrite, state::MarkedPages<>>;
    using Running = Emulator<Clone, Rv64, VirtualClock>;

public:
    static constexpr GuestAddress input_at = at(0x8008'0000);
    static constexpr Bytes longest_input = 4_KiB;

    static Expected<std::unique_ptr<Parser>> load(const std::string& elf, std::span<std::uint8_t> counters) {
        auto original = Original::create({.ram_size = 1_MiB});
        if (!original) return std::unexpected(original.error());
        const auto image = read_file(elf);
        if (!image) return std::unexpected(image.error());
        const auto loaded = load_elf(*original, elf, image->bytes(),
                                     {.machine = ElfMachine::riscv, .bits = 64});
        if (!loaded) return std::unexpected(loaded.error());
        auto clone = state::clone<state::MarkedPages<>>(*original);
        if (!clone) return std::unexpected(clone.error());
        return std::unique_ptr<Parser>(
            new Parser(std::move(*original), std::move(*clone), loaded->entry, counters));
    }

    /// Each time from the beginning.
    Expected<fuzz::Outcome> run(std::span<const std::byte> input) {
        Expected<void> placed;
        const fuzz::Outcome outcome = target_->run([&](Running& emulator) {
            placed = fuzz::put_input(emulator.machine(), input_at, longest_input, input);
            emulator.hart(0).set_x(10, input_at.value);
            emulator.hart(0).set_x(11, placed ? input.size() : 0);
        });
        if (!placed) return std::unexpected(placed.error());
        return outcome;
    }

private:
    Parser(Original original, Clone clone, GuestAddress entry, std::span<std::uint8_t> counters)
        : original_(std::move(original)), clone_(std::move(clone)), emulator_(clone_) {
        emulator_.hart(0).set_pc(entry.value);
        target_.emplace(emulator_, original_.memory_blocks(), counters,
                        fuzz::CaseOptions{.instructions = 100'000});
    }

    Original original_;
    Clone clone_;
    Running emulator_;
    std::optional<fuzz::Target<Running>> target_;
};

}  // namespace fuzzing
