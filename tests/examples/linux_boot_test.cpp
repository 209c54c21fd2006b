// Debian's kernels, in each form in which kernels come, with little and much RAM: they boot to a shell, see the RAM that the
// board has, power off and restart.
#include <catch2/catch.hpp>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "tests/examples/linux_guest.hpp"
#include "tests/loader/packing.hpp"

using namespace wirewrap::test;

namespace {

struct Suite {
    std::string name, version;
};
const std::vector<Suite> suites{{"trixie", "6.12."}, {"forky", "7.2."}};

constexpr std::string_view tells = R"sh(
echo "version $(uname -r)"
dmesg | grep "Memory:.*available"
grep MemTotal /proc/meminfo
echo the end of the script
)sh";

Packed content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}
std::string written(const std::string& name, const Packed& bytes) {
    return write_file(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}
/// The number before `unit` behind `mark`.
std::uint64_t number_behind(const std::string& text, std::string_view mark) {
    const std::size_t at = text.find(mark);
    return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + mark.size(), nullptr, 10);
}

void check_boot(const Suite& suite, const std::string& size, std::uint64_t mib,
                const std::string& kernel = {}) {
    const Finished run = run_linux(tells, {"-m", size}, {.suite = suite.name, .kernel = kernel});
    INFO(suite.name << ", " << size << '\n' << run.out << run.err);
    CHECK(run.status == 0);
    CHECK(has(run.out, "version " + suite.version));
    CHECK(has(run.out, "the end of the script"));
    // "Memory: 126692K/196608K available": the second is all RAM that the device tree told of.
    CHECK(number_behind(run.out, "K/") == mib * 1024);
    // What the kernel keeps for itself: some 70 MiB of 192, 600 of 8 GiB.
    const std::uint64_t total = number_behind(run.out, "MemTotal:");
    CHECK(total < mib * 1024);
    CHECK(total > mib * 1024 - 72 * 1024 - mib * 1024 / 16);
}

}  // namespace

TEST_CASE("Linux sees the RAM that the board has, and powers off with status 0") {
    for (const Suite& suite : suites) {
        check_boot(suite, "192M", 192);
        check_boot(suite, "1G", 1024);
        check_boot(suite, "8G", 8192);
    }
}

TEST_CASE("Kernels that are packed are booted as they are") {
    for (const Suite& suite : suites) {
        const Packed kernel = content(linux_kernel(suite.name));
        if (kernel.empty()) FAIL("the first test case gets the packages");
        const Packed zipped = gzipped(kernel), standard = zstandard(kernel);
        check_boot(suite, "256M", 256, written("Image.gz", zipped));
        check_boot(suite, "256M", 256, written("Image.zst", standard));
        check_boot(suite, "256M", 256, written("vmlinuz.efi", self_unpacking(zipped, "gzip")));
        check_boot(suite, "256M", 256, written("vmlinuz.efi", self_unpacking(standard, "zstd")));
    }
}

// The packages with symbols, which hold it, have 1 GB each: it is given by hand.
TEST_CASE("vmlinux, linked for physical address 0, is booted") {
    const char* const given = std::getenv("WIREWRAP_VMLINUX");
    if (given == nullptr) {
        WARN("SKIPPED: WIREWRAP_VMLINUX does not name the vmlinux of trixie's linux-image-*-riscv64-dbg");
        return;
    }
    check_boot(suites[0], "256M", 256, given);
}

TEST_CASE("reboot begins the machine again, or ends the run where -no-reboot says so") {
    constexpr std::string_view once = R"sh(
if [ "$(head -c 5 /dev/vda)" = again ]; then echo "the second time"; else
    echo "the first time"; printf again | dd of=/dev/vda conv=fsync 2>/dev/null; reboot -f
fi
)sh";
    for (const Suite& suite : suites)
        for (const bool ends : {false, true}) {
            const std::string disk = write_file("reboot.img", std::string(4096, '\0'));
            std::vector<std::string> options{"-drive", "file=" + disk + ",if=virtio,format=raw"};
            if (ends) options.push_back("-no-reboot");
            const Finished run = run_linux(once, options, {.suite = suite.name});
            INFO(suite.name << '\n' << run.out << run.err);
            CHECK(run.status == 0);
            CHECK(has(run.out, "the first time"));
            CHECK(has(run.out, "the second time") == !ends);
        }
}
