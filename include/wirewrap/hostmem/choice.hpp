// A backend chosen at run time, as a value: which one, and its options.
//
//     hostmem::Choice choice = hostmem::Selection<hostmem::Memfd>{{.prealloc = true}};
//     common_properties(choice).prealloc;          // true: what every backend has, whichever it is
//
// `RomFile` is no choice, because RAM is written, and `Fixed` is none, because its size is in its type.
#pragma once

#include <optional>
#include <variant>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/prealloc.hpp>
#include <wirewrap/hostmem/shm.hpp>

namespace wirewrap::hostmem {

/// A backend and its options.
template <class B>
struct Selection {
    using Backend = B;
    typename B::Options options{};

    friend bool operator==(const Selection&, const Selection&) = default;
};

using Choice = std::variant<Selection<Anonymous>, Selection<SharedAnonymous>, Selection<File>,
                            Selection<SharedFile>, Selection<Memfd>, Selection<PrivateMemfd>, Selection<Shm>>;

/// What every backend's options say.
struct CommonProperties {
    bool prealloc = false;
    std::optional<unsigned> prealloc_threads{};
    WorkerPlace prealloc_place{};
    bool merge = true;
    bool dump = true;
    bool reserve = true;
    NumaPolicy policy{};
};

inline CommonProperties common_properties(const Choice& choice) {
    return std::visit(
        [](const auto& selection) {
            const auto& of = selection.options;
            return CommonProperties{.prealloc = of.prealloc,
                                    .prealloc_threads = of.prealloc_threads,
                                    .prealloc_place = of.prealloc_place,
                                    .merge = of.merge,
                                    .dump = of.dump,
                                    .reserve = of.reserve,
                                    .policy = of.policy};
        },
        choice);
}

}  // namespace wirewrap::hostmem
