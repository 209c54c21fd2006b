#include <catch2/catch.hpp>

#include <sched.h>
#include <sys/mount.h>

#include <fstream>
#include <string>
#include <string_view>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/hostmem/memory_limit.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

TEST_CASE("more than a memory cgroup allows is refused with its name and both sizes") {
    const host::MemoryLimit limit{"/vm1", 32_MiB, 30_MiB};
    CHECK(rules::within_limit(30_MiB, limit));
    CHECK(rules::within_limit(1_TiB, std::nullopt));
    CHECK(rules::within_limit(31_MiB, limit).view() ==
          "the memory cgroup /vm1 allows 32 MiB, of which 30 MiB are left, and the process would be killed: "
          "raise its memory.max, or ask for less");
}

TEST_CASE("pages that another machine took already are not counted once more") {
    const test::Folder folder;
    const int result = test::in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0) return 77;
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, nullptr) != 0) return 77;
        // What the kernel says of a group that allows 64 MiB and has taken 40.
        for (const char* const place : {"/sys/fs/cgroup", "/proc/self/cgroup"}) {
            const bool file = std::string_view(place).ends_with("self/cgroup");
            const std::string source = folder / "group";
            if (file ? (std::ofstream(source) << "0::/\n",
                        ::mount(source.c_str(), place, nullptr, MS_BIND, nullptr)) != 0
                     : ::mount("tmpfs", place, "tmpfs", 0, nullptr) != 0)
                return 77;
        }
        std::ofstream("/sys/fs/cgroup/memory.max") << (64 << 20) << '\n';
        std::ofstream("/sys/fs/cgroup/memory.swap.max") << "0\n";
        std::ofstream("/sys/fs/cgroup/memory.stat") << "anon 0\nshmem " << (40 << 20) << '\n';
        const FileOptions options{.path = folder / "ram", .common = {.prealloc = true}};
        if (test::message(allocate<SharedFile>(40_MiB, options)).find("cgroup / allows 64 MiB") ==
            std::string::npos)
            return 1;
        auto first = allocate<SharedFile>(40_MiB, {.path = folder / "ram"});
        if (!first) return 2;
        for (std::size_t page = 0; page < (20_MiB).count; page += 4096) first->data()[page] = std::byte{1};
        if (!allocate<SharedFile>(40_MiB, options)) return 3;  // 20 MiB are to come, and 24 are left
        // A private copy of pages that are there takes pages of its own.
        FileOptions copy = options;
        copy.path = folder / "ram";
        return allocate<File>(40_MiB, copy) ? 4 : 0;
    });
    if (result == 77) return test::skipped("no permission to mount over the kernel's files");
    CHECK(result == 0);
}

TEST_CASE("the kernel's lists of counters are read") {
    CHECK(host::detail::entry("anon 4096\nshmem 8192\nshmem_thp 7\n", "shmem") == 8_KiB);
    CHECK(host::detail::entry("anon 4096\nshmem 8192", "shmem") == 8_KiB);
    CHECK(host::detail::entry("anon_thp 1\nanon 4096\n", "anon") == 4_KiB);
    CHECK(host::detail::entry("anon 4096\n", "file") == 0_B);
    CHECK_FALSE(host::detail::number("max"));
    CHECK(host::detail::number("33554432\n") == 32_MiB);
}
