// Debian's kernel boots to userland, uses its devices and powers off. The packages come through apt, into the folder that
// WIREWRAP_LINUX names, or a new one.
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"

using namespace wirewrap::test;

namespace {

constexpr std::string_view script = R"(
grep MemTotal /proc/meminfo
cat /sys/class/misc/hw_random/rng_current
dd if=/dev/vda bs=64k count=16 2>/dev/null | sha256sum
dd if=/dev/vda of=/dev/vda bs=64k count=16 seek=16 conv=fsync 2>/dev/null
sync
dd if=/dev/vda bs=64k count=16 skip=16 2>/dev/null | sha256sum
echo the end of the script
)";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Linux boots to userland with a disk and entropy, and powers off with status 0") {
    const char* const given = std::getenv("WIREWRAP_LINUX");
    const std::string folder = given != nullptr ? given : temporary("linux");
    std::string bytes(2 << 20, '\0');
    for (std::size_t i = 0; i != bytes.size() / 2; ++i) bytes[i] = static_cast<char>(i * 7 + i / 512);
    const std::string disk = write_file("linux.img", bytes);
    for (const std::string version : {"on", "off"}) {
        write_file("linux.img", bytes);
        const Finished run = run_program(
            {"/bin/bash", "examples/linux/run.sh", "--folder", folder, "--script",
             write_file("script", script), "--append", "console=ttyS0 quiet", "--", "-drive",
             "file=" + disk + ",if=virtio,format=raw", "-device", "virtio-rng-device", "-global",
             "virtio-mmio.force-legacy=" + version},
            {}, std::chrono::seconds(900));
        INFO(run.out << run.err);
        CHECK(run.status == 0);
        CHECK(has(run.out, "MemTotal:"));
        CHECK(has(run.out, "virtio_rng.0"));
        CHECK(has(run.out, "the end of the script"));
        const std::size_t first = run.out.find("  -");
        REQUIRE(first != std::string::npos);
        const std::string sum = run.out.substr(first - 64, 64);
        CHECK(has(run.out.substr(first + 1), sum));
        std::ifstream file(disk, std::ios::binary);
        const std::string after{std::istreambuf_iterator<char>(file), {}};
        CHECK((after.substr(0, 1 << 20) == bytes.substr(0, 1 << 20)));
        CHECK((after.substr(1 << 20) == bytes.substr(0, 1 << 20)));
    }
}
