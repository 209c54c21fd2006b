// A file that appears under its name whole or not at all: written beside it, then put in its place.
//
//     auto file = AtomicFile::create("guest.snapshot");     // guest.snapshot.Xf3k9Q, readable by its owner only
//     file->write(bytes);
//     file->publish();                                      // on disk, and guest.snapshot from now on
//
// Until `publish`, a file that had the name before is untouched, whatever happens to the process. Destroyed without it,
// the new file goes; a process that is killed leaves it behind under its longer name.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

class AtomicFile {
    using Descriptor = hostmem::os::Descriptor;

public:
    static Expected<AtomicFile> create(std::string path) {
        std::string temporary = path + ".XXXXXX";
        auto file = hostmem::os::opened(::mkostemp(temporary.data(), O_CLOEXEC));
        if (!file)
            return fail("cannot create a file beside ", path, ": ", hostmem::os::text(file.error()),
                        "; its directory must exist and be writable");
        return AtomicFile(std::move(*file), std::move(path), std::move(temporary));
    }
    AtomicFile(AtomicFile&& other) noexcept
        : file_(std::move(other.file_)), path_(std::move(other.path_)),
          temporary_(std::exchange(other.temporary_, {})), written_(other.written_) {}
    AtomicFile& operator=(AtomicFile&& other) noexcept {
        std::swap(file_, other.file_);
        std::swap(path_, other.path_);
        std::swap(temporary_, other.temporary_);
        std::swap(written_, other.written_);
        return *this;
    }
    ~AtomicFile() {
        if (!temporary_.empty()) hostmem::os::unlink(temporary_);
    }

    Bytes written() const { return written_; }

    Expected<void> write(std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const ::ssize_t count = ::write(file_.number(), bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0)
                return fail("cannot write ", path_, " after ", written_, ": ",
                            hostmem::os::text(hostmem::os::Failure{errno}), "; make room in its file system");
            bytes = bytes.subspan(static_cast<std::size_t>(count));
            written_ += Bytes{static_cast<std::uint64_t>(count)};
        }
        return {};
    }

    /// The file and its name are on disk when this returns.
    Expected<void> publish() {
        if (::fsync(file_.number()) != 0) return cannot("write to disk");
        if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot("put in its place");
        temporary_.clear();
        const std::size_t slash = path_.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
        const auto directory = hostmem::os::open(folder, O_RDONLY | O_DIRECTORY);
        if (!directory || ::fsync(directory->number()) != 0) return cannot("make sure of the name of");
        return {};
    }

private:
    AtomicFile(Descriptor file, std::string path, std::string temporary)
        : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)) {}

    std::unexpected<Error> cannot(std::string_view what) const {
        return fail("cannot ", what, " ", path_, ": ", hostmem::os::text(hostmem::os::Failure{errno}),
                    "; save it elsewhere");
    }

    Descriptor file_;
    std::string path_, temporary_;
    Bytes written_{};
};

}  // namespace wirewrap::state
