// Traces the system calls of prealloc=on,policy=bind,host-nodes=0 and looks at the memory at the moment of mbind: by
// then the kernel must have given no page, neither to the mapping nor to the file behind it, and afterwards all.
#include <catch2/catch.hpp>

#include <dirent.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdint>
#include <optional>
#include <string>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

namespace {
constexpr Bytes traced_size = 16_MiB;

struct Trace {
    bool permitted = false;
    unsigned bound = 0;                  // calls of mbind
    std::uint64_t pages_before = 0;      // present in their ranges when they were
    std::uint64_t blocks_before = 0;     // of the files that the process had open then, 512 bytes each
    std::uint64_t populates_before = 0;  // MADV_POPULATE_* calls until the last of them
    int exit = -1;                       // 0: allocated, and every page present in the end
};

// Blocks of the regular files that `pid` has open for mapping: those behind its memory, and no others here.
std::uint64_t file_blocks(pid_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    std::uint64_t blocks = 0;
    DIR* const listing = ::opendir(folder.c_str());
    if (listing == nullptr) return 0;
    while (const dirent* entry = ::readdir(listing)) {
        struct stat status{};
        if (::stat((folder + "/" + entry->d_name).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
            status.st_size == static_cast<off_t>(traced_size.count))
            blocks += static_cast<std::uint64_t>(status.st_blocks);
    }
    ::closedir(listing);
    return blocks;
}

template <class Allocate>
Trace trace(Allocate allocate) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) ::_exit(77);
        ::raise(SIGSTOP);
        const auto memory = allocate();
        if (!memory) ::_exit(1);
        ::_exit(test::present_pages(memory->data(), traced_size) == test::pages_in(traced_size) ? 0 : 2);
    }
    Trace result;
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) return result;
    ::ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    result.permitted = true;
    std::uint64_t populates = 0;
    for (long signal = 0;; signal = 0) {
        if (::ptrace(PTRACE_SYSCALL, child, 0, signal) != 0 || ::waitpid(child, &status, 0) != child) break;
        if (WIFEXITED(status)) result.exit = WEXITSTATUS(status);
        if (!WIFSTOPPED(status)) break;
        if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
            signal = WSTOPSIG(status);
            continue;
        }
        __ptrace_syscall_info info{};
        ::ptrace(static_cast<__ptrace_request>(PTRACE_GET_SYSCALL_INFO), child, sizeof info, &info);
        if (info.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
        if (info.entry.nr == SYS_madvise &&
            (info.entry.args[2] == MADV_POPULATE_READ || info.entry.args[2] == MADV_POPULATE_WRITE))
            ++populates;
        if (info.entry.nr == SYS_mbind && info.entry.args[1] == traced_size.count) {
            ++result.bound;
            result.pages_before += test::present_pages(std::to_string(child), info.entry.args[0],
                                                       traced_size);
            result.blocks_before += file_blocks(child);
            result.populates_before = populates;
        }
    }
    return result;
}

void check_order(const Trace& traced, unsigned parts = 1) {
    if (!traced.permitted) return test::skipped("no permission to trace a process");
    CHECK(traced.bound == parts);
    CHECK(traced.populates_before == 0);
    CHECK(traced.pages_before == 0);
    CHECK(traced.blocks_before == 0);
    CHECK(traced.exit == 0);
}

// A backend that takes its first page too early, as QEMU did before 5.0.
struct Hasty : Memfd {
    static Expected<Reserved<Hasty>> reserve(Bytes asked, const Options& options) {
        auto reserved = Memfd::reserve(asked, options);
        if (!reserved) return std::unexpected(reserved.error());
        auto file = os::memory_file("hasty", 0);
        static_cast<void>(os::resize(*file, asked));
        auto mapping = Mapping::reserve(
            {.what = "memory taken too early", .size = asked, .descriptor = file->number(), .shared = true});
        mapping->data()[0] = std::byte{1};
        return Reserved<Hasty>(DescriptorMapping(std::move(*mapping), std::move(*file)), options);
    }
};
static_assert(Backend<Hasty>);
}  // namespace

TEST_CASE("no page is touched before mbind, and all are there afterwards") {
    if (!host::nodes_with_memory()) return test::skipped("this kernel lists no NUMA nodes");
    const test::Folder folder;
    for (const std::optional<unsigned> threads : {std::optional{1u}, std::optional<unsigned>{}}) {
        check_order(trace([&] {
            return allocate<Anonymous>(traced_size,
                                       {.prealloc = true, .prealloc_threads = threads, .policy = bind_to(0)});
        }));
        check_order(trace([&] {
            return allocate<SharedAnonymous>(
                traced_size, {.prealloc = true, .prealloc_threads = threads, .policy = bind_to(0)});
        }));
        check_order(trace([&] {
            return allocate<Memfd>(
                traced_size,
                {.common = {.prealloc = true, .prealloc_threads = threads, .policy = bind_to(0)}});
        }));
        check_order(trace([&] {
            return allocate<Shm>(traced_size,
                                 {.prealloc = true, .prealloc_threads = threads, .policy = bind_to(0)});
        }));
        check_order(trace([&] {
            return allocate<SharedFile>(
                traced_size,
                {.path = folder.path(),
                 .common = {.prealloc = true, .prealloc_threads = threads, .policy = bind_to(0)}});
        }));
        check_order(trace([&] {
            return allocate<File>(
                traced_size,
                {.path = folder.path(),
                 .common = {.prealloc = true, .prealloc_threads = threads, .policy = bind_to(0)}});
        }));
    }
}

TEST_CASE("of several backends, no page of any is touched before all have their policy") {
    if (!host::nodes_with_memory()) return test::skipped("this kernel lists no NUMA nodes");
    const Selected::Options nodes{
        {{"m0", traced_size, Selection<Anonymous>{{.prealloc = true, .policy = bind_to(0)}}},
         {"m1", traced_size,
          Selection<Memfd>{{.common = {.prealloc = true, .policy = interleave_over(0)}}}}}};
    check_order(trace([&] { return allocate<Selected>(2 * traced_size, nodes); }), 2);
    check_order(trace([&] { return allocate<Selected>(2 * traced_size, nodes); }), 2);
}

TEST_CASE("the trace sees a page that is taken too early") {
    if (!host::nodes_with_memory()) return test::skipped("this kernel lists no NUMA nodes");
    const Trace traced = trace(
        [] { return allocate<Hasty>(traced_size, {.common = {.prealloc = true, .policy = bind_to(0)}}); });
    if (!traced.permitted) return test::skipped("no permission to trace a process");
    CHECK(traced.bound);
    CHECK(traced.pages_before >= 1);
    CHECK(traced.blocks_before >= 1);
}
