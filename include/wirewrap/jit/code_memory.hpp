// Memory for host code that is written through one mapping and executed through another, so that no page is ever writable
// and executable at one address.
//
//     auto memory = CodeMemory::create(16_MiB);
//     if (!memory) return fail(memory.error().message);        // "cannot have executable memory: …"
//
//     writable()    [ rw- ][ code … free … ]  ─┐
//                                              ├─ the same pages of one memfd; those never touched take no memory
//     executable()  [ r-x ][ code … free … ]  ─┘
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap::jit {

class CodeMemory {
public:
    /// `size`: whole pages. Fails where the host has no memory files or does not let a process execute them.
    static Expected<CodeMemory> create(Bytes size) {
        const int file = ::memfd_create("wirewrap-translated", MFD_CLOEXEC);
        if (file < 0) return refusal(size, "memfd_create", errno);
        CodeMemory memory;
        memory.size_ = size;
        int error = ::ftruncate(file, static_cast<off_t>(size.count)) == 0 ? 0 : errno;
        if (error == 0) error = map(memory.writable_, size, PROT_READ | PROT_WRITE, file);
        if (error == 0) error = map(memory.executable_, size, PROT_READ | PROT_EXEC, file);
        ::close(file);
        if (error != 0) return refusal(size, "mmap", error);
        return memory;
    }

    CodeMemory(CodeMemory&& other) noexcept { swap(other); }
    CodeMemory& operator=(CodeMemory&& other) noexcept {
        swap(other);
        return *this;
    }
    ~CodeMemory() {
        if (writable_ != nullptr) ::munmap(writable_, size_.count);
        if (executable_ != nullptr) ::munmap(executable_, size_.count);
    }

    std::byte* writable() const { return writable_; }
    Bytes size() const { return size_; }
    /// Where the code that was written at `at` is executed.
    const std::byte* executable(const void* at) const {
        return executable_ + (static_cast<const std::byte*>(at) - writable_);
    }

private:
    CodeMemory() = default;

    void swap(CodeMemory& other) {
        std::swap(writable_, other.writable_);
        std::swap(executable_, other.executable_);
        std::swap(size_, other.size_);
    }

    static int map(std::byte*& at, Bytes size, int protection, int file) {
        void* const mapped = ::mmap(nullptr, size.count, protection, MAP_SHARED | MAP_NORESERVE, file, 0);
        if (mapped == MAP_FAILED) return errno;
        at = static_cast<std::byte*>(mapped);
        return 0;
    }
    static std::unexpected<Error> refusal(Bytes size, const char* call, int error) {
        return fail(
            "cannot have ", size, " of executable memory: ", call, " says ", std::strerror(error),
            "; guest code is interpreted instead, so allow executable memory files to have it translated");
    }

    std::byte* writable_ = nullptr;
    std::byte* executable_ = nullptr;
    Bytes size_{};
};

}  // namespace wirewrap::jit
