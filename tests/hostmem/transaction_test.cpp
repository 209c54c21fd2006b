// A file backend is a transaction: what is given up leaves everything as it was, whoever else uses the same path.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using std::filesystem::exists;
using std::filesystem::file_size;
using test::Folder;
using test::message;
using test::write_file;

namespace {
std::size_t entries(const Folder& folder) {
    const std::filesystem::directory_iterator all(folder.path());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// As on file systems and kernels without O_TMPFILE: openat and open with that flag give `error`. And, with `no_rename`,
// as on those without RENAME_NOREPLACE. False when not permitted.
bool forget_nameless(int error, bool no_rename = false) {
    constexpr std::uint32_t tmpfile = O_TMPFILE & ~O_DIRECTORY;
    std::array<sock_filter, 9> program{{
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, SYS_openat},
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, args[2])},
        {BPF_JMP | BPF_JSET | BPF_K, 0, 4, tmpfile},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 2, static_cast<std::uint32_t>(no_rename ? SYS_renameat2 : SYS_openat)},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EINVAL},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    }};
    const sock_fprog filter{program.size(), program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
}  // namespace

TEST_CASE("whoever gives up takes nothing away from another machine") {
    const Folder folder;
    for (const bool was_there : {false, true}) {
        const std::string path = folder / (was_there ? "empty" : "new");
        if (was_there) write_file(path, 0);
        auto given_up = reserve_and_bind<SharedFile>(1_MiB, {.path = path});
        auto kept = allocate<SharedFile>(1_MiB, {.path = path});
        REQUIRE(message(kept) == "no error");
        kept->data()[5] = std::byte{'k'};
        given_up = fail("gone");
        CHECK(file_size(path) == 1 << 20);
        CHECK(test::in_child([&] { return static_cast<int>(kept->data()[5]); }) == 'k');
    }
}

TEST_CASE("a file that grew shrinks only while nobody else has it open, and nothing was stored in it") {
    const Folder folder;
    const std::string path = folder / "empty";
    write_file(path, 0);
    const auto give_up = [&](auto meanwhile) {
        auto bound = reserve_and_bind<SharedFile>(1_MiB, {.path = path});
        REQUIRE(bound);
        CHECK(file_size(path) == 1 << 20);
        meanwhile();
    };
    give_up([] {});
    CHECK(file_size(path) == 0);

    const os::Descriptor reader(::open(path.c_str(), O_RDONLY));
    give_up([] {});
    CHECK(file_size(path) == 1 << 20);
    std::filesystem::resize_file(path, 0);
    const_cast<os::Descriptor&>(reader) = os::Descriptor();

    give_up([&] { std::fstream(path, std::ios::in | std::ios::out) << "theirs"; });
    CHECK(file_size(path) == 1 << 20);
}

TEST_CASE("a file of the same name that came first wins, and both have its bytes") {
    const Folder folder;
    for (const bool populated : {false, true}) {
        const std::string path = folder / (populated ? "populated" : "on demand");
        auto late = reserve_and_bind<SharedFile>(2_MiB, {.path = path, .common = {.dump = false}});
        REQUIRE(late);
        auto early = allocate<SharedFile>(2_MiB, {.path = path});
        REQUIRE(early);
        early->data()[7] = std::byte{'e'};
        auto memory = populated ? std::move(*late).populate({.threads = 1}) : std::move(*late).on_demand();
        REQUIRE(message(memory) == "no error");
        CHECK(memory->data()[7] == std::byte{'e'});
        memory->data()[8] = std::byte{'l'};
        CHECK(early->data()[8] == std::byte{'l'});
        if (populated) CHECK(test::present_pages(memory->data(), 2_MiB) == test::pages_in(2_MiB));
        CHECK(test::has_flag(memory->data(), "dd"));
    }
    CHECK(entries(folder) == 2);
}

TEST_CASE("... but not when it is too small, no file, or the bytes are in use already") {
    const Folder folder;
    auto bound = reserve_and_bind<SharedFile>(2_MiB, {.path = folder / "small"});
    write_file(folder / "small", 4096);
    CHECK(message(std::move(*bound).on_demand()).find("holds 4 KiB, but size 2 MiB") != std::string::npos);
    CHECK(file_size(folder / "small") == 4096);

    bound = reserve_and_bind<SharedFile>(2_MiB, {.path = folder / "directory"});
    std::filesystem::create_directory(folder / "directory");
    CHECK_FALSE(std::move(*bound).on_demand());

    bound = reserve_and_bind<SharedFile>(2_MiB, {.path = folder / "link"});
    std::filesystem::create_symlink("nowhere", folder / "link");
    CHECK(message(std::move(*bound).on_demand()).find("take and free again") != std::string::npos);

    auto background = allocate_in_background<SharedFile>(
        2_MiB, {.path = folder / "used", .common = {.prealloc = true}});
    REQUIRE(background);
    background->data()[0] = std::byte{'b'};
    write_file(folder / "used", 2 << 20);
    CHECK(message(std::move(*background).finish()).find("created by someone else while") !=
          std::string::npos);
    CHECK(file_size(folder / "used") == 2 << 20);
}

TEST_CASE("threads and processes that create the same path at the same moment share one file") {
    const Folder folder;
    constexpr int rounds = 20, peers = 4;
    for (int round = 0; round != rounds; ++round) {
        const std::string path = folder / std::to_string(round);
        const bool there = round % 2 != 0;
        if (there) write_file(path, 0);
        std::vector<std::optional<HostMemory<SharedFile>>> memories(peers);
        {
            std::vector<std::jthread> threads;
            for (auto& mine : memories)
                threads.emplace_back([&] {
                    auto memory = allocate<SharedFile>(
                        64_KiB, {.path = path, .common = {.prealloc = round % 3 == 0}});
                    if (memory) mine.emplace(std::move(*memory));
                });
        }
        for (int i = 0; i != peers; ++i) {
            REQUIRE(memories[static_cast<std::size_t>(i)]);
            memories[static_cast<std::size_t>(i)]->data()[i] = std::byte{1};
        }
        for (int i = 0; i != peers; ++i) CHECK(memories[0]->data()[i] == std::byte{1});
        CHECK(file_size(path) == 64 << 10);
    }
    CHECK(entries(folder) == rounds);
    if (test::sanitized) return;
    for (int round = 0; round != rounds; ++round) {
        const std::string path = folder / ("process" + std::to_string(round));
        std::vector<pid_t> children;
        for (int i = 0; i != peers; ++i) {
            const pid_t child = ::fork();
            if (child == 0) {
                auto memory = allocate<SharedFile>(64_KiB, {.path = path});
                if (!memory) ::_exit(1);
                std::atomic_ref(memory->data()[i]).store(std::byte{1});
                ::_exit(0);
            }
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = -1;
            ::waitpid(child, &status, 0);
            CHECK(status == 0);
        }
        auto memory = allocate<SharedFile>(64_KiB, {.path = path});
        REQUIRE(memory);
        for (int i = 0; i != peers; ++i) CHECK(memory->data()[i] == std::byte{1});
    }
    CHECK(entries(folder) == 2 * rounds);
}

TEST_CASE("a file whose lock someone else holds does not grow, and nobody waits for ever") {
    const Folder folder;
    write_file(folder / "locked", 0);
    const os::Descriptor holder(::open((folder / "locked").c_str(), O_RDWR));
    REQUIRE(::flock(holder.number(), LOCK_EX) == 0);
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = folder / "locked"})).find("cannot lock file") == 0);
    CHECK(file_size(folder / "locked") == 0);
}

TEST_CASE("a file that someone else holds a lease on is waited for, and not for ever") {
    const Folder folder;
    write_file(folder / "leased", 0);
    const os::Descriptor holder(::open((folder / "leased").c_str(), O_RDWR));
    // Letting go of a lease forgets the signal that is sent to who breaks it.
    const auto lease = [&](int kind) {
        return ::fcntl(holder.number(), F_SETSIG, SIGURG) == 0 &&
               ::fcntl(holder.number(), F_SETLEASE, kind) == 0;
    };
    if (!lease(F_WRLCK)) return test::skipped("no leases on this file system");
    {
        const std::jthread lets_go([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            lease(F_UNLCK);
        });
        CHECK(message(allocate<SharedFile>(64_KiB, {.path = folder / "leased"})) == "no error");
    }
    REQUIRE(lease(F_WRLCK));
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = folder / "leased"}))
              .ends_with("(EAGAIN); somebody else holds a lease on it: wait until they let it go"));
}

TEST_CASE("a symbolic link leads to a file or is refused") {
    const Folder folder;
    write_file(folder / "file", 64 << 10, 'f');
    std::filesystem::create_symlink("file", folder / "good");
    std::filesystem::create_symlink("nowhere", folder / "dangling");
    std::filesystem::create_symlink("loop", folder / "loop");
    auto memory = allocate<SharedFile>(64_KiB, {.path = folder / "good"});
    REQUIRE(memory);
    CHECK(memory->data()[3] == std::byte{'f'});
    for (const bool readonly : {false, true})
        CHECK(message(allocate<File>(64_KiB, {.path = folder / "dangling", .readonly = readonly})) ==
              "mem-path " + folder / "dangling" +
                  " is a symbolic link to a file that is not there: create that file, or name it");
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = folder / "loop"})).find("(ELOOP)") !=
          std::string::npos);
    CHECK(entries(folder) == 4);
}

TEST_CASE("names of all shapes, and the folder that was meant") {
    const Folder folder;
    std::filesystem::create_directory(folder / "sub");
    const std::string odd = std::string(255, 'n');
    CHECK(test::in_child([&] {
              if (::chdir(folder.path().c_str()) != 0) return 1;
              if (!allocate<SharedFile>(64_KiB, {.path = "plain"}) || !exists("plain")) return 2;
              if (!allocate<SharedFile>(64_KiB, {.path = "sub//twice"}) || !exists("sub/twice")) return 3;
              if (!allocate<SharedFile>(64_KiB, {.path = odd}) || !exists(odd)) return 4;
              if (allocate<SharedFile>(64_KiB, {.path = odd + "n"})) return 5;
              if (allocate<SharedFile>(64_KiB, {.path = "missing/"})) return 6;
              auto bound = reserve_and_bind<SharedFile>(64_KiB, {.path = "here"});
              if (!bound || ::chdir("sub") != 0 || !std::move(*bound).on_demand()) return 7;
              return exists("../here") && !exists("here") ? 0 : 8;
          }) == 0);
    CHECK(entries(folder) == 4);
}

TEST_CASE("a file that was there, in a folder where nothing can be created") {
    const Folder folder;
    write_file(folder / "there", 64 << 10);
    ::chmod((folder / "there").c_str(), 0666);
    ::chmod(folder.path().c_str(), 0555);
    const int result = test::in_child([&] {
        if (::chdir(folder.path().c_str()) != 0) return 1;
        if (::geteuid() == 0 && ::seteuid(65534) != 0) return 77;
        if (!allocate<SharedFile>(64_KiB, {.path = "there"})) return 2;
        return message(allocate<SharedFile>(64_KiB, {.path = "new"})).find("(EACCES)") != std::string::npos
                   ? 0
                   : 3;
    });
    ::chmod(folder.path().c_str(), 0755);
    if (result == 77) return test::skipped("cannot become another user here");
    CHECK(result == 0);
}

TEST_CASE("file systems without O_TMPFILE: a private name until then") {
    const Folder folder;
    ::umask(022);
    for (const int error : {EOPNOTSUPP, EISDIR, EINVAL})
        for (const bool no_rename : {false, true}) {
            const Folder fresh;
            const int result = test::in_child([&] {
                if (!forget_nameless(error, no_rename)) return 77;
                {
                    auto bound = reserve_and_bind<SharedFile>(64_KiB, {.path = fresh / "given up"});
                    if (!bound || exists(fresh / "given up") || entries(fresh) != 1) return 1;
                }
                if (entries(fresh) != 0) return 2;
                auto late = reserve_and_bind<SharedFile>(64_KiB, {.path = fresh / "ram"});
                auto memory = allocate<SharedFile>(64_KiB, {.path = fresh / "ram"});
                if (!late || !memory || entries(fresh) != 2) return 3;
                auto same = std::move(*late).on_demand();
                if (!same || entries(fresh) != 1) return 4;
                same->data()[1] = std::byte{'s'};
                if (memory->data()[1] != std::byte{'s'}) return 5;
                struct stat status{};
                if (::stat((fresh / "ram").c_str(), &status) != 0 || (status.st_mode & 0777) != 0644)
                    return 6;
                if (!allocate<SharedFile>(64_KiB, {.path = fresh.path()}) || entries(fresh) != 1) return 7;
                return 0;
            });
            if (result == 77) return test::skipped("no permission to filter system calls");
            CHECK(result == 0);
        }
}

TEST_CASE("an offset and a size whose sum goes round are refused") {
    const Folder folder;
    write_file(folder / "there", 64 << 10);
    constexpr Bytes last{~std::uint64_t{0} - 4095}, half{std::uint64_t{1} << 63};
    CHECK_FALSE(SharedFile::check(8_KiB, {.offset = last}));
    for (const Bytes offset : {last, half, half - 4_KiB, half - 64_KiB}) {
        const auto error = message(
            allocate<SharedFile>(64_KiB, {.path = folder / "there", .offset = offset}));
        CHECK(error.find("together lead beyond the end that files have at 8 EiB") != std::string::npos);
        CHECK_FALSE(allocate<RomFile>(64_KiB, {.path = folder / "there", .offset = offset}));
        CHECK_FALSE(allocate<File>(64_KiB, {.path = folder / "new", .offset = offset}));
    }
    CHECK(entries(folder) == 1);
    CHECK(file_size(folder / "there") == 64 << 10);
}
