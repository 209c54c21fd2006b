// A backend of one's own: RAM in a file that somebody else opened, such as a process that passes guest memory on.
#pragma once

#include <optional>
#include <utility>

#include <wirewrap/hostmem.hpp>

namespace own {

using namespace wirewrap;

struct Inherited {
    static constexpr bool shared = true, has_descriptor = true, writable = true, persistent = false;
    static constexpr std::optional<Bytes> size{}, page_size{};

    struct Options {
        int descriptor = -1;                 // of the file; stays the caller's
        hostmem::CommonProperties common{};  // what every backend has: prealloc, policy …
    };
    using Memory = hostmem::DescriptorMapping;

    static constexpr Verdict check(Bytes asked, const Options& options) {
        if (options.descriptor < 0) return refused("inherited memory has no descriptor: pass one on");
        return hostmem::rules::common(asked, options.common);
    }
    static Expected<hostmem::Reserved<Inherited>> reserve(Bytes asked, const Options& options) {
        hostmem::os::Descriptor file(::dup(options.descriptor));
        const auto status = hostmem::os::status(file);
        if (!status) return fail("descriptor ", options.descriptor, ": ", hostmem::os::text(status.error()));
        if (const Bytes held{static_cast<std::uint64_t>(status->st_size)}; held < asked)
            return fail("inherited memory has ", held, ", but ", asked,
                        " are asked for: pass on a larger file");
        auto mapping = hostmem::Mapping::reserve({.what = "inherited memory",
                                                  .size = asked,
                                                  .page = hostmem::os::page_size_of(file),
                                                  .descriptor = file.number(),
                                                  .shared = true,
                                                  .reserve = options.common.reserve,
                                                  .merge = options.common.merge,
                                                  .dump = options.common.dump});
        if (!mapping) return std::unexpected(mapping.error());
        return hostmem::Reserved<Inherited>({std::move(*mapping), std::move(file)}, options);
    }
};
static_assert(hostmem::Backend<Inherited>);

}  // namespace own
