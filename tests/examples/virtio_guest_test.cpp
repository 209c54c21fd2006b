// A bare-metal guest that drives a disk, on `wirewrap run` translated and interpreted, and on QEMU: the same output, the same
// disk. Saved in the middle, it goes on elsewhere.
#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"
#include "tests/support/qemu.hpp"

using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::uint64_t sectors = 256;

/// Copies each of the first 64 sectors, complemented, 64 sectors further, flushes, asks for a sector that is not there, and prints
/// three digits and the sum of all that it read. Legacy virtio-mmio, as QEMU 7.2 has it, in slot `slot`.
class DiskGuest : public Guest {
public:
    explicit DiskGuest(unsigned slot) {
        code.li(device, 0x1000'1000 + 0x1000 * slot);
        code.li(pages, base + 0x10'0000);
        code.li(used, base + 0x10'1000);
        code.li(header, base + 0x10'3000);
        code.li(data, base + 0x10'4000);
        for (const auto& [offset, value] : {std::pair{0x28u, 0x1000u},
                                            {0x70u, 0u},
                                            {0x70u, 3u},
                                            {0x20u, 1u << 9},
                                            {0x30u, 0u},
                                            {0x38u, 8u},
                                            {0x3cu, 0x1000u},
                                            {0x40u, static_cast<unsigned>((base + 0x10'0000) / 0x1000)},
                                            {0x70u, 7u}}) {
            code.li(t0, value);
            code.emit(sw(t0, device, offset));
        }
        descriptor(0, base + 0x10'3000, 16, 1, 1);
        descriptor(1, base + 0x10'4000, 512, 3, 2);
        descriptor(2, base + 0x10'3020, 1, 2, 0);
        code.li(count, 0);
        code.li(sector, 0);
        code.li(sum, 0);
        const std::uint64_t loop = code.here();
        request(0, 3);
        code.emit(addi(t1, data, 0), addi(t2, data, 512));
        const std::uint64_t words = code.here();
        code.emit(ld(t0, t1, 0), add(sum, sum, t0), i_type(0x13, 4, t0, t0, -1), sd(t0, t1, 0),
                  addi(t1, t1, 8));
        code.emit(bne(t1, t2, distance(words)));
        code.emit(addi(sector, sector, 64));
        request(1, 1);
        code.emit(lbu(t0, header, 0x20), add(sum, sum, t0), addi(sector, sector, -63));
        code.li(t0, 64);
        code.emit(bne(sector, t0, distance(loop)));
        next_of_header(2);
        request(4, 1);
        digit(header, 0x20);
        next_of_header(1);
        code.li(sector, 1 << 20);
        request(0, 3);
        digit(header, 0x20);
        code.emit(addi(t0, interrupt, '0'), sb(t0, s0, 0));
        for (int shift = 60; shift >= 0; shift -= 4) {
            code.emit(i_type(0x13, 5, t0, sum, shift), i_type(0x13, 7, t0, t0, 15), addi(t0, t0, 'A'));
            code.emit(sb(t0, s0, 0));
        }
        finish(finish_pass);
    }

private:
    static constexpr Reg device = 18, pages = 19, count = 20, used = 21, header = 22, data = 23, sector = 24,
                         sum = 25, interrupt = 26;

    std::int64_t distance(std::uint64_t to) const { return static_cast<std::int64_t>(to - code.here()); }
    void descriptor(unsigned number, std::uint64_t address, std::uint64_t size, std::uint64_t flags,
                    std::uint64_t next) {
        code.li(t0, address);
        code.emit(sd(t0, pages, 16 * number));
        code.li(t0, size | flags << 32 | next << 48);
        code.emit(sd(t0, pages, 16 * number + 8));
    }
    void next_of_header(unsigned next) {
        code.li(t0, next);
        code.emit(store(1, t0, pages, 14));
    }
    /// The available ring is all zero: each request begins with descriptor 0.
    void request(unsigned operation, unsigned flags) {
        code.li(t0, operation);
        code.emit(sw(t0, header, 0), sd(sector, header, 8));
        code.li(t0, flags);
        code.emit(store(1, t0, pages, 28), addi(count, count, 1), store(1, count, pages, 0x82), fence);
        code.emit(sw(0, device, 0x50));
        const std::uint64_t wait = code.here();
        code.emit(lhu(t0, used, 2));
        code.emit(bne(t0, count, distance(wait)));
        code.emit(fence, lw(interrupt, device, 0x60), sw(interrupt, device, 0x64));
    }
    void digit(Reg at, std::int64_t offset) {
        code.emit(lbu(t0, at, offset), addi(t0, t0, '0'), sb(t0, s0, 0));
    }
};

std::string fresh_disk(const std::string& name) {
    std::string bytes(512 * sectors, '\0');
    std::uint64_t random = 1;
    for (char& c : bytes) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        c = static_cast<char>(random >> 56);
    }
    return write_file(name, bytes);
}
std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}
std::string expected_disk() {
    std::string bytes = content(fresh_disk("expected.img"));
    for (std::size_t i = 0; i != 64 * 512; ++i) bytes[64 * 512 + i] = static_cast<char>(~bytes[i]);
    return bytes;
}
/// "011" and the sum, as letters from A on.
std::string expected_output() {
    const std::string bytes = content(fresh_disk("expected.img"));
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i != 64 * 512; i += 8) {
        std::uint64_t word = 0;
        for (std::size_t k = 8; k != 0; --k) word = word << 8 | static_cast<unsigned char>(bytes[i + k - 1]);
        sum += word;
    }
    std::string text = "011";
    for (int shift = 60; shift >= 0; shift -= 4) text.push_back(static_cast<char>('A' + (sum >> shift & 15)));
    return text;
}
std::vector<std::string> drive(const std::string& disk, const std::string& more = "") {
    return {"-drive", "file=" + disk + ",if=none,format=raw,id=x0" + more, "-device",
            "virtio-blk-device,drive=x0"};
}
std::vector<std::string> words(std::vector<std::string> first, const std::vector<std::string>& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a guest reads and writes a disk, translated and interpreted") {
    const std::string guest = DiskGuest(7).file("disk_guest.bin");
    for (const bool interpret : {false, true}) {
        const std::string disk = fresh_disk("disk.img");
        std::vector<std::string> run{"run", "-bios", "none", "-kernel", guest};
        if (interpret) run.emplace_back("--interpret");
        const Finished done = ask(words(run, drive(disk)));
        CHECK(done.err.empty());
        CHECK(done.status == 0);
        CHECK(done.out == expected_output());
        CHECK((content(disk) == expected_disk()));
    }
}

TEST_CASE("QEMU does the same") {
    if (!qemu_installed()) {
        std::cout << "SKIPPED: qemu-system-riscv64 is not installed\n";
        return;
    }
    const std::string disk = fresh_disk("qemu.img");
    const Finished done = run_program(words({"/usr/bin/qemu-system-riscv64", "-M", "virt", "-bios", "none",
                                             "-kernel", DiskGuest(7).file("disk_guest.bin"), "-display",
                                             "none", "-monitor", "none", "-serial", "stdio"},
                                            drive(disk)));
    CHECK(done.status == 0);
    CHECK(done.out == expected_output());
    CHECK((content(disk) == expected_disk()));
}

TEST_CASE("a snapshot leaves the file alone, and a read-only disk is not written") {
    const std::string disk = fresh_disk("disk.img"), before = content(disk);
    const auto guest = [&](unsigned slot) { return DiskGuest(slot).file("disk_guest.bin"); };
    const Finished done = ask(
        words({"run", "-bios", "none", "-kernel", guest(7)}, drive(disk, ",snapshot=on")));
    CHECK(done.out == expected_output());
    CHECK((content(disk) == before));
    const Finished all = ask({"run", "-bios", "none", "-kernel", guest(7), "-snapshot", "-drive",
                              "file=" + disk + ",if=virtio,format=raw"});
    CHECK(all.out == expected_output());
    CHECK((content(disk) == before));
    // Each write has status 1, which the guest adds up.
    const Finished refused = ask({"run", "-bios", "none", "-kernel", guest(0), "-drive",
                                  "file=" + disk + ",if=none,format=raw,id=d,readonly=on", "-device",
                                  "virtio-blk-device,drive=d,bus=virtio-mmio-bus.0"});
    CHECK(refused.status == 0);
    CHECK(refused.out.substr(0, 3) == "011");
    CHECK(refused.out != expected_output());
    CHECK((content(disk) == before));
}

TEST_CASE("a run that is saved in the middle goes on with its disk") {
    const std::string disk = fresh_disk("disk.img"), snapshot = temporary("disk.snapshot");
    const std::string guest = DiskGuest(7).file("disk_guest.bin");
    std::remove(snapshot.c_str());
    const Finished saved = ask(words(
        {"run", "-m", "16M", "-bios", "none", "-kernel", guest, "--save", snapshot, "--save-after", "15000"},
        drive(disk)));
    CHECK(saved.err.empty());
    REQUIRE(saved.status == 0);
    CHECK(saved.out.empty());
    CHECK_FALSE((content(disk) == expected_disk()));
    const Finished done = ask(
        words({"run", "--restore", snapshot, "-bios", "none", "-kernel", guest}, drive(disk)));
    CHECK(done.err.empty());
    CHECK(done.out == expected_output());
    CHECK((content(disk) == expected_disk()));

    const auto error = [&](const std::vector<std::string>& options) {
        return ask(words({"run", "--restore", snapshot, "-bios", "none", "-kernel", guest}, options)).err;
    };
    CHECK(has(error({}), "another device, or none, was saved in this slot: begin with the same devices"));
    CHECK(has(error({"-device", "virtio-rng-device"}), "another device, or none, was saved in this slot"));
    CHECK(has(error(drive(write_file("small.img", std::string(512, 'x')))), "another size than this one"));
    CHECK(has(error(words(drive(disk), {"-global", "virtio-mmio.force-legacy=false"})), "another version"));
    CHECK(has(ask(words({"run", "-bios", "none", "-kernel", guest, "--save", snapshot},
                        drive(disk, ",snapshot=on")))
                  .err,
              "the saved machine would miss it"));
}

TEST_CASE("what cannot be a disk or a device is refused by name") {
    const std::string disk = fresh_disk("disk.img"), guest = DiskGuest(7).file("disk_guest.bin");
    const auto error = [&](const std::vector<std::string>& options) {
        const Finished run = ask(words({"run", "-bios", "none", "-kernel", guest}, options));
        CHECK(run.status == 1);
        CHECK(run.out.empty());
        return run.err;
    };
    CHECK(has(error({"-drive", "file=" + disk + ",if=none,format=raw,id=a"}), "nothing takes it"));
    CHECK(has(error({"-device", "virtio-blk-device,drive=a"}), "there is no -drive with id=a"));
    CHECK(has(error({"-device", "virtio-blk-device"}), "needs drive=NAME"));
    CHECK(has(error(words(drive(disk), {"-device", "virtio-blk-device,drive=x0"})), "has a device already"));
    CHECK(has(error(drive(disk, ",format=qcow2")), "only format=raw is read"));
    CHECK(has(error(drive(disk, ",cache=unsafe")), "cache=unsafe: the host's page cache"));
    CHECK(has(error(drive(disk, ",readonly=on,snapshot=on")), "leave one of them out"));
    CHECK(has(error(drive(disk, ",bps=3")), "bps is nothing that a disk has here"));
    CHECK(has(error(drive("/nowhere/d.img")), "/nowhere/d.img cannot be opened for writing"));
    CHECK(has(error({"-drive", "file=" + disk + ",if=ide"}), "write if=pflash, if=virtio, or if=none"));
    CHECK(has(error({"-drive", "file=" + disk + ",if=virtio", "-drive", "file=" + disk + ",if=virtio"}),
              "is in use by another machine"));
    CHECK(
        has(error({"-device", "virtio-blk-pci,drive=x0"}), "the board has no PCI: write virtio-blk-device"));
    CHECK(has(error({"-device", "virtio-gpu-device"}), "and no virtio-gpu-device"));
    CHECK(has(error({"-device", "virtio-rng-device,bus=virtio-mmio-bus.8"}),
              "virtio-mmio-bus.0 to virtio-mmio-bus.7"));
    CHECK(has(error({"-device", "virtio-rng-device,bus=virtio-mmio-bus.3", "-device",
                     "virtio-rng-device,bus=virtio-mmio-bus.3"}),
              "virtio-mmio-bus.3 has a device already"));
    std::vector<std::string> nine;
    for (int i = 0; i != 9; ++i) nine.insert(nine.end(), {"-device", "virtio-rng-device"});
    CHECK(has(error(nine), "the board has 8 slots for virtio devices, and 9 were asked for"));
    CHECK(has(error({"-global", "virtio-mmio.format_transport_address=off"}),
              "only virtio-mmio.force-legacy="));
}

TEST_CASE("a host that fails is told, and the guest goes on") {
    const std::string disk = fresh_disk("disk.img");
    // Of the sectors that the guest writes, the host takes none: they lie behind the limit, in units of 512 bytes.
    const Finished done = run_program(
        {"/bin/sh", "-c",
         "ulimit -f 32; exec " + wirewrap_program + " run --interpret -bios none -kernel " +
             DiskGuest(7).file("disk_guest.bin") + " -drive file=" + disk + ",if=virtio,format=raw"});
    CHECK(done.status == 0);
    CHECK(done.out.substr(0, 3) == "011");
    CHECK(done.out != expected_output());
    CHECK(has(done.err,
              "accesses of the guest failed, which it saw as I/O errors; the first: File too large (EFBIG)"));
}
