// What holds for every stream, whatever is in it: it is loaded, or refused with a sentence and then changes nothing.
// For the fuzzer and for the corpus.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu/load_ram.hpp>
#include <wirewrap/qemu/ram_in_place.hpp>

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

/// A file with these bytes, which has a path and no name in a folder.
class Nameless {
public:
    explicit Nameless(std::span<const std::byte> bytes) : file_(::memfd_create("stream", MFD_CLOEXEC)) {
        if (file_ < 0 || ::write(file_, bytes.data(), bytes.size()) != static_cast<::ssize_t>(bytes.size()))
            std::abort();
    }
    Nameless(const Nameless&) = delete;
    Nameless& operator=(const Nameless&) = delete;
    ~Nameless() { ::close(file_); }
    std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
    int file_;
};

/// RAM that is taken from its place in the file is what is loaded out of it.
inline bool holds_in_place(std::span<const std::byte> bytes) {
    const Nameless file(bytes);
    const auto there = qemu::map_ram<Machine<Tiny, hostmem::File>>(file.path());
    if (!there) return !there.error().message.empty();
    auto machine = Machine<Tiny, hostmem::Anonymous>::create({.ram_size = there->machine.ram_size()});
    qemu::MemorySource source(bytes);
    if (!machine || !qemu::load_ram(*machine, source)) return false;
    const auto loaded = machine->memory_blocks(), mapped = there->machine.memory_blocks();
    return std::ranges::equal(loaded, mapped, [](const MemoryBlock& a, const MemoryBlock& b) {
        return a.id == b.id && std::ranges::equal(a.bytes, b.bytes);
    });
}

inline bool holds_loaded(std::span<const std::byte> bytes) {
    return holds_for_any_stream(bytes, true) && holds_for_any_stream(bytes, false);
}
inline bool holds_for_any_stream(std::span<const std::byte> bytes) {
    return holds_loaded(bytes) && holds_in_place(bytes);
}

}  // namespace wirewrap::test
