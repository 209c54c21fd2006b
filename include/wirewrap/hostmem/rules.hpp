// What can be known to be wrong before the first mmap. Every rule is constexpr, so a constant meets it in the compiler
// and a run-time value meets the same sentence.
//
//     static_assert(rules::whole_pages("size", 64_MiB, 4_KiB));
//     rules::whole_pages("size", 1000_B, 4_KiB).view();
//     // "size 1000 bytes is not a whole number of 4 KiB pages: use 4 KiB"
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/properties.hpp>

namespace wirewrap::hostmem {

/// The smallest page that a Linux host has; every host's page size is a multiple of it.
inline constexpr Bytes smallest_page{4096};
/// Every mapping starts at a multiple of this, the size of a transparent huge page on x86-64 and arm64 (4 KiB granule).
inline constexpr Bytes huge_page{2u << 20};

namespace rules {

constexpr Verdict some_size(Bytes size) {
    using namespace literals;
    if (size == 0_B)
        return refused("size 0 bytes is no memory: give the size of the block, at least one page");
    // 2^56: the largest user address space Linux offers (x86-64 with five-level page tables).
    if (size > Bytes{std::uint64_t{1} << 56})
        return refused("size ", size, " is more than any host can address: use at most 64 PiB");
    return accepted();
}

/// `option` is the one that says `bytes`: "size", "offset".
[[gnu::noinline]] constexpr Verdict whole_pages(std::string_view option, Bytes bytes, Bytes page) {
    const Bytes rest = bytes % page;
    if (rest == Bytes{}) return accepted();
    const Bytes below = bytes - rest, above = below + page;
    const Text refused_size = sentence(option, " ", bytes, " is not a whole number of ", page,
                                       " pages: use ");
    if (below == Bytes{}) return refused(refused_size, page);
    if (above < below) return refused(refused_size, below);
    return refused(refused_size, below, " or ", above);
}

/// Files end at 2^63 bytes, and [offset, offset + size) must not go round.
constexpr Verdict within_file(Bytes offset, Bytes size) {
    constexpr Bytes end{std::uint64_t{1} << 63};
    if (offset < end && size < end - offset) return accepted();
    if (offset == Bytes{})
        return refused("size ", size, " is more than a file can hold: use less than ", end);
    return refused("offset ", offset, " and size ", size, " together lead beyond the end that files have at ",
                   end, ": use a smaller offset");
}

/// Of a host address; 0 leaves it to the backend.
constexpr Verdict alignment(Bytes align, Bytes page) {
    if (align > Bytes{std::uint64_t{1} << 40})
        return refused("align ", align, " leaves no room in a host's address space: use at most 1 TiB");
    if (align % page != Bytes{})
        return refused("align ", align, " is not a whole number of ", page,
                       " pages: use a power of two from ", page, " on, or leave it out");
    if (align != Bytes{} && !is_power_of_two(align))
        return refused("align ", align, " is not a power of two: use ", Bytes{std::bit_floor(align.count)},
                       " or ", Bytes{std::bit_floor(align.count) * 2}, ", or leave it out");
    return accepted();
}

constexpr Verdict reservation(bool reserve, bool prealloc) {
    if (reserve || !prealloc) return accepted();
    return refused(
        "prealloc=on takes every page now and reserve=off takes none in advance: leave out one of the two");
}

/// reserve=off must be effective. `accounted`: the kernel counts such memory; `overcommit`: vm.overcommit_memory.
constexpr Verdict unreserved(bool accounted, std::string_view overcommit) {
    if (!accounted || overcommit == "0" || overcommit == "1") return accepted();
    if (overcommit == "2")
        return refused(
            "reserve=off has no effect, because vm.overcommit_memory=2 makes this kernel set swap space "
            "aside for everything: write 0 or 1 to /proc/sys/vm/overcommit_memory, or use reserve=on");
    return refused(
        "reserve=off may have no effect, because /proc/sys/vm/overcommit_memory cannot be read: make it "
        "readable, or use reserve=on");
}

constexpr Verdict worker_threads(std::optional<unsigned> threads) {
    if (threads != 0u) return accepted();
    return refused(
        "prealloc-threads=0 leaves nobody to populate: use at least 1, or leave it out for one thread "
        "per host CPU");
}

/// The first objection among several rules.
template <class... Rules>
constexpr Verdict first_objection(const Rules&... rules) {
    Verdict verdict;
    static_cast<void>(((verdict = rules(), verdict.accepted()) && ...));
    return verdict;
}

/// The rules that every mapped backend shares.
[[gnu::noinline]] constexpr Verdict common(Bytes size, const CommonProperties& asked) {
    return first_objection([&] { return some_size(size); }, [&] { return check(asked.policy); },
                           [&] { return reservation(asked.reserve, asked.prealloc); },
                           [&] { return worker_threads(asked.prealloc_threads); });
}

}  // namespace rules
}  // namespace wirewrap::hostmem
