// Host memory in a file without a name: shared with whoever is given its descriptor, gone with the last of them.
// QEMU's `memory-backend-memfd`.
//
//     auto ram  = hostmem::allocate<hostmem::Memfd>(1_GiB);
//     auto huge = hostmem::allocate<hostmem::Memfd>(1_GiB, {.hugetlb = true, .common = {.prealloc = true}});
//     auto same = hostmem::allocate<hostmem::HugeMemfd<2_MiB>>(1_GiB);   // the type says it
#pragma once

#include <bit>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/descriptor_mapping.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/properties.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

struct MemfdOptions {
    bool hugetlb = false;                // pages from the host's pool of huge pages
    std::optional<Bytes> hugetlbsize{};  // their size, with hugetlb; left out: kernel's default
    bool seal = true;                    // nobody can grow or shrink it any more
    CommonProperties common{};

    friend bool operator==(const MemfdOptions&, const MemfdOptions&) = default;
};

/// Where the type says the page size, the options do not.
struct HugeMemfdOptions {
    bool seal = true;  // nobody can grow or shrink it any more
    CommonProperties common{};

    friend bool operator==(const HugeMemfdOptions&, const HugeMemfdOptions&) = default;
};

namespace rules {
constexpr Verdict huge_page_size(bool hugetlb, std::optional<Bytes> page) {
    if (!page) return accepted();
    if (!is_power_of_two(*page) || *page < smallest_page)
        return refused("hugetlbsize ", *page,
                       " is no page size, which is a power of two: use one that the host has in "
                       "/sys/kernel/mm/hugepages, or leave it out for the kernel's default");
    if (!hugetlb)
        return refused("hugetlbsize ", *page,
                       " has no meaning with hugetlb=off: add hugetlb=on, or leave it out");
    return accepted();
}
}  // namespace rules

/// `HugePage` is 0 where the options decide.
template <bool Shared, Bytes HugePage = Bytes{}>
struct BasicMemfd {
    static constexpr bool in_type = HugePage != Bytes{};
    static_assert(!in_type || rules::huge_page_size(true, HugePage),
                  "a huge page has a power of two of bytes");

    static constexpr bool shared = Shared;
    static constexpr bool has_descriptor = true;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = in_type ? std::optional(HugePage) : std::nullopt;

    using Options = std::conditional_t<in_type, HugeMemfdOptions, MemfdOptions>;
    using Memory = DescriptorMapping;

    static constexpr Verdict check(Bytes asked, const Options& options) {
        return rules::first_objection(
            [&] { return rules::common(asked, options.common); },
            [&] { return rules::huge_page_size(hugetlb(options), hugetlbsize(options)); },
            [&] { return rules::whole_pages("size", asked, hugetlbsize(options).value_or(smallest_page)); });
    }

    /// `at`: in a range of addresses that the caller owns; left out: a range of its own.
    static Expected<Reserved<BasicMemfd>> reserve(Bytes asked, const Options& options,
                                                  std::byte* at = nullptr) {
        return detail::no_throw("reserving a memfd", [&]() -> Expected<Reserved<BasicMemfd>> {
            if (const Verdict verdict = check(asked, options); !verdict)
                return std::unexpected(verdict.error());
            auto file = create(options);
            if (!file) return std::unexpected(file.error());
            const Bytes page = os::page_size_of(*file);
            if (const Verdict fits = rules::whole_pages("size", asked, page); !fits)
                return std::unexpected(fits.error());
            if (const auto sized = os::resize(*file, asked); !sized)
                return fail("cannot give memfd ", asked, ": ", os::text(sized.error()),
                            "; ask for less, or raise the limit on file sizes (ulimit -f)");
            // Before it is mapped, and so before anyone can have been given the descriptor.
            if (options.seal)
                if (const auto sealed = os::add_seals(*file, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
                    !sealed)
                    return fail("cannot seal memfd of ", asked, ": ", os::text(sealed.error()),
                                "; use seal=off");
            auto mapping = Mapping::reserve({.what = hugetlb(options) ? "memfd with huge pages" : "memfd",
                                             .size = asked,
                                             .page = page,
                                             .descriptor = file->number(),
                                             .at = at,
                                             .shared = Shared,
                                             .reserve = options.common.reserve,
                                             .merge = options.common.merge,
                                             .dump = options.common.dump});
            if (!mapping) return std::unexpected(mapping.error());
            return Reserved<BasicMemfd>(DescriptorMapping(std::move(*mapping), std::move(*file)), options);
        });
    }

private:
    static constexpr bool hugetlb(const Options& options) {
        if constexpr (in_type)
            return true;
        else
            return options.hugetlb;
    }
    static constexpr std::optional<Bytes> hugetlbsize(const Options& options) {
        if constexpr (in_type)
            return HugePage;
        else
            return options.hugetlbsize;
    }

    static Expected<os::Descriptor> create(const Options& options) {
        unsigned flags = options.seal ? MFD_ALLOW_SEALING : 0;
        if (hugetlb(options)) flags |= MFD_HUGETLB;
        const std::optional<Bytes> page = hugetlbsize(options);
        // log2 of the page size in the upper bits, where mmap has it too (memfd_create(2)).
        if (page) flags |= static_cast<unsigned>(std::countr_zero(page->count)) << MAP_HUGE_SHIFT;
        auto file = os::memory_file("wirewrap", flags);
        if (file) return std::move(*file);
        if (page && !host::huge_pages(*page))
            return fail("cannot create a memfd with huge pages of ", *page, ": ", os::text(file.error()),
                        "; this host has none of that size: use one listed in /sys/kernel/mm/hugepages");
        return fail("cannot create a memfd: ", os::text(file.error()),
                    "; the kernel must have memfd_create, the process a free descriptor (ulimit -n)");
    }
};

using Memfd = BasicMemfd<true>;
/// Private: stores never reach the descriptor.
using PrivateMemfd = BasicMemfd<false>;
/// Huge pages whose size the type says, so that a board's RAM can be checked against it while compiling.
template <Bytes HugePage>
using HugeMemfd = BasicMemfd<true, HugePage>;

}  // namespace wirewrap::hostmem
