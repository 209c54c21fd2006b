// Loads the RAM of a guest that QEMU saved into a machine of the same board. The stream is not trusted: its machine
// type and its blocks are compared with the machine's before a page is read, and a source that can begin again is
// checked to the end of the RAM before the first byte of the machine changes.
//
//     // QEMU:  (qemu) migrate "exec:cat > guest.stream"
//     auto machine = Machine<boards::x86::PcI440fx<7, 2>, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//     auto source = qemu::FileSource::open("guest.stream");
//     auto loaded = qemu::load_ram(*machine, *source);
//     if (!loaded) return fail(loaded.error().message);   // "… block pc.ram has 128 MiB in the stream and 256 MiB in …"
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/qemu/block_match.hpp>
#include <wirewrap/qemu/byte_source.hpp>
#include <wirewrap/qemu/missing_pages.hpp>
#include <wirewrap/qemu/page_loader.hpp>
#include <wirewrap/qemu/stream_head.hpp>
#include <wirewrap/qemu/stream_input.hpp>
#include <wirewrap/qemu/stream_walk.hpp>
#include <wirewrap/qemu/target_page.hpp>

namespace wirewrap::qemu {

struct LoadOptions {
    std::vector<std::string> main_ram{};  // blocks of the stream that are main RAM, in order; left out:
                                          // the ids of the machine's backends, else the board's RAM id
    std::optional<std::string>
        machine_type{};  // what the stream must be of; left out: the board's name after the slash
    std::optional<Bytes> page_size{};  // of the target; left out: by the board's name
    bool read_to_end = true;           // also what follows the RAM, so that the writer of a pipe can finish
    std::vector<std::string> skip_blocks{};  // of the stream: passed over although they may be RAM
    bool allow_missing_pages = false;        // a page that the stream has not stays as it is in the machine
};

struct LoadedRam {
    std::string machine_type;         // as the stream says it; empty where it does not
    Bytes page_size{};                // that it counts in
    std::vector<StreamBlock> loaded;  // blocks that the machine has too
    std::vector<StreamBlock>
        skipped;  // blocks of devices that the board does not have, and those of skip_blocks
    std::vector<std::string> untouched;  // the machine's blocks that the stream does not have
    PageCounts pages;                    // those of loaded blocks, and those passed over
    Bytes never_sent{};                  // of loaded blocks; not 0 only with allow_missing_pages
    std::uint64_t ram_end = 0;           // bytes from the start of the stream to the end of its RAM
};

/// The machine type of a board named as QEMU's machines are, "target/machine"; the whole name of another.
constexpr std::string_view machine_type_of(std::string_view board) {
    const std::size_t slash = board.find('/');
    return slash == board.npos ? board : board.substr(slash + 1);
}

namespace detail {

inline Expected<void> check_machine_type(const StreamHead& head, std::string_view board,
                                         const LoadOptions& options) {
    const std::string expected = options.machine_type.value_or(std::string(machine_type_of(board)));
    if (!head.machine_type) {
        if (options.machine_type == "") return {};
        return fail(
            "the stream does not say of which machine it is (machine types up to 2.3 do not, and none "
            "does with -global migration.send-configuration=off), so it cannot be compared with ",
            board, ": if it is the one, say so by an empty machine_type");
    }
    if (*head.machine_type == expected) return {};
    return fail("the stream is of machine ", *head.machine_type, ", and ", board, " is machine ", expected,
                ": load it into the board of its machine type");
}

inline Expected<Bytes> page_of(const StreamHead& head, std::string_view board, const LoadOptions& options) {
    if (head.page) return *head.page;
    if (options.page_size) {
        if (is_power_of_two(*options.page_size) &&
            *options.page_size >= Bytes{std::uint64_t{1} << least_page_bits})
            return *options.page_size;
        return fail("a target's page_size is a power of two, 256 bytes or more, not ", *options.page_size);
    }
    if (const auto page = target_page(board)) return *page;
    return fail("the page size of ", board, " is not known, and the stream does not say it: give page_size");
}

template <class M>
std::vector<hostmem::MemoryPart> ram_parts(M& machine) {
    auto& memory = machine.ram_memory();
    return memory ? hostmem::parts_of(*memory) : std::vector<hostmem::MemoryPart>{};
}

template <class M>
std::vector<Holes> holes_of(M& machine, bool in_place) {
    std::vector<Holes> holes;
    // Private memory may have pages of its own where the file has a hole, but not when it is new.
    for (const hostmem::MemoryPart& part : ram_parts(machine))
        if ((part.shared || in_place) && part.descriptor)
            holes.emplace_back(*part.descriptor, part.descriptor_offset,
                               machine.ram_memory()->span().subspan(part.offset.count, part.size.count));
    return holes;
}

/// The blocks that main RAM is in the stream: those asked for, else one for each backend that has an id.
template <class M>
std::vector<std::string> main_ram_ids(M& machine, const LoadOptions& options) {
    if (!options.main_ram.empty()) return options.main_ram;
    std::vector<std::string> ids;
    for (const hostmem::MemoryPart& part : ram_parts(machine))
        if (!part.id.empty()) ids.emplace_back(part.id);
    if (ids.empty()) ids.emplace_back(M::BoardType::ram.id);
    return ids;
}

/// `in_place`: main RAM is new, and a mapping of its pages in the stream.
template <class M, class Source>
Expected<LoadedRam> read_ram(M& machine, Source& source, const LoadOptions& options, bool apply,
                             bool in_place = false) {
    constexpr std::string_view board = board_name<typename M::BoardType>;
    StreamInput input(source);
    const auto head = read_head(input);
    if (!head) return std::unexpected(head.error());
    if (auto same = check_machine_type(*head, board, options); !same) return std::unexpected(same.error());
    const auto page = page_of(*head, board, options);
    if (!page) return std::unexpected(page.error());

    const auto mine = machine.memory_blocks();
    const std::span<const MemoryBlock> blocks(mine.begin(), mine.size());
    if (machine.ram_size() % *page != Bytes{})
        return fail("RAM of ", machine.ram_size(), " is not a whole number of pages of ", *page,
                    ", in which a stream comes");
    const std::vector<std::string> ids = main_ram_ids(machine, options);
    static constexpr auto entries = [] {
        std::array<std::string_view, board_regions<typename M::BoardType>.size()> names{};
        for (std::size_t i = 0; i != names.size(); ++i)
            names[i] = board_regions<typename M::BoardType>[i].name;
        return names;
    }();
    const MatchRules rules{.board = board,
                           .ram_id = M::BoardType::ram.id,
                           .entries = entries,
                           .main_ram = ids,
                           .skip_blocks = options.skip_blocks};
    PageLoader loader([&](std::span<const StreamBlock> list) { return match_blocks(list, blocks, rules); },
                      apply, apply ? holes_of(machine, in_place) : std::vector<Holes>(),
                      in_place ? machine.ram_memory()->span() : std::span<std::byte>());
    const auto ram_end = walk_to_ram_end(input, *head, *page, loader);
    if (!ram_end) return std::unexpected(ram_end.error());
    if (!loader.listed()) return fail("the stream lists no RAM blocks");
    StreamContents& contents = loader.contents();
    if (!options.allow_missing_pages) {
        const auto missing = contents.missing([&](std::size_t i) {
            return std::ranges::find(options.skip_blocks, contents.blocks()[i].id) !=
                   options.skip_blocks.end();
        });
        if (!missing.empty())
            return fail(
                not_whole(missing, *page, "say allow_missing_pages: what never came then stays as it is"));
    }

    LoadedRam result{.machine_type = head->machine_type.value_or(""),
                     .page_size = *page,
                     .loaded = {},
                     .skipped = {},
                     .untouched = {},
                     .pages = loader.counts(),
                     .never_sent = {},
                     .ram_end = *ram_end};
    for (std::size_t i = 0; i != loader.list().size(); ++i) {
        (loader.goes_somewhere(i) ? result.loaded : result.skipped).push_back(loader.list()[i]);
        if (loader.goes_somewhere(i)) result.never_sent += contents.missing(i);
    }
    for (const MemoryBlock& block : blocks)
        if (block.id != M::BoardType::ram.id &&
            std::ranges::find(loader.list(), block.id, &StreamBlock::id) == loader.list().end())
            result.untouched.emplace_back(block.id);
    if (apply && options.read_to_end) input.skip_to_end();
    if (!input.ok()) return std::unexpected(input.error());
    return result;
}

/// To the machine's policies, all that was loaded was stored to.
template <class M>
void tell_policies(M& machine, const LoadedRam& loaded) {
    // Main RAM has number 0 also on a board that is without it now.
    std::size_t number = machine.ram_size() == Bytes{} ? 1 : 0;
    for (const MemoryBlock& block : machine.memory_blocks()) {
        if (number == 0 ||
            std::ranges::find(loaded.loaded, block.id, &StreamBlock::id) != loaded.loaded.end())
            machine.changed(number, Bytes{}, Bytes{block.bytes.size()});
        ++number;
    }
}

}  // namespace detail

/// Loads main RAM, and the blocks of the board's map that the stream has too. When it fails, nothing of the machine has
/// changed if the source can begin again; of a pipe, pages may have come in before it broke, and the sentence says so.
template <class M, ByteSource Source>
Expected<LoadedRam> load_ram(M& machine, Source& source, const LoadOptions& options = {}) {
    constexpr std::string_view board = board_name<typename M::BoardType>;
    const bool twice = source.seeks();
    if (twice) {
        if (auto checked = detail::read_ram(machine, source, options, false); !checked)
            return fail(board, ": ", checked.error().message);
        if (auto again = source.seek(0); !again) return std::unexpected(again.error());
    }
    auto loaded = detail::read_ram(machine, source, options, true);
    if (!loaded)
        return fail(board, ": ", loaded.error().message,
                    twice ? "" : "; pages that came before it are in the machine, so make a new one");
    detail::tell_policies(machine, *loaded);
    return loaded;
}

}  // namespace wirewrap::qemu
