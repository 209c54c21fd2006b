// What a board declares, with the defaults for what it leaves out.
//
//     struct Tiny {                                                   // harts 1, 64 address bits, little-endian,
//         static constexpr auto name = "tiny";                        // no map, no wires
//         static constexpr auto ram = main_ram("tiny.ram", 1_MiB);
//     };
//     static_assert(board_regions<Tiny>.empty() && board_harts<Tiny> == 1);
//
// | member                               | says                                             | default       |
// |--------------------------------------|--------------------------------------------------|---------------|
// | `name`                               | what the board is called in sentences and lists  | must be there |
// | `ram`                                | `main_ram(…)`, see ram.hpp                       | must be there |
// | `alias`                              | another name of the machine, such as "pc"        | none          |
// | `releases`                           | which releases of QEMU have it, see releases.hpp | all           |
// | `map`                                | `memory_map(…)`, see region.hpp                  | empty         |
// | `ports`                              | the map of I/O ports, a `memory_map(…)` too      | none          |
// | `port_bits`                          | width of a port's number                         | 16            |
// | `unmapped`                           | `reads_as(0xff)`, `reads_as_last`, see unmapped.hpp | a fault    |
// | `wires`                              | `wiring(…)`, see wiring.hpp                      | none          |
// | `harts`                              | hardware threads, named hart0, hart1 …           | 1             |
// | `cpu_words`                          | other names for them and their lines, see cpu_words.hpp | RISC-V's |
// | `address_bits`                       | width of a guest-physical address                | 64            |
// | `byte_order`                         | `std::endian` of loads and stores                | little        |
// | `timebase`                           | ticks a second of the platform's timer           | 10,000,000    |
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/board/cpu_words.hpp>
#include <wirewrap/board/memory_map.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/releases.hpp>
#include <wirewrap/board/unmapped.hpp>
#include <wirewrap/board/wiring.hpp>

namespace wirewrap {

/// The members that every board has. Whether they make sense together is the question of `Board`, in board.hpp.
template <class B>
concept DeclaresBoard = requires(Bytes size) {
    { B::name } -> std::convertible_to<std::string_view>;
    { B::ram.id } -> std::convertible_to<std::string_view>;
    { B::ram.default_size } -> std::convertible_to<Bytes>;
    { B::ram.rule } -> RamRule;
    { B::ram.placement } -> Placement;
};

namespace detail {

template <class B>
constexpr Alias alias_of() {
    if constexpr (requires { Alias{B::alias}; })
        return Alias{B::alias};
    else
        return {};
}
template <class B>
constexpr QemuReleases releases_of() {
    if constexpr (requires { requires std::convertible_to<decltype(B::releases), QemuReleases>; })
        return B::releases;
    else
        return {};
}
template <class B>
constexpr auto memory_map_of() {
    if constexpr (requires { B::map; })
        return B::map;
    else
        return memory_map();
}
template <class B>
constexpr auto map_of() {
    if constexpr (requires { B::ports; })
        return with_ports(memory_map_of<B>(), B::ports);
    else
        return memory_map_of<B>();
}
template <class B>
constexpr unsigned port_bits_of() {
    if constexpr (requires { B::port_bits; })
        return B::port_bits;
    else
        return 16;
}
template <class B>
constexpr Unmapped unmapped_of() {
    if constexpr (requires { B::unmapped; })
        return B::unmapped;
    else
        return {};
}
template <class B>
constexpr const CpuWords& cpu_words_of() {
    if constexpr (requires { B::cpu_words; })
        return B::cpu_words;
    else
        return riscv_words;
}
template <class B>
constexpr auto wires_of() {
    if constexpr (requires { B::wires; }) {
        auto wires = B::wires;
        for (Wire& wire : wires)
            if (wire.line == Wire::no_line) wire.line = cpu_words_of<B>().line(wire.line_name);
        return wires;
    } else
        return wiring();
}
template <class B>
constexpr std::size_t harts_of() {
    if constexpr (requires { B::harts; })
        return B::harts;
    else
        return 1;
}
template <class B>
constexpr unsigned address_bits_of() {
    if constexpr (requires { B::address_bits; })
        return B::address_bits;
    else
        return 64;
}
template <class B>
constexpr std::endian byte_order_of() {
    if constexpr (requires { B::byte_order; })
        return B::byte_order;
    else
        return std::endian::little;
}
template <class B>
constexpr std::uint64_t timebase_of() {
    if constexpr (requires { B::timebase; })
        return B::timebase;
    else
        return 10'000'000;
}

}  // namespace detail

template <class B>
inline constexpr std::string_view board_name = B::name;
template <class B>
inline constexpr Alias board_alias = detail::alias_of<B>();
template <class B>
inline constexpr QemuReleases board_releases = detail::releases_of<B>();
template <class B>
inline constexpr auto board_map = detail::map_of<B>();
template <class B>
inline constexpr auto board_regions = board_map<B>.regions();
template <class B>
inline constexpr const CpuWords& board_cpu_words = detail::cpu_words_of<B>();
template <class B>
inline constexpr auto board_wires = detail::wires_of<B>();
template <class B>
inline constexpr std::size_t board_harts = detail::harts_of<B>();
template <class B>
inline constexpr unsigned board_address_bits = detail::address_bits_of<B>();
template <class B>
inline constexpr bool has_ports = requires { B::ports; };
template <class B>
inline constexpr unsigned board_port_bits = detail::port_bits_of<B>();
template <class B>
inline constexpr Unmapped board_unmapped = detail::unmapped_of<B>();
template <class B>
inline constexpr std::endian board_byte_order = detail::byte_order_of<B>();
template <class B>
inline constexpr std::uint64_t board_timebase = detail::timebase_of<B>();

}  // namespace wirewrap
