// A snapshot file, read and checked from end to end: when there is a `Snapshot`, its structure, bounds and checksums are
// right, and every packed page can be unpacked. Whether it fits a machine is the question of `restore`.
//
//     auto snapshot = Snapshot::open("guest.snapshot");
//     if (!snapshot) return fail(snapshot.error().message);     // "guest.snapshot is damaged at byte 4096: …"
//     for (const StoredBlock& block : snapshot->blocks()) …
//
// The bytes are kept in memory, so that nobody can change the file after it was checked.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/state/codec.hpp>
#include <wirewrap/state/format.hpp>
#include <wirewrap/state/progress.hpp>
#include <wirewrap/state/snapshot_writer.hpp>

namespace wirewrap::state {

struct StoredBlock {
    std::string_view id;
    Bytes size{};
    bool writable = true;  // by the guest

    friend bool operator==(const StoredBlock&, const StoredBlock&) = default;
};

/// State that is no memory: "hart0", "device uart0". `fields` is what a `FieldReader` takes.
struct StoredComponent {
    std::string_view name;
    std::span<const std::byte> fields;
};

/// Neighbouring pages of one block, packed or not.
struct StoredPages {
    std::size_t block = 0;
    Bytes offset{}, size{};
    std::uint32_t encoding = 0;
    std::span<const std::byte> data;
};

class Snapshot {
public:
    /// Reads and checks a file. `codec` unpacks what `save` packed with it. To `progress` all is twice the size of the file, for
    /// it is read and then checked.
    static Expected<Snapshot> open(const std::string& path, const Codec* codec = nullptr,
                                   const Progress& progress = {}) {
        auto file = hostmem::os::open(path, O_RDONLY);
        if (!file)
            return fail("cannot open snapshot ", path, ": ", hostmem::os::text(file.error()),
                        "; name a file that can be read");
        const auto status = hostmem::os::status(*file);
        if (!status || !S_ISREG(status->st_mode))
            return fail("snapshot ", path, " is no regular file; name one");
        const auto size = static_cast<std::size_t>(status->st_size);
        FileBytes bytes = file_bytes(size);
        if (bytes == nullptr)
            return fail("snapshot ", path, " has ", Bytes{size}, ", and there is no memory to read it into");
        constexpr std::size_t piece = std::size_t{16} << 20;
        ProgressCount done(progress, Bytes{2 * size});
        for (std::size_t at = 0; at != size;) {
            const ::ssize_t count = ::read(file->number(), bytes.get() + at, std::min(size - at, piece));
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0)
                return fail("cannot read snapshot ", path, " beyond ", Bytes{at}, " of ", Bytes{size},
                            "; is another program writing it?");
            at += static_cast<std::size_t>(count);
            done.add(Bytes{static_cast<std::size_t>(count)});
        }
        return checked(path, std::move(bytes), size, codec, done);
    }

    /// The same of bytes in memory, which are copied; `name` is for sentences.
    static Expected<Snapshot> parse(std::string name, std::span<const std::byte> bytes,
                                    const Codec* codec = nullptr) {
        FileBytes copy = file_bytes(bytes.size());
        if (copy == nullptr) return fail("there is no memory for a snapshot of ", Bytes{bytes.size()});
        std::ranges::copy(bytes, copy.get());
        ProgressCount nobody;
        return checked(std::move(name), std::move(copy), bytes.size(), codec, nobody);
    }

    /// As in sentences: the path it was opened by.
    const std::string& name() const { return name_; }
    const SnapshotHead& head() const { return head_; }
    std::uint64_t identity() const { return identity_; }
    Bytes file_size() const { return size_; }
    const std::vector<StoredBlock>& blocks() const { return blocks_; }
    const std::vector<StoredComponent>& components() const { return components_; }
    /// Ascending by block and offset, without overlap. What is not among them is zero, or as in the base.
    const std::vector<StoredPages>& pages() const { return pages_; }

    /// Writes the bytes of a run, `run.size` of them, to `to`.
    void unpack(const StoredPages& run, std::span<std::byte> to) const {
        if (run.encoding == format::plain)
            std::ranges::copy(run.data, to.begin());
        else if (run.encoding == format::zeroes)
            std::ranges::fill(to, std::byte{0});
        else
            codec_->unpack(run.data, to);
    }

private:
    struct Free {
        void operator()(std::byte* bytes) const { std::free(bytes); }
    };
    using FileBytes = std::unique_ptr<std::byte[], Free>;

    /// Huge pages for what is large: touching fresh memory page by page costs as much as reading a file into it.
    static FileBytes file_bytes(std::size_t size) {
        constexpr std::size_t huge = 2 << 20, large = 2 * huge;
        void* bytes = nullptr;
        if (::posix_memalign(&bytes, size < large ? alignof(std::max_align_t) : huge, size) != 0) return {};
        if (size >= large) ::madvise(bytes, size, MADV_HUGEPAGE);  // as far as the kernel likes
        return FileBytes(static_cast<std::byte*>(bytes));
    }

    Snapshot() = default;

    static Expected<Snapshot> checked(std::string name, FileBytes bytes, std::size_t size, const Codec* codec,
                                      ProgressCount& done) {
        Snapshot snapshot;
        snapshot.name_ = std::move(name);
        snapshot.bytes_ = std::move(bytes);
        snapshot.size_ = Bytes{size};
        snapshot.codec_ = codec;
        if (auto read = snapshot.read({snapshot.bytes_.get(), size}, done); !read)
            return std::unexpected(read.error());
        return snapshot;
    }

    template <class... Parts>
    std::unexpected<Error> damaged(std::size_t at, Parts... parts) const {
        return fail(name_, " is damaged at byte ", at, ": ", parts...,
                    "; it cannot be restored, take another");
    }

    Expected<void> read(std::span<const std::byte> file, ProgressCount& done) {
        if (auto head = read_head(file); !head) return head;
        done.add(Bytes{format::head_size});
        format::Output heads;
        heads.append(file.first(format::head_size));
        std::size_t at = format::head_size;
        for (std::uint32_t number = 0;; ++number) {
            if (file.size() - at < format::section_head_size)
                return damaged(at, "it ends before its end section");
            const auto head = file.subspan(at, format::section_head_size);
            format::Input input(head);
            const std::uint32_t type = input.number32(), its_number = input.number32();
            const std::uint64_t length = input.number(8), sum = input.number(8);
            if (input.number(8) != xxh64(head.first(format::section_head_size - 8)))
                return damaged(at, "the head of section ", number, " does not have its checksum");
            if (its_number != number) return damaged(at, "section ", its_number, " follows, not ", number);
            const std::size_t begin = at + format::section_head_size;
            if (length > file.size() - begin)
                return damaged(at, "section ", number, " has ", Bytes{length}, ", and ",
                               Bytes{file.size() - begin}, " are left");
            const auto payload = file.subspan(begin, length);
            if (sum != xxh64(payload))
                return damaged(begin, "section ", number, " does not have its checksum");
            at = begin + length;
            done.add(Bytes{format::section_head_size + length});
            if (type == format::done) return read_end(payload, begin, heads, file.size() - at);
            if (auto taken = take(type, number, payload, begin); !taken) return taken;
            heads.append(head);
        }
    }

    Expected<void> read_head(std::span<const std::byte> file) {
        format::Input input(file);
        const auto magic = input.take(format::magic.size());
        if (!std::ranges::equal(magic, std::as_bytes(std::span(format::magic))))
            return fail(name_, " is no snapshot of wirewrap: it does not begin as one");
        const std::uint32_t version = input.number32(), reserved = input.number32();
        if (!input.good()) return damaged(file.size(), "it ends within its head");
        if (version != format::version)
            return fail(name_, " has version ", version, " of the format, and this program reads version ",
                        format::version, "; use the program that wrote it");
        if (reserved != 0) return damaged(12, "bytes that are 0 in version 1 are ", reserved);
        return {};
    }

    Expected<void> read_end(std::span<const std::byte> payload, std::size_t at, const format::Output& heads,
                            std::size_t left) {
        format::Input input(payload);
        identity_ = input.number(8);
        if (!input.finished() || identity_ != xxh64(heads.bytes()))
            return damaged(at, "the file does not have its checksum");
        if (left != 0) return damaged(at + payload.size(), Bytes{left}, " follow the end section");
        if (stage_ < 2) return damaged(at, "it has no table of blocks");
        return {};
    }

    /// BORD, BLKS, then STAT and PAGE sections.
    Expected<void> take(std::uint32_t type, std::uint32_t number, std::span<const std::byte> payload,
                        std::size_t at) {
        const std::uint32_t expected[] = {format::board, format::blocks};
        if (stage_ < 2 ? type != expected[stage_] : type != format::component && type != format::pages)
            return damaged(at, "section ", number, " has a type that does not come there");
        if (type == format::board) return take_board(payload, at);
        if (type == format::blocks) return take_blocks(payload, at);
        if (type == format::component) return take_component(payload, at);
        return take_pages(payload, at);
    }

    Expected<void> take_board(std::span<const std::byte> payload, std::size_t at) {
        format::Input input(payload);
        head_.board = input.text();
        head_.fingerprint = input.number(8);
        const std::uint32_t flags = input.number32();
        head_.base = input.number(8);
        head_.running = (flags & format::has_running_state) != 0;
        head_.changes_only = (flags & format::has_changes_only) != 0;
        if (!input.finished() || flags > (format::has_running_state | format::has_changes_only))
            return damaged(at, "the board section is not as it should be");
        ++stage_;
        return {};
    }

    Expected<void> take_blocks(std::span<const std::byte> payload, std::size_t at) {
        format::Input input(payload);
        for (std::uint32_t left = input.number32(); left != 0 && input.good(); --left) {
            StoredBlock block{.id = input.text(), .size = Bytes{input.number(8)}};
            const std::uint32_t flags = input.number32();
            block.writable = (flags & format::guest_writable) != 0;
            if (!input.good() || flags > format::guest_writable || block.size == Bytes{})
                return damaged(at, "block ", blocks_.size(), " of the table is not as it should be");
            for (const StoredBlock& other : blocks_)
                if (other.id == block.id) return damaged(at, "there are two blocks of one name in the table");
            blocks_.push_back(block);
        }
        if (!input.finished()) return damaged(at, "the table of blocks is not as it should be");
        ++stage_;
        return {};
    }

    Expected<void> take_component(std::span<const std::byte> payload, std::size_t at) {
        format::Input input(payload);
        const std::string_view name = input.text();
        if (!input.good() || !head_.running || !pages_.empty())
            return damaged(at, "a section of state stands where none can be");
        for (const StoredComponent& other : components_)
            if (other.name == name) return damaged(at, "there are two sections of state of one name");
        components_.push_back({name, input.rest()});
        return {};
    }

    Expected<void> take_pages(std::span<const std::byte> payload, std::size_t at) {
        format::Input input(payload);
        StoredPages run;
        run.block = input.number32();
        run.encoding = input.number32();
        run.offset = Bytes{input.number(8)};
        run.size = Bytes{input.number(8)};
        run.data = input.rest();
        if (!input.good() || run.block >= blocks_.size())
            return damaged(at, "a run of pages belongs to no block");
        const StoredBlock& block = blocks_[run.block];
        if (run.size == Bytes{} || run.size > format::longest_run || run.offset % format::page != Bytes{} ||
            run.offset > block.size || run.size > block.size - run.offset ||
            (run.size % format::page != Bytes{} && run.offset + run.size != block.size))
            return damaged(at, "a run of pages does not lie in block ", block.id, ", ", block.size);
        if (!pages_.empty()) {
            const StoredPages& last = pages_.back();
            if (run.block < last.block || (run.block == last.block && run.offset < last.offset + last.size))
                return damaged(at, "a run of pages stands before one that comes earlier");
        }
        if (auto packed = check_packing(run, at); !packed) return packed;
        pages_.push_back(run);
        return {};
    }

    Expected<void> check_packing(const StoredPages& run, std::size_t at) const {
        if (run.encoding == format::plain || run.encoding == format::zeroes) {
            if (Bytes{run.data.size()} != (run.encoding == format::plain ? run.size : Bytes{}))
                return damaged(at, "a run of pages has other bytes than it should have");
            return {};
        }
        if (run.encoding != format::zstd)
            return damaged(at, "pages are packed in an unknown way, ", run.encoding);
        if (codec_ == nullptr || codec_->encoding != run.encoding)
            return fail(name_, " is packed with zstd: open it with the codec of <wirewrap/zstd.hpp>");
        std::vector<std::byte> scratch(run.size.count);
        if (!codec_->unpack(run.data, scratch))
            return damaged(at, "a run of pages cannot be unpacked to ", run.size);
        return {};
    }

    std::string name_;
    FileBytes bytes_;
    Bytes size_{};
    const Codec* codec_ = nullptr;
    SnapshotHead head_;
    std::uint64_t identity_ = 0;
    std::vector<StoredBlock> blocks_;
    std::vector<StoredComponent> components_;
    std::vector<StoredPages> pages_;
    unsigned stage_ = 0;  // 0: BORD comes next, 1: BLKS, 2: the rest
};

}  // namespace wirewrap::state
