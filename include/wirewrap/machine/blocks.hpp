// The memory blocks that a board has beside main RAM: `ram` and `rom` entries of its map, and the contents of devices
// such as flash. The machine allocates them, each under the name of its entry; the board only declared them.
//
// Their size is in the board's type. On a machine whose main RAM is `Fixed` they are fixed too, so that it makes no
// system call; otherwise they are anonymous memory.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/fixed.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap {

/// A piece of memory that has a name in snapshots and streams.
struct MemoryBlock {
    std::string_view id;
    std::span<std::byte> bytes;
    bool writable = true;  // by the guest
};

/// Host memory comes in pages; a block of a few bytes has a page to itself, of which the guest sees its own bytes.
template <class Backend>
constexpr Bytes host_size(Bytes size) {
    if constexpr (Backend::size) return size;
    return rule::MultipleOf{hostmem::smallest_page}.above(size).value_or(size);
}

namespace detail {

/// The device type of map entry `I`, `NoDevice` where there is none.
template <class B, std::size_t I>
using DeviceAt =
    typename std::remove_cvref_t<decltype(boost::hana::at_c<I>(board_map<B>.entries))>::device_type;

template <class B, std::size_t I>
inline constexpr bool has_block = board_regions<B>[I].is_block() || StoresInBlock<DeviceAt<B, I>>;

template <class B, class Backend, std::size_t I>
struct BlockTag;

struct NoBlock {};

template <class B, class Backend, std::size_t I>
auto block_backend() {
    if constexpr (!has_block<B, I>)
        return std::type_identity<NoBlock>{};
    else if constexpr (Backend::size)
        return std::type_identity<hostmem::Fixed<board_regions<B>[I].range.size, BlockTag<B, Backend, I>>>{};
    else
        return std::type_identity<hostmem::Anonymous>{};
}
template <class B, class Backend, std::size_t I>
using BlockBackend = typename decltype(block_backend<B, Backend, I>())::type;

template <class Backend>
struct BlockHolder {
    using type = std::optional<hostmem::HostMemory<Backend>>;
};
template <>
struct BlockHolder<NoBlock> {
    using type = NoBlock;
};

template <class B, class Backend, class Indices>
struct BlockTuple;
template <class B, class Backend, std::size_t... I>
struct BlockTuple<B, Backend, std::index_sequence<I...>> {
    using type = std::tuple<typename BlockHolder<BlockBackend<B, Backend, I>>::type...>;
};

}  // namespace detail

/// One block for each map entry that has one.
template <class B, hostmem::Backend Backend>
class Blocks {
    static constexpr std::size_t count = board_regions<B>.size();

public:
    /// Allocates all of them, or none and an Error that names the entry.
    static Expected<Blocks> allocate() {
        Blocks blocks;
        Expected<void> result;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (void)(blocks.template allocate_one<I>(result) && ...);
        }(std::make_index_sequence<count>{});
        if (!result) return std::unexpected(result.error());
        return blocks;
    }

    /// Host memory of the block of map entry `i`; empty where the entry has none.
    std::span<std::byte> bytes(std::size_t i) const {
        std::span<std::byte> found;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((I == i ? void(found = bytes_of<I>()) : void()), ...);
        }(std::make_index_sequence<count>{});
        return found;
    }

private:
    template <std::size_t I>
    bool allocate_one(Expected<void>& result) {
        if constexpr (detail::has_block<B, I>) {
            constexpr const Region& region = board_regions<B>[I];
            using BlockMemory = detail::BlockBackend<B, Backend, I>;
            auto memory = hostmem::allocate<BlockMemory>(host_size<BlockMemory>(region.range.size));
            if (memory)
                std::get<I>(memory_).emplace(std::move(*memory));
            else
                result = fail(board_name<B>, ": ", name_of(region.kind), " ", region.name, ": ",
                              memory.error().message);
        }
        return result.has_value();
    }
    template <std::size_t I>
    std::span<std::byte> bytes_of() const {
        // Allocated for as long as there are Blocks; asked all the same, for g++ 12 sees memory that was never set otherwise.
        if constexpr (detail::has_block<B, I>)
            if (const auto& memory = std::get<I>(memory_))
                return memory->span().first(board_regions<B>[I].range.size.count);
        return {};
    }

    typename detail::BlockTuple<B, Backend, std::make_index_sequence<count>>::type memory_;
};

}  // namespace wirewrap
