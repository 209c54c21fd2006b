// The file behind a file backend: found or created, large enough, and put back as it was when something fails later.
//
//     auto store = BackingFile::open("/dev/shm/guest", true);
//     if (auto fits = store->provide(offset, size); !fits) return ...;    // an empty file grows; others never change
//     store->keep();                                                      // all went well: it stays
//
//     path is            writable                      only to be read
//     a file             opened                        opened
//     missing            created, mode 0644            refused; nothing is created
//     a directory        a file without a name in it   refused
//     anything else      refused                       refused
#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem {

/// An open regular file. Until `keep()`, destroying it removes a file that it created and empties one that it grew.
class BackingFile {
public:
    static Expected<BackingFile> open(std::string path, bool writable) {
        if (path.empty()) return fail("mem-path is empty: name a file or a directory");
        for (;;) {
            // O_NONBLOCK: opening a FIFO must not wait for its other end; regular files do not notice.
            auto file = os::open(path, (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK);
            if (file) return examined(std::move(*file), std::move(path), writable, false);
            const int reason = file.error().code;
            if (reason == EINTR) continue;
            if (reason == EISDIR) return unnamed_in(std::move(path));
            if (reason != ENOENT || !writable) return cannot_open(path, writable, file.error());
            auto created = os::open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
            if (created) return examined(std::move(*created), std::move(path), writable, true);
            // EEXIST: someone else created it between the two calls.
            if (created.error().code != EEXIST && created.error().code != EINTR)
                return cannot_open(path, writable, created.error());
        }
    }

    BackingFile(BackingFile&&) noexcept = default;
    BackingFile& operator=(BackingFile&& other) noexcept {
        std::swap(file_, other.file_);
        std::swap(path_, other.path_);
        std::swap(writable_, other.writable_);
        std::swap(created_, other.created_);
        std::swap(grown_, other.grown_);
        std::swap(in_memory_, other.in_memory_);
        std::swap(page_, other.page_);
        return *this;
    }
    ~BackingFile() {
        if (!file_) return;
        if (grown_) std::ignore = os::resize(file_, {});
        if (created_ && still_at(path_)) os::unlink(path_);
    }

    const std::string& path() const { return path_; }
    int descriptor() const { return file_.number(); }
    /// Of the memory that the file system gives: 4 KiB, or that of huge pages on hugetlbfs.
    Bytes page_size() const { return page_; }
    /// True on tmpfs and hugetlbfs, where a mapping's NUMA policy places pages; elsewhere the page cache does.
    bool in_memory() const { return in_memory_; }

    /// Makes sure that bytes [offset, offset + size) are there. An empty file grows, another is never resized.
    Expected<void> provide(Bytes offset, Bytes size) {
        const auto status = os::status(file_);
        if (!status) return fail("cannot tell the size of file ", path_, ": ", os::text(status.error()));
        const Bytes needed = offset + size;
        const Bytes held{static_cast<std::uint64_t>(status->st_size)};
        if (held >= needed) return {};
        if (held != Bytes{} || !writable_)
            return fail("file ", path_, " holds ", held, ", but size ", size, " from offset ", offset,
                        " needs ", needed,
                        ": use a smaller size, a larger file, or an empty one, which grows as needed");
        if (const auto grown = os::resize(file_, needed); !grown)
            return fail(
                "cannot grow file ", path_, " to ", needed, ": ", os::text(grown.error()),
                "; make room in its file system, raise the limit on file sizes (ulimit -f), or ask for less");
        grown_ = true;
        return {};
    }

    /// From now on the file stays.
    void keep() { created_ = grown_ = false; }
    void discard(Bytes offset, Bytes size) const { std::ignore = os::punch_hole(file_, offset, size); }

private:
    BackingFile(os::Descriptor file, std::string path, bool writable, bool created)
        : file_(std::move(file)), path_(std::move(path)), writable_(writable), created_(created) {}

    static Expected<BackingFile> examined(os::Descriptor file, std::string path, bool writable,
                                          bool created) {
        BackingFile store(std::move(file), std::move(path), writable, created);
        const auto status = os::status(store.file_);
        const auto system = os::file_system(store.file_);
        if (!status || !system)
            return fail("cannot examine file ", store.path_, ": ",
                        os::text((status ? system.error() : status.error())));
        if (S_ISDIR(status->st_mode))
            return fail("mem-path ", store.path_,
                        " is a directory, where readonly=on finds no file: name the file to read");
        if (!S_ISREG(status->st_mode))
            return fail("mem-path ", store.path_,
                        " is neither a regular file nor a directory: name a file whose bytes can be mapped");
        store.page_ = os::page_size_of(store.file_);
        store.in_memory_ = system->f_type == HUGETLBFS_MAGIC || system->f_type == TMPFS_MAGIC;
        return store;
    }

    static Expected<BackingFile> unnamed_in(std::string directory) {
        auto file = os::open_unnamed(directory);
        if (!file)
            return fail("cannot create a file in directory ", directory, ": ", os::text(file.error()),
                        "; make the directory writable, or name another mem-path");
        return examined(std::move(*file), std::move(directory), true, false);
    }

    static std::unexpected<Error> cannot_open(const std::string& path, bool writable, os::Failure reason) {
        const Text refused = sentence("cannot open file ", path, writable ? "" : " for reading", ": ",
                                      os::text(reason));
        if (reason.code == ENOENT && writable)
            return fail(refused,
                        "; a missing file is created, a missing directory is not: create the directory");
        if (reason.code == ENOENT)
            return fail(refused, "; readonly=on creates no file: create it first, or use readonly=off");
        if (writable)
            return fail(
                refused,
                "; it must be readable and writable: change its permissions, or use readonly=on for a "
                "private copy of a file that can only be read");
        return fail(refused, "; it must be readable: change its permissions");
    }

    // The name may have been taken over by another file meanwhile; that one is not ours to remove.
    bool still_at(const std::string& path) const {
        const auto here = os::status(file_);
        const auto there = os::status(path);
        return here && there && here->st_dev == there->st_dev && here->st_ino == there->st_ino;
    }

    os::Descriptor file_;
    std::string path_;
    bool writable_ = false;
    bool created_ = false;
    bool grown_ = false;
    bool in_memory_ = false;
    Bytes page_{};
};

}  // namespace wirewrap::hostmem
