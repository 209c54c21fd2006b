// A number that stands for the layout of a board: a snapshot carries it, so that it is never put into a machine that is
// wired differently. The same on every compiler, in every build and on every host.
//
//     constexpr std::uint64_t virt = fingerprint<boards::riscv::Virt>;
//     static_assert(virt != fingerprint<boards::riscv::Spike>);
//
// It is FNV-1a, 64 bits, over the facts below; texts with their length before them, numbers as 8 bytes, little-endian.
//
//     1, the version of this list       name of the board       harts, address bits, byte order (0 little, 1 big), timebase
//     RAM id, default size, rule in words; then for the default size and the accepted sizes next below 1, 4 and 64 GiB
//     where there are any: the size, and of each window base, size, offset, mirror
//     number of map entries; each: name, kind, base, size, source, source offset, overlay, registers, widest, outputs, inputs
//     number of wires; each: source, pin, sink, line
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <string_view>

#include <wirewrap/board/traits.hpp>

namespace wirewrap::state {

/// FNV-1a with 64 bits. Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm", IETF draft, section 5.
class Fnv1a {
public:
    constexpr void add(std::string_view text) {
        add(text.size());
        for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
    }
    constexpr void add(std::uint64_t number) {
        for (unsigned shift = 0; shift != 64; shift += 8)
            add_byte(static_cast<std::uint8_t>(number >> shift));
    }
    constexpr std::uint64_t value() const { return value_; }

private:
    constexpr void add_byte(std::uint8_t byte) { value_ = (value_ ^ byte) * 0x100'0000'01b3; }

    std::uint64_t value_ = 0xcbf2'9ce4'8422'2325;
};

namespace detail {

template <class B>
constexpr void add_windows(Fnv1a& hash, Bytes ram_size) {
    hash.add(ram_size.count);
    for (const RamWindow& window : B::ram.placement.windows(ram_size)) {
        hash.add(window.base.value);
        hash.add(window.size.count);
        hash.add(window.offset.count);
        hash.add(std::uint64_t{window.mirror});
    }
}

template <class B>
consteval std::uint64_t fingerprint_of() {
    Fnv1a hash;
    hash.add(std::uint64_t{1});
    hash.add(board_name<B>);
    hash.add(std::uint64_t{board_harts<B>});
    hash.add(std::uint64_t{board_address_bits<B>});
    hash.add(std::uint64_t{board_byte_order<B> == std::endian::big});
    hash.add(board_timebase<B>);
    hash.add(std::string_view(B::ram.id));
    hash.add(B::ram.default_size.count);
    hash.add(B::ram.rule.words().view());
    if (B::ram.default_size != Bytes{}) add_windows<B>(hash, B::ram.default_size);
    for (const unsigned power : {30u, 32u, 36u})
        if (const auto size = B::ram.rule.below(Bytes{std::uint64_t{1} << power}))
            add_windows<B>(hash, *size);
    hash.add(std::uint64_t{board_regions<B>.size()});
    for (const Region& region : board_regions<B>) {
        hash.add(region.name);
        hash.add(static_cast<std::uint64_t>(region.kind));
        hash.add(region.range.base.value);
        hash.add(region.range.size.count);
        hash.add(region.source);
        hash.add(region.source_offset.count);
        hash.add(std::uint64_t{region.overlay});
        hash.add(region.registers.count);
        hash.add(std::uint64_t{region.widest});
        hash.add(std::uint64_t{region.outputs.size()});
        hash.add(std::uint64_t{region.inputs});
        // What few boards have; nothing is added for the others.
        if (!region.placed) hash.add(std::string_view("nowhere"));
        if (region.space != memory_space) hash.add(std::string_view("ports"));
        if (region.takes_loads != region.takes_stores) hash.add(region.takes_loads ? 1u : 2u);
        if (region.period != Bytes{}) hash.add(region.period.count);
        if (region.first_page != 0) hash.add(region.first_page);
        for (const Control& control : {region.selected_by, region.opened_by, region.moved_by}) {
            if (!control.used()) continue;
            hash.add(control.device);
            hash.add(control.name);
        }
    }
    hash.add(std::uint64_t{board_wires<B>.size()});
    for (const Wire& wire : board_wires<B>) {
        hash.add(wire.source);
        hash.add(wire.pin);
        hash.add(wire.sink);
        hash.add(std::uint64_t{wire.line});
    }
    return hash.value();
}

}  // namespace detail

template <class B>
inline constexpr std::uint64_t fingerprint = detail::fingerprint_of<B>();

}  // namespace wirewrap::state
