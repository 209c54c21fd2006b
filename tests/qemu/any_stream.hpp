// What holds for every stream, whatever is in it: it is loaded, or refused with a sentence and then changes nothing.
// For the fuzzer and for the corpus.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <span>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu/load_ram.hpp>

namespace wirewrap::test {

struct Tiny {
    static constexpr auto name = "avr/tiny";  // pages of 256 bytes: many records in few bytes
    static constexpr auto ram = main_ram("tiny.ram", Bytes{4096}).placed(at(0x1000));
    static constexpr auto map = memory_map(rom<"tiny.rom">(at(0x8000), Bytes{1024}));
};

/// False when something did not hold.
inline bool holds_for_any_stream(std::span<const std::byte> bytes, bool allow_missing_pages) {
    static auto machine = Machine<Tiny, hostmem::Anonymous>::create();
    for (const MemoryBlock& block : machine->memory_blocks()) std::ranges::fill(block.bytes, std::byte{'.'});
    qemu::MemorySource source(bytes);
    const auto loaded = qemu::load_ram(*machine, source, {.allow_missing_pages = allow_missing_pages});
    if (loaded)
        return loaded->ram_end <= bytes.size() && !loaded->loaded.empty() &&
               loaded->never_sent <= (allow_missing_pages ? Bytes{65536 + 1024} : Bytes{});
    if (loaded.error().message.empty()) return false;
    for (const MemoryBlock& block : machine->memory_blocks())
        if (!std::ranges::all_of(block.bytes, [](std::byte b) { return b == std::byte{'.'}; })) return false;
    return true;
}

inline bool holds_for_any_stream(std::span<const std::byte> bytes) {
    return holds_for_any_stream(bytes, true) && holds_for_any_stream(bytes, false);
}

}  // namespace wirewrap::test
