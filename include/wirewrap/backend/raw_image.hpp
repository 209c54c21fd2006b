// A disk image that is nothing but its sectors, as a file: what QEMU calls format=raw.
//
//     auto disk = RawImage::open({.path = "disk.img"});
//     if (!disk) return fail(disk.error());                      // "disk.img is in use by another …"
//     slot.device().put<virtio::Block>().attach(**disk);         // a unique_ptr: the device holds on to where it is
//     …
//     if ((*disk)->failures() != 0) …                            // what the guest saw as I/O errors
//
//     .read_only   the file is opened for reading, and the guest is told
//     .snapshot    what the guest writes goes to a file without a name, and is gone with the image
//
// A write is in the host's page cache when it is done, and on the disk after the guest's flush.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/backend/image_lock.hpp>
#include <wirewrap/backend/os.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/virtio/block_storage.hpp>

namespace wirewrap::backend {

struct RawImageOptions {
    std::string path{};
    bool read_only = false;  // the guest may not write
    bool snapshot = false;   // what it writes stays out of the file
    std::string serial{};    // at most 20 bytes of it are seen
};

class RawImage : public virtio::BlockStorage {
public:
    /// Errors: the file cannot be opened, is no regular file, has no whole number of sectors, or is in use; there is no place
    /// for what a snapshot writes.
    static Expected<std::unique_ptr<RawImage>> open(RawImageOptions options) {
        return hostmem::detail::no_throw("opening a disk image", [&] { return opened(std::move(options)); });
    }

    Bytes size() const override { return size_; }
    bool read_only() const override { return options_.read_only; }
    std::string_view serial() const override { return options_.serial; }
    const RawImageOptions& options() const { return options_; }

    bool read(std::uint64_t offset, std::span<std::byte> to) override {
        if (!changes_) return well(os::read_at(file_, offset, to));
        return in_units(offset, to.size(), [&](std::uint64_t at, std::size_t done, std::size_t size) {
            return os::read_at(changed_[at / unit] ? changes_ : file_, at, to.subspan(done, size));
        });
    }
    bool write(std::uint64_t offset, std::span<const std::byte> from) override {
        if (!changes_) return well(os::write_at(file_, offset, from));
        return in_units(offset, from.size(), [&](std::uint64_t at, std::size_t done, std::size_t size) {
            return change(at, from.subspan(done, size));
        });
    }
    bool flush() override { return changes_ || options_.read_only || well(os::synchronize(file_)); }
    bool discard(std::uint64_t offset, std::uint64_t size) override {
        if (changes_) return true;  // may read as anything, also as what it was
        const auto punched = hostmem::os::punch_hole(file_, Bytes{offset}, Bytes{size});
        return size == 0 || (!punched && os::is_unknown(punched.error())) || well(punched);
    }
    bool write_zeroes(std::uint64_t offset, std::uint64_t size, bool may_unmap) override {
        if (size == 0) return true;
        if (!changes_) {
            const auto zeroed = may_unmap ? hostmem::os::punch_hole(file_, Bytes{offset}, Bytes{size})
                                          : os::zero(file_, Bytes{offset}, Bytes{size});
            if (zeroed || !os::is_unknown(zeroed.error())) return well(zeroed);
        }
        static constexpr std::array<std::byte, 0x1'0000> zeroes{};
        for (std::uint64_t done = 0; done != size;) {
            const std::size_t part = std::min<std::uint64_t>(zeroes.size(), size - done);
            if (!write(offset + done, std::span(zeroes).first(part))) return false;
            done += part;
        }
        return true;
    }

    /// How often the host said no, and what it said first.
    std::uint64_t failures() const { return failures_; }
    std::optional<os::Failure> first_failure() const { return first_failure_; }

private:
    static constexpr std::uint64_t sector = 512, unit = 4096;

    RawImage(RawImageOptions options, os::Descriptor file, os::Descriptor changes, Bytes size)
        : options_(std::move(options)), file_(std::move(file)), changes_(std::move(changes)), size_(size),
          changed_(changes_ ? (size.count + unit - 1) / unit : 0) {}

    static Expected<std::unique_ptr<RawImage>> opened(RawImageOptions&& options) {
        const bool writes = !options.read_only && !options.snapshot;
        auto file = hostmem::os::open_file(options.path, writes ? O_RDWR : O_RDONLY);
        if (!file)
            return fail(options.path, " cannot be opened for ", writes ? "writing" : "reading", ": ",
                        os::text(file.error()).view(),
                        writes ? "; give a file that may be written, or say readonly=on or snapshot=on"
                               : "; give the path of a file that may be read");
        const auto status = hostmem::os::status(*file);
        if (!status) return fail(options.path, " cannot be examined: ", os::text(status.error()).view());
        if (!S_ISREG(status->st_mode))
            return fail(options.path, " is ", S_ISDIR(status->st_mode) ? "a directory" : "no regular file",
                        ", and an image is a file of sectors: give one");
        const Bytes size{static_cast<std::uint64_t>(status->st_size)};
        if (size == Bytes{} || size.count % sector != 0)
            return fail(options.path, " has ", size.count,
                        " bytes, and a disk has a whole number of sectors of ", sector,
                        ", at least one: lengthen it, truncate -s ", next_sector(size), " ", options.path);
        if (!lock_image(*file, writes ? ImageUse::writes : ImageUse::reads))
            return fail(options.path, " is in use by another machine", writes ? "" : " that writes to it",
                        ", and two would ruin it: end that one, or give this one a copy",
                        writes ? ", readonly=on or snapshot=on" : "");
        os::Descriptor changes;
        if (options.snapshot) {
            const char* const folder = std::getenv("TMPDIR");
            const std::string where = folder != nullptr && *folder != '\0' ? folder : "/var/tmp";
            auto made = hostmem::os::open_unnamed(where);
            if (!made)
                return fail("snapshot=on needs a file for what the guest writes, and there can be none in ",
                            where, ": ", os::text(made.error()).view(),
                            "; set TMPDIR to a folder that may be written");
            changes = std::move(*made);
        }
        return std::unique_ptr<RawImage>(
            new RawImage(std::move(options), std::move(*file), std::move(changes), size));
    }

    static std::uint64_t next_sector(Bytes size) {
        return std::max(sector, (size.count + sector - 1) / sector * sector);
    }
    bool well(const os::Result<void>& result) {
        if (result) return true;
        ++failures_;
        if (!first_failure_) first_failure_ = result.error();
        return false;
    }
    /// Calls `visit(offset, done, size)` for each piece that lies in one unit.
    template <class Visit>
    bool in_units(std::uint64_t offset, std::size_t size, Visit visit) {
        for (std::size_t done = 0; done != size;) {
            const std::uint64_t at = offset + done;
            const std::size_t part = std::min<std::uint64_t>(size - done, unit - at % unit);
            if (!well(visit(at, done, part))) return false;
            done += part;
        }
        return true;
    }
    /// Into the snapshot, which holds whole units: the rest of one that is new there comes from the file.
    os::Result<void> change(std::uint64_t at, std::span<const std::byte> from) {
        const std::uint64_t first = at / unit * unit;
        const std::size_t whole = std::min(unit, size_.count - first);
        if (!changed_[at / unit] && from.size() != whole) {
            std::array<std::byte, unit> bytes{};
            const std::span<std::byte> all = std::span(bytes).first(whole);
            if (const auto read = os::read_at(file_, first, all); !read) return read;
            std::ranges::copy(from, all.begin() + static_cast<std::ptrdiff_t>(at - first));
            if (const auto written = os::write_at(changes_, first, all); !written) return written;
        } else if (const auto written = os::write_at(changes_, at, from); !written) {
            return written;
        }
        changed_[at / unit] = true;
        return {};
    }

    RawImageOptions options_;
    os::Descriptor file_;
    os::Descriptor changes_;  // of a snapshot: as large as what was written, with holes
    Bytes size_;
    std::vector<bool> changed_;  // by units: `changes_` has it
    std::uint64_t failures_ = 0;
    std::optional<os::Failure> first_failure_;
};

}  // namespace wirewrap::backend
