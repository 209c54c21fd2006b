// An access path over two blocks of RAM that follow each other with a hole between them: what loaders are tested on.
//
//     [0x80000000, 0x80002000) RAM, 0xee everywhere      [0x80003000, 0x80003100) RAM
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/interval.hpp>

struct RamPath {
    struct Block {
        wirewrap::Interval window;
        std::vector<std::byte> memory;
    };
    std::array<Block, 2> blocks{Block{{{0x8000'0000}, {0x2000}}, std::vector<std::byte>(0x2000, fill)},
                                Block{{{0x8000'3000}, {0x100}}, std::vector<std::byte>(0x100, fill)}};
    static constexpr std::byte fill{0xee};

    std::span<std::byte> ram_span(wirewrap::GuestAddress a, wirewrap::Bytes n) {
        for (Block& block : blocks)
            if (block.window.contains({a, n}) && block.window.contains(a))
                return std::span(block.memory).subspan((a - block.window.base).count, n.count);
        return {};
    }
    template <wirewrap::AccessWord T>
    wirewrap::Loaded<T> load(wirewrap::GuestAddress a) {
        if (const auto ram = ram_span(a, {sizeof(T)}); !ram.empty())
            return wirewrap::read_memory<T>(ram.data());
        return std::unexpected(
            wirewrap::BusFault{a, sizeof(T), wirewrap::Access::load, wirewrap::FaultReason::unmapped});
    }
    template <wirewrap::AccessWord T>
    wirewrap::Stored store(wirewrap::GuestAddress a, T value) {
        const auto ram = ram_span(a, {sizeof(T)});
        if (ram.empty())
            return std::unexpected(
                wirewrap::BusFault{a, sizeof(T), wirewrap::Access::store, wirewrap::FaultReason::unmapped});
        wirewrap::write_memory(ram.data(), value);
        return {};
    }
    template <wirewrap::AccessWord T>
    wirewrap::Loaded<T> fetch(wirewrap::GuestAddress a) {
        return load<T>(a);
    }

    bool untouched() const {
        return std::ranges::all_of(blocks, [](const Block& block) {
            return std::ranges::all_of(block.memory, [](std::byte b) { return b == fill; });
        });
    }
};
static_assert(wirewrap::AccessPath<RamPath>);
