// The members of a board as it declares them: there, public, constant, of the right type, and not misspelt. What they say
// together is looked at afterwards, by check.hpp.
//
//     struct Handheld { … static constexpr auto memory = memory_map(…); static constexpr int harts = -1; };
//     // Handheld has a member memory, which a board never looks at; write map, or give it another name
//     // Handheld has harts -1; a board has static constexpr std::size_t harts, at least 1
//
// Slips are a table; with reflection every name is compared: see slips.hpp.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/slips.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/cpu_words.hpp>
#include <wirewrap/board/memory_map.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/releases.hpp>
#include <wirewrap/board/unmapped.hpp>
#include <wirewrap/board/wiring.hpp>

namespace wirewrap::check {

namespace board_member {
// clang-format off
struct Names {
    static constexpr int name = 0, ram = 0, alias = 0, releases = 0, map = 0, ports = 0, port_bits = 0, unmapped = 0,
                         wires = 0, harts = 0, cpu_words = 0, address_bits = 0, byte_order = 0, timebase = 0;
};
struct Name { WIREWRAP_MEMBER_NAME_OF(Names, name); };
struct Ram { WIREWRAP_MEMBER_NAME_OF(Names, ram); };
struct Alias { WIREWRAP_MEMBER_NAME_OF(Names, alias); };
struct Releases { WIREWRAP_MEMBER_NAME_OF(Names, releases); };
struct Map { WIREWRAP_MEMBER_NAME_OF(Names, map); };
struct Ports { WIREWRAP_MEMBER_NAME_OF(Names, ports); };
struct PortBits { WIREWRAP_MEMBER_NAME_OF(Names, port_bits); };
struct Unmapped { WIREWRAP_MEMBER_NAME_OF(Names, unmapped); };
struct Wires { WIREWRAP_MEMBER_NAME_OF(Names, wires); };
struct Harts { WIREWRAP_MEMBER_NAME_OF(Names, harts); };
struct Words { WIREWRAP_MEMBER_NAME_OF(Names, cpu_words); };
struct AddressBits { WIREWRAP_MEMBER_NAME_OF(Names, address_bits); };
struct ByteOrder { WIREWRAP_MEMBER_NAME_OF(Names, byte_order); };
struct Timebase { WIREWRAP_MEMBER_NAME_OF(Names, timebase); };
// clang-format on
}  // namespace board_member

// clang-format off
#define WIREWRAP_BOARD_SLIPS(SLIP) \
    SLIP(names, name) SLIP(nmae, name) \
    SLIP(aliases, alias) SLIP(alais, alias) \
    SLIP(release, releases) \
    SLIP(rams, ram) SLIP(main_ram, ram) \
    SLIP(maps, map) SLIP(mpa, map) SLIP(memory, map) SLIP(memory_map, map) SLIP(memmap, map) \
    SLIP(wire, wires) SLIP(wirse, wires) SLIP(wiers, wires) SLIP(wiring, wires) \
    SLIP(hart, harts) SLIP(hartz, harts) SLIP(herts, harts) SLIP(hars, harts) SLIP(cores, harts) \
    SLIP(cpus, harts) \
    SLIP(cpu_word, cpu_words) SLIP(cpuwords, cpu_words) SLIP(cpu_name, cpu_words) SLIP(cpu_names, cpu_words) \
    SLIP(hart_words, cpu_words) \
    SLIP(address_bit, address_bits) SLIP(adress_bits, address_bits) SLIP(addres_bits, address_bits) \
    SLIP(addressbits, address_bits) SLIP(addr_bits, address_bits) SLIP(address_width, address_bits) \
    SLIP(byteorder, byte_order) SLIP(byte_orders, byte_order) SLIP(byte_oder, byte_order) \
    SLIP(bytes_order, byte_order) SLIP(endian, byte_order) SLIP(endianness, byte_order) \
    SLIP(endianess, byte_order) \
    SLIP(time_base, timebase) SLIP(timebases, timebase) SLIP(timebas, timebase) SLIP(clock, timebase) \
    SLIP(frequency, timebase) \
    SLIP(unmaped, unmapped) SLIP(un_mapped, unmapped) \
    SLIP(portbits, port_bits) SLIP(port_bit, port_bits)
// clang-format on
WIREWRAP_SLIPS(BoardSlips, WIREWRAP_BOARD_SLIPS);
#undef WIREWRAP_BOARD_SLIPS

template <auto>
struct BoardConstant;

template <class T>
inline constexpr bool is_memory_map = false;
template <class... Entries>
inline constexpr bool is_memory_map<wirewrap::MemoryMap<Entries...>> = true;
template <class T>
inline constexpr bool is_wiring = false;
template <std::size_t N>
inline constexpr bool is_wiring<std::array<wirewrap::Wire, N>> = true;
template <class T>
inline constexpr bool is_ram = false;
template <class R, class P>
inline constexpr bool is_ram<RamTraits<R, P>> = true;

constexpr std::size_t length(std::string_view text) { return text.size(); }

/// No template: every member of every board would pay for it.
constexpr Text wrong_member(const Text& type, std::string_view member, bool there, std::string_view form) {
    return sentence(type, there ? " has a member " : " has no ", member,
                    there ? " that is no public constant of the right type" : "", "; a board has ", form);
}

template <class B, class Member>
constexpr void member_is(Mistakes& mistakes, bool needed, bool right, std::string_view form) {
    if (right) return;
    const bool there = member_kind<Member, B>() != MemberKind::none;
    if (needed || there) mistakes.push_back(wrong_member(type_name<B>(), Member::text, there, form));
}

template <class B, class Member>
concept HasBoardConstant = member_kind<Member, B>() == MemberKind::constant;

/// A whole number that is not negative; text, bool and floating point are none.
template <class T>
concept WholeNumber = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

template <class B>
constexpr void board_members(Mistakes& mistakes) {
    using namespace board_member;
    constexpr bool name = requires {
        requires HasBoardConstant<B, Name>;
        typename BoardConstant<length(B::name)>;
    };
    constexpr bool ram = requires {
        requires HasBoardConstant<B, Ram>;
        requires is_ram<std::remove_cvref_t<decltype(B::ram)>>;
        typename BoardConstant<B::ram.default_size.count>;
    };
    constexpr bool alias = requires {
        requires HasBoardConstant<B, Alias>;
        typename BoardConstant<length(B::alias)>;
    };
    constexpr bool releases = requires {
        requires HasBoardConstant<B, Releases>;
        { B::releases } -> std::convertible_to<QemuReleases>;
    };
    constexpr bool map = requires {
        requires HasBoardConstant<B, Map>;
        requires is_memory_map<std::remove_cvref_t<decltype(B::map)>>;
        typename BoardConstant<B::map.regions().size()>;
    };
    constexpr bool ports = requires {
        requires HasBoardConstant<B, Ports>;
        requires is_memory_map<std::remove_cvref_t<decltype(B::ports)>>;
        typename BoardConstant<B::ports.regions().size()>;
    };
    constexpr bool port_bits = requires {
        requires HasBoardConstant<B, PortBits>;
        requires WholeNumber<std::remove_cvref_t<decltype(B::port_bits)>>;
        typename BoardConstant<unsigned{B::port_bits}>;
    };
    constexpr bool unmapped = requires {
        requires HasBoardConstant<B, board_member::Unmapped>;
        { B::unmapped } -> std::convertible_to<wirewrap::Unmapped>;
    };
    constexpr bool wires = requires {
        requires HasBoardConstant<B, Wires>;
        requires is_wiring<std::remove_cvref_t<decltype(B::wires)>>;
        typename BoardConstant<B::wires.size()>;
    };
    constexpr bool harts = requires {
        requires HasBoardConstant<B, Harts>;
        requires WholeNumber<std::remove_cvref_t<decltype(B::harts)>>;
        typename BoardConstant<std::size_t{B::harts}>;
    };
    constexpr bool words = requires {
        requires HasBoardConstant<B, Words>;
        requires std::same_as<std::remove_cvref_t<decltype(B::cpu_words)>, CpuWords>;
        typename BoardConstant<length(B::cpu_words.name)>;
    };
    constexpr bool bits = requires {
        requires HasBoardConstant<B, AddressBits>;
        requires WholeNumber<std::remove_cvref_t<decltype(B::address_bits)>>;
        typename BoardConstant<unsigned{B::address_bits}>;
    };
    constexpr bool order = requires {
        requires HasBoardConstant<B, ByteOrder>;
        requires std::same_as<std::remove_cvref_t<decltype(B::byte_order)>, std::endian>;
        typename BoardConstant<B::byte_order>;
    };
    constexpr bool timebase = requires {
        requires HasBoardConstant<B, Timebase>;
        requires WholeNumber<std::remove_cvref_t<decltype(B::timebase)>>;
        typename BoardConstant<std::uint64_t{B::timebase}>;
    };
    member_is<B, Name>(mistakes, true, name, "static constexpr auto name, a text");
    member_is<B, Ram>(mistakes, true, ram, "static constexpr auto ram = main_ram(id, default size)");
    member_is<B, Alias>(mistakes, false, alias, "static constexpr auto alias, a text, or none");
    member_is<B, Releases>(mistakes, false, releases,
                           "static constexpr auto releases = since(...), until(...) or both, or none");
    member_is<B, Map>(mistakes, false, map, "static constexpr auto map = memory_map(...), or none");
    member_is<B, Ports>(mistakes, false, ports, "static constexpr auto ports = memory_map(...), or none");
    member_is<B, PortBits>(mistakes, false, port_bits,
                           "static constexpr unsigned port_bits, a number from 1 to 64, or none");
    member_is<B, board_member::Unmapped>(mistakes, false, unmapped,
                                         "static constexpr auto unmapped = reads_as(...), or none");
    member_is<B, Wires>(mistakes, false, wires, "static constexpr auto wires = wiring(...), or none");
    member_is<B, Harts>(mistakes, false, harts,
                        "static constexpr std::size_t harts, a number from 1 on, or none");
    member_is<B, Words>(
        mistakes, false, words,
        "static constexpr CpuWords cpu_words, such as {cpu, {irq, fiq}} with quotes, or none");
    member_is<B, AddressBits>(mistakes, false, bits,
                              "static constexpr unsigned address_bits, a number from 1 to 64, or none");
    member_is<B, ByteOrder>(mistakes, false, order, "static constexpr std::endian byte_order, or none");
    member_is<B, Timebase>(mistakes, false, timebase,
                           "static constexpr std::uint64_t timebase, a number from 1 on, or none");
}

/// What is wrong with the members of a type that shall be a board.
template <class B>
struct MemberCheck {
    static constexpr Mistakes mistakes() {
        Mistakes all;
        if constexpr (!std::is_class_v<B>) {
            all.push_back(sentence(type_name<B>(), " is no class; a board is a class with constants"));
        } else {
            board_members<B>(all);
            slips<B, BoardSlips, board_member::Names>(all, "a board");
        }
        return all;
    }
};

}  // namespace wirewrap::check
