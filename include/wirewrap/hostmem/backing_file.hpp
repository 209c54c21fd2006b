// The file behind a file backend: found or created, and large enough. It is a transaction: a file that is created gets its
// name when the memory is handed out, and what is given up before leaves everything as it was.
//
//     auto store = BackingFile::open("/dev/shm/guest", true);
//     if (auto fits = store->provide(offset, size); !fits) return ...;    // an empty file grows; others never change
//     auto theirs = store->keep();                                        // named; or, if that came first, another's file
//
//     path is            writable                                     only to be read
//     a file             opened                                       opened
//     missing            created, mode 0644; named by `keep()`        refused; nothing is created
//     a directory        a file in it that never has a name           refused
//     a dangling link    refused                                      refused
//     anything else      refused                                      refused
//
// A file that was there is the property of all who may have it open: it grows under an exclusive flock(2), when it is
// empty, and shrinks again, or loses the name that it got here, only while a lease (fcntl(2)) says that nobody else has it
// open.
#pragma once

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/new_file.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

/// An open regular file.
class BackingFile {
public:
    static Expected<BackingFile> open(std::string path, bool writable) {
        if (path.empty()) return fail("mem-path is empty: name a file or a directory");
        if (path.find('\0') != path.npos)
            return fail("mem-path ", path.c_str(),
                        " goes on behind a zero byte, which no path has: name a file");
        auto file = os::open_file(path, writable ? O_RDWR : O_RDONLY);
        if (file) return examined(std::move(*file), std::move(path), writable);
        if (file.error().code == EISDIR) return unnamed_in(std::move(path));
        const auto link = os::link_status(path.c_str());
        if (file.error().code == ENOENT && link && S_ISLNK(link->st_mode))
            return fail("mem-path ", path,
                        " is a symbolic link to a file that is not there: create that file, or name it");
        if (file.error().code != ENOENT || !writable) return cannot_open(path, writable, file.error());
        auto made = NewFile::create(path);
        if (!made) return cannot_open(path, writable, made.error());
        auto store = examined(std::move(made->file), std::move(path), true);
        if (store) store->new_ = std::move(*made);
        return store;
    }

    /// Moved from, it has no file, and nothing to undo.
    BackingFile(BackingFile&& other) noexcept = default;
    BackingFile& operator=(BackingFile&& other) noexcept {
        if (this == &other) return *this;
        std::destroy_at(this);  // undoes what is to be undone here
        return *std::construct_at(this, std::move(other));
    }
    ~BackingFile() {
        if (file_ && grown_ && !kept_ && made_here()) empty_again();
    }

    const std::string& path() const { return path_; }
    int descriptor() const { return file_.number(); }
    /// Of the memory that the file system gives: 4 KiB, or that of huge pages on hugetlbfs.
    Bytes page_size() const { return page_; }
    /// True on tmpfs and hugetlbfs, where a mapping's NUMA policy places pages; elsewhere the page cache does.
    bool in_memory() const { return in_memory_; }

    /// False in a process that was forked since: what it does to its copy of this must not reach the file.
    bool made_here() const { return maker_.is_this_process(); }

    /// Makes sure that bytes [offset, offset + size) are there. An empty file grows, another is never resized.
    Expected<void> provide(Bytes offset, Bytes size) {
        if (const Verdict fits = rules::within_file(offset, size); !fits)
            return fail("file ", path_, ": ", fits.view());
        if (auto there = holds(offset, size); !there || *there) return result_of(there);
        std::optional<Lock> lock;
        if (!new_) {
            auto locked = Lock::of(file_);
            if (!locked)
                return fail("cannot lock file ", path_,
                            ", which is empty, while it grows: ", os::text(locked.error()),
                            "; wait for whoever holds its lock (flock), or name another");
            lock.emplace(std::move(*locked));
            // Whoever had the lock before may have made it grow.
            if (auto there = holds(offset, size); !there || *there) return result_of(there);
        }
        if (const auto grown = os::resize(file_, offset + size); !grown)
            return fail(
                "cannot grow file ", path_, " to ", offset + size, ": ", os::text(grown.error()),
                "; make room in its file system, raise the limit on file sizes (ulimit -f), or ask for less");
        grown_ = !new_;
        return {};
    }

    /// From now on the file stays, and has its name. Gives the file that another made under this name meanwhile, if there is
    /// one: that stays instead, and this one goes.
    Expected<std::optional<BackingFile>> keep() {
        kept_ = true;
        // More than one try for names that come and go.
        for (int tries = 0; new_ && tries != 16; ++tries) {
            const auto named = new_->give_name(file_);
            if (named) {
                new_.reset();
                named_ = true;
                break;
            }
            if (named.error().code != EEXIST)
                return fail("cannot give file ", path_, " its name: ", os::text(named.error()),
                            "; its directory must exist and have room");
            auto other = new_->other();
            if (!other && other.error().code == ENOENT) continue;
            if (!other) return cannot_open(path_, true, other.error());
            auto theirs = examined(std::move(*other), path_, true);
            if (!theirs) return std::unexpected(std::move(theirs.error()));
            return std::optional(std::move(*theirs));
        }
        if (new_)
            return fail("cannot give file ", path_,
                        " its name, which others take and free again: name another file");
        return std::nullopt;
    }
    /// Undoes `keep()`: the file loses the name that it got there, and what was empty will be so again. Fails where others have
    /// it open, who may have found it by its name: then it stays.
    Expected<void> withdraw() {
        if (!made_here()) return {};
        kept_ = false;
        if (!std::exchange(named_, false)) return {};
        const auto alone = Lease::of(file_);
        const auto unnamed = alone ? NewFile::take_name(path_, file_) : os::Result<void>();
        if (alone && unnamed) return {};
        return fail("file ", path_, " stays, although it was created for memory that is given back: ",
                    os::text(alone ? unnamed.error() : alone.error()),
                    alone ? "" : ", for somebody else has it open by now", "; remove it if nobody needs it");
    }
    void discard(Bytes offset, Bytes size) const { std::ignore = os::punch_hole(file_, offset, size); }

private:
    /// The exclusive flock(2) of an open file. Whoever else wants to make it grow holds it for an instant only, hence the
    /// patience of a second; a file system without locks is an error.
    class Lock {
    public:
        static os::Result<Lock> of(const os::Descriptor& file) {
            const auto locked = os::with_patience(
                EWOULDBLOCK, [&] { return os::done(::flock(file.number(), LOCK_EX | LOCK_NB)); });
            if (!locked) return std::unexpected(locked.error());
            return Lock(file.number());
        }
        Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
        Lock& operator=(Lock&&) = delete;
        ~Lock() {
            if (file_ >= 0) ::flock(file_, LOCK_UN);
        }

    private:
        explicit Lock(int file) : file_(file) {}
        int file_;
    };

    BackingFile(os::Descriptor file, std::string path, bool writable)
        : file_(std::move(file)), path_(std::move(path)), writable_(writable) {}

    /// Whether [offset, offset + size) is there; an error where it is not and the file cannot grow.
    Expected<bool> holds(Bytes offset, Bytes size) const {
        const auto status = os::status(file_);
        if (!status) return fail("cannot tell the size of file ", path_, ": ", os::text(status.error()));
        const Bytes held{static_cast<std::uint64_t>(status->st_size)};
        if (held >= offset + size) return true;
        if (held == Bytes{} && writable_) return false;
        return fail("file ", path_, " holds ", held, ", but size ", size, " from offset ", offset, " needs ",
                    offset + size,
                    ": use a smaller size, a larger file, or an empty one, which grows as needed");
    }
    static Expected<void> result_of(Expected<bool>& there) {
        if (!there) return std::unexpected(std::move(there.error()));
        return {};
    }

    /// A write lease: given only while nobody else has the file open; whoever wants to open it meanwhile waits.
    class Lease {
    public:
        static os::Result<Lease> of(const os::Descriptor& file) {
            // A lease that someone else breaks sends a signal; this one is ignored by all who do not ask for it.
            auto leased = os::done(::fcntl(file.number(), F_SETSIG, SIGURG));
            if (leased) leased = os::done(::fcntl(file.number(), F_SETLEASE, F_WRLCK));
            if (!leased) return std::unexpected(leased.error());
            return Lease(file.number());
        }
        Lease(Lease&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (file_ >= 0) ::fcntl(file_, F_SETLEASE, F_UNLCK);
        }

    private:
        explicit Lease(int file) : file_(file) {}
        int file_;
    };

    // A file that grew here for memory that nobody got. Others may have found it and be using it; what they have stored in it
    // stays.
    void empty_again() const {
        const auto alone = Lease::of(file_);
        if (alone && os::all_zero(file_)) std::ignore = os::resize(file_, {});
    }

    static Expected<BackingFile> examined(os::Descriptor file, std::string path, bool writable) {
        BackingFile store(std::move(file), std::move(path), writable);
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
                        remedy(file.error(), "; make the directory writable, or name another mem-path"));
        return examined(std::move(*file), std::move(directory), true);
    }

    static std::unexpected<Error> cannot_open(const std::string& path, bool writable, os::Failure reason) {
        const Text refused = sentence("cannot open file ", path, writable ? "" : " for reading", ": ",
                                      os::text(reason));
        if (reason.code == ENOENT && writable)
            return fail(refused,
                        "; a missing file is created, a missing directory is not: create the directory");
        if (reason.code == ENOENT)
            return fail(refused, "; readonly=on creates no file: create it first, or use readonly=off");
        if (reason.code != EACCES && reason.code != EPERM && reason.code != EROFS)
            return fail(refused, remedy(reason, "; name another file"));
        if (writable)
            return fail(
                refused,
                "; it must be readable and writable: change its permissions, or use readonly=on for a "
                "private copy of a file that can only be read");
        return fail(refused, "; it must be readable: change its permissions");
    }
    static std::string_view remedy(os::Failure reason, std::string_view otherwise) {
        switch (reason.code) {
        case EMFILE:
        case ENFILE: return "; close files, or raise their number (ulimit -n)";
        case ENOSPC:
        case EDQUOT: return "; make room in its file system, or name another";
        case EAGAIN: return "; somebody else holds a lease on it: wait until they let it go";
        default: return otherwise;
        }
    }

    os::Descriptor file_;
    std::optional<NewFile> new_;  // of a file that was created and has no name yet
    std::string path_;
    bool writable_ = false;
    bool grown_ = false;  // was there, empty, and was made larger here
    bool kept_ = false;   // the memory is handed out
    bool named_ = false;  // was created here, and has got its name
    bool in_memory_ = false;
    Bytes page_{};
    os::Maker maker_;
};

}  // namespace wirewrap::hostmem
