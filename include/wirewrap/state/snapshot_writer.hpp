// Writes the sections of a snapshot file in their order, and works out which pages need no room.
//
//     auto writer = SnapshotWriter::create("guest.snapshot", {});
//     writer->head({.board = "handheld", .fingerprint = …});
//     writer->block_table(blocks);
//     writer->pages(0, 0_B, ram);             // of block 0, from offset 0 on; zero pages are left out
//     auto saved = writer->finish();          // saved->identity
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/zeroes.hpp>
#include <wirewrap/state/atomic_file.hpp>
#include <wirewrap/state/codec.hpp>
#include <wirewrap/state/format.hpp>
#include <wirewrap/state/progress.hpp>

namespace wirewrap::state {

struct SaveOptions {
    const Codec* codec = nullptr;  // packs pages; nullptr: they are written as they are
    int level = 1;                 // of the codec: higher takes longer and less room
    Progress progress{};           // hears how much of the memory in use is done
};

/// What became of a machine that was saved.
struct Saved {
    std::uint64_t identity = 0;  // of the file: what a later file of changes names as its base
    Bytes file_size{};
    std::uint64_t pages = 0;  // in the file
};

/// The facts of the BORD section.
struct SnapshotHead {
    std::string_view board{};
    std::uint64_t fingerprint = 0;
    bool running = false;       // harts and devices, too
    bool changes_only = false;  // pages that are not there are those of the file `base`
    std::uint64_t base = 0;     // its identity
};

class SnapshotWriter {
public:
    static Expected<SnapshotWriter> create(std::string path, const SaveOptions& options) {
        auto file = AtomicFile::create(std::move(path));
        if (!file) return std::unexpected(file.error());
        SnapshotWriter writer(std::move(*file), options);
        format::Output head;
        for (const std::uint8_t byte : format::magic) head.number(byte, 1);
        head.number(format::version, 4).number(0, 4);
        writer.heads_.append(head.bytes());
        if (auto written = writer.file_.write(head.bytes()); !written)
            return std::unexpected(written.error());
        return writer;
    }

    Expected<void> head(const SnapshotHead& head) {
        format::Output payload;
        payload.text(head.board).number(head.fingerprint, 8);
        payload.number((head.running ? format::has_running_state : 0) |
                           (head.changes_only ? format::has_changes_only : 0),
                       4);
        payload.number(head.base, 8);
        return section(format::board, payload.bytes());
    }

    /// `Blocks`: of elements with `id`, `bytes` and `writable`.
    template <class Blocks>
    Expected<void> block_table(const Blocks& blocks) {
        format::Output payload;
        payload.number(blocks.size(), 4);
        for (const auto& block : blocks)
            payload.text(block.id)
                .number(block.bytes.size(), 8)
                .number(block.writable ? format::guest_writable : 0, 4);
        return section(format::blocks, payload.bytes());
    }

    Expected<void> component(std::string_view name, std::span<const std::byte> fields) {
        format::Output payload(2 + name.size() + fields.size());
        payload.text(name).append(fields);
        return section(format::component, payload.bytes());
    }

    /// Bytes of a block from `offset` on, which is a whole number of pages. Zero pages are left out, or written as such
    /// when their absence would mean something else.
    Expected<void> pages(std::size_t block, Bytes offset, std::span<const std::byte> bytes,
                         bool keep_zeroes = false) {
        Expected<void> result;
        std::size_t begin = 0;
        while (begin != bytes.size() && result) {
            const bool zero = all_zero(page_at(bytes, begin));
            std::size_t end = begin;
            do {
                end += page_at(bytes, end).size();
            } while (end != bytes.size() && end - begin < format::longest_run.count &&
                     all_zero(page_at(bytes, end)) == zero);
            if (!zero || keep_zeroes)
                result = run(block, offset + Bytes{begin},
                             zero ? std::span<const std::byte>{} : bytes.subspan(begin, end - begin),
                             Bytes{end - begin});
            done_ += Bytes{end - begin};
            tell_progress();
            begin = end;
        }
        return result;
    }

    /// Pages that are zero, without a look at them: their absence would mean something else.
    Expected<void> zero_pages(std::size_t block, Bytes offset, Bytes size) {
        Expected<void> result;
        for (Bytes done{}; done != size && result;) {
            const Bytes part = std::min(size - done, format::longest_run);
            result = run(block, offset + done, {}, part);
            done += part;
            done_ += part;
            tell_progress();
        }
        return result;
    }

    /// How many bytes of blocks will be given: for who wants to hear of progress.
    void expect(Bytes all) { all_ = all; }

    /// Writes the end and puts the file in its place.
    Expected<Saved> finish() {
        const std::uint64_t identity = xxh64(heads_.bytes());
        format::Output payload;
        payload.number(identity, 8);
        if (auto written = section(format::done, payload.bytes()); !written)
            return std::unexpected(written.error());
        if (auto published = file_.publish(); !published) return std::unexpected(published.error());
        return Saved{identity, file_.written(), pages_};
    }

private:
    SnapshotWriter(AtomicFile file, const SaveOptions& options) : file_(std::move(file)), options_(options) {}

    static std::span<const std::byte> page_at(std::span<const std::byte> bytes, std::size_t at) {
        return bytes.subspan(at, std::min<std::size_t>(format::page.count, bytes.size() - at));
    }

    void tell_progress() const {
        if (options_.progress) options_.progress(done_, all_);
    }

    /// `data`: the bytes, none for zeroes.
    Expected<void> run(std::size_t block, Bytes offset, std::span<const std::byte> data, Bytes size) {
        std::uint32_t encoding = data.empty() ? format::zeroes : format::plain;
        if (options_.codec != nullptr && !data.empty() &&
            options_.codec->pack(data, options_.level, packed_) && packed_.size() < data.size()) {
            encoding = options_.codec->encoding;
            data = packed_;
        }
        format::Output payload(24 + data.size());
        payload.number(block, 4)
            .number(encoding, 4)
            .number(offset.count, 8)
            .number(size.count, 8)
            .append(data);
        pages_ += (size.count + format::page.count - 1) / format::page.count;
        return section(format::pages, payload.bytes());
    }

    Expected<void> section(std::uint32_t type, std::span<const std::byte> payload) {
        const auto head = format::section_head(type, number_++, Bytes{payload.size()}, xxh64(payload));
        heads_.append(head);
        if (auto written = file_.write(head); !written) return written;
        return file_.write(payload);
    }

    AtomicFile file_;
    SaveOptions options_;
    format::Output heads_;
    std::uint32_t number_ = 0;
    std::uint64_t pages_ = 0;
    Bytes done_{}, all_{};
    std::vector<std::byte> packed_;
};

}  // namespace wirewrap::state
