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
    bool merge = true;
    bool dump = true;
    bool reserve = true;
    NumaPolicy policy{};
};

inline CommonProperties common_properties(const Choice& choice) {
    return std::visit(
        [](const auto& selection) {
            const auto& of = selection.options;
            return CommonProperties{of.prealloc, of.prealloc_threads, of.merge,
                                    of.dump,     of.reserve,          of.policy};
        },
        choice);
}

}  // namespace wirewrap::hostmem
