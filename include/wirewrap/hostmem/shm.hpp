// Host memory in POSIX shared memory, for hosts without memfd: always shared, without a name by the time one has it.
// QEMU's `memory-backend-shm` (9.1).
//
//     auto ram = hostmem::allocate<hostmem::Shm>(1_GiB);
//     give_to_other_process(ram->descriptor());
#pragma once

#include <cstddef>
#include <optional>
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

struct Shm {
    static constexpr bool shared = true;
    static constexpr bool has_descriptor = true;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    using Options = CommonProperties;
    using Memory = DescriptorMapping;

    static constexpr Verdict check(Bytes asked, const Options& options) {
        return rules::first_objection([&] { return rules::common(asked, options); },
                                      [&] { return rules::whole_pages("size", asked, smallest_page); });
    }

    /// `at`: in a range of addresses that the caller owns; left out: a range of its own.
    static Expected<Reserved<Shm>> reserve(Bytes asked, const Options& options, std::byte* at = nullptr) {
        return detail::no_throw("reserving shared memory", [&]() -> Expected<Reserved<Shm>> {
            const Verdict verdict = rules::first_objection(
                [&] { return check(asked, options); },
                [&] { return rules::whole_pages("size", asked, os::page_size()); });
            if (!verdict) return std::unexpected(verdict.error());
            auto file = os::open_shared();
            if (!file)
                return fail("cannot create shared memory: ", os::text(file.error()),
                            "; /dev/shm must be a writable tmpfs, and the process needs a free descriptor "
                            "(ulimit -n)");
            if (const auto sized = os::resize(*file, asked); !sized)
                return fail("cannot give shared memory ", asked, ": ", os::text(sized.error()),
                            "; ask for less, or raise the limit on file sizes (ulimit -f)");
            auto mapping = Mapping::reserve({.what = "shared memory",
                                             .size = asked,
                                             .descriptor = file->number(),
                                             .at = at,
                                             .shared = true,
                                             .reserve = options.reserve,
                                             .merge = options.merge,
                                             .dump = options.dump});
            if (!mapping) return std::unexpected(mapping.error());
            return Reserved<Shm>(DescriptorMapping(std::move(*mapping), std::move(*file)), options);
        });
    }
};

}  // namespace wirewrap::hostmem
