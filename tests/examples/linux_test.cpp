// Debian's kernel uses its disk, its harts and its entropy, and is saved and restored while it runs.
#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/examples/linux_guest.hpp"

using namespace wirewrap;
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

constexpr std::string_view writes_files = R"(
mount -t ext4 /dev/vda /mnt || exit
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do dd if=/dev/urandom of=/mnt/file$i bs=64k count=64 2>/dev/null; done
cd /mnt && sha256sum file* > sums && cd / && sync && umount /mnt && echo the end of the script
)";

/// Eight shells with pipes at once, one that is killed, and fifty that end with a status.
constexpr std::string_view works_on_harts = R"sh(
echo "processors: $(nproc) $(grep -c ^processor /proc/cpuinfo)"
dd if=/dev/urandom of=/tmp/data bs=64k count=16 2>/dev/null
want=$(sha256sum < /tmp/data)
work() {
    for n in 0 1 2 3 4 5; do
        [ "$(cat /tmp/data | dd bs=4k 2>/dev/null | sha256sum)" = "$want" ] || echo "wrong sum"
    done
    echo done > /tmp/done.$1
}
for i in 0 1 2 3 4 5 6 7; do work $i & done
(while :; do :; done) & busy=$!
for i in 0 1 2 3 4 5 6 7 8 9; do
    for j in 0 1 2 3 4; do (exit 7) & wait $!; [ $? = 7 ] || echo "wrong status"; done
done
kill $busy; wait $busy; echo "killed: $?"
wait
echo "shells: $(cat /tmp/done.* | grep -c done)"
# Interrupts between processors, on each of them.
for count in $(grep "Function call" /proc/interrupts | sed 's/.*://; s/[^0-9 ]//g'); do
    [ $count != 0 ] || echo "no calls"
done
echo the end of the script
)sh";

constexpr std::string_view sums_a_disk = R"sh(
echo the sum begins
sha256sum /dev/vda
echo "random: $(dd if=/dev/hwrng bs=16 count=1 2>/dev/null | wc -c)"
dd if=/dev/vda of=/dev/vda bs=64k count=16 skip=16 conv=fsync 2>/dev/null
echo the end of the script
)sh";

/// With a disk.
Finished run_linux(std::string_view commands, const std::string& disk, std::vector<std::string> options) {
    options.insert(options.begin(), {"-drive", "file=" + disk + ",if=virtio,format=raw"});
    return test::run_linux(commands, options);
}

}  // namespace

TEST_CASE("Linux boots to userland with a disk and entropy, and powers off with status 0") {
    std::string bytes(2 << 20, '\0');
    for (std::size_t i = 0; i != bytes.size() / 2; ++i) bytes[i] = static_cast<char>(i * 7 + i / 512);
    const std::string disk = write_file("linux.img", bytes);
    for (const std::string version : {"on", "off"}) {
        write_file("linux.img", bytes);
        const Finished run = run_linux(
            script, disk, {"-device", "virtio-rng-device", "-global", "virtio-mmio.force-legacy=" + version});
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

TEST_CASE("Linux uses all of its harts, interpreted and translated") {
    const std::string disk = write_file("harts.img", std::string(1 << 20, 'x'));
    for (const std::string way : {"", "--interpret"}) {
        std::vector<std::string> options{"-smp", "4"};
        if (!way.empty()) options.push_back(way);
        const Finished run = run_linux(works_on_harts, disk, options);
        INFO(run.out << run.err);
        CHECK(run.status == 0);
        CHECK(has(run.out, "processors: 4 4"));
        CHECK(has(run.out, "killed: 143"));
        CHECK(has(run.out, "shells: 8"));
        CHECK_FALSE(has(run.out, "wrong"));
        CHECK_FALSE(has(run.out, "no calls"));
        CHECK(has(run.out, "the end of the script"));
    }
}

// The run is saved again and again, and goes on in a fresh process each time: while it boots, and in the middle of the sum.
TEST_CASE("A running Linux is saved and restored, with one hart and with two") {
    std::string bytes(24 << 20, '\0');
    for (std::size_t i = 0; i != bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 512);
    for (const std::string harts : {"1", "2"}) {
        const std::string disk = write_file("saved.img", bytes), first = temporary("first.snapshot"),
                          second = temporary("second.snapshot"), sum = temporary("saved.sum");
        REQUIRE(std::system(("sha256sum < " + disk + " | cut -c 1-64 > " + sum).c_str()) == 0);
        std::string expected;
        std::ifstream(sum) >> expected;
        std::remove(first.c_str());
        const std::string after = "400000000";
        Finished run = run_linux(
            sums_a_disk, disk,
            {"-smp", harts, "-device", "virtio-rng-device", "--save", first, "--save-after", after});
        std::string printed = run.out, told = run.err;
        int saved_in_the_sum = 0;
        for (int i = 0; i != 100 && run.status == 0 && !has(printed, "the end of the script"); ++i) {
            if (has(printed, "the sum begins") && !has(printed, expected)) ++saved_in_the_sum;
            const std::string& from = i % 2 == 0 ? first : second;
            const std::string& to = i % 2 == 0 ? second : first;
            std::remove(to.c_str());
            run = run_program({wirewrap_program, "run", "--restore", from, "--save", to, "--save-after",
                               after, "-drive", "file=" + disk + ",if=virtio,format=raw", "-device",
                               "virtio-rng-device"},
                              {}, std::chrono::seconds(300));
            printed += run.out;
            told += run.err;
        }
        INFO(printed << told);
        CHECK(run.status == 0);
        CHECK(saved_in_the_sum >= 1);
        CHECK(expected.size() == 64);
        CHECK(has(printed, expected));
        CHECK(has(printed, "random: 16"));
        CHECK(has(printed, "the end of the script"));
        std::ifstream file(disk, std::ios::binary);
        const std::string written{std::istreambuf_iterator<char>(file), {}};
        CHECK((written.substr(0, 1 << 20) == bytes.substr(1 << 20, 1 << 20)));
        CHECK((written.substr(1 << 20) == bytes.substr(1 << 20)));
    }
}

TEST_CASE("ext4 on a disk is whole after 64 MiB of files and a power-off") {
    const std::string disk = temporary("ext4.img"), folder = temporary("ext4");
    const std::string make = "rm -rf " + disk + " " + folder + " && mkdir " + folder +
                             " && truncate -s 256M " + disk + " && /sbin/mke2fs -q -t ext4 " + disk;
    if (std::system("/sbin/mke2fs -V >/dev/null 2>&1") != 0) {
        std::cout << "SKIPPED: e2fsprogs is not installed\n";
        return;
    }
    REQUIRE(std::system(make.c_str()) == 0);
    const Finished run = run_linux(writes_files, disk, {"-device", "virtio-rng-device"});
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(has(run.out, "the end of the script"));
    CHECK(std::system(("/sbin/e2fsck -fn " + disk + " >/dev/null 2>&1").c_str()) == 0);
    CHECK(std::system(("/sbin/debugfs -R 'rdump / " + folder + "' " + disk + " >/dev/null 2>&1; cd " +
                       folder + " && [ $(wc -l < sums) = 16 ] && sha256sum --quiet -c sums")
                          .c_str()) == 0);
}
