// Boots Debian's kernel for x86-64 on a machine of QEMU's with two NUMA nodes and a pool of huge pages, with guest.cpp as its
// only program, and holds hostmem to what that kernel says of its pages.
#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;

namespace {

constexpr auto qemu = "/usr/bin/qemu-system-x86_64";
constexpr auto guest_program = "tests/numa/guest.program";

/// Where tools/bazel unpacks Debian's kernel, and where the package has it where it is installed.
std::string kernel() {
    if (std::filesystem::exists("/var/cache/wirewrap/vmlinuz-amd64"))
        return "/var/cache/wirewrap/vmlinuz-amd64";
    std::string newest;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/boot", none)) {
        const std::string path = entry.path();
        if (path.starts_with("/boot/vmlinuz-") && path.ends_with("-amd64")) newest = std::max(newest, path);
    }
    return newest;
}

/// An archive that the kernel unpacks to its first file system: the "newc" format of cpio
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
class Archive {
public:
    enum Kind : unsigned { folder = 0040755, program = 0100755, character_device = 0020600 };

    void add(std::string_view name, Kind kind, std::string_view content = {}, unsigned major = 0,
             unsigned minor = 0) {
        bytes_ += fmt::format(
            "070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", ++number_,
            unsigned{kind}, 0, 0, 1, 0, content.size(), 0, 0, major, minor, name.size() + 1, 0);
        bytes_ += name;
        bytes_ += '\0';
        pad();
        bytes_ += content;
        pad();
    }
    std::string finish() {
        add("TRAILER!!!", Kind{});
        return bytes_;
    }

private:
    void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }
    std::string bytes_;
    unsigned number_ = 0;
};

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string first_file_system() {
    Archive archive;
    archive.add("dev", Archive::folder);
    archive.add("dev/console", Archive::character_device, {}, 5, 1);
    archive.add("init", Archive::program, content_of(guest_program));
    const char* const folder = std::getenv("TEST_TMPDIR");
    const std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/numa.cpio";
    std::ofstream(path, std::ios::binary) << archive.finish();
    return path;
}

}  // namespace

TEST_CASE("on a kernel with two nodes every page is where its policy says") {
    if (!std::filesystem::exists(qemu)) {
        std::cout << "SKIPPED: " << qemu << " is not installed (Debian package qemu-system-x86)\n";
        return;
    }
    const std::string linux = kernel();
    if (linux.empty()) {
        std::cout << "SKIPPED: no kernel: tools/bazel could not download Debian's linux-image-amd64, and "
                     "/boot has none\n";
        return;
    }
    const Finished run = run_program(
        {qemu, "-machine", "pc,accel=tcg", "-cpu", "max", "-smp", "2", "-m",
         "768M",  //
         "-object", "memory-backend-ram,id=m0,size=384M", "-object", "memory-backend-ram,id=m1,size=384M",
         "-numa", "node,memdev=m0,cpus=0", "-numa",
         "node,memdev=m1,cpus=1",  //
         "-kernel", linux, "-initrd", first_file_system(), "-append",
         // A busy host is slow to tick: the kernel is not to take that for a broken timer.
         "console=ttyS0 quiet panic=-1 oops=panic no_timer_check numa_balancing=disable "
         "transparent_hugepage=madvise hugepagesz=2M "
         "hugepages=32",
         "-nodefaults", "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"},
        {}, std::chrono::minutes(4));
    INFO(run.out << run.err);
    CHECK(run.status == 0);

    std::size_t good = 0;
    bool ended = false;
    std::istringstream lines(run.out);
    for (std::string line; std::getline(lines, line);) {
        while (line.ends_with('\r')) line.pop_back();
        if (line.starts_with("nodes ")) CHECK(line == "nodes 0 and 1, huge pages 32");
        if (line.starts_with("ok ")) ++good;
        if (line.starts_with("not ok ")) FAIL_CHECK(line);
        ended = ended || line == "end";
    }
    CHECK(ended);
    CHECK(good >= 200);  // so many are tried
    std::cout << good << " placements as they should be\n";
}
