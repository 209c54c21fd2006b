// What the options of every backend have: QEMU's common properties of a host memory backend, in one place.
//
//     hostmem::Anonymous::Options ram{.prealloc = true};                                     // has no others
//     hostmem::File::Options copy{.path = "golden.ram", .common = {.prealloc = true}};       // and some of its own
//     common_in(copy).prealloc;                                                              // true
//
// The options of one's own backend are these, or have a member `common`, or a function of that name that says what there is.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/prealloc.hpp>

namespace wirewrap::hostmem {

struct CommonProperties {
    bool prealloc = false;                       // take every page before handing it out
    std::optional<unsigned> prealloc_threads{};  // workers for that; left out: one per host CPU
    WorkerPlace prealloc_place{};                // where they run; left out: near the pages
    bool merge = true;                           // the kernel may share equal private pages (KSM)
    bool dump = true;                            // core dumps hold this memory
    bool reserve = true;                         // swap or huge pages are set aside; off: MAP_NORESERVE
    NumaPolicy policy{};                         // where pages come from; left out: kernel's choice
    std::atomic<std::uint64_t>* prealloc_count = nullptr;  // is added the bytes taken so far, while they are

    friend bool operator==(const CommonProperties&, const CommonProperties&) = default;
};

/// Of the options of any backend; the defaults where they have none.
template <class Options>
constexpr CommonProperties common_in(const Options& options) {
    if constexpr (std::is_same_v<Options, CommonProperties>)
        return options;
    else if constexpr (requires { options.common(); })
        return options.common();
    else if constexpr (requires { options.common; })
        return options.common;
    else
        return {};
}

/// `change(common)`, of options that keep them; of memory in several parts, each part's.
template <class Options, class Change>
    requires std::is_same_v<Options, CommonProperties>
void change_common(Options& options, Change change) {
    change(options);
}
template <class Options, class Change>
    requires requires(Options& options) { options.common.merge = true; }
void change_common(Options& options, Change change) {
    change(options.common);
}

/// The orders for a population that properties give.
constexpr Prealloc orders_in(const CommonProperties& common) {
    return {.threads = common.prealloc_threads,
            .place = common.prealloc_place,
            .populated = common.prealloc_count};
}

}  // namespace wirewrap::hostmem
