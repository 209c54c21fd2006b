// `-object memory-backend-ram|file|memfd|shm,id=…,size=…,…`: a host memory backend as an option describes it.
//
//     auto object = parse_object("memory-backend-memfd,id=m0,size=512M,prealloc=on");
//     auto backend = read_backend(*object, {.merge = false});      // what the machine says of all backends
//     backend->size, backend->common.prealloc;                     // 512_MiB, true
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
#include <wirewrap/config/setting.hpp>
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
    std::string prealloc_context{};  // a thread-context's id, whose CPUs are prealloc_place
    hostmem::CommonProperties common{};
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

/// Those that QEMU has.
inline constexpr std::array policy_names{name(hostmem::NumaMode::none), name(hostmem::NumaMode::preferred),
                                         name(hostmem::NumaMode::bind), name(hostmem::NumaMode::interleave)};

inline Expected<void> add_nodes(const Property& property, hostmem::NodeSet& nodes) {
    if (nodes.beyond()) return {};  // refused already, and a range may have 65536 more
    const auto numbers = read_numbers(property);
    if (!numbers) return std::unexpected(numbers.error());
    for (const std::uint64_t node : *numbers)
        nodes.insert(
            static_cast<unsigned>(std::min<std::uint64_t>(node, std::numeric_limits<unsigned>::max())));
    return {};
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

inline Expected<void> put_nodes(const Property& p, BackendObject& b) {
    return add_nodes(p, b.common.policy.nodes);
}
inline Expected<void> put_rom(const Property& p, BackendObject& b) {
    if (p.value != "auto" || p.kind == Property::Kind::boolean) return store(read_switch, p, b.rom);
    b.rom = std::nullopt;
    return {};
}
inline Expected<void> put_pmem(const Property& p, BackendObject&) { return no_persistence(p); }

}  // namespace detail

/// What every memory backend has.
inline constexpr std::array backend_settings{
    setting<&BackendObject::size, read_bytes>("size", "SIZE", "how large it is"),
    setting<&BackendObject::share, read_switch>("share", "on|off", "other processes may map it too"),
    setting_in<read_switch, &BackendObject::common, &hostmem::CommonProperties::prealloc>(
        "prealloc", "on|off", "take every page first"),
    setting_in<read_up_to<std::numeric_limits<std::uint32_t>::max(), unsigned>, &BackendObject::common,
               &hostmem::CommonProperties::prealloc_threads>("prealloc-threads", "NUMBER",
                                                             "with so many workers"),
    setting<&BackendObject::prealloc_context, read_text>("prealloc-context", "ID",
                                                         "a thread-context, which says where they run"),
    setting_in<read_switch, &BackendObject::common, &hostmem::CommonProperties::merge>(
        "merge", "on|off", "KSM may share equal pages"),
    setting_in<read_switch, &BackendObject::common, &hostmem::CommonProperties::dump>("dump", "on|off",
                                                                                      "core dumps hold it"),
    setting_in<read_switch, &BackendObject::common, &hostmem::CommonProperties::reserve>(
        "reserve", "on|off", "set swap space or huge pages aside"),
    setting_in<read_word<hostmem::NumaMode, detail::policy_names>, &BackendObject::common,
               &hostmem::CommonProperties::policy, &hostmem::NumaPolicy::mode>(
        "policy", "WORD", "default, preferred, bind or interleave"),
    Setting<BackendObject>{.name = "host-nodes",
                           .value = "NUMBER[-NUMBER]",
                           .help = "nodes of the host; repeat it for more",
                           .put = detail::put_nodes,
                           .each = true},
    setting<&BackendObject::canonical_block_id, read_switch>("x-use-canonical-path-for-ramblock-id", "on|off",
                                                             "its RAM block is called /objects/ID")};

inline constexpr std::array file_settings{
    setting<&BackendObject::path, read_text>("mem-path", "PATH",
                                             "a file, or a directory for one without a name"),
    setting<&BackendObject::offset, read_bytes>("offset", "SIZE", "where in the file it begins"),
    setting<&BackendObject::align, read_bytes>("align", "SIZE", "alignment of the host address"),
    setting<&BackendObject::discard_data, read_switch>("discard-data", "on|off",
                                                       "forget the content at the end"),
    setting<&BackendObject::readonly, read_switch>("readonly", "on|off", "the file is only read"),
    Setting<BackendObject>{.name = "rom",
                           .value = "on|off|auto",
                           .help = "off with readonly=on: a private copy that can be written",
                           .put = detail::put_rom},
    Setting<BackendObject>{
        .name = "pmem", .value = "on|off", .help = "persistent memory: off only", .put = detail::put_pmem}};

inline constexpr std::array memfd_settings{
    setting<&BackendObject::hugetlb, read_switch>("hugetlb", "on|off", "pages of the pool of huge pages"),
    setting<&BackendObject::hugetlbsize, read_bytes>("hugetlbsize", "SIZE", "their size"),
    setting<&BackendObject::seal, read_switch>("seal", "on|off", "nobody can resize it")};

/// What a backend of that kind may say.
inline Settings<BackendObject> settings_of(BackendKind kind) {
    if (kind == BackendKind::file) return settings(backend_settings, file_settings);
    if (kind == BackendKind::memfd) return settings(backend_settings, memfd_settings);
    return settings(backend_settings);
}

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
inline hostmem::Part part(const BackendObject& b) {
    using namespace hostmem;
    Part part{.id = b.id, .size = b.size};
    if (b.kind == BackendKind::file) {
        FileOptions options{.path = b.path,
                            .offset = b.offset,
                            .align = b.align,
                            .discard_data = b.discard_data,
                            .readonly = b.readonly,
                            .common = b.common};
        if (b.share)
            part.backend = Selection<SharedFile>{std::move(options)};
        else
            part.backend = Selection<File>{std::move(options)};
    } else if (b.kind == BackendKind::memfd) {
        const MemfdOptions options{
            .hugetlb = b.hugetlb, .hugetlbsize = b.hugetlbsize, .seal = b.seal, .common = b.common};
        if (b.share)
            part.backend = Selection<Memfd>{options};
        else
            part.backend = Selection<PrivateMemfd>{options};
    } else if (b.kind == BackendKind::shm) {
        part.backend = Selection<Shm>{b.common};
    } else if (b.share) {
        part.backend = Selection<SharedAnonymous>{b.common};
    } else {
        part.backend = Selection<Anonymous>{b.common};
    }
    return part;
}
/// The same for `hostmem::allocate<hostmem::Selected>`, which says nothing of ids.
inline hostmem::Selected::Options selection(const BackendObject& b) {
    hostmem::Selected::Options one{{part(b)}};
    one.parts.front().id.clear();
    return one;
}

/// The backend that the object describes, with everything checked that needs no host. Errors name property and remedy.
inline Expected<BackendObject> read_backend(const ObjectOption& object,
                                            const BackendDefaults& defaults = {}) {
    const auto kind = backend_kind(object.type);
    if (!kind) return fail(object.type, " ", object.id, " is no memory backend");
    BackendObject backend{.kind = *kind, .id = object.id};
    backend.share = *kind == BackendKind::memfd || *kind == BackendKind::shm;
    backend.common.prealloc = defaults.prealloc;
    backend.common.merge = defaults.merge;
    backend.common.dump = defaults.dump;

    if (const auto read = apply(settings_of(*kind), object.properties, backend, object.type); !read)
        return std::unexpected(read.error());
    const auto said = [&](std::string_view name) {
        return std::ranges::find(object.properties, name, &Property::name) != object.properties.end();
    };
    if (!said("size")) return fail("size is missing: say how large ", object.id, " is, such as size=512M");
    if (*kind == BackendKind::file && !said("mem-path"))
        return fail("mem-path is missing: name a file or a directory");
    if (const Verdict verdict = rules::backend(backend); !verdict) return std::unexpected(verdict.error());
    if (const Verdict verdict = hostmem::Selected::check(backend.size, selection(backend)); !verdict)
        return std::unexpected(verdict.error());
    return backend;
}

}  // namespace wirewrap::config
