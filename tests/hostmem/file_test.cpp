#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/hostmem/memfd.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using std::filesystem::exists;
using std::filesystem::file_size;
using test::Folder;
using test::message;
using test::write_file;

static_assert(Backend<File> && Backend<SharedFile> && Backend<RomFile>);
static_assert(File::writable && SharedFile::writable && !RomFile::writable);
static_assert(!File::shared && SharedFile::shared && SharedFile::has_descriptor);

namespace {
char byte_of(const std::string& path, std::streamoff offset) {
    std::ifstream file(path, std::ios::binary);
    file.seekg(offset);
    return static_cast<char>(file.get());
}
bool empty(const Folder& folder) { return std::filesystem::is_empty(folder.path()); }
}  // namespace

TEST_CASE("a missing file is created with its size, and stays") {
    const Folder folder;
    const std::string path = folder / "new.ram";
    {
        auto memory = allocate<SharedFile>(4_MiB, {.path = path});
        REQUIRE(message(memory) == "no error");
        memory->data()[5] = std::byte{'!'};
        CHECK(file_size(path) == 4 << 20);
        struct stat status{};
        REQUIRE(::fstat(memory->descriptor(), &status) == 0);
        CHECK(status.st_size == 4 << 20);
    }
    CHECK(byte_of(path, 5) == '!');
}

TEST_CASE("a private file takes its content along and keeps the stores to itself") {
    const Folder folder;
    const std::string path = folder / "golden.ram";
    write_file(path, 64 << 10, 'g');
    auto memory = allocate<File>(64_KiB, {.path = path});
    REQUIRE(memory);
    CHECK(memory->data()[1] == std::byte{'g'});
    memory->data()[1] = std::byte{'!'};
    CHECK(byte_of(path, 1) == 'g');
}

TEST_CASE("a template is only read, and still gives RAM that can be written") {
    const Folder folder;
    const std::string path = folder / "template.ram";
    write_file(path, 64 << 10, 't');
    ::chmod(path.c_str(), 0444);
    auto memory = allocate<File>(64_KiB, {.path = path, .readonly = true, .common = {.prealloc = true}});
    REQUIRE(message(memory) == "no error");
    CHECK((::fcntl(memory->descriptor(), F_GETFL) & O_ACCMODE) == O_RDONLY);
    memory->data()[2] = std::byte{'!'};
    CHECK(memory->data()[1] == std::byte{'t'});
    CHECK(byte_of(path, 2) == 't');
}

TEST_CASE("a ROM is read, populated and never written") {
    const Folder folder;
    const std::string path = folder / "boot.rom";
    write_file(path, 64 << 10, 'r');
    auto rom = allocate<RomFile>(64_KiB, {.path = path, .common = {.prealloc = true}});
    REQUIRE(message(rom) == "no error");
    CHECK(rom->data()[65535] == std::byte{'r'});
    CHECK_FALSE(test::has_flag(rom->data(), "wr"));
    CHECK(test::present_pages(rom->data(), 64_KiB) == test::pages_in(64_KiB));
}

TEST_CASE("readonly creates nothing (QEMU's defect A9)") {
    const Folder folder;
    const std::string path = folder / "missing.ram";
    CHECK(message(allocate<File>(64_KiB, {.path = path, .readonly = true})) ==
          "cannot open file " + path +
              " for reading: No such file or directory (ENOENT); readonly=on creates no file: create it "
              "first, or use "
              "readonly=off");
    CHECK(message(allocate<RomFile>(64_KiB, {.path = path})).find("creates no file") != std::string::npos);
    CHECK(message(allocate<File>(64_KiB, {.path = folder.path(), .readonly = true})).find("is a directory") !=
          std::string::npos);
    CHECK(empty(folder));
}

TEST_CASE("stores to shared read-only RAM have nowhere to go") {
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = "/nowhere", .readonly = true}))
              .starts_with("readonly=on leaves the stores to shared RAM nowhere to go"));
}

TEST_CASE("a file in a directory has no name and leaves nothing") {
    const Folder folder;
    {
        auto memory = allocate<SharedFile>(1_MiB, {.path = folder.path()});
        REQUIRE(memory);
        memory->data()[0] = std::byte{1};
        CHECK(empty(folder));
    }
    CHECK(empty(folder));
}

TEST_CASE("what an existing file holds decides, and it is never resized") {
    const Folder folder;
    const std::string small = folder / "small", odd = folder / "odd", large = folder / "large",
                      none = folder / "empty";
    write_file(small, 4096);
    write_file(odd, (64 << 10) + 1);
    write_file(large, 128 << 10);
    write_file(none, 0);
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = small})) ==
          "file " + small +
              " holds 4 KiB, but size 64 KiB from offset 0 bytes needs 64 KiB: use a smaller size, a larger "
              "file, or an "
              "empty one, which grows as needed");
    CHECK(file_size(small) == 4096);
    CHECK(allocate<SharedFile>(64_KiB, {.path = odd}).has_value());
    CHECK(file_size(odd) == (64 << 10) + 1);
    CHECK(allocate<SharedFile>(64_KiB, {.path = large}).has_value());
    CHECK(file_size(large) == 128 << 10);
    CHECK(allocate<SharedFile>(64_KiB, {.path = none}).has_value());
    CHECK(file_size(none) == 64 << 10);
}

TEST_CASE("offset: the memory begins there, and the file must reach to its end") {
    const Folder folder;
    const std::string path = folder / "slice";
    {
        auto memory = allocate<SharedFile>(64_KiB, {.path = path, .offset = 128_KiB});
        REQUIRE(message(memory) == "no error");
        memory->data()[0] = std::byte{'o'};
    }
    CHECK(file_size(path) == 192 << 10);
    CHECK(byte_of(path, 128 << 10) == 'o');
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = path, .offset = 132_KiB})).find("needs 196 KiB") !=
          std::string::npos);
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = path, .offset = 100_B}))
              .starts_with("offset 100 bytes is not a whole number of 4 KiB pages"));
}

TEST_CASE("addresses are aligned to 2 MiB or more (QEMU's defect A12), whatever align says") {
    const Folder folder;
    for (const Bytes align : {0_B, 4_KiB, 2_MiB, 64_MiB}) {
        auto memory = allocate<File>(64_KiB, {.path = folder.path(), .align = align});
        REQUIRE(memory);
        const auto address = reinterpret_cast<std::uintptr_t>(memory->data());
        CHECK(address % (2u << 20) == 0);
        if (align != Bytes{}) CHECK(address % align.count == 0);
        CHECK_FALSE(test::has_flag(memory->data() + 65536, "rd"));
    }
    CHECK(
        message(allocate<File>(64_KiB, {.path = folder.path(), .align = 3_MiB})).starts_with("align 3 MiB"));
    CHECK(
        message(allocate<File>(64_KiB, {.path = folder.path(), .align = 1_KiB})).starts_with("align 1 KiB"));
}

TEST_CASE("discard-data empties a shared file when the memory is given back, and nothing else") {
    const Folder folder;
    const std::string path = folder / "scratch";
    write_file(path, 192 << 10, 'x');
    {
        auto memory = allocate<SharedFile>(64_KiB, {.path = path, .offset = 64_KiB, .discard_data = true});
        REQUIRE(memory);
        CHECK(byte_of(path, 65 << 10) == 'x');
    }
    CHECK(file_size(path) == 192 << 10);
    CHECK(byte_of(path, 65 << 10) == '\0');
    CHECK(byte_of(path, 1) == 'x');
    CHECK(byte_of(path, 129 << 10) == 'x');
    { REQUIRE(allocate<File>(64_KiB, {.path = path, .discard_data = true}).has_value()); }
    CHECK(byte_of(path, 1) == 'x');  // private memory: nothing of it ever reached the file
    CHECK(message(allocate<File>(64_KiB, {.path = path, .discard_data = true, .readonly = true}))
              .starts_with("discard-data=on would empty"));
}

TEST_CASE("a later failure takes away the file that was created (QEMU's defect A16) and no other") {
    const Folder folder;
    const NumaPolicy impossible{NumaMode::bind, {126}};
    if (!host::nodes_with_memory())
        return test::skipped("this kernel lists no NUMA nodes, so no policy fails");

    CHECK_FALSE(allocate<SharedFile>(1_MiB, {.path = folder / "created", .common = {.policy = impossible}}));
    CHECK_FALSE(exists(folder / "created"));

    write_file(folder / "kept", 1 << 20, 'k');
    CHECK_FALSE(allocate<SharedFile>(1_MiB, {.path = folder / "kept", .common = {.policy = impossible}}));
    CHECK(byte_of(folder / "kept", 7) == 'k');

    write_file(folder / "grown", 0);
    CHECK_FALSE(allocate<SharedFile>(1_MiB, {.path = folder / "grown", .common = {.policy = impossible}}));
    CHECK(file_size(folder / "grown") == 0);

    // Cancelled while populating.
    auto bound = reserve_and_bind<SharedFile>(1_MiB, {.path = folder / "cancelled"});
    REQUIRE(bound);
    CHECK_FALSE(exists(folder / "cancelled"));
    CHECK_FALSE(std::move(*bound).populate({.stop = test::stopped()}));
    CHECK_FALSE(exists(folder / "cancelled"));

    // Given up by the caller between two steps; another's file of that name is another's.
    { REQUIRE(reserve_and_bind<SharedFile>(1_MiB, {.path = folder / "dropped"})); }
    CHECK_FALSE(exists(folder / "dropped"));
    {
        auto dropped = reserve_and_bind<SharedFile>(1_MiB, {.path = folder / "taken"});
        write_file(folder / "taken", 3);
    }
    CHECK(file_size(folder / "taken") == 3);
}

TEST_CASE("paths that lead nowhere, and things that are no files") {
    const Folder folder;
    CHECK(message(allocate<File>(64_KiB)) == "mem-path is empty: name a file or a directory");
    CHECK(message(allocate<File>(64_KiB, {.path = folder / "no/such"})).find("create the directory") !=
          std::string::npos);
    ::mkfifo((folder / "fifo").c_str(), 0600);
    for (const bool readonly : {false, true}) {  // and opening it does not wait
        const auto error = message(allocate<File>(64_KiB, {.path = folder / "fifo", .readonly = readonly}));
        CHECK(error.find("is neither a regular file nor a directory") != std::string::npos);
    }
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = "/dev/null"})).find("neither") != std::string::npos);
}

TEST_CASE("the way out is that of the reason") {
    const Folder folder;
    write_file(folder / "file", 64 << 10);
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = folder / "file/"}))
              .ends_with("Not a directory (ENOTDIR); name another file"));
    CHECK(message(allocate<SharedFile>(64_KiB, {.path = std::string("/tmp\0x", 6)})) ==
          "mem-path /tmp goes on behind a zero byte, which no path has: name a file");
    CHECK(message(allocate<File>(64_KiB, {.path = "/proc/cpuinfo"}))
              .ends_with("(EIO); its file system must let files be mapped: use a file in another"));
    CHECK(test::in_child([&] {
              const rlimit none{0, 0};
              ::setrlimit(RLIMIT_NOFILE, &none);
              const auto file = message(allocate<SharedFile>(64_KiB, {.path = folder / "file"})),
                         directory = message(allocate<SharedFile>(64_KiB, {.path = folder.path()}));
              return file.ends_with("(EMFILE); close files, or raise their number (ulimit -n)") &&
                             directory.ends_with("(EMFILE); close files, or raise their number (ulimit -n)")
                         ? 0
                         : 1;
          }) == 0);
    const int locked = test::in_child([] {
        const rlimit little{64 << 10, 64 << 10};
        if (::setrlimit(RLIMIT_MEMLOCK, &little) != 0 || (::geteuid() == 0 && ::seteuid(65534) != 0))
            return 77;
        if (test::sanitized || ::mlockall(MCL_FUTURE) != 0) return 77;  // sanitizers lock nothing
        return message(allocate<SharedAnonymous>(64_MiB)).find("ulimit -l") != std::string::npos ? 0 : 1;
    });
    if (locked == 77) test::skipped("cannot become another user here, or lock memory");
    CHECK((locked == 0 || locked == 77));
}

TEST_CASE("memory never has the number of a standard stream that is closed") {
    const Folder folder;
    CHECK(test::in_child([&] {
              for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(stream);
              auto memfd = allocate<Memfd>(64_KiB);
              auto file = allocate<SharedFile>(64_KiB, {.path = folder / "ram"});
              if (!memfd || !file || memfd->descriptor() <= STDERR_FILENO) return 1;
              std::puts("this is for nobody");
              std::fflush(stdout);
              return memfd->data()[0] == std::byte{} && file->data()[0] == std::byte{} ? 0 : 2;
          }) == 0);
}

TEST_CASE("permissions that are missing are named with the way out") {
    const Folder folder;
    write_file(folder / "readable", 64 << 10);
    ::chmod((folder / "readable").c_str(), 0444);
    ::chmod(folder.path().c_str(), 0555);
    const int result = test::in_child([&] {
        // From inside: another user may not be allowed on the way to the folder.
        if (::chdir(folder.path().c_str()) != 0) return 1;
        if (::geteuid() == 0 && ::seteuid(65534) != 0) return 77;
        const auto file = message(allocate<File>(64_KiB, {.path = "readable"}));
        const auto unwritable = message(allocate<File>(64_KiB, {.path = "new"}));
        const auto directory = message(allocate<File>(64_KiB, {.path = "."}));
        if (file.find("use readonly=on for a private copy") == std::string::npos) return 2;
        if (unwritable.find("(EACCES)") == std::string::npos) return 3;
        if (directory.find("make the directory writable") == std::string::npos) return 4;
        return allocate<File>(64_KiB, {.path = "readable", .readonly = true}) ? 0 : 5;
    });
    ::chmod(folder.path().c_str(), 0755);
    if (result == 77) return test::skipped("cannot become another user here");
    CHECK(result == 0);
}

TEST_CASE("a limit on file sizes is an error, not a signal") {
    const Folder folder;
    CHECK(test::in_child([&] {
              const rlimit limit{32 << 10, 32 << 10};
              ::setrlimit(RLIMIT_FSIZE, &limit);
              const auto error = message(allocate<SharedFile>(64_KiB, {.path = folder / "big"}));
              return error.find("ulimit -f") != std::string::npos && !exists(folder / "big") ? 0 : 1;
          }) == 0);
}

TEST_CASE("a full file system is an error when populating, and the file goes") {
    const Folder folder;
    const int result = test::in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0) return 77;
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) return 77;
        const auto error = message(
            allocate<SharedFile>(4_MiB, {.path = folder / "ram", .common = {.prealloc = true}}));
        const bool told = error.find("cannot populate 4 MiB of file") == 0 &&
                          error.find("(EFAULT)") != std::string::npos &&
                          error.find("make room") != std::string::npos;
        return told && !exists(folder / "ram") ? 0 : 1;
    });
    if (result == 77) return test::skipped("no permission to mount a tmpfs");
    CHECK(result == 0);
}

TEST_CASE("a file system without room for one more file") {
    const Folder folder;
    const int result = test::in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0) return 77;
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m,nr_inodes=1") != 0) return 77;
        for (const std::string& path : {folder / "ram", folder.path()})
            if (!message(allocate<SharedFile>(64_KiB, {.path = path}))
                     .ends_with("(ENOSPC); make room in its file system, or name another"))
                return 1;
        return 0;
    });
    if (result == 77) return test::skipped("no permission to mount a tmpfs");
    CHECK(result == 0);
}

TEST_CASE("a folder of huge pages gives huge pages, and wants whole ones") {
    const auto pool = host::huge_pages(2_MiB);
    if (!pool || pool->free < 2) return test::skipped("this host has no two free huge pages of 2 MiB");
    const Folder folder;
    const int result = test::in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0) return 77;
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("hugetlbfs", folder.path().c_str(), "hugetlbfs", 0, "pagesize=2M") != 0) return 77;
        const auto memory = allocate<SharedFile>(4_MiB,
                                                 {.path = folder.path(), .common = {.prealloc = true}});
        if (!memory || memory->page_size() != 2_MiB) return 1;
        if (test::present_pages(memory->data(), 4_MiB) != test::pages_in(4_MiB)) return 2;
        const auto odd = message(allocate<SharedFile>(3_MiB, {.path = folder / "odd"}));
        if (odd.find("size 3 MiB is not a whole number of 2 MiB pages") == std::string::npos) return 3;
        const auto offset = message(allocate<SharedFile>(2_MiB, {.path = folder / "odd", .offset = 4_KiB}));
        if (offset.find("offset 4 KiB is not a whole number") == std::string::npos) return 4;
        const auto many = message(allocate<SharedFile>(1_TiB, {.path = folder / "many"}));
        if (many.find("it takes 524288 huge pages of 2 MiB") == std::string::npos) return 5;
        return empty(folder) ? 0 : 6;
    });
    if (result == 77) return test::skipped("no permission to mount a hugetlbfs");
    CHECK(result == 0);
}

TEST_CASE("a file that is cut short meanwhile is an error when populating") {
    const Folder folder;
    const std::string path = folder / "cut";
    write_file(path, 4 << 20);
    auto bound = reserve_and_bind<SharedFile>(4_MiB, {.path = path});
    REQUIRE(bound);
    std::filesystem::resize_file(path, 1 << 20);
    auto memory = std::move(*bound).populate();
    REQUIRE_FALSE(memory);
    CHECK(memory.error().message.find("the file was truncated") != std::string::npos);
    CHECK(exists(path));
}

TEST_CASE("a policy that the page cache of a shared file would ignore is refused") {
    const auto present = host::nodes_with_memory();
    if (!present || present->size() < 2) return test::skipped("one NUMA node: every policy holds");
    const Folder folder;
    const auto error = message(
        allocate<SharedFile>(64_KiB, {.path = folder / "f", .common = {.policy = bind_to(0)}}));
    if (error == "no error") return test::skipped("the folder for tests is a tmpfs, where the policy holds");
    CHECK(error.find("add prealloc=on") != std::string::npos);
}

TEST_CASE("a thousand are made and destroyed, and nothing stays behind") {
    const Folder folder;
    const auto maps = test::mappings(), descriptors = test::open_descriptors();
    for (int i = 0; i != 1000; ++i) {
        auto memory = allocate<SharedFile>(64_KiB, {.path = folder.path()});
        REQUIRE(memory);
        memory->data()[i] = std::byte{1};
        REQUIRE_FALSE(allocate<SharedFile>(
            64_KiB, {.path = folder / "x", .common = {.policy = {NumaMode::bind, {127}}}}));
    }
    CHECK(test::nothing_mapped_since(maps));
    CHECK(test::open_descriptors() == descriptors);
    CHECK(empty(folder));
}

TEST_CASE("memory moves, and each file stays with its own") {
    const Folder folder;
    auto kept = allocate<SharedFile>(64_KiB, {.path = folder / "a", .discard_data = true});
    auto other = allocate<SharedFile>(64_KiB, {.path = folder / "b"});
    REQUIRE(kept);
    REQUIRE(other);
    kept->data()[0] = std::byte{'a'};
    other->data()[0] = std::byte{'b'};
    *other = std::move(*kept);
    CHECK(other->data()[0] == std::byte{'a'});
    kept = fail("gone");
    CHECK(byte_of(folder / "b", 0) == 'b');
    CHECK(byte_of(folder / "a", 0) == 'a');
    other = fail("gone");
    CHECK(byte_of(folder / "a", 0) == '\0');
}
