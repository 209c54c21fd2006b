// `-object memory-backend-ram|file|memfd|shm,id=…,size=…,…`: a host memory backend as an option describes it.
//
//     auto object = parse_object("memory-backend-memfd,id=m0,size=512M,prealloc=on");
//     auto backend = read_backend(*object, {.merge = false});      // what the machine says of all backends
//     backend->size, backend->prealloc;                            // 512_MiB, true
//     auto choice = selection(*backend);                           // for hostmem::allocate<hostmem::Selected>
//
// Properties and their defaults are QEMU 7.2's, with offset and rom of 8.2 and the shm backend of 9.1.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/config/object_option.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/hostmem.hpp>

namespace wirewrap::config {

enum class BackendKind : std::uint8_t { ram, file, memfd, shm };

/// The backend type of that name; nothing for an object that is no memory.
constexpr std::optional<BackendKind> backend_kind(std::string_view type) {
    constexpr std::array<std::string_view, 4> names{"memory-backend-ram", "memory-backend-file",
                                                    "memory-backend-memfd", "memory-backend-shm"};
    const auto found = std::ranges::find(names, type);
    if (found == names.end()) return std::nullopt;
    return static_cast<BackendKind>(found - names.begin());
}

/// What the machine says of every backend, unless the backend says otherwise.
struct BackendDefaults {
    bool merge = true;      // -machine mem-merge=
    bool dump = true;       // -machine dump-guest-core=
    bool prealloc = false;  // -mem-prealloc

    friend constexpr bool operator==(const BackendDefaults&, const BackendDefaults&) = default;
};

struct BackendObject {
    BackendKind kind = BackendKind::ram;
    std::string id{};
    Bytes size{};
    bool share = false;
    bool prealloc = false;
    std::optional<unsigned> prealloc_threads{};
    std::string prealloc_context{};         // a thread-context's id
    hostmem::WorkerPlace prealloc_place{};  // what that says
    bool merge = true;
    bool dump = true;
    bool reserve = true;
    hostmem::NumaPolicy policy{};
    std::optional<bool> canonical_block_id{};  // x-use-canonical-path-for-ramblock-id

    std::string path{};  // file
    Bytes offset{};
    Bytes align{};
    bool discard_data = false;
    bool readonly = false;
    std::optional<bool> rom{};

    bool hugetlb = false;  // memfd
    std::optional<Bytes> hugetlbsize{};
    bool seal = true;
};

namespace detail {

inline Expected<hostmem::NumaMode> read_policy(const Property& property) {
    using hostmem::NumaMode;
    for (const NumaMode mode : {NumaMode::none, NumaMode::preferred, NumaMode::bind, NumaMode::interleave})
        if (property.value == name(mode)) return mode;
    return wrong(property, "write default, preferred, bind or interleave");
}

inline Expected<void> add_nodes(const Property& property, hostmem::NodeSet& nodes) {
    const auto numbers = read_numbers(property);
    if (!numbers) return std::unexpected(numbers.error());
    for (const std::uint64_t node : *numbers)
        nodes.insert(
            static_cast<unsigned>(std::min<std::uint64_t>(node, std::numeric_limits<unsigned>::max())));
    return {};
}

inline Expected<unsigned> read_threads(const Property& property) {
    const auto number = read_number(property, std::numeric_limits<std::uint32_t>::max());
    if (!number) return std::unexpected(number.error());
    return static_cast<unsigned>(*number);
}

inline Expected<void> no_persistence(const Property& property) {
    const auto on = read_switch(property);
    if (!on) return std::unexpected(on.error());
    if (*on)
        return wrong(property,
                     "persistent memory needs a DAX device, which no backend here maps: leave pmem out; with "
                     "share=on the content still reaches the file");
    return {};
}

/// True when the property is one that this backend has; then `stored` says how it went.
inline bool read_common(const Property& p, BackendObject& b, Expected<void>& stored) {
    const auto size = [](const Property& of) { return read_size(of); };
    const std::string_view name = p.name;
    if (name == "size") return stored = store(size, p, b.size), true;
    if (name == "share") return stored = store(read_switch, p, b.share), true;
    if (name == "prealloc") return stored = store(read_switch, p, b.prealloc), true;
    if (name == "prealloc-threads") return stored = store(read_threads, p, b.prealloc_threads), true;
    if (name == "prealloc-context") return stored = store(read_text, p, b.prealloc_context), true;
    if (name == "merge") return stored = store(read_switch, p, b.merge), true;
    if (name == "dump") return stored = store(read_switch, p, b.dump), true;
    if (name == "reserve") return stored = store(read_switch, p, b.reserve), true;
    if (name == "policy") return stored = store(read_policy, p, b.policy.mode), true;
    if (name == "host-nodes") return stored = add_nodes(p, b.policy.nodes), true;
    if (name == "x-use-canonical-path-for-ramblock-id")
        return stored = store(read_switch, p, b.canonical_block_id), true;
    return false;
}

inline bool read_of_kind(const Property& p, BackendObject& b, Expected<void>& stored) {
    const auto size = [](const Property& of) { return read_size(of); };
    const std::string_view name = p.name;
    if (b.kind == BackendKind::file) {
        if (name == "mem-path") return stored = store(read_text, p, b.path), true;
        if (name == "offset") return stored = store(size, p, b.offset), true;
        if (name == "align") return stored = store(size, p, b.align), true;
        if (name == "discard-data") return stored = store(read_switch, p, b.discard_data), true;
        if (name == "readonly") return stored = store(read_switch, p, b.readonly), true;
        if (name == "rom" && p.value == "auto") return b.rom = std::nullopt, true;
        if (name == "rom") return stored = store(read_switch, p, b.rom), true;
        if (name == "pmem") return stored = no_persistence(p), true;
    }
    if (b.kind == BackendKind::memfd) {
        if (name == "hugetlb") return stored = store(read_switch, p, b.hugetlb), true;
        if (name == "hugetlbsize") return stored = store(size, p, b.hugetlbsize), true;
        if (name == "seal") return stored = store(read_switch, p, b.seal), true;
    }
    return false;
}

}  // namespace detail

namespace rules {
/// What can be seen in the properties alone. The rules of the host memory itself are asked when its selection is checked.
inline Verdict backend(const BackendObject& b) {
    if (b.kind == BackendKind::shm && !b.share)
        return refused(
            "share=off: POSIX shared memory is there to be shared: use memory-backend-ram, or share=on");
    if (b.kind != BackendKind::file) return accepted();
    if (const Verdict use = hostmem::rules::file_use(b.share, b.readonly, b.rom); !use) return use;
    if (hostmem::file_use(b.share, b.readonly, b.rom) == hostmem::FileUse::rom)
        return refused(
            "readonly=on makes a ROM of file ", b.path,
            ", but RAM is written: add rom=off with share=off for a private copy, or leave readonly out");
    return accepted();
}
}  // namespace rules

/// What hostmem is asked for: every property that the kind has.
inline hostmem::Choice choice(const BackendObject& b) {
    using namespace hostmem;
    const auto common = [&](auto options) {
        options.prealloc = b.prealloc;
        options.prealloc_threads = b.prealloc_threads;
        options.prealloc_place = b.prealloc_place;
        options.merge = b.merge;
        options.dump = b.dump;
        options.reserve = b.reserve;
        options.policy = b.policy;
        return options;
    };
    switch (b.kind) {
    case BackendKind::ram: {
        if (b.share) return Selection<SharedAnonymous>{common(SharedAnonymous::Options{})};
        return Selection<Anonymous>{common(Anonymous::Options{})};
    }
    case BackendKind::file: {
        FileOptions options = common(FileOptions{.path = b.path});
        options.offset = b.offset;
        options.align = b.align;
        options.discard_data = b.discard_data;
        options.readonly = b.readonly;
        if (b.share) return Selection<SharedFile>{std::move(options)};
        return Selection<File>{std::move(options)};
    }
    case BackendKind::memfd: {
        MemfdOptions options = common(MemfdOptions{.hugetlb = b.hugetlb});
        options.hugetlbsize = b.hugetlbsize;
        options.seal = b.seal;
        if (b.share) return Selection<Memfd>{std::move(options)};
        return Selection<PrivateMemfd>{std::move(options)};
    }
    case BackendKind::shm: break;
    }
    return Selection<Shm>{common(Shm::Options{})};
}
/// The same for `hostmem::allocate<hostmem::Selected>`.
inline hostmem::Selected::Options selection(const BackendObject& b) { return choice(b); }

/// The backend that the object describes, with everything checked that needs no host. Errors name property and remedy.
inline Expected<BackendObject> read_backend(const ObjectOption& object,
                                            const BackendDefaults& defaults = {}) {
    const auto kind = backend_kind(object.type);
    if (!kind) return fail(object.type, " ", object.id, " is no memory backend");
    BackendObject backend{.kind = *kind, .id = object.id};
    backend.share = *kind == BackendKind::memfd || *kind == BackendKind::shm;
    backend.prealloc = defaults.prealloc;
    backend.merge = defaults.merge;
    backend.dump = defaults.dump;

    bool sized = false, placed = *kind != BackendKind::file;
    for (const Property& property : object.properties) {
        Expected<void> stored;
        if (!detail::read_common(property, backend, stored) &&
            !detail::read_of_kind(property, backend, stored))
            return fail(property.name, " is no property of ", object.type);
        if (!stored) return std::unexpected(stored.error());
        sized = sized || property.name == "size";
        placed = placed || property.name == "mem-path";
    }
    if (!sized) return fail("size is missing: say how large ", object.id, " is, such as size=512M");
    if (!placed) return fail("mem-path is missing: name a file or a directory");
    if (const Verdict verdict = rules::backend(backend); !verdict) return std::unexpected(verdict.error());
    if (const Verdict verdict = hostmem::Selected::check(backend.size, selection(backend)); !verdict)
        return std::unexpected(verdict.error());
    return backend;
}

}  // namespace wirewrap::config
