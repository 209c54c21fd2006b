#include <wirewrap/state/atomic_file.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/save.hpp>
#include <wirewrap/state/snapshot.hpp>

#include "tests/examples/guest.hpp"
#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::AtomicFile;
namespace fs = std::filesystem;

namespace {

std::string content(const std::string& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}
std::string empty_folder(const char* name) {
    const std::string folder = wirewrap::test::temporary(name);
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
}
std::ptrdiff_t files_in(const std::string& folder) {
    return std::distance(fs::directory_iterator(folder), {});
}

}  // namespace

TEST_CASE("A file appears when it is published, and not at all otherwise") {
    const std::string folder = empty_folder("atomic"), path = folder + "/file";
    std::ofstream(path) << "old";
    {
        auto file = AtomicFile::create(path).value();
        REQUIRE(file.write(std::as_bytes(std::span("new", 3))));
        CHECK(file.written() == 3_B);
        CHECK(content(path) == "old");
    }
    CHECK(content(path) == "old");
    CHECK(files_in(folder) == 1);

    auto file = AtomicFile::create(path).value();
    REQUIRE(file.write(std::as_bytes(std::span("newer", 5))));
    REQUIRE(file.publish());
    CHECK(content(path) == "newer");
    CHECK(files_in(folder) == 1);
    CHECK((fs::status(path).permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("Links are followed and stay, wherever they lead") {
    const std::string folder = empty_folder("links");
    fs::create_directories(folder + "/below");
    std::ofstream(folder + "/below/target") << "old";
    const auto put = [](const std::string& path) -> wirewrap::Expected<void> {
        auto file = AtomicFile::create(path);
        if (!file) return std::unexpected(file.error());
        if (auto written = file->write(std::as_bytes(std::span("new", 3))); !written) return written;
        return file->publish();
    };
    fs::create_symlink("below/target", folder + "/link");
    fs::create_symlink("link", folder + "/twice");
    fs::create_symlink(fs::absolute(folder) / "below/later", folder + "/dangling");
    REQUIRE(put(folder + "/twice"));
    CHECK(fs::is_symlink(folder + "/twice"));
    CHECK(fs::is_symlink(folder + "/link"));
    CHECK(content(folder + "/below/target") == "new");
    REQUIRE(put(folder + "/dangling"));
    CHECK(fs::is_symlink(folder + "/dangling"));
    CHECK(content(folder + "/below/later") == "new");
    CHECK(files_in(folder + "/below") == 2);

    fs::create_symlink("round", folder + "/about");
    fs::create_symlink("about", folder + "/round");
    const auto round = put(folder + "/round");
    REQUIRE_FALSE(round);
    CHECK(round.error().message.find("Too many levels of symbolic links (ELOOP)") != std::string::npos);
    fs::create_symlink("nowhere/file", folder + "/lost");
    const auto lost = put(folder + "/lost");
    REQUIRE_FALSE(lost);
    CHECK(lost.error().message.find("its directory must exist") != std::string::npos);
    CHECK(files_in(folder) == 7);
}

TEST_CASE("What exists and is no regular file is refused, and stays what it is") {
    const std::string folder = empty_folder("no_files");
    const auto refused = [&](const std::string& path, const std::string& kind) {
        const auto file = AtomicFile::create(path);
        REQUIRE_FALSE(file);
        INFO(file.error().message);
        CHECK(file.error().message.find("which is " + kind) != std::string::npos);
    };
    REQUIRE(::mkfifo((folder + "/fifo").c_str(), 0600) == 0);
    fs::create_directories(folder + "/directory");
    fs::create_symlink("fifo", folder + "/link");
    refused(folder + "/fifo", "a FIFO");
    refused(folder + "/link", "a FIFO");
    refused(folder + "/directory", "a directory");
    refused("/dev/full", "a character device");
    if (::mknod((folder + "/null").c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0) {
        refused(folder + "/null", "a character device");
        fs::remove(folder + "/null");
    }
    CHECK(fs::is_fifo(folder + "/fifo"));
    CHECK(files_in(folder) == 3);

    // Also one that comes while the file is written.
    auto late = AtomicFile::create(folder + "/late").value();
    REQUIRE(late.write(std::as_bytes(std::span("new", 3))));
    REQUIRE(::mkfifo((folder + "/late").c_str(), 0600) == 0);
    REQUIRE_FALSE(late.publish());
    CHECK(fs::is_fifo(folder + "/late"));

    auto machine = Machine<Bench, hostmem::Anonymous>::create({.ram_size = 32_MiB}).value();
    CHECK_FALSE(state::save(machine, "/dev/full"));
    CHECK_FALSE(state::save(machine, folder + "/fifo"));
}

TEST_CASE("A file that is replaced keeps its owner, who alone may read the new one") {
    const std::string folder = empty_folder("permissions"), path = folder + "/file";
    std::ofstream(path) << "old";
    fs::permissions(path, fs::perms{0664});
    const bool given = ::chown(path.c_str(), 12345, 54321) == 0;  // as root may
    auto file = AtomicFile::create(path).value();
    REQUIRE(file.publish());
    CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms{0600});
    CHECK(content(path).empty());
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_uid == (given ? 12345u : ::geteuid()));
}

TEST_CASE("A file that was moved or published takes no more, and one that is assigned to is gone") {
    const std::string folder = empty_folder("moved"), path = folder + "/file";
    auto file = AtomicFile::create(path).value();
    auto other = AtomicFile::create(folder + "/other").value();
    CHECK(files_in(folder) == 2);
    other = std::move(file);
    CHECK(files_in(folder) == 1);
    CHECK_FALSE(file.write(std::as_bytes(std::span("x", 1))));
    CHECK_FALSE(file.publish());
    CHECK(file.written() == 0_B);
    REQUIRE(other.write(std::as_bytes(std::span("x", 1))));
    REQUIRE(other.publish());
    CHECK_FALSE(other.publish());
    CHECK(content(path) == "x");
    CHECK(files_in(folder) == 1);
}

TEST_CASE("A full disk leaves the old snapshot whole, and nothing beside it") {
    const std::string folder = empty_folder("full"), path = folder + "/guest.snapshot";
    if (::mount("wirewrap", folder.c_str(), "tmpfs", 0, "size=1m") != 0) {
        WARN("SKIPPED: a file system of 1 MiB cannot be mounted here");
        return;
    }
    auto machine = Machine<Bench, hostmem::Anonymous>::create({.ram_size = 32_MiB}).value();
    const std::uint64_t old = state::save(machine, path).value().identity;
    std::ranges::fill(machine.ram_memory()->span(), std::byte{1});
    const auto saved = state::save(machine, path);
    const auto files = files_in(folder);
    const auto kept = state::Snapshot::open(path);
    ::umount2(folder.c_str(), MNT_DETACH);
    REQUIRE_FALSE(saved);
    CHECK(saved.error().message.find("No space left on device (ENOSPC)") != std::string::npos);
    CHECK(files == 1);
    REQUIRE(kept);
    CHECK(kept->identity() == old);
}

TEST_CASE("The end of a forked child leaves the file to its parent") {
    const std::string path = wirewrap::test::temporary("forked");
    auto file = AtomicFile::create(path);
    REQUIRE(file);
    REQUIRE(file->write(std::vector<std::byte>(10)));
    const ::pid_t child = ::fork();
    if (child == 0) {
        { const AtomicFile ended = std::move(*file); }
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    REQUIRE(file->publish());
    CHECK(std::filesystem::file_size(path) == 10);
}

TEST_CASE("A file that may not grow so long is told, and ends nobody by SIGXFSZ") {
    auto file = AtomicFile::create(wirewrap::test::temporary("limited"));
    REQUIRE(file);
    struct rlimit before{}, tight{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    tight = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    // What is small waits for more, and is missing at the latest when the file is to get its name.
    const auto size = GENERATE(2000, 200'000);
    auto written = file->write(std::vector<std::byte>(static_cast<std::size_t>(size)));
    CHECK(written.has_value() == (size == 2000));
    if (written) written = file->publish();
    ::setrlimit(RLIMIT_FSIZE, &before);
    REQUIRE_FALSE(written);
    CHECK_FALSE(file->publish());
    CHECK(written.error().message.ends_with(
        " after 1000 bytes: File too large (EFBIG); raise the limit on file sizes (ulimit -f)"));
}

TEST_CASE("A process that is killed while it saves leaves the old snapshot or the new one, whole") {
    const std::string folder = empty_folder("killed"), path = folder + "/guest.snapshot";
    auto machine = Machine<Bench, hostmem::Anonymous>::create({.ram_size = 32_MiB}).value();
    const auto ram = machine.ram_memory()->span();
    std::ranges::fill(ram, std::byte{1});
    const std::uint64_t old = state::save(machine, path).value().identity;
    std::ranges::fill(ram, std::byte{2});
    int kills_while_writing = 0;
    for (int attempt = 0; attempt != 12; ++attempt) {
        const ::pid_t child = ::fork();
        if (child == 0) {
            for (;;) static_cast<void>(state::save(machine, path));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1 + attempt * 2));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        kills_while_writing += files_in(folder) > 1 ? 1 : 0;
        const auto snapshot = state::Snapshot::open(path);
        REQUIRE(snapshot);
        const auto first = snapshot->pages().front();
        std::vector<std::byte> bytes(first.size.count);
        snapshot->unpack(first, bytes);
        CHECK(bytes[0] == (snapshot->identity() == old ? std::byte{1} : std::byte{2}));
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path() != path) fs::remove(entry.path());
    }
    CHECK(kills_while_writing > 0);
}
