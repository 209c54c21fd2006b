// What RAM a migration stream of QEMU holds.
#include "examples/wirewrap/qemu_stream.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include <wirewrap/qemu.hpp>
#include <wirewrap/state/format.hpp>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/hex_dump.hpp"

namespace command {

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

bool begins_as_snapshot(std::span<const std::byte> first) {
    const auto magic = std::as_bytes(std::span(state::format::magic));
    return first.size() >= magic.size() && std::ranges::equal(first.first(magic.size()), magic);
}

/// The bytes that `--dump` asks for; whole pages of them.
struct Wanted {
    std::string block;
    Bytes offset{};
    std::vector<std::byte> bytes;
};

/// Counts the pages of each block and keeps the wanted ones.
class Listing {
public:
    explicit Listing(std::optional<Wanted> wanted) : wanted_(std::move(wanted)) {}

    Expected<void> blocks(std::span<const qemu::StreamBlock> list) {
        contents_.list(list);
        stored_.assign(list.size(), Bytes{});
        return {};
    }
    std::span<std::byte> page(std::size_t block, Bytes offset, Bytes size) {
        contents_.page(block, offset, size);
        stored_[block] += size;
        return kept(block, offset, size);
    }
    void fill(std::size_t block, Bytes offset, Bytes size, std::byte value) {
        contents_.page(block, offset, size);
        std::ranges::fill(kept(block, offset, size), value);
    }

    const std::vector<qemu::StreamBlock>& list() const { return contents_.blocks(); }
    qemu::StreamContents& contents() { return contents_; }
    Bytes stored(std::size_t block) const { return stored_[block]; }
    const std::optional<Wanted>& wanted() const { return wanted_; }

private:
    std::span<std::byte> kept(std::size_t block, Bytes offset, Bytes size) {
        if (!wanted_ || list()[block].id != wanted_->block || offset < wanted_->offset) return {};
        const Bytes into = offset - wanted_->offset, all{wanted_->bytes.size()};
        if (into >= all || size > all - into) return {};
        return std::span(wanted_->bytes).subspan(into.count, size.count);
    }

    qemu::StreamContents contents_;
    std::vector<Bytes> stored_;
    std::optional<Wanted> wanted_;
};

struct Read {
    qemu::StreamHead head;
    Bytes page;
    Listing listing;
};

/// `got_to`: bytes of the stream that made sense.
Expected<Read> read_with(const std::string& path, Bytes page, std::optional<Wanted> wanted,
                         std::uint64_t& got_to) {
    auto source = qemu::FileSource::open(path);
    if (!source) return std::unexpected(source.error());
    qemu::StreamInput input(*source);
    const auto head = qemu::read_head(input);
    if (!head) return fail(path, ": ", head.error().message);
    Read read{*head, head->page.value_or(page), Listing(std::move(wanted))};
    auto walked = qemu::walk_to_ram_end(input, read.head, read.page, read.listing);
    got_to = input.position();
    if (!walked) return fail(path, ": ", walked.error().message);
    return read;
}

/// Of a stream that does not say its page, and without a board that does, the sizes that targets have are tried,
/// larger ones first: since every page is in a stream, one of a smaller size has offsets that a larger one cannot
/// have, and one of a larger size has gaps. When none makes sense of all of it, the one that gets furthest says why.
Expected<Read> read_stream(const std::string& path, std::optional<Bytes> page) {
    std::uint64_t furthest = 0;
    auto read = read_with(path, page.value_or(16_KiB), {}, furthest);
    if (page) return read;
    for (const Bytes smaller : {8_KiB, 4_KiB, 1_KiB, 256_B}) {
        if (read) return read;
        std::uint64_t got_to = 0;
        auto other = read_with(path, smaller, {}, got_to);
        if (other || got_to > furthest) read = std::move(other), furthest = got_to;
    }
    return read;
}

bool names(const std::vector<std::string>& list, std::string_view id) {
    return std::ranges::find(list, id) != list.end();
}

/// Pages that never came are no pages of zeroes.
Expected<void> require_whole(const RamRequest& request, Read& read) {
    if (request.allow_missing_pages) return {};
    auto& contents = read.listing.contents();
    const auto missing = contents.missing(
        [&](std::size_t i) { return names(request.skip_blocks, contents.blocks()[i].id); });
    if (missing.empty()) return {};
    return fail(request.file, ": ",
                qemu::not_whole(missing, read.page,
                                "say --allow-missing-pages, and take what never came for zeroes"));
}

void list(Read& read) {
    const auto& blocks = read.listing.list();
    fmt::print("machine      {}\npages of     {} bytes\n\n", read.head.machine_type.value_or("not said"),
               read.page.count);
    std::size_t width = 5;
    for (const qemu::StreamBlock& block : blocks) width = std::max(width, block.id.size());
    fmt::print("{:<{}}  {:>14}  {:>14}\n", "BLOCK", width, "BYTES", "IN THE FILE");
    for (std::size_t i = 0; i != blocks.size(); ++i) {
        const Bytes missing = read.listing.contents().missing(i);
        fmt::print("{:<{}}  {:>14}  {:>14}", blocks[i].id, width, blocks[i].length.count,
                   read.listing.stored(i).count);
        if (missing != Bytes{}) fmt::print("  {} never came", missing.count);
        fmt::print("\n");
    }
}

/// What loading it into a machine of the board would refuse.
Expected<void> compare(const RamRequest& request, const Read& read, const BoardDescription& board) {
    Text text;
    const auto say = [&](const Text& more) {
        if (!text.empty()) text.append("; ");
        text.append(more.view());
    };
    const auto& blocks = read.listing.list();
    const std::string_view machine = qemu::machine_type_of(board.name);
    if (!read.head.machine_type)
        say(sentence("it does not say of which machine it is"));
    else if (*read.head.machine_type != machine)
        say(sentence("it is of machine ", *read.head.machine_type, ", not ", machine));
    const auto ram = std::ranges::find(blocks, board.ram_id, &qemu::StreamBlock::id);
    if (ram == blocks.end())
        say(sentence("main RAM, block ", board.ram_id, ", is missing"));
    else if (const Verdict verdict = board.ram_verdict(ram->length); !verdict)
        say(verdict.reason());
    std::vector<std::string_view> entries;
    for (const Region& region : board.regions) entries.push_back(region.name);
    for (const qemu::StreamBlock& block : blocks) {
        if (block.id == board.ram_id || names(request.skip_blocks, block.id)) continue;
        const auto region = std::ranges::find(board.regions, block.id, &Region::name);
        if (region != board.regions.end() && region->is_block() && region->range.size != block.length)
            say(sentence("block ", block.id, " has ", block.length, ", and ", region->range.size, " on ",
                         board.name));
        if (!qemu::can_be_passed_over(board.name, entries, block))
            say(sentence(
                "block ", block.id, " (", block.length,
                ") is in no ROM and no device that is known: RAM of a memory device or memory behind a "
                "device, which the board has not (--skip-block ",
                block.id, " goes on without)"));
    }
    if (!text.empty()) return fail(request.file, " is not memory of ", board.name, ": ", text);
    return {};
}

Expected<void> dump(const RamRequest& request, const Read& listed) {
    const auto& blocks = listed.listing.list();
    const auto block = std::ranges::find(blocks, *request.dump, &qemu::StreamBlock::id);
    if (block == blocks.end())
        return fail(
            request.file, " has no block ", *request.dump, "; it has ",
            listing(blocks.size(), [&](std::size_t i) { return std::string_view(blocks[i].id); }, " and "));
    const auto range = dump_range(request, block->id, block->length);
    if (!range) return std::unexpected(range.error());
    constexpr Bytes most = 1_GiB;  // what a stream says of its blocks is no reason to take that much memory
    if (range->size > most) return fail("at most ", most, " are printed at once, not ", range->size);
    const Bytes page = listed.page, into = range->offset % page;
    const Bytes whole{(into + range->size + page - 1_B) / page * page.count};
    std::uint64_t got_to = 0;
    const auto read = read_with(request.file, page,
                                Wanted{block->id, range->offset - into, std::vector<std::byte>(whole.count)},
                                got_to);
    if (!read) return std::unexpected(read.error());
    const auto& bytes = read->listing.wanted()->bytes;
    print_bytes({bytes.begin() + static_cast<std::ptrdiff_t>(into.count),
                 bytes.begin() + static_cast<std::ptrdiff_t>((into + range->size).count)},
                range->offset);
    return {};
}

}  // namespace

Expected<bool> is_qemu_stream(const std::string& path) {
    std::error_code none;
    const auto status = std::filesystem::status(path, none);
    if (std::filesystem::is_fifo(status) || std::filesystem::is_character_file(status) ||
        std::filesystem::is_socket(status))
        return fail(
            path,
            " is no regular file, and is read more than once: copy what comes out of it to a file first");
    std::array<std::byte, 16> bytes{};
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
    const auto first = std::span<const std::byte>(bytes).first(static_cast<std::size_t>(file.gcount()));
    // What cannot be read, or has nothing in it, the reader of snapshots tells.
    if (first.empty() || begins_as_snapshot(first)) return false;
    if (qemu::is_stream(first)) return true;
    if (const auto packing = qemu::packing_of(first))
        return fail(path, " is compressed by ", packing->name, ": unpack it, ", packing->unpack, " ", path,
                    " > guest.stream");
    return fail(path, " is neither a snapshot of wirewrap nor a stream of QEMU: it begins with ",
                qemu::in_hexadecimal(first));
}

Expected<int> ram_of_stream(const RamRequest& request) {
    std::optional<Bytes> page;
    const BoardDescription* described = nullptr;
    if (request.board) {
        const auto board = find_board(*request.board, request.release);
        if (!board) return std::unexpected(board.error());
        described = *board;
        page = qemu::target_page(described->name);
    }
    auto read = read_stream(request.file, page);
    if (!read) return std::unexpected(read.error());
    if (described != nullptr)
        if (const auto fits = compare(request, *read, *described); !fits)
            return std::unexpected(fits.error());
    if (described != nullptr || request.dump)
        if (const auto whole = require_whole(request, *read); !whole) return std::unexpected(whole.error());
    if (request.dump) {
        if (const auto dumped = dump(request, *read); !dumped) return std::unexpected(dumped.error());
    } else {
        list(*read);
    }
    return 0;
}

}  // namespace command
