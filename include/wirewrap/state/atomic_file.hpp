// A file that appears under its name whole or not at all: written beside it, then put in its place.
//
//     auto file = AtomicFile::create("guest.snapshot");     // guest.snapshot.Xf3k9Q, readable by its owner only
//     file->write(bytes);
//     file->publish();                                      // on disk, and guest.snapshot from now on
//
// Until `publish`, a file that had the name before is untouched, whatever happens to the process. Destroyed without it,
// the new file goes, in the process that made it: the end of a forked child changes nothing. A process that is killed leaves it behind under its longer name. A symbolic link stays: the file it
// leads to is made or replaced, beside itself. What exists and is no regular file (a device, a FIFO, a socket, a folder) is
// refused, when the file is created and again when it is published. Only its owner may read it, whatever the permissions of
// the file before; it has that one's owner where this process may give files away.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

class AtomicFile {
    using Descriptor = hostmem::os::Descriptor;

public:
    static Expected<AtomicFile> create(std::string path) {
        auto target = followed(path);
        if (!target) return std::unexpected(target.error());
        const auto old = replaceable(path, *target);
        if (!old) return std::unexpected(old.error());
        std::string temporary = *target + ".XXXXXX";
        auto file = hostmem::os::opened(::mkostemp(temporary.data(), O_CLOEXEC));
        if (!file)
            return fail("cannot create a file beside ", *target, ": ", hostmem::os::text(file.error()),
                        "; its directory must exist and be writable");
        AtomicFile made(std::move(*file), std::move(path), std::move(*target), std::move(temporary));
        if (*old) std::ignore = ::fchown(made.file_.number(), (*old)->st_uid, (*old)->st_gid);
        return made;
    }
    /// What is left has no file: it writes nothing, and says so.
    AtomicFile(AtomicFile&& other) noexcept
        : file_(std::move(other.file_)), path_(std::move(other.path_)),
          target_(std::exchange(other.target_, {})), temporary_(std::exchange(other.temporary_, {})),
          waiting_(std::exchange(other.waiting_, {})), written_(std::exchange(other.written_, {})),
          maker_(other.maker_) {}
    AtomicFile& operator=(AtomicFile&& other) noexcept {
        AtomicFile taken(std::move(other));  // gone with it at the end: what this had
        std::swap(file_, taken.file_);
        std::swap(path_, taken.path_);
        std::swap(target_, taken.target_);
        std::swap(temporary_, taken.temporary_);
        std::swap(waiting_, taken.waiting_);
        std::swap(maker_, taken.maker_);
        std::swap(written_, taken.written_);
        return *this;
    }
    ~AtomicFile() {
        if (!temporary_.empty() && maker_.is_this_process()) hostmem::os::unlink(temporary_);
    }

    /// How much was given to it. A little of that may still wait for more, and fail to be written then.
    Bytes written() const { return written_ + Bytes{waiting_.size()}; }

    Expected<void> write(std::span<const std::byte> bytes) {
        if (temporary_.empty()) return no_file();
        if (waiting_.size() + bytes.size() > most_waiting)
            if (auto flushed = flush(); !flushed) return flushed;
        if (bytes.size() > most_waiting) return write_out(bytes);
        waiting_.reserve(most_waiting);  // once
        waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
        return {};
    }

    /// The file and its name are on disk when this returns.
    Expected<void> publish() {
        if (temporary_.empty()) return no_file();
        if (auto flushed = flush(); !flushed) return flushed;
        if (::fsync(file_.number()) != 0) return cannot("write to disk");
        if (auto still = replaceable(path_, target_); !still) return std::unexpected(still.error());
        if (::rename(temporary_.c_str(), target_.c_str()) != 0) return cannot("put in its place");
        temporary_.clear();
        file_ = Descriptor();
        const auto directory = hostmem::os::open(folder_of(target_), O_RDONLY | O_DIRECTORY);
        if (!directory || ::fsync(directory->number()) != 0) return cannot("make sure of the name of");
        return {};
    }

private:
    /// A snapshot has sections of some hundred bytes, each of which would be a system call.
    static constexpr std::size_t most_waiting = 65536;

    Expected<void> flush() {
        auto done = write_out(waiting_);
        waiting_.clear();
        return done;
    }
    Expected<void> write_out(std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const Bytes longest = hostmem::os::longest_file();
            const std::size_t fits = std::min(bytes.size(), (longest - std::min(longest, written_)).count);
            const ::ssize_t count = fits == 0 ? -1 : ::write(file_.number(), bytes.data(), fits);
            const hostmem::os::Failure failure{fits == 0 ? EFBIG : errno};
            if (count < 0 && failure.code == EINTR) continue;
            if (count < 0) {
                hostmem::os::unlink(std::exchange(temporary_, {}));
                return fail("cannot write ", path_, " after ", written_, ": ", hostmem::os::text(failure),
                            fits == 0 ? "; raise the limit on file sizes (ulimit -f)"
                                      : "; make room in its file system");
            }
            bytes = bytes.subspan(static_cast<std::size_t>(count));
            written_ += Bytes{static_cast<std::uint64_t>(count)};
        }
        return {};
    }

    AtomicFile(Descriptor file, std::string path, std::string target, std::string temporary)
        : file_(std::move(file)), path_(std::move(path)), target_(std::move(target)),
          temporary_(std::move(temporary)) {}

    /// "folder/", or "." for a name alone.
    static std::string folder_of(const std::string& path) {
        const std::size_t slash = path.rfind('/');
        return slash == std::string::npos ? "." : path.substr(0, slash + 1);
    }

    /// Where symbolic links lead at last, whether there is a file or not yet.
    static Expected<std::string> followed(const std::string& path) {
        constexpr int most_links = 40;  // as the kernel's own (path_resolution(7))
        std::string at = path;
        for (int links = 0;; ++links) {
            struct stat status{};
            if (::lstat(at.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return at;
            std::array<char, PATH_MAX> text;
            const ::ssize_t length = ::readlink(at.c_str(), text.data(), text.size());
            if (links == most_links || length <= 0)
                return fail("cannot write ", path, ": its symbolic links lead nowhere ",
                            length <= 0 ? hostmem::os::text(hostmem::os::Failure{errno})
                                        : hostmem::os::text(hostmem::os::Failure{ELOOP}),
                            "; name the file itself");
            std::string next(text.data(), static_cast<std::size_t>(length));
            if (next.front() == '/')
                at = std::move(next);
            else
                at = at.rfind('/') == std::string::npos ? std::move(next) : folder_of(at) + next;
        }
    }

    /// The file that is there and would be replaced, nothing where there is none, or why it must stay.
    static Expected<std::optional<struct stat>> replaceable(const std::string& path,
                                                            const std::string& target) {
        struct stat status{};
        if (::lstat(target.c_str(), &status) != 0) return std::optional<struct stat>{};
        if (S_ISREG(status.st_mode)) return std::optional(status);
        const std::string_view kind = S_ISDIR(status.st_mode)    ? "a directory"
                                      : S_ISCHR(status.st_mode)  ? "a character device"
                                      : S_ISBLK(status.st_mode)  ? "a block device"
                                      : S_ISFIFO(status.st_mode) ? "a FIFO"
                                      : S_ISSOCK(status.st_mode) ? "a socket"
                                                                 : "no regular file";
        if (path == target)
            return fail("cannot put in its place ", path, ", which is ", kind,
                        "; name a regular file, or a new one");
        return fail("cannot put in its place ", target, ", to which ", path, " leads, and which is ", kind,
                    "; name a regular file, or a new one");
    }

    std::unexpected<Error> no_file() const {
        return fail(
            "there is no file to write: it was published or moved, or could not be written; create another");
    }
    std::unexpected<Error> cannot(std::string_view what) const {
        return fail("cannot ", what, " ", path_, ": ", hostmem::os::text(hostmem::os::Failure{errno}),
                    "; save it elsewhere");
    }

    Descriptor file_;
    std::string path_, target_, temporary_;  // as named, where links lead, and beside that
    std::vector<std::byte> waiting_;
    Bytes written_{};  // to the file
    hostmem::os::Maker maker_;
};

}  // namespace wirewrap::state
