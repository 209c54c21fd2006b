// The access path: what a hart, a loader or a debugger needs of a machine, and how the bus says no.
//
//     template <AccessPath Path> void boot(Path& path) {
//         auto word = path.template load<std::uint32_t>(GuestAddress{0x8000'0000});
//         if (!word) report(describe(word.error()));   // "load of 4 bytes at 0x80000000: nothing is mapped there"
//     }
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

enum class Access : std::uint8_t { load, store, fetch };

/// Why the bus refused an access.
enum class FaultReason : std::uint8_t {
    none,            // not a fault; the value of an access that went through
    unmapped,        // no window covers the first byte
    straddles,       // the access starts in a window and ends outside it
    read_only,       // a store to ROM
    width,           // the device does not take this width
    misaligned,      // the device wants natural alignment
    not_executable,  // an instruction fetch from a device
    refused,         // the device itself said no
    not_memory,      // a look without side effects, at what is no memory
};

/// An access that the bus refused. Plain data, 16 bytes; `describe()` turns it into a sentence.
struct BusFault {
    GuestAddress address;
    std::uint8_t width = 0;  // bytes
    Access access = Access::load;
    FaultReason reason = FaultReason::none;

    friend bool operator==(const BusFault&, const BusFault&) = default;
};

constexpr Text describe(const BusFault& fault) {
    constexpr std::string_view accesses[] = {"load", "store", "fetch"};
    constexpr std::string_view reasons[] = {"no fault",
                                            "nothing is mapped there",
                                            "it starts in a window and ends outside it",
                                            "it is read-only memory",
                                            "the device does not take this width",
                                            "the device takes aligned accesses only",
                                            "a device holds no instructions",
                                            "the device refused it",
                                            "it is no memory"};
    return sentence(accesses[static_cast<std::size_t>(fault.access)], " of ", Bytes{fault.width}, " at ",
                    fault.address, ": ", reasons[static_cast<std::size_t>(fault.reason)]);
}

template <class T>
using Loaded = std::expected<T, BusFault>;
using Stored = std::expected<void, BusFault>;

/// Typed access to guest-physical memory, little-endian unless the path says otherwise. `load` and `store` may be
/// unaligned in RAM. `ram_span(a, n)` is the host memory behind [a, a + n) when all of it is writable RAM in one block,
/// otherwise empty; it stays valid as long as the path.
template <class Path>
concept AccessPath = requires(Path& path, GuestAddress a) {
    { path.template load<std::uint8_t>(a) } -> std::same_as<Loaded<std::uint8_t>>;
    { path.template load<std::uint64_t>(a) } -> std::same_as<Loaded<std::uint64_t>>;
    { path.template store<std::uint8_t>(a, std::uint8_t{}) } -> std::same_as<Stored>;
    { path.template store<std::uint64_t>(a, std::uint64_t{}) } -> std::same_as<Stored>;
    { path.template fetch<std::uint16_t>(a) } -> std::same_as<Loaded<std::uint16_t>>;
    { path.template fetch<std::uint32_t>(a) } -> std::same_as<Loaded<std::uint32_t>>;
    { path.ram_span(a, Bytes{}) } -> std::same_as<std::span<std::byte>>;
};

/// A path that loaders and debuggers look at and fill: memory of every kind (RAM, ROM, what flash holds), over the borders
/// of windows, without a device hearing of it. `memory_extent(a, most)` is how many bytes from `a` on are memory, at most
/// `most`. `debug_read` and `debug_write` do all of it or nothing; the fault names the first byte that is no memory.
template <class Path>
concept DebugPath = requires(Path& path, const Path& view, GuestAddress a, std::span<std::byte> to,
                             std::span<const std::byte> from) {
    { view.memory_extent(a, Bytes{}) } -> std::same_as<Bytes>;
    { view.debug_read(a, to) } -> std::same_as<std::expected<void, BusFault>>;
    { path.debug_write(a, from) } -> std::same_as<std::expected<void, BusFault>>;
};

/// A path that gives a hart the host memory of one aligned word for one atomic access, which counts as one store of that
/// width; nullptr where the guest may not write memory.
template <class Path>
concept GivesAtomicWords = requires(Path& path, GuestAddress a, std::size_t width) {
    { path.atomic_word(a, width) } -> std::same_as<std::byte*>;
};

/// A path whose addresses may come to show other memory while harts run: the number grows with each such change (a bank was
/// selected, flash left or entered its read mode). A hart that keeps decoded code looks at it after each access that was
/// not RAM, and whenever it begins to run.
template <class Path>
concept TellsMapChanges = requires(const Path& path) {
    { path.map_version() } -> std::same_as<std::uint64_t>;
};

/// A path on which somebody (a device, a policy, the host) can ask the harts to leave their loop. A hart looks after each
/// access that was not RAM, stops behind that instruction, and leaves it to its caller to clear the request.
template <class Path>
concept TellsStops = requires(const Path& path) {
    { path.stop_requested() } -> std::same_as<bool>;
};

/// A path whose time goes on while a hart runs. Before an access that asks it, and before its time is read, it hears how
/// many instructions the hart has executed since its `run` began.
template <class Path>
concept FollowsProgress = requires(Path& path, std::uint64_t executed) { path.progress(executed); };

/// A path that wants to hear when a hart has set a timer of its own while it runs, that is up in so many ticks: whoever goes
/// by deadlines may not know of this one, and let the hart stop.
template <class Path>
concept HearsOfDeadlines = requires(Path& path, std::uint64_t ticks) { path.deadline_in(ticks); };

/// A path on which somebody may want to hear of each instruction that a hart fetches. As long as `watches_fetches()` says
/// so, a hart asks `fetch` for every instruction that it executes, and keeps no decoded code.
template <class Path>
concept TellsWatchedFetches = requires(const Path& path) {
    { path.watches_fetches() } -> std::same_as<bool>;
};

/// A path on which somebody may want to hear of each load and store of a hart, and at other times of none. As long as
/// `watches_accesses()` says so, a hart leaves the direct window alone and asks the path. It looks after each access that
/// was not RAM, and whenever it begins to run.
template <class Path>
concept TellsWatchedAccesses = requires(const Path& path) {
    { path.watches_accesses() } -> std::same_as<bool>;
};

/// Guest memory that a hart may read and write by itself instead of asking the path: little-endian RAM whose accesses
/// nobody watches, or not now. It stays where it is as long as the path. Of size 0: there is none.
struct DirectWindow {
    GuestAddress base{};
    Bytes size{};
    std::byte* memory = nullptr;
};

/// A path that may have a direct window.
template <class Path>
concept GivesDirectWindow = AccessPath<Path> && requires(Path& path) {
    { path.direct_window() } -> std::same_as<DirectWindow>;
};

/// What a hart needs beside memory: the levels of its interrupt inputs (bit n = input n, for RISC-V the bit of `mip`)
/// and the platform's time, in ticks of its timer.
template <class Path>
concept HartBus = AccessPath<Path> && requires(Path& path, std::size_t hart) {
    { path.interrupt_lines(hart) } -> std::same_as<std::uint64_t>;
    { path.time() } -> std::same_as<std::uint64_t>;
};

}  // namespace wirewrap
