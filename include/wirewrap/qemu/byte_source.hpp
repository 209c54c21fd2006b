// Where a stream comes from: anything that gives bytes in order. A source that can be read from any byte on is read
// twice, first to be checked and then to be loaded; a pipe is read once.
//
//     auto file = qemu::FileSource::open("guest.stream");        // a file, a FIFO, /dev/stdin
//     qemu::FileSource pipe(std::move(read_end));                // a pipe, read once
//     qemu::MemorySource here(bytes);
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::qemu {

/// `read` fills some of the bytes and says how many: 0 at the end, an Error when there is no telling. `seeks()` says
/// whether `seek(n)` goes to byte n, counted from the first; beyond the last one there is nothing to read.
template <class S>
concept ByteSource = requires(S& source, const S& there, std::span<std::byte> into, std::uint64_t byte) {
    { source.read(into) } -> std::same_as<Expected<std::size_t>>;
    { there.seeks() } -> std::same_as<bool>;
    { source.seek(byte) } -> std::same_as<Expected<void>>;
};

/// Bytes in memory, which outlive it.
class MemorySource {
public:
    explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}

    Expected<std::size_t> read(std::span<std::byte> into) {
        const std::size_t count = std::min(into.size(), bytes_.size() - at_);
        if (count != 0) std::memcpy(into.data(), bytes_.data() + at_, count);
        at_ += count;
        return count;
    }
    bool seeks() const { return true; }
    Expected<void> seek(std::uint64_t byte) {
        at_ = std::min<std::uint64_t>(byte, bytes_.size());
        return {};
    }

private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

/// A file, or the reading end of a pipe or socket, from where it stands.
class FileSource {
public:
    explicit FileSource(hostmem::os::Descriptor file, std::string name = "the stream")
        : file_(std::move(file)), name_(std::move(name)), start_(::lseek(file_.number(), 0, SEEK_CUR)) {}

    static Expected<FileSource> open(const std::string& path) {
        auto file = hostmem::os::open(path, O_RDONLY);
        if (!file)
            return fail("cannot open ", path, ": ", hostmem::os::text(file.error()),
                        "; it must be a stream that QEMU wrote, as by migrate \"exec:cat > ", path, "\"");
        return FileSource(std::move(*file), path);
    }

    Expected<std::size_t> read(std::span<std::byte> into) {
        for (;;) {
            const ::ssize_t count = ::read(file_.number(), into.data(), into.size());
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno != EINTR)
                return fail("cannot read ", name_, ": ", hostmem::os::text(hostmem::os::Failure{errno}));
        }
    }
    bool seeks() const { return start_ >= 0; }
    Expected<void> seek(std::uint64_t byte) {
        const std::uint64_t start = static_cast<std::uint64_t>(std::max<::off_t>(start_, 0));
        constexpr std::uint64_t last = std::numeric_limits<::off_t>::max();
        if (byte > last - start)
            return fail("cannot go to byte ", byte, " of ", name_, ": no file is as long");
        if (::lseek(file_.number(), static_cast<::off_t>(start + byte), SEEK_SET) >= 0) return {};
        return fail("cannot go to byte ", byte, " of ", name_, ": ",
                    hostmem::os::text(hostmem::os::Failure{errno}));
    }

private:
    hostmem::os::Descriptor file_;
    std::string name_;
    ::off_t start_;  // -1: a pipe
};

}  // namespace wirewrap::qemu
