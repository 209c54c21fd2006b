// A file in host memory, read whole. Whatever is wrong with the file is a sentence that names it.
//
//     Expected<Image> image = read_file("fw_jump.elf");
//     if (!image) return std::unexpected(image.error());   // "fw_jump.elf cannot be opened: No such file or directory; …"
//     std::span<const std::byte> bytes = image->bytes();
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap {

/// The bytes of a file and the name that sentences call it by.
class Image {
public:
    Image(std::string name, std::unique_ptr<std::byte[]> bytes, std::size_t size)
        : name_(std::move(name)), bytes_(std::move(bytes)), size_(size) {}

    const std::string& name() const { return name_; }
    std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }

private:
    std::string name_;
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t size_;
};

namespace detail {

/// Closes a file descriptor at the end of its scope.
class OpenFile {
public:
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

inline Bytes host_memory() {
    return {static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
            static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
}

inline std::string errno_text(int code) { return std::generic_category().message(code); }

}  // namespace detail

/// Reads a regular file whole. Errors: it cannot be opened or read, is a directory or a special file, is empty, is too
/// large for the host's memory, or changes its size meanwhile.
inline Expected<Image> read_file(const std::string& path) {
    if (path.empty()) return fail("the file to load has an empty name; give the path of a file");
    // Without O_NONBLOCK the open of a FIFO waits for a writer; on regular files the flag changes nothing.
    const detail::OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0)
        return fail(path, " cannot be opened: ", detail::errno_text(errno),
                    "; give the path of a file that may be read");
    struct stat status{};
    if (::fstat(file.get(), &status) != 0)
        return fail(path, " cannot be examined: ", detail::errno_text(errno),
                    "; give the path of a regular file");
    if (S_ISDIR(status.st_mode))
        return fail(path, " is a directory, not a file; give the path of a file in it");
    if (!S_ISREG(status.st_mode))
        return fail(
            path,
            " is not a regular file, so its size is not known before it is read; copy it to a file first");
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return fail(path, " is empty, 0 bytes; build or copy it again");

    const Bytes host = detail::host_memory();
    if (Bytes{size} > host)
        return fail(path, " is ", Bytes{size}, ", more than the ", host,
                    " of memory of this host; give a smaller file");
    std::unique_ptr<std::byte[]> bytes(new (std::nothrow) std::byte[size]);
    if (!bytes) return fail(path, " is ", Bytes{size}, ", more memory than is free on this host; free some");
    for (std::size_t done = 0; done != size;) {
        const ::ssize_t count = ::read(file.get(), bytes.get() + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return fail(path, " cannot be read past byte ", done, ": ", detail::errno_text(errno),
                        "; check the disk it is on");
        if (count == 0)
            return fail(path, " shrank from ", Bytes{size}, " to ", Bytes{done},
                        " while it was read; try again when nothing writes to it");
        done += static_cast<std::size_t>(count);
    }
    return Image(path, std::move(bytes), size);
}

}  // namespace wirewrap
