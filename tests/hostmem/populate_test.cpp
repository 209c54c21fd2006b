#include <catch2/catch.hpp>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

namespace {
// As on a kernel before 5.14 and in sandboxes: MADV_POPULATE_READ and _WRITE are not known. False when not permitted.
bool forget_madv_populate() {
    std::array<sock_filter, 7> program{{
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SYS_madvise},
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, args[2])},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, MADV_POPULATE_READ},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, MADV_POPULATE_WRITE},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EINVAL},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    }};
    const sock_fprog filter{program.size(), program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
}  // namespace

TEST_CASE("every page is there, with one worker, several, or as many as there are CPUs") {
    for (const std::optional<unsigned> threads :
         {std::optional<unsigned>{}, std::optional{1u}, std::optional{3u}}) {
        for (const Bytes size : {4_KiB, 48_MiB, 50_MiB + 4_KiB}) {
            auto memory = allocate<Anonymous>(size, {.prealloc = true, .prealloc_threads = threads});
            REQUIRE(message(memory) == "no error");
            CHECK(test::present_pages(memory->data(), size) == test::pages_in(size));
        }
        auto memory = allocate<Memfd>(48_MiB, {.common = {.prealloc = true, .prealloc_threads = threads}});
        REQUIRE(message(memory) == "no error");
        CHECK(test::present_pages(memory->data(), 48_MiB) == test::pages_in(48_MiB));
    }
}

TEST_CASE("workers near the nodes of the policy populate as well") {
    if (!host::nodes_with_memory()) return test::skipped("this kernel lists no NUMA nodes");
    for (const auto& policy : {bind_to(0), prefer(0), interleave_over(0)}) {
        auto memory = allocate<Anonymous>(48_MiB,
                                          {.prealloc = true, .prealloc_threads = 2, .policy = policy});
        REQUIRE(message(memory) == "no error");
        CHECK(test::present_pages(memory->data(), 48_MiB) == test::pages_in(48_MiB));
    }
}

TEST_CASE("workers run where they are told to, and the caller stays where it was") {
    const cpu_set_t before = os::allowed_cpus();
    unsigned last = 0;
    for (unsigned cpu = 0; cpu != CpuSet::limit; ++cpu)
        if (CPU_ISSET(cpu, &before)) last = cpu;
    for (const std::optional<unsigned> threads : {std::optional{1u}, std::optional{3u}}) {
        auto memory = allocate<Memfd>(
            48_MiB,
            {.common = {.prealloc = true, .prealloc_threads = threads, .prealloc_place = {{last}, {}}}});
        REQUIRE(message(memory) == "no error");
        CHECK(test::present_pages(memory->data(), 48_MiB) == test::pages_in(48_MiB));
    }
    const cpu_set_t after = os::allowed_cpus();
    CHECK(CPU_EQUAL(&before, &after));

    // A CPU that this process may not use, and a node that has none: refused, nothing is populated elsewhere.
    const auto elsewhere = message(
        allocate<Anonymous>(1_MiB, {.prealloc = true, .prealloc_place = {{1023}, {}}}));
    CHECK(elsewhere.starts_with(
        "cannot populate 1 MiB of anonymous memory from CPU 1023, which this process may not"));
    const auto nowhere = message(
        allocate<Anonymous>(1_MiB, {.prealloc = true, .prealloc_place = {{}, {126}}}));
    CHECK(nowhere.starts_with("cannot populate 1 MiB of anonymous memory from node 126, which has no CPU"));
}

TEST_CASE("populating on a CPU is done by that CPU") {
    const cpu_set_t allowed = os::allowed_cpus();
    if (CPU_COUNT(&allowed) < 2) return test::skipped("one CPU does everything here");
    unsigned last = 0;
    for (unsigned cpu = 0; cpu != CpuSet::limit; ++cpu)
        if (CPU_ISSET(cpu, &allowed)) last = cpu;
    // While it works, every thread but the caller's may run on that CPU only.
    auto ram = allocate_in_background<Anonymous>(
        512_MiB, {.prealloc = true, .prealloc_threads = 2, .prealloc_place = {{last}, {}}});
    REQUIRE(ram);
    unsigned bound = 0;
    while (!ram->finished())
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
            cpu_set_t cpus;
            CPU_ZERO(&cpus);
            const pid_t thread = std::stoi(entry.path().filename());
            if (::sched_getaffinity(thread, sizeof cpus, &cpus) != 0) continue;
            bound += CPU_COUNT(&cpus) == 1 && CPU_ISSET(last, &cpus);
        }
    CHECK(std::move(*ram).finish());
    CHECK(bound > 0);
}

TEST_CASE("populating changes nothing, and counts what it does") {
    const test::Folder folder;
    test::write_file(folder / "content", 1 << 20, 'c');
    std::atomic<std::uint64_t> done{0};
    auto bound = reserve_and_bind<File>(1_MiB, {.path = folder / "content"});
    REQUIRE(bound);
    auto memory = std::move(*bound).populate({.populated = &done});
    REQUIRE(memory);
    CHECK(done == 1 << 20);
    CHECK(std::ranges::all_of(memory->span(), [](std::byte b) { return b == std::byte{'c'}; }));
}

TEST_CASE("cancelled before it begins, it takes nothing") {
    auto bound = reserve_and_bind<Anonymous>(64_MiB);
    REQUIRE(bound);
    auto memory = std::move(*bound).populate({.stop = test::stopped()});
    CHECK(
        message(memory) ==
        "populating 64 MiB of anonymous memory was cancelled after 0 bytes; allocate it again to start over");
}

TEST_CASE("without MADV_POPULATE every page is touched, and nothing changes either") {
    const test::Folder folder;
    test::write_file(folder / "content", 1 << 20, 'c');
    const int result = test::in_child([&] {
        if (!forget_madv_populate()) return 77;
        const auto anonymous = allocate<Anonymous>(20_MiB, {.prealloc = true, .prealloc_threads = 1});
        const auto file = allocate<File>(1_MiB, {.path = folder / "content", .common = {.prealloc = true}});
        const auto rom = allocate<RomFile>(1_MiB, {.path = folder / "content", .common = {.prealloc = true}});
        const auto memfd = allocate<Memfd>(1_MiB, {.common = {.prealloc = true}});
        if (!anonymous || !file || !rom || !memfd) return 1;
        if (test::present_pages(anonymous->data(), 20_MiB) != test::pages_in(20_MiB)) return 2;
        for (const std::byte* data : {file->data(), rom->data(), memfd->data()})
            if (test::present_pages(data, 1_MiB) != test::pages_in(1_MiB)) return 3;
        const auto is_c = [](std::byte b) { return b == std::byte{'c'}; };
        return std::ranges::all_of(file->span(), is_c) && std::ranges::all_of(rom->span(), is_c) ? 0 : 4;
    });
    if (result == 77) return test::skipped("no permission to filter system calls");
    CHECK(result == 0);
}

TEST_CASE("touching a page that cannot be had is an error, not SIGBUS") {
    const test::Folder folder;
    test::write_file(folder / "cut", 4 << 20);
    const int result = test::in_child([&] {
        auto ram = reserve_and_bind<SharedFile>(4_MiB, {.path = folder / "cut"});
        auto rom = reserve_and_bind<RomFile>(4_MiB, {.path = folder / "cut"});
        if (!ram || !rom) return 1;
        std::filesystem::resize_file(folder / "cut", 1 << 20);
        if (!forget_madv_populate()) return 77;
        const auto written = std::move(*ram).populate({.threads = 1});
        const auto read = std::move(*rom).populate({.threads = 1});
        return message(written).find("would raise SIGBUS") != std::string::npos &&
                       message(read).find("would raise SIGBUS") != std::string::npos
                   ? 0
                   : 2;
    });
    if (result == 77) return test::skipped("no permission to filter system calls");
    CHECK(result == 0);
}

TEST_CASE("a touch does not undo what others store meanwhile") {
    auto memory = allocate<SharedAnonymous>(64_KiB, {.prealloc = true});
    REQUIRE(memory);
    auto* const word = reinterpret_cast<std::uint32_t*>(memory->data());
    std::jthread toucher([&](std::stop_token stop) {
        while (!stop.stop_requested()) static_cast<void>(os::touch(memory->data(), true));
    });
    for (std::uint32_t i = 0; i != 200'000; ++i) {
        std::atomic_ref(*word).store(i);
        if (std::atomic_ref(*word).load() != i) FAIL("lost store " << i);
    }
    toucher.request_stop();
}
