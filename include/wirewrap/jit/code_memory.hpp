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

#include <cstddef>
#include <utility>

#include <sys/mman.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::jit {

class CodeMemory {
public:
    /// `size`: whole pages. Fails where the host has no memory files or does not let a process execute them.
    static Expected<CodeMemory> create(Bytes size) {
        const auto file = hostmem::os::memory_file("wirewrap-translated", 0);
        if (!file) return refusal(size, "memfd_create", file.error());
        if (const auto sized = hostmem::os::resize(*file, size); !sized)
            return refusal(size, "ftruncate", sized.error());
        CodeMemory memory;
        memory.size_ = size;
        for (const auto& [at, protection] : {std::pair{&memory.writable_, PROT_READ | PROT_WRITE},
                                             {&memory.executable_, PROT_READ | PROT_EXEC}}) {
            const auto mapped = hostmem::os::map(nullptr, size, protection, MAP_SHARED | MAP_NORESERVE,
                                                 file->number());
            if (!mapped) return refusal(size, "mmap", mapped.error());
            *at = *mapped;
        }
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

    static std::unexpected<Error> refusal(Bytes size, const char* call, hostmem::os::Failure reason) {
        return fail(
            "cannot have ", size, " of executable memory: ", call, " says ", hostmem::os::text(reason),
            "; guest code is interpreted instead, so allow executable memory files to have it translated");
    }

    std::byte* writable_ = nullptr;
    std::byte* executable_ = nullptr;
    Bytes size_{};
};

}  // namespace wirewrap::jit
