// Where `wirewrap run` puts a kernel's initrd and what it tells the kernel, beside QEMU: both write the tree that a guest
// would get.
#include <catch2/catch.hpp>

#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"
#include "tests/fdt/tree_reader.hpp"
#include "tests/loader/packing.hpp"
#include "tests/support/qemu.hpp"

using namespace wirewrap::test;

namespace {

std::vector<std::byte> blob_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::vector<std::byte> blob;
    for (const char c : text) blob.push_back(static_cast<std::byte>(c));
    return blob;
}

/// A kernel with the header that Linux has, which says that it takes `memory` bytes.
std::string kernel_file(std::uint64_t memory) {
    std::string image(8192, '\0');
    const auto put = [&](std::size_t offset, std::uint64_t value) {
        for (std::size_t i = 0; i != 8; ++i) image[offset + i] = static_cast<char>(value >> 8 * i);
    };
    put(0, 0x6f);  // j .
    put(8, 0x20'0000);
    put(16, memory);
    put(0x30, 0x56'4353'4952);
    put(0x38, 0x0543'5352);
    return write_file("linux.bin", image);
}

}  // namespace

TEST_CASE("the tree that is dumped, and the one that is given") {
    const std::string kernel = kernel_file(1 << 20),
                      initrd = write_file("initrd.cpio", std::string(5000, 'i'));
    const std::string first = temporary("first.dtb"), second = temporary("second.dtb");
    const Finished dumped = ask({"run", "-M", "virt,dumpdtb=" + first, "-m", "128M", "-kernel", kernel,
                                 "-initrd", initrd, "-append", "console=ttyS0 quiet"});
    CHECK(dumped.err.empty());
    REQUIRE(dumped.status == 0);
    const auto blob = blob_of(first);
    const TreeReader tree{blob};
    REQUIRE(tree.valid());
    CHECK(tree.text("/chosen", "bootargs") == "console=ttyS0 quiet");
    CHECK(tree.cells("/chosen", "linux,initrd-start") == std::vector<std::uint32_t>{0, 0x8420'0000});
    CHECK(tree.cells("/chosen", "linux,initrd-end") == std::vector<std::uint32_t>{0, 0x8420'1388});

    // Given back, with another command line and no initrd.
    const Finished again = ask({"run", "-M", "virt", "-machine", "dumpdtb=" + second, "-dtb", first, "-m",
                                "128M", "-kernel", kernel, "-append", "other"});
    CHECK(again.err.empty());
    const auto blob2 = blob_of(second);
    const TreeReader given{blob2};
    REQUIRE(given.valid());
    CHECK(given.text("/chosen", "bootargs") == "other");
    CHECK(given.text("/soc/serial@10000000", "compatible") == "ns16550a");

    const auto error = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"run", "-bios", "none", "-kernel", kernel});
        const Finished run = ask(options);
        CHECK(run.status == 1);
        return run.err;
    };
    CHECK_THAT(error({"-dtb", initrd}), Catch::Contains("initrd.cpio is no device tree"));
    CHECK_THAT(error({"-dtb", "/nowhere.dtb"}), Catch::Contains("/nowhere.dtb cannot be opened"));
    CHECK_THAT(error({"-M", "virt,dumpdtb=/nowhere/x.dtb"}),
               Catch::Contains("/nowhere/x.dtb cannot be written"));
    CHECK_THAT(error({"-M", "virt,dumpdtb="}), Catch::Contains("dumpdtb"));
    CHECK_THAT(ask({"run", "-bios", "none", "-kernel", write_file("Image.gz", "\x1f\x8b\x08 and more")}).err,
               Catch::Contains("Image.gz begins as what gzip packed, and is damaged"));
}

TEST_CASE("the initrd lies where QEMU puts it") {
    if (!qemu_installed()) {
        std::cout << "SKIPPED: qemu-system-riscv64 is not installed\n";
        return;
    }
    const std::string initrd = write_file("initrd.cpio", std::string(12345, 'i'));
    for (const std::uint64_t memory : {1u << 20, 30u << 20}) {
        const std::string kernel = kernel_file(memory);
        for (const std::string size : {"80M", "128M", "256M", "1G", "4G"})
            for (const std::string bios : {"none", "default"}) {
                INFO(size << ", -bios " << bios);
                // At most 128 MiB behind the kernel's entry in QEMU 7.2, at most 512 MiB in 10.0.
                const bool large = size == "1G" || size == "4G";
                const std::string ours = temporary("ours.dtb"), theirs = temporary("theirs.dtb");
                const std::vector<std::string> options{"-m",   size,      "-bios", bios,      "-kernel",
                                                       kernel, "-initrd", initrd,  "-append", "a=b"};
                std::vector<std::string> run{"run", "-M", "virt,dumpdtb=" + ours};
                run.insert(run.end(), options.begin(), options.end());
                REQUIRE(ask(run).err.empty());
                std::vector<std::string> qemu{"/usr/bin/qemu-system-riscv64", "-display", "none", "-M",
                                              "virt,dumpdtb=" + theirs};
                qemu.insert(qemu.end(), options.begin(), options.end());
                REQUIRE(run_program(qemu).status == 0);
                const auto mine = blob_of(ours), their = blob_of(theirs);
                for (const char* const name : {"linux,initrd-start", "linux,initrd-end"}) {
                    // QEMU before 9 writes one cell where the number fits into it.
                    const auto number = [&](const std::vector<std::byte>& blob) {
                        std::uint64_t value = 0;
                        for (const std::uint32_t cell : TreeReader{blob}.cells("/chosen", name))
                            value = value << 32 | cell;
                        return value;
                    };
                    const std::uint64_t farther = number(their) - number(mine);
                    CHECK((farther == 0 || (large && farther == 384u << 20)));
                }
                CHECK(TreeReader{mine}.text("/chosen", "bootargs") ==
                      TreeReader{their}.text("/chosen", "bootargs"));
            }
    }
}

TEST_CASE("a kernel that is packed runs as it does unpacked") {
    Guest guest;
    guest.say("hello");
    guest.finish(finish_pass);
    const std::string image = guest.image();
    const auto bytes = std::as_bytes(std::span(image));
    const Packed whole(bytes.begin(), bytes.end());
    for (const Packed& file : {gzipped(whole), zstandard(whole), self_unpacking(gzipped(whole), "gzip"),
                               self_unpacking(zstandard(whole), "zstd22")}) {
        const std::string kernel = write_file("Image.x",
                                              {reinterpret_cast<const char*>(file.data()), file.size()});
        const Finished run = ask({"run", "-bios", "none", "-kernel", kernel});
        INFO(run.err);
        CHECK(run.status == 0);
        CHECK(run.out == "hello");
    }
    const Packed large = gzipped(Packed(32 << 20));
    const std::string kernel = write_file("Image.x",
                                          {reinterpret_cast<const char*>(large.data()), large.size()});
    CHECK_THAT(ask({"run", "-bios", "none", "-m", "16M", "-kernel", kernel}).err,
               Catch::Contains("more than 16 MiB come out of it"));
}
