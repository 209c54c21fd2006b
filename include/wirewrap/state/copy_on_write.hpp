// Host memory that begins as another machine's and goes its own way with the first store to each page: a private mapping
// of the same file. What it costs grows with the pages that are stored to.
//
//     original   [ page 0 ][ page 1 ][ page 2 ] …     shared memory with a descriptor
//                    │         │
//     clone      [ page 0 ][  its  ][ page 2 ] …     page 1 was stored to
//
//     auto clone = Machine<Handheld, CopyOnWrite>::create({.ram_size = 64_MiB, .memory = {.descriptor = fd}});
#pragma once

#include <concepts>
#include <optional>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/mapping.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::state {

/// Memory that a clone can begin with: what its owner stores must be in the file behind the descriptor.
template <class Backend>
concept Clonable = hostmem::Backend<Backend> && Backend::shared && Backend::has_descriptor;

/// The file is not written, and may be closed once the memory is there. Whoever stores to the file stores to every page of
/// this memory that was not stored to itself.
struct CopyOnWrite {
    static constexpr bool shared = false;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    struct Options {
        int descriptor = -1;  // of the file with the original
        Bytes offset{};       // where in the file it begins, in whole pages
        bool reserve = true;  // swap space is set aside for every page; off: MAP_NORESERVE

        friend bool operator==(const Options&, const Options&) = default;
    };

    class Memory : public hostmem::Mapping {
    public:
        Memory(Mapping mapping, hostmem::os::Descriptor original)
            : Mapping(std::move(mapping)), original_(std::move(original)) {}

        /// What it begins with, for those who look for data in it.
        std::vector<hostmem::MemoryPart> parts() const {
            hostmem::MemoryPart whole{.size = size(), .page_size = page_size()};
            if (original_) whole.descriptor = original_.number();
            whole.descriptor_offset = plan().offset;
            return {whole};
        }

    private:
        hostmem::os::Descriptor original_;  // one of its own; none where the process may open no more
    };

    static constexpr Verdict check(Bytes asked, const Options& options) {
        if (options.descriptor < 0)
            return refused(
                "a copy on write needs the descriptor of the original: give the one of its memory");
        return hostmem::rules::whole_pages("size", asked, hostmem::smallest_page);
    }

    static Expected<hostmem::Reserved<CopyOnWrite>> reserve(Bytes asked, const Options& options) {
        if (const Verdict verdict = check(asked, options); !verdict) return std::unexpected(verdict.error());
        auto mapping = hostmem::Mapping::reserve({.what = "a copy on write",
                                                  .size = asked,
                                                  .descriptor = options.descriptor,
                                                  .offset = options.offset,
                                                  .reserve = options.reserve});
        if (!mapping) return std::unexpected(mapping.error());
        auto own = hostmem::os::duplicate(options.descriptor);
        return hostmem::Reserved<CopyOnWrite>(
            Memory(std::move(*mapping), own ? std::move(*own) : hostmem::os::Descriptor()), options);
    }
};

}  // namespace wirewrap::state
