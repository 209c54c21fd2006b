// Whether memory is in huge pages. Every mapping asks the kernel for transparent ones (MADV_HUGEPAGE), which gives small ones
// without a word where its settings or its memory have no huge ones: this asks what it gave.
//
//     auto ram = hostmem::allocate<hostmem::Memfd>(64_MiB, {.prealloc = true});
//     if (const auto huge = hostmem::in_huge_pages(*ram); !huge) note(huge.error().message);
//     // "0 bytes of 64 MiB of shared memory are in huge pages, …: /sys/kernel/mm/transparent_hugepage/shmem_enabled is never, …"
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem {

namespace host {

/// The file with the kernel's setting for anonymous memory, or for shared memory and memfds.
inline const char* huge_page_setting_of(bool shared) {
    return shared ? "/sys/kernel/mm/transparent_hugepage/shmem_enabled"
                  : "/sys/kernel/mm/transparent_hugepage/enabled";
}
/// The word in brackets, of "always [madvise] never"; empty where there is none.
constexpr std::string_view chosen_in(std::string_view choices) {
    const std::size_t open = choices.find('[');
    const std::size_t close = choices.find(']', open == choices.npos ? 0 : open);
    if (open == choices.npos || close == choices.npos) return {};
    return choices.substr(open + 1, close - open - 1);
}

/// What the kernel has of a range in huge pages, transparent ones or of a pool, by /proc/self/smaps; where a mapping reaches
/// beyond the range, at most the size of the part that lies in it.
inline Expected<Bytes> size_in_huge_pages(std::span<const std::byte> range) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> maps(std::fopen("/proc/self/smaps", "re"),
                                                               std::fclose);
    if (!maps) return fail("cannot tell huge pages: /proc/self/smaps: ", os::text({errno}));
    const auto first = reinterpret_cast<std::uintptr_t>(range.data());
    const std::uint64_t end = first + range.size();
    std::uint64_t total = 0;
    std::uint64_t inside = 0;  // of the mapping at hand, the part in the range
    std::uint64_t huge = 0;    // of the mapping at hand
    const auto count = [&] { total += std::min(std::exchange(huge, 0), inside); };
    std::array<char, 512> line;
    while (std::fgets(line.data(), line.size(), maps.get()) != nullptr) {
        std::uint64_t from = 0, to = 0, kib = 0;
        if (std::sscanf(line.data(), "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2) {
            count();
            from = std::max<std::uint64_t>(from, first), to = std::min(to, end);
            inside = from < to ? to - from : 0;
        }
        for (const char* key :
             {"AnonHugePages: %" SCNu64, "ShmemPmdMapped: %" SCNu64, "FilePmdMapped: %" SCNu64,
              "Shared_Hugetlb: %" SCNu64, "Private_Hugetlb: %" SCNu64})
            if (std::sscanf(line.data(), key, &kib) == 1) huge += kib * 1024;
    }
    count();
    return Bytes{total};
}

}  // namespace host

/// Succeeds when all of it is in huge pages, once its pages are there (`prealloc`); else says how much is, and why the rest
/// is not as far as the kernel tells: its setting, or that memory in pieces of 2 MiB was short.
template <class Memory>
Expected<void> in_huge_pages(const Memory& memory) {
    if (memory.page_size() > os::page_size()) return {};  // of a pool, which has no others
    return detail::no_throw("looking for huge pages", [&]() -> Expected<void> {
        const auto huge = host::size_in_huge_pages(
            {memory.data(), static_cast<std::size_t>(memory.size().count)});
        if (!huge) return std::unexpected(huge.error());
        if (*huge >= memory.size()) return {};
        const bool shared = [&] {
            if constexpr (requires { memory.backing().shared(); })  // one that was chosen at run time
                return memory.backing().shared();
            else
                return Memory::Backend::shared;
        }();
        const std::string setting = os::read_text(host::huge_page_setting_of(shared)).value_or("");
        const std::string_view chosen = host::chosen_in(setting);
        const bool never = chosen.empty() || chosen == "never" || chosen == "deny";
        return fail(
            *huge, " of ", memory.size(), " of ", shared ? "shared" : "private",
            " memory are in huge pages, the rest is in small ones or not there yet: ",
            host::huge_page_setting_of(shared), " is ", chosen.empty() ? "not there" : chosen,
            never ? ", so the kernel gives none; write advise (madvise for private memory) there, or take "
                    "them from a pool with hugetlb=on"
                  : "; populate it with prealloc=on, its size a multiple of 2 MiB, while the host has free "
                    "memory in pieces of 2 MiB");
    });
}

}  // namespace wirewrap::hostmem
