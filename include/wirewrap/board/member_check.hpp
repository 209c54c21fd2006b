// The members of a board as it declares them: there, public, constant, of the right type, and not misspelt. What they say
// together is looked at afterwards, by check.hpp.
//
//     struct Handheld { … static constexpr auto memory = memory_map(…); static constexpr int harts = -1; };
//     // Handheld has a member memory, which a board never looks at; write map, or give it another name
//     // Handheld has harts -1; a board has static constexpr std::size_t harts, at least 1
//
// A compiler can only ask for names that it is given, so the slips are a table. With reflection every name is compared.
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
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/memory_map.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/unmapped.hpp>
#include <wirewrap/board/wiring.hpp>

namespace wirewrap::check {

namespace board_member {
// clang-format off
struct Name { WIREWRAP_MEMBER_NAME(name); };
struct Ram { WIREWRAP_MEMBER_NAME(ram); };
struct Alias { WIREWRAP_MEMBER_NAME(alias); };
struct Map { WIREWRAP_MEMBER_NAME(map); };
struct Ports { WIREWRAP_MEMBER_NAME(ports); };
struct PortBits { WIREWRAP_MEMBER_NAME(port_bits); };
struct Unmapped { WIREWRAP_MEMBER_NAME(unmapped); };
struct Wires { WIREWRAP_MEMBER_NAME(wires); };
struct Harts { WIREWRAP_MEMBER_NAME(harts); };
struct AddressBits { WIREWRAP_MEMBER_NAME(address_bits); };
struct ByteOrder { WIREWRAP_MEMBER_NAME(byte_order); };
struct Timebase { WIREWRAP_MEMBER_NAME(timebase); };

// Slips.
struct Names { WIREWRAP_MEMBER_NAME(names); };
struct Nmae { WIREWRAP_MEMBER_NAME(nmae); };
struct Aliases { WIREWRAP_MEMBER_NAME(aliases); };
struct Alais { WIREWRAP_MEMBER_NAME(alais); };
struct Rams { WIREWRAP_MEMBER_NAME(rams); };
struct MainRam { WIREWRAP_MEMBER_NAME(main_ram); };
struct Maps { WIREWRAP_MEMBER_NAME(maps); };
struct Mpa { WIREWRAP_MEMBER_NAME(mpa); };
struct Memory { WIREWRAP_MEMBER_NAME(memory); };
struct MemoryMap { WIREWRAP_MEMBER_NAME(memory_map); };
struct Memmap { WIREWRAP_MEMBER_NAME(memmap); };
struct Wire { WIREWRAP_MEMBER_NAME(wire); };
struct Wirse { WIREWRAP_MEMBER_NAME(wirse); };
struct Wiers { WIREWRAP_MEMBER_NAME(wiers); };
struct Wiring { WIREWRAP_MEMBER_NAME(wiring); };
struct Hart { WIREWRAP_MEMBER_NAME(hart); };
struct Hartz { WIREWRAP_MEMBER_NAME(hartz); };
struct Herts { WIREWRAP_MEMBER_NAME(herts); };
struct Hars { WIREWRAP_MEMBER_NAME(hars); };
struct Cores { WIREWRAP_MEMBER_NAME(cores); };
struct Cpus { WIREWRAP_MEMBER_NAME(cpus); };
struct AddressBit { WIREWRAP_MEMBER_NAME(address_bit); };
struct AdressBits { WIREWRAP_MEMBER_NAME(adress_bits); };
struct AddresBits { WIREWRAP_MEMBER_NAME(addres_bits); };
struct Addressbits { WIREWRAP_MEMBER_NAME(addressbits); };
struct AddrBits { WIREWRAP_MEMBER_NAME(addr_bits); };
struct AddressWidth { WIREWRAP_MEMBER_NAME(address_width); };
struct Byteorder { WIREWRAP_MEMBER_NAME(byteorder); };
struct ByteOrders { WIREWRAP_MEMBER_NAME(byte_orders); };
struct ByteOder { WIREWRAP_MEMBER_NAME(byte_oder); };
struct BytesOrder { WIREWRAP_MEMBER_NAME(bytes_order); };
struct Endian { WIREWRAP_MEMBER_NAME(endian); };
struct Endianness { WIREWRAP_MEMBER_NAME(endianness); };
struct Endianess { WIREWRAP_MEMBER_NAME(endianess); };
struct TimeBase { WIREWRAP_MEMBER_NAME(time_base); };
struct Timebases { WIREWRAP_MEMBER_NAME(timebases); };
struct Timebas { WIREWRAP_MEMBER_NAME(timebas); };
struct Clock { WIREWRAP_MEMBER_NAME(clock); };
struct Frequency { WIREWRAP_MEMBER_NAME(frequency); };
// clang-format on
}  // namespace board_member

template <class B>
constexpr void board_slips(Mistakes& mistakes) {
    using namespace board_member;
    slips<B>(mistakes, "a board",                                                                    //
             Slip<Names>{"name"}, Slip<Nmae>{"name"}, Slip<Aliases>{"alias"}, Slip<Alais>{"alias"},  //
             Slip<Rams>{"ram"}, Slip<MainRam>{"ram"},                                                //
             Slip<Maps>{"map"}, Slip<Mpa>{"map"}, Slip<Memory>{"map"}, Slip<board_member::MemoryMap>{"map"},
             Slip<Memmap>{"map"},  //
             Slip<board_member::Wire>{"wires"}, Slip<Wirse>{"wires"}, Slip<Wiers>{"wires"},
             Slip<Wiring>{"wires"},  //
             Slip<Hart>{"harts"}, Slip<Hartz>{"harts"}, Slip<Herts>{"harts"}, Slip<Hars>{"harts"},
             Slip<Cores>{"harts"}, Slip<Cpus>{"harts"},  //
             Slip<AddressBit>{"address_bits"}, Slip<AdressBits>{"address_bits"},
             Slip<AddresBits>{"address_bits"}, Slip<Addressbits>{"address_bits"},
             Slip<AddrBits>{"address_bits"}, Slip<AddressWidth>{"address_bits"},  //
             Slip<Byteorder>{"byte_order"}, Slip<ByteOrders>{"byte_order"}, Slip<ByteOder>{"byte_order"},
             Slip<BytesOrder>{"byte_order"}, Slip<Endian>{"byte_order"}, Slip<Endianness>{"byte_order"},
             Slip<Endianess>{"byte_order"},  //
             Slip<TimeBase>{"timebase"}, Slip<Timebases>{"timebase"}, Slip<Timebas>{"timebase"},
             Slip<Clock>{"timebase"}, Slip<Frequency>{"timebase"});
}

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

/// One member: `Get::type<B>` is its type, and `Get::constant<B>` asks whether it is a constant.
template <class B, class Member>
constexpr void member_is(Mistakes& mistakes, bool needed, bool right, std::string_view form) {
    const MemberKind kind = member_kind<Member, B>();
    if (right || (!needed && kind == MemberKind::none)) return;
    mistakes.push_back(
        sentence(type_name<B>(), kind == MemberKind::none ? " has no " : " has a member ", Member::text,
                 kind == MemberKind::none ? "" : " that is no public constant of the right type",
                 "; a board has ", form));
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
    member_is<B, Map>(mistakes, false, map, "static constexpr auto map = memory_map(...), or none");
    member_is<B, Ports>(mistakes, false, ports, "static constexpr auto ports = memory_map(...), or none");
    member_is<B, PortBits>(mistakes, false, port_bits,
                           "static constexpr unsigned port_bits, a number from 1 to 64, or none");
    member_is<B, board_member::Unmapped>(mistakes, false, unmapped,
                                         "static constexpr auto unmapped = reads_as(...), or none");
    member_is<B, Wires>(mistakes, false, wires, "static constexpr auto wires = wiring(...), or none");
    member_is<B, Harts>(mistakes, false, harts,
                        "static constexpr std::size_t harts, a number from 1 on, or none");
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
            board_slips<B>(all);
        }
        return all;
    }
};

}  // namespace wirewrap::check
