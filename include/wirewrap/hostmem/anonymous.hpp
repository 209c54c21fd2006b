// Host memory without a name: pages from the kernel, zeroed, gone with the process. QEMU's `memory-backend-ram`.
//
//     auto ram = hostmem::allocate<hostmem::Anonymous>(64_MiB, {.prealloc = true, .policy = hostmem::bind_to(0)});
//     if (!ram) return fail(ram.error().message);
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/mapping.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/properties.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

/// Anonymous memory; `Shared` memory is seen by processes forked afterwards, but has no descriptor to hand to others.
template <bool Shared>
struct BasicAnonymous {
    static constexpr bool shared = Shared;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    using Options = CommonProperties;
    using Memory = Mapping;

    static constexpr Verdict check(Bytes asked, const Options& options) {
        return rules::first_objection([&] { return rules::common(asked, options); },
                                      [&] { return rules::whole_pages("size", asked, smallest_page); });
    }

    /// `at`: in a range of addresses that the caller owns; left out: a range of its own.
    static Expected<Reserved<BasicAnonymous>> reserve(Bytes asked, const Options& options,
                                                      std::byte* at = nullptr) {
        return detail::no_throw("reserving anonymous memory", [&]() -> Expected<Reserved<BasicAnonymous>> {
            const Verdict verdict = rules::first_objection(
                [&] { return check(asked, options); },
                [&] { return rules::whole_pages("size", asked, os::page_size()); });
            if (!verdict) return std::unexpected(verdict.error());
            auto memory = Mapping::reserve({.what = "anonymous memory",
                                            .size = asked,
                                            .at = at,
                                            .shared = Shared,
                                            .reserve = options.reserve,
                                            .merge = options.merge,
                                            .dump = options.dump});
            if (!memory) return std::unexpected(std::move(memory.error()));
            return Reserved<BasicAnonymous>(std::move(*memory), options);
        });
    }
};

using Anonymous = BasicAnonymous<false>;
using SharedAnonymous = BasicAnonymous<true>;

}  // namespace wirewrap::hostmem
