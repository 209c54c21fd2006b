// A path over three blocks of memory: two neighbours, a hole, and one more. What loaders are tested on.
//
//     [0x80000000, 0x80001800) RAM, 0xee everywhere   [0x80001800, 0x80002000) ROM    [0x80003000, 0x80003100) RAM
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
    std::array<Block, 3> blocks{Block{{{0x8000'0000}, {0x1800}}, std::vector<std::byte>(0x1800, fill)},
                                Block{{{0x8000'1800}, {0x800}}, std::vector<std::byte>(0x800, fill)},
                                Block{{{0x8000'3000}, {0x100}}, std::vector<std::byte>(0x100, fill)}};
    static constexpr std::byte fill{0xee};

    static auto& byte(auto& path, wirewrap::GuestAddress a) {
        for (auto& block : path.blocks)
            if (block.window.contains(a)) return block.memory[(a - block.window.base).count];
        return path.blocks[0].memory[0];
    }
    unsigned stores = 0;  // calls that wrote

    wirewrap::Bytes memory_extent(wirewrap::GuestAddress a, wirewrap::Bytes most) const {
        wirewrap::Bytes done{};
        for (const Block& block : blocks)
            if (done < most && block.window.contains(a + done))
                done += std::min(block.window.size - (a + done - block.window.base), most - done);
        return done;
    }
    std::expected<void, wirewrap::BusFault> debug_read(wirewrap::GuestAddress a,
                                                       std::span<std::byte> to) const {
        if (const auto whole = all_memory(a, to.size(), wirewrap::Access::load); !whole) return whole;
        for (std::size_t i = 0; i != to.size(); ++i) to[i] = byte(*this, a + wirewrap::Bytes{i});
        return {};
    }
    std::expected<void, wirewrap::BusFault> debug_write(wirewrap::GuestAddress a,
                                                        std::span<const std::byte> from) {
        if (const auto whole = all_memory(a, from.size(), wirewrap::Access::store); !whole) return whole;
        for (std::size_t i = 0; i != from.size(); ++i) byte(*this, a + wirewrap::Bytes{i}) = from[i];
        stores += from.empty() ? 0 : 1;
        return {};
    }

    /// For a test to look: the value at an address that is memory.
    template <wirewrap::AccessWord T>
    T value(wirewrap::GuestAddress a) const {
        std::array<std::byte, sizeof(T)> bytes{};
        return debug_read(a, bytes) ? wirewrap::read_memory<T>(bytes.data()) : T{};
    }
    bool untouched() const {
        return stores == 0 && std::ranges::all_of(blocks, [](const Block& block) {
                   return std::ranges::all_of(block.memory, [](std::byte b) { return b == fill; });
               });
    }

private:
    std::expected<void, wirewrap::BusFault> all_memory(wirewrap::GuestAddress a, std::size_t size,
                                                       wirewrap::Access access) const {
        const wirewrap::Bytes there = memory_extent(a, {size});
        if (there == wirewrap::Bytes{size}) return {};
        return std::unexpected(wirewrap::BusFault{a + there, 1, access, wirewrap::FaultReason::not_memory});
    }
};
static_assert(wirewrap::DebugPath<RamPath>);
