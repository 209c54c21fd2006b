// `wirewrap ram` of migration streams.
#include <cstdio>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include <tests/examples/process.hpp>
#include <tests/support/running_qemu.hpp>

using namespace wirewrap::test;

namespace {
const std::string arduino =
    "tests/qemu/corpus/avr-uno";  // QEMU 7.2.22, -machine uno, stopped before its first instruction
}

TEST_CASE("a stream's blocks are listed, in pages of the size that makes sense of it") {
    const Finished listed = ask({"ram", arduino});
    CHECK(listed.err == "");
    CHECK(listed.status == 0);
    CHECK(listed.out == "machine      arduino-uno\n"
                        "pages of     256 bytes\n"
                        "\n"
                        "BLOCK           BYTES     IN THE FILE\n"
                        "flash           32768               0\n"
                        "sram             4096               0\n");
}

TEST_CASE("a stream that is cut short, or of another board, is refused") {
    const std::string cut = scratch("cut.stream");
    const auto bytes = content_of(arduino);
    std::ofstream(cut, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), 500);
    const Finished refused = ask({"ram", cut});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("the stream ends at byte 500") != std::string::npos);

    const Finished other = ask({"ram", arduino, "--board", "x86_64/pc"});
    CHECK(other.status == 1);
}

TEST_CASE("a stream that QEMU writes now is compared with the board, and its bytes are printed") {
    if (!qemu_is_installed("x86_64")) {
        std::puts("SKIPPED: qemu-system-x86_64 is not installed");
        return;
    }
    const std::string words = scratch("words.bin"), stream = scratch("pc.stream");
    std::ofstream(words, std::ios::binary) << "a stream of QEMU";
    {
        RunningQemu qemu("x86_64", {"-machine", "pc-i440fx-7.2", "-m", "32", "-S", "-device",
                                    "loader,force-raw=on,addr=0x100ff8,file=" + words});
        REQUIRE(qemu.migrate_to(stream) == "completed");
    }
    const Finished fits = ask({"ram", stream, "--board", "pc-i440fx-7.2", "--dump", "pc.ram", "--at",
                               "0x100ff0", "--size", "0x20"});
    CHECK(fits.err == "");
    CHECK(fits.out == "0000100ff0  00 00 00 00 00 00 00 00 61 20 73 74 72 65 61 6d  ........a stream\n"
                      "0000101000  20 6f 66 20 51 45 4d 55 00 00 00 00 00 00 00 00   of QEMU........\n");
    const Finished older = ask({"ram", stream, "--board", "x86_64/pc-i440fx-7.1"});
    CHECK(older.status == 1);
    CHECK(older.err == "wirewrap: " + stream +
                           " is not memory of x86_64/pc-i440fx-7.1: it is of machine pc-i440fx-7.2, not "
                           "pc-i440fx-7.1\n");
    const Finished nothing = ask({"ram", stream, "--dump", "vga.vram"});
    CHECK(nothing.err.find(" has no block vga.vram; it has pc.ram, ") != std::string::npos);
    const Finished beyond = ask({"ram", stream, "--dump", "pc.ram", "--at", "0x1ffffff", "--size", "2"});
    CHECK(beyond.err.find("block pc.ram has 32 MiB, and 2 bytes from 0x1ffffff on do not lie in it") !=
          std::string::npos);
}

namespace {

/// libvirt's head with a description of 4 KiB, and the stream behind it.
std::string saved_by_libvirt(const std::string& magic, const std::string& stream) {
    const std::string path = scratch("saved.img"), words("\2\0\0\0\0\20\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20);
    const auto bytes = content_of(stream);
    std::ofstream file(path, std::ios::binary);
    file << magic << words << std::string(56, '\0') << std::string(4096, ' ');
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path;
}

std::string error_about(const std::string& begin) {
    const std::string path = scratch("begins");
    std::ofstream(path, std::ios::binary) << begin;
    const Finished refused = ask({"ram", path});
    CHECK(refused.status == 1);
    CHECK(refused.out == "");
    return refused.err.substr(std::string("wirewrap: " + path).size());
}

}  // namespace

TEST_CASE("a save file of libvirt is listed as the stream in it, and one that is not finished is refused") {
    const Finished listed = ask({"ram", saved_by_libvirt("LibvirtQemudSave", arduino)});
    CHECK(listed.err == "");
    CHECK(listed.out == ask({"ram", arduino}).out);
    const Finished partial = ask({"ram", saved_by_libvirt("LibvirtQemudPart", arduino)});
    CHECK(partial.status == 1);
    CHECK(partial.err.find("this is a save file that libvirt has not finished") != std::string::npos);
}

TEST_CASE("files that are neither snapshots nor streams are told by how they begin") {
    using namespace std::string_literals;
    CHECK(error_about("\x1f\x8b\x08\0"s).starts_with(" is compressed by gzip: unpack it, gzip -dc "));
    CHECK(error_about("\x28\xb5\x2f\xfd").starts_with(" is compressed by zstd: unpack it, zstd -dc "));
    CHECK(error_about("\xfd\x37zXZ\0"s).starts_with(" is compressed by xz: unpack it, xz -dc "));
    CHECK(error_about("PK\3\4rest of an archive") ==
          " is neither a snapshot of wirewrap nor a stream of QEMU: it begins with 50 4b 03 04 72 65 73 74 "
          "20 6f 66 20 "
          "61 6e 20 61\n");
    CHECK(error_about("x") == " is neither a snapshot of wirewrap nor a stream of QEMU: it begins with 78\n");
    CHECK(ask({"ram", "/dev/zero"}).err.find("/dev/zero is no regular file") != std::string::npos);
}

TEST_CASE("a stream that leaves pages out is listed with what is missing, and no zeroes are printed for it") {
    // The last page of `sram`: a record of nine bytes, offset and fill byte, before the end of the payload.
    const auto bytes = content_of(arduino);
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::string record("\0\0\0\0\0\0\x0f\x22\0", 9);
    const std::size_t place = text.rfind(record);
    REQUIRE(place != text.npos);
    text.erase(place, record.size());
    const std::string path = scratch("missing.stream");
    std::ofstream(path, std::ios::binary) << text;

    const Finished listed = ask({"ram", path});
    CHECK(listed.status == 0);
    CHECK(listed.out.find("sram             4096               0  256 never came\n") != std::string::npos);
    const Finished refused = ask({"ram", path, "--dump", "sram"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("no page came of 256 bytes of block sram: ") != std::string::npos);
    CHECK(ask({"ram", path, "--board", "avr/arduino-uno"}).status == 1);
    CHECK(ask({"ram", path, "--dump", "sram", "--allow-missing-pages"}).status == 0);
    CHECK(ask({"ram", path, "--dump", "flash", "--skip-block", "sram"}).status == 0);
}

TEST_CASE("a snapshot's main RAM becomes a stream that QEMU loads") {
    if (!qemu_is_installed("riscv64")) {
        std::puts("SKIPPED: qemu-system-riscv64 is not installed");
        return;
    }
    // A guest that stores its own text to RAM and stops.
    const std::string snapshot = scratch("virt.snapshot"), stream = scratch("virt.stream");
    const std::string words = scratch("more.bin");
    std::ofstream(words, std::ios::binary) << "main RAM of a snapshot";
    const Finished run = ask({"run", "-m", "32M", "-bios", "none", "-device",
                              "loader,force-raw=on,addr=0x80100ff8,file=" + words, "-device",
                              "loader,addr=0x80000000,data=0x0000006f,data-len=4", "--save", snapshot,
                              "--save-after", "1000"});
    INFO(run.err);
    REQUIRE(run.status == 0);
    const Finished written = ask({"ram", snapshot, "--qemu-stream", stream});
    CHECK(written.err == "");
    REQUIRE(written.status == 0);
    CHECK(ask({"ram", stream, "--board", "riscv64/virt"}).err == "");

    RunningQemu qemu("riscv64",
                     {"-machine", "virt", "-m", "32M", "-bios", "none", "-S", "-incoming", "defer"});
    REQUIRE(qemu.receive(stream) == "completed");
    const Finished ours = ask(
        {"ram", snapshot, "--dump", "riscv_virt_board.ram", "--at", "0x100ff8", "--size", "22"});
    CHECK(ours.out.find("main RAM") != std::string::npos);
    const auto theirs = qemu.memory(wirewrap::GuestAddress{0x8000'0000}, wirewrap::Bytes{32 << 20});
    REQUIRE(theirs.size() == 32u << 20);
    const auto begin = reinterpret_cast<const char*>(theirs.data());
    CHECK(std::string(begin + 0x100ff8, 22) == "main RAM of a snapshot");
    CHECK(theirs[0] == std::byte{0x6f});

    const Finished again = ask({"ram", stream, "--qemu-stream", scratch("again.stream")});
    CHECK(again.status == 1);
    CHECK(again.err.find("is a stream of QEMU already") != std::string::npos);
}
