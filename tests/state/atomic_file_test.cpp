#include <wirewrap/state/atomic_file.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

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

TEST_CASE("A full file system is told, and leaves the old file") {
    auto file = AtomicFile::create(wirewrap::test::temporary("limited"));
    REQUIRE(file);
    struct rlimit before{}, tight{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    tight = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &tight);
    const auto written = file->write(std::vector<std::byte>(2000));
    ::setrlimit(RLIMIT_FSIZE, &before);
    REQUIRE_FALSE(written);
    CHECK(written.error().message.find("after 1000 bytes: File too large (EFBIG)") != std::string::npos);
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
