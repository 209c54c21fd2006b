#include <wirewrap/backend/raw_image.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wirewrap/backend/host_entropy.hpp>

#include "tests/examples/guest.hpp"
#include "tests/hostmem/support.hpp"
#include "tests/support/qemu.hpp"

using namespace wirewrap;
using backend::RawImage;
using test::temporary;
using test::write_file;

namespace {

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}
std::string refusal(backend::RawImageOptions options) {
    const auto image = RawImage::open(std::move(options));
    return image ? "" : image.error().message;
}
std::vector<std::byte> filled(std::size_t size, int value) {
    return std::vector(size, static_cast<std::byte>(value));
}
std::vector<std::byte> read(RawImage& image, std::uint64_t offset, std::size_t size) {
    std::vector<std::byte> bytes(size);
    if (!image.read(offset, bytes)) FAIL("read at " << offset);
    return bytes;
}

}  // namespace

TEST_CASE("What is written is in the file") {
    const std::string path = write_file("plain.img", std::string(64 * 512, 'a'));
    {
        auto image = RawImage::open({.path = path}).value();
        CHECK(image->size() == Bytes{64 * 512});
        CHECK_FALSE(image->read_only());
        CHECK(read(*image, 512, 512) == filled(512, 'a'));
        CHECK(image->write(1024, filled(1024, 'b')));
        CHECK(read(*image, 1536, 1024)[0] == std::byte{'b'});
        CHECK(read(*image, 1536, 1024)[512] == std::byte{'a'});
        CHECK(image->write_zeroes(4096, 512, false));
        CHECK(image->write_zeroes(8192, 4096, true));
        CHECK(image->discard(16384, 512));
        CHECK(image->discard(0, 0));
        CHECK(image->write_zeroes(0, 0, true));
        CHECK(image->flush());
        CHECK(image->failures() == 0);
    }
    const std::string after = content(path);
    REQUIRE(after.size() == 64 * 512);
    CHECK(after.substr(1024, 1024) == std::string(1024, 'b'));
    CHECK(after.substr(4096, 512) == std::string(512, '\0'));
    CHECK(after.substr(4608, 512) == std::string(512, 'a'));
    CHECK(after.substr(8192, 4096) == std::string(4096, '\0'));
}

TEST_CASE("A snapshot keeps what is written to itself") {
    const std::string path = write_file("base.img",
                                        std::string(9 * 512, 'a'));  // the last unit is a piece of one
    {
        auto image = RawImage::open({.path = path, .snapshot = true}).value();
        CHECK_FALSE(image->read_only());
        CHECK(image->write(512, filled(512, 'b')));
        CHECK(image->write(8 * 512, filled(512, 'c')));
        CHECK(image->write(7 * 512, filled(1024, 'd')));
        CHECK(image->write_zeroes(0, 512, true));
        CHECK(image->discard(1024, 512));
        CHECK(image->flush());
        const auto all = read(*image, 0, 9 * 512);
        const char* const wanted = "\0bxaaaadd";
        for (std::size_t i = 0; i != 9; ++i)
            if (wanted[i] != 'x') CHECK(all[512 * i + 100] == static_cast<std::byte>(wanted[i]));
    }
    CHECK(content(path) == std::string(9 * 512, 'a'));
    auto again = RawImage::open({.path = path, .snapshot = true}).value();
    CHECK(read(*again, 0, 9 * 512) == filled(9 * 512, 'a'));
}

TEST_CASE("A snapshot is the model of a disk, whatever is written") {
    const std::string path = write_file("model.img", std::string(40 * 512, 'a'));
    auto image = RawImage::open({.path = path, .snapshot = true}).value();
    std::vector<std::byte> model = filled(40 * 512, 'a');
    std::uint64_t random = 1;
    const auto next = [&](std::uint64_t below) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        return (random >> 33) % below;
    };
    for (int i = 0; i != 500; ++i) {
        const std::uint64_t first = next(40), count = 1 + next(40 - first);
        if (next(4) == 0) {
            REQUIRE(image->write_zeroes(512 * first, 512 * count, next(2) == 0));
            std::fill_n(model.begin() + static_cast<std::ptrdiff_t>(512 * first), 512 * count, std::byte{0});
        } else {
            const auto bytes = filled(512 * count, static_cast<int>(next(256)));
            REQUIRE(image->write(512 * first, bytes));
            std::ranges::copy(bytes, model.begin() + static_cast<std::ptrdiff_t>(512 * first));
        }
        if (read(*image, 0, model.size()) != model) FAIL("after write " << i);
    }
    CHECK(content(path) == std::string(40 * 512, 'a'));
}

TEST_CASE("Files that are no disks are named in a sentence") {
    CHECK_THAT(
        refusal({.path = "/nowhere/disk.img"}),
        Catch::StartsWith("/nowhere/disk.img cannot be opened for writing: No such file or directory"));
    CHECK_THAT(refusal({.path = "/"}), Catch::Contains("cannot be opened for writing: Is a directory"));
    CHECK_THAT(refusal({.path = "/", .read_only = true}), Catch::Contains("/ is a directory"));
    CHECK_THAT(refusal({.path = "/dev/null"}), Catch::Contains("/dev/null is no regular file"));
    const std::string odd = write_file("odd.img", std::string(513, 'x'));
    CHECK(refusal({.path = odd}) ==
          odd +
              " has 513 bytes, and a disk has a whole number of sectors of 512, at least "
              "one: lengthen it, truncate -s 1024 " +
              odd);
    CHECK_THAT(refusal({.path = write_file("empty.img", "")}), Catch::Contains("truncate -s 512 "));
    // What a snapshot has to remember of a disk of nearly 2^63 bytes is more than any host has.
    const std::string huge = "/dev/shm/wirewrap-huge-" + std::to_string(::getpid());
    if (std::ofstream(huge).close(), ::truncate(huge.c_str(), 0x7fff'ffff'ffff'f000) == 0) {
        if (!test::sanitized)  // whose allocators end the program
            CHECK_THAT(refusal({.path = huge, .snapshot = true}),
                       Catch::StartsWith("out of memory while opening a disk image"));
        CHECK(RawImage::open({.path = huge}));
    }
    ::unlink(huge.c_str());
}

TEST_CASE("Two do not write to one image, and nobody reads what another writes") {
    const std::string path = write_file("shared.img", std::string(512, 'x'));
    {
        auto one = RawImage::open({.path = path}).value();
        CHECK_THAT(refusal({.path = path}),
                   Catch::Contains("is in use by another machine, and two would ruin it"));
        CHECK_THAT(refusal({.path = path, .read_only = true}), Catch::Contains("that writes to it"));
        CHECK_THAT(refusal({.path = path, .snapshot = true}), Catch::Contains("that writes to it"));
    }
    auto first = RawImage::open({.path = path, .read_only = true}).value();
    auto second = RawImage::open({.path = path, .snapshot = true}).value();
    CHECK_THAT(refusal({.path = path}), Catch::Contains("in use"));
    // Another process, too.
    const ::pid_t child = ::fork();
    if (child == 0) ::_exit(RawImage::open({.path = path}) ? 1 : 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
    first.reset();
    second.reset();
    CHECK(RawImage::open({.path = path}));
}

TEST_CASE("QEMU and an image that is open here keep each other out") {
    if (!test::qemu_installed()) {
        std::cout << "SKIPPED: qemu-system-riscv64 is not installed\n";
        return;
    }
    const std::string path = write_file("qemu.img", std::string(4096, 'x'));
    const std::string qemu =
        " | qemu-system-riscv64 -M virt -bios none -S -display none -serial none -monitor stdio "
        "-device virtio-blk-device,drive=x -drive if=none,id=x,format=raw,file=" +
        path;
    const auto opens = [&](const std::string& options) {
        return std::system(("echo quit" + qemu + options + " >/dev/null 2>&1").c_str()) == 0;
    };
    CHECK(opens(""));
    {
        auto writer = RawImage::open({.path = path}).value();
        CHECK_FALSE(opens(""));
        CHECK_FALSE(opens(",readonly=on"));
    }
    auto reader = RawImage::open({.path = path, .read_only = true}).value();
    CHECK_FALSE(opens(""));
    CHECK(opens(",readonly=on"));
    reader.reset();

    // The other way: QEMU has it, until it is told to go.
    const std::string there = temporary("qemu.there");
    std::remove(there.c_str());
    const std::string keep = "(while [ ! -e " + there + " ]; do sleep 0.1; done; echo quit)" + qemu +
                             " >/dev/null 2>&1";
    int kept = -1;
    std::thread holder([&] { kept = std::system(keep.c_str()); });
    bool refused = false;
    for (int tries = 0; tries != 100 && !refused; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        refused = !RawImage::open({.path = path}).has_value();
    }
    CHECK(refused);
    std::ofstream(there) << "go";
    holder.join();
    CHECK(kept == 0);
    CHECK(RawImage::open({.path = path}));
}

TEST_CASE("What the host refuses is an error of the one who asked") {
    const std::string path = write_file("short.img", std::string(8192, 'x'));
    auto image = RawImage::open({.path = path}).value();
    std::vector<std::byte> bytes(512);
    REQUIRE(::truncate(path.c_str(), 4096) == 0);
    CHECK(image->read(0, bytes));
    CHECK_FALSE(image->read(4096, bytes));
    CHECK(image->failures() == 1);
    CHECK(image->first_failure()->code == EIO);
    // Where the kernel would send a signal that ends the process.
    struct ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    struct ::rlimit small{1024, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const bool written = image->write(1024, bytes), inside = image->write(512, bytes);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK_FALSE(written);
    CHECK(inside);
    CHECK(image->write(1024, bytes));
}

TEST_CASE("The host's random numbers are not all the same") {
    backend::HostEntropy entropy;
    std::vector<std::byte> one(4096), two(4096);
    CHECK(entropy.fill(one));
    CHECK(entropy.fill(two));
    CHECK(one != two);
}
