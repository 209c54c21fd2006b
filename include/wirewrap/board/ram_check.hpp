// What can be wrong with one RAM size on one board: the rule, the placement, and what the RAM meets in the address
// space. One function for sizes in types and for sizes known at run time.
//
//     static_assert(ram_verdict<Handheld>(64_MiB));
//     ram_verdict<Handheld>(48_MiB).reason();     // "handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB; …"
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/check.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

namespace check {

template <DeclaresBoard B>
inline constexpr Subject subject{
    board_name<B>,         B::ram.id,      board_regions<B>,  board_wires<B>,     board_harts<B>,
    board_address_bits<B>, board_alias<B>, board_timebase<B>, board_port_bits<B>, &board_cpu_words<B>};

constexpr Text called(const Subject& subject, const RamWindow& window) {
    return sentence(window.mirror ? "mirror of main RAM " : "main RAM ", subject.ram_id, " ", window.range());
}

/// The windows that are no mirrors show the RAM once, from its first byte to its last.
constexpr void coverage(Mistakes& mistakes, const Subject& subject, Bytes size, const RamWindows& windows) {
    Bytes placed{};
    for (const RamWindow& window : windows) {
        if (window.mirror) {
            if (window.offset > size || window.size > size - window.offset)
                tell(mistakes, subject, called(subject, window), " shows ", window.size, " from offset ",
                     GuestAddress{window.offset.count}, " of RAM, which has ", size, "; show less of it");
            continue;
        }
        if (window.size == Bytes{} && size != Bytes{}) {
            tell(mistakes, subject, called(subject, window),
                 " is empty; leave out windows that show nothing");
            continue;
        }
        if (window.offset != placed) {
            tell(mistakes, subject, called(subject, window), " shows RAM from offset ",
                 GuestAddress{window.offset.count}, ", but ", GuestAddress{placed.count},
                 " comes next; the windows of a placement show each byte once, in order");
            return;
        }
        placed += window.size;
    }
    if (placed > size)
        tell(mistakes, subject, "its windows show ", placed, " of RAM, which has ", size,
             "; take out what is too much");
    else if (placed == Bytes{} && size != Bytes{})
        tell(mistakes, subject, "its windows hold nothing of ", size, " of RAM; give the placement a window");
    else if (placed < size)
        tell(mistakes, subject, "its windows hold ", placed, " of RAM, not ", size, "; ask for ", placed,
             " or give the placement another window");
}

/// A base that a placement promises whatever the size is the base of its first window, at the first byte of RAM.
template <Placement P>
constexpr void promised_base(Mistakes& mistakes, const Subject& subject, const P& placement,
                             const RamWindows& windows) {
    if constexpr (FixedBase<P>) {
        if (windows.empty() || (windows[0].base == placement.base() && windows[0].offset == Bytes{})) return;
        tell(mistakes, subject, called(subject, windows[0]), " shows RAM from offset ",
             GuestAddress{windows[0].offset.count}, ", but the placement has the base ", placement.base(),
             "; its first window begins there, with the first byte of RAM");
    }
}

constexpr void ram_place(Mistakes& mistakes, const Subject& subject, const RamWindow& window) {
    if (window.base.value % memory_unit.count != 0 || window.size % memory_unit != Bytes{})
        tell(mistakes, subject, called(subject, window),
             " is not aligned: base and size of memory are multiples of ", memory_unit,
             "; move or resize it");
    if (window.offset % memory_unit != Bytes{})
        tell(mistakes, subject, called(subject, window), " shows RAM from offset ",
             GuestAddress{window.offset.count}, ", which is no multiple of ", memory_unit,
             "; show it from a multiple on");
    if (window.range().wraps())
        tell(mistakes, subject, called(subject, window),
             " runs past the end of the address space, 2^64; ask for less RAM");
    else if (!window.range().fits(subject.address_bits))
        tell(mistakes, subject, called(subject, window), " does not fit into ", subject.address_bits,
             " address bits, which end at ", GuestAddress{std::uint64_t{1} << subject.address_bits},
             "; ask for less RAM");
}

constexpr void ram_overlaps(Mistakes& mistakes, const Subject& subject, const RamWindows& windows) {
    for (std::size_t i = 0; i != windows.size(); ++i) {
        const Interval range = windows[i].range();
        for (std::size_t j = i + 1; j != windows.size(); ++j)
            if (range.overlaps(windows[j].range()))
                overlap(mistakes, subject, called(subject, windows[i]), range, called(subject, windows[j]),
                        windows[j].range(), "move one of them");
        for (const Region& region : subject.regions)
            if (!region.overlay && region.placed && region.space == memory_space && !region.range.wraps() &&
                range.overlaps(region.range))
                overlap(mistakes, subject, called(subject, windows[i]), range, called(region), region.range,
                        "move one of them, or write overlay(...) around ", region.name,
                        " if it shall win there");
    }
}

constexpr void ram_mirrors(Mistakes& mistakes, const Subject& subject, Bytes size) {
    for (const Region& region : subject.regions)
        if (const Bytes once = region.period != Bytes{} ? region.period : region.range.size;
            region.shows_main_ram() && (region.source_offset > size || once > size - region.source_offset))
            tell(mistakes, subject, called(region), " shows ", once, " from offset ",
                 GuestAddress{region.source_offset.count}, " of main RAM ", subject.ram_id, ", which has ",
                 size, "; ask for more RAM, or mirror less of it");
}

/// Everything but the rule. One function for all boards with the same kind of placement.
template <Placement P>
[[gnu::noinline]] constexpr void placed_ram(Mistakes& mistakes, const Subject& subject, Bytes size,
                                            const P& placement) {
    if (size % memory_unit != Bytes{}) {
        tell(mistakes, subject, "RAM of ", size, " is not a multiple of ", memory_unit,
             ", the widest access of the bus; ask for a multiple");
        return;
    }
    const RamWindows windows = placement.windows(size);
    // One window with all of RAM, as most boards have, is right in all of this.
    if constexpr (!std::same_as<P, placement::At>) {
        if (windows.overflowed())
            tell(mistakes, subject, "the placement has more than ", RamWindows::capacity(), " windows for ",
                 size, " of RAM; give it fewer");
        promised_base(mistakes, subject, placement, windows);
        if constexpr (!std::same_as<P, placement::Nowhere>) coverage(mistakes, subject, size, windows);
    }
    const std::size_t before = mistakes.size();
    for (const RamWindow& window : windows) ram_place(mistakes, subject, window);
    if (mistakes.size() != before) return;  // overlaps of windows that wrap say nothing new
    ram_overlaps(mistakes, subject, windows);
    ram_mirrors(mistakes, subject, size);
}

template <DeclaresBoard B>
[[gnu::noinline]] constexpr Mistakes ram_mistakes(Bytes size) {
    Mistakes mistakes;
    placed_ram(mistakes, subject<B>, size, B::ram.placement);
    return mistakes;
}

/// A sentence of a check is what is wrong, a semicolon, and what the author of the board can do about it.
constexpr Text without_remedy(const Text& sentence) {
    const std::string_view text = sentence.view();
    for (std::size_t i = 0; i + 1 < text.size(); ++i)
        if (text[i] == ';' && text[i + 1] == ' ') return Text(text.substr(0, i));
    return sentence;
}

}  // namespace check

/// Whether board `B` can have `size` bytes of main RAM, and if not, the first reason why. Who reads it can ask for another
/// size and not change the board, so it ends with sizes near by that the board can have.
template <DeclaresBoard B>
constexpr Verdict ram_verdict(Bytes size) {
    Text text = B::ram.rule_verdict(board_name<B>, size).reason();
    if (text.empty()) {
        const check::Mistakes mistakes = check::ram_mistakes<B>(size);
        if (mistakes.empty()) return accepted();
        text = check::without_remedy(mistakes.front());
    }
    const Text way_out = B::ram.way_out(size,
                                        [](Bytes bytes) { return check::ram_mistakes<B>(bytes).empty(); });
    text.append(way_out.empty() ? "; ask for another size" : way_out.view());
    return Verdict(text);
}

}  // namespace wirewrap
