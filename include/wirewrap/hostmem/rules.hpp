// What can be known to be wrong before the first mmap. Every rule is constexpr, so a constant meets it in the compiler
// and a run-time value meets the same sentence.
//
//     static_assert(rules::whole_pages(64_MiB, 4_KiB));
//     rules::whole_pages(1000_B, 4_KiB).view();
//     // "size 1000 bytes is not a whole number of 4 KiB pages: use 0 bytes or 4 KiB" -- the neighbours that would do
#pragma once

#include <optional>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/numa.hpp>

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

constexpr Verdict whole_pages(Bytes size, Bytes page) {
    const Bytes rest = size % page;
    if (rest == Bytes{0}) return accepted();
    const Bytes below = size - rest;
    if (below == Bytes{0})
        return refused("size ", size, " is not a whole number of ", page, " pages: use ", page);
    return refused(
        "size ", size, " is not a whole number of ", page, " pages: use ", below, " or ", below + page);
}

constexpr Verdict reservation(bool reserve, bool prealloc) {
    if (reserve || !prealloc) return accepted();
    return refused(
        "prealloc=on takes every page now and reserve=off takes none in advance: leave out one of the two");
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

/// The rules that every mapped backend shares; `options` has the common properties.
template <class Options>
constexpr Verdict common(Bytes size, const Options& options) {
    return first_objection([&] { return some_size(size); },
                           [&] { return check(options.policy); },
                           [&] { return reservation(options.reserve, options.prealloc); },
                           [&] { return worker_threads(options.prealloc_threads); });
}

}  // namespace rules
}  // namespace wirewrap::hostmem
