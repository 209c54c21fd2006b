#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"

using namespace wirewrap::test;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Finished finish_with(std::uint32_t word) {
    Guest guest;
    guest.say("hello\n");
    guest.finish(word);
    return ask({"run", "-bios", guest.file("finish.bin")});
}

}  // namespace

TEST_CASE("the exit status is the guest's") {
    const Finished passed = finish_with(finish_pass);
    CHECK(passed.status == 0);
    CHECK(passed.out == "hello\n");
    CHECK(passed.err.empty());
    CHECK(finish_with(finish_fail(3)).status == 3);
    CHECK(finish_with(finish_fail(255)).status == 255);
}

TEST_CASE("a failure is not 0, and no larger than a process can say") {
    CHECK(finish_with(finish_fail(0)).status == 1);
    const Finished large = finish_with(finish_fail(300));
    CHECK(large.status == 255);
    CHECK(large.err == "wirewrap: the guest failed with code 300, and an exit status is 255 at most\n");
}

TEST_CASE("a reset starts again, RAM as it is but for the images") {
    Guest guest;
    guest.say(".");
    guest.code.li(Guest::t1, Guest::base + (1 << 20));
    guest.code.emit(rv64::lw(Guest::t2, Guest::t1, 0), rv64::addi(Guest::t2, Guest::t2, 1),
                    rv64::sw(Guest::t2, Guest::t1, 0));
    guest.code.li(Guest::t0, 3);
    const std::uint64_t third = guest.code.here();
    guest.code.emit(rv64::nop);
    guest.finish(finish_reset);
    guest.code.patch(third,
                     rv64::beq(Guest::t2, Guest::t0, static_cast<std::int64_t>(guest.code.here() - third)));
    guest.finish(finish_pass);
    const Finished run = ask({"run", "-bios", guest.file("reset.bin")});
    CHECK(run.status == 0);
    CHECK(run.out == "...");
}

TEST_CASE("a pipe is typed without loss") {
    Guest guest;
    guest.say(">");
    guest.echo_until('\x04');
    guest.finish(finish_pass);
    std::string typed;
    for (int i = 0; typed.size() < 20'000; ++i) typed += "line " + std::to_string(i) + "\r\n\x01x\xff";
    const Finished run = ask({"run", "-bios", guest.file("echo.bin")}, typed + "\x04");
    CHECK(run.status == 0);
    CHECK((run.out == ">" + typed));  // not expanded: it is long
}

TEST_CASE("the end of a pipe is not the end of the guest") {
    Guest guest;
    guest.echo_until('!');
    guest.say("then");
    // A while longer, with nothing left to be typed.
    guest.code.li(Guest::t0, 3'000'000);
    guest.code.emit(rv64::addi(Guest::t0, Guest::t0, -1), rv64::bne(Guest::t0, 0, -4));
    guest.finish(finish_pass);
    const Finished run = ask({"run", "-bios", guest.file("end.bin")}, "first!");
    CHECK(run.status == 0);
    CHECK(run.out == "firstthen");
}

TEST_CASE("RAM is 256 MiB, or what -m asks for, to the last byte") {
    // The guest loads the last 8 bytes, then 8 bytes further, where its trap handler ends the run.
    const auto last_address = [](std::uint64_t size, std::vector<std::string> options) {
        Guest guest;
        const std::uint64_t la = guest.code.here();
        guest.code.emit(rv64::nop, rv64::nop, rv64::csrw(0x305, Guest::t0));  // mtvec
        guest.code.li(Guest::t1, Guest::base + size - 8);
        guest.code.emit(rv64::ld(Guest::t2, Guest::t1, 0));
        guest.say("last");
        guest.code.emit(rv64::ld(Guest::t2, Guest::t1, 8));
        guest.say("further");
        guest.finish(finish_fail(1));
        guest.code.align(4);
        const std::uint64_t handler = guest.code.here();
        guest.finish(finish_pass);
        const auto distance = static_cast<std::int64_t>(handler - la);
        guest.code.patch(la, rv64::u_type(0x17, Guest::t0, 0));
        guest.code.patch(la + 4, rv64::addi(Guest::t0, Guest::t0, distance));
        options.insert(options.begin(), {"run", "-bios", guest.file("last.bin")});
        const Finished run = ask(options);
        CHECK(run.status == 0);
        return run.out;
    };
    CHECK(last_address(256ULL << 20, {}) == "last");
    CHECK(last_address(128ULL << 20, {"-m", "0"}) == "last");
    CHECK(last_address(64ULL << 20, {"-m", "64"}) == "last");
    CHECK(last_address(1536ULL << 20, {"-m", "1.5G"}) == "last");
    CHECK(last_address(16ULL << 20, {"-m", "16M", "riscv64/virt"}) == "last");
}

TEST_CASE("RAM options that do not fit are named in a sentence, before the guest runs") {
    Guest guest;
    guest.say("ran");
    guest.finish(finish_pass);
    const std::string firmware = guest.file("ram.bin");
    const auto ask_with = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"run", "-bios", firmware});
        return ask(options);
    };
    CHECK(ask_with({"-object", "memory-backend-shm,id=s,size=16M", "-M", "memory-backend=s"}).out == "ran");
    CHECK(
        ask_with({"--object=memory-backend-ram,id=s,size=16M", "--machine=memory-backend=s", "riscv64/virt"})
            .out == "ran");
    const auto error = [&](std::vector<std::string> options) {
        const Finished run = ask_with(options);
        CHECK(run.status == 1);
        CHECK(run.out.empty());
        return run.err;
    };
    CHECK(has(
        error({"-m", "1G", "-object", "memory-backend-ram,id=m,size=512M", "-machine", "memory-backend=m"}),
        "-m asks for 1 GiB of RAM, but memory-backend=m has 512 MiB"));
    CHECK(has(error({"-object", "memory-backend-ram,id=m,size=64M", "-numa", "node,memdev=m"}),
              "the NUMA nodes have 64 MiB between them, but the RAM size is 256 MiB"));
    CHECK(has(error({"-mem-path", "/nowhere/ram"}), "cannot open file /nowhere/ram"));
    CHECK(has(error({"-machine", "virt,aclint=on"}), "run knows no property aclint"));
    // The topology by its other name.
    CHECK(ask_with({"-M", "smp.cpus=2"}).out == "ran");
    CHECK(ask_with({"-smp", "2", "-machine", "virt,smp.maxcpus=4"}).out == "ran");
    CHECK(has(error({"-M", "smp.cpus=9"}), "-smp asks for 9 harts"));
    CHECK(has(error({"-M", "smp.cpus=2,smp.maxcpus=1"}), "cpus=2 is more than maxcpus=1"));
    CHECK(has(error({"-M", "smp=2"}), "run knows no property smp,"));
    CHECK(has(error({"-object", "rng-random,id=r"}), "run takes memory backends"));
    CHECK(has(error({"-object"}), "-object needs a value"));
    CHECK(has(error({"-smp", "9"}),
              "-smp asks for 9 harts, and there are 8 at most here: write -smp 8 or less"));
    // What follows an option is its value, also where it looks like a RAM option.
    CHECK(has(error({"-append", "-mem-prealloc"}),
              "-append is the command line of a kernel, and there is none"));
}

TEST_CASE("the kernel lies 2 MiB past the firmware, and what follows an option is its value") {
    Guest firmware;
    firmware.say("firmware ");
    firmware.code.li(Guest::t0, Guest::base + (2 << 20));
    firmware.code.emit(rv64::jalr(0, Guest::t0, 0));
    Guest kernel;
    kernel.say("kernel");
    kernel.finish(finish_pass);
    const Finished run = ask({"run", "-bios", firmware.file("firmware.bin"), "-kernel",
                              kernel.file("kernel.bin"), "-append", "-dashes are fine", "-m", "16M"});
    CHECK(run.err.empty());
    CHECK(run.status == 0);
    CHECK(run.out == "firmware kernel");
}

TEST_CASE("a kernel of any size that RAM holds is there to its last byte, with what follows behind it") {
    constexpr std::size_t size = 100 << 20;
    Guest kernel;
    // A kernel is told in a1 where the tree is: behind the kernel, beginning with 0xd0 of d00dfeed.
    kernel.code.emit(rv64::lbu(Guest::t2, 11, 0));
    kernel.code.li(Guest::t1, Guest::base + size - 1);
    kernel.code.emit(rv64::lbu(Guest::t0, Guest::t1, 0), rv64::sb(Guest::t0, Guest::s0, 0));
    kernel.code.emit(rv64::r_type(0x33, 3, 0, Guest::t0, Guest::t1, 11),
                     rv64::addi(Guest::t0, Guest::t0, '0'), rv64::sb(Guest::t0, Guest::s0, 0));  // sltu
    kernel.code.li(Guest::t0, 0xd0);
    kernel.code.emit(rv64::bne(Guest::t0, Guest::t2, 0));  // stays here for ever if it is no tree
    kernel.finish(finish_pass);
    std::string image = kernel.image();
    image.resize(size, '\0');
    image.back() = '!';
    const std::string path = write_file("large_kernel.bin", image);
    const Finished run = ask({"run", "-bios", "none", "-kernel", path, "-m", "128M"});
    CHECK(run.err.empty());
    CHECK(run.status == 0);
    CHECK(run.out == "!1");
    CHECK(has(ask({"run", "-bios", "none", "-kernel", path, "-m", "64M"}).err,
              "large_kernel.bin goes to [0x80000000, 0x86400000)"));
    std::remove(path.c_str());
}

TEST_CASE("what QEMU's users write is taken where it says nothing new") {
    Guest guest;
    guest.say("hello");
    guest.finish(finish_pass);
    const std::string kernel = guest.file("hello.bin");
    const auto hello = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"run", "-bios", "none", "-kernel", kernel});
        const Finished run = ask(options);
        CHECK(run.err.empty());
        CHECK(run.status == 0);
        return run.out;
    };
    CHECK(hello({"-machine", "virt", "-m", "128M", "-smp", "1", "-nographic"}) == "hello");
    CHECK(hello({"-M", "virt,aclint=off", "-cpu", "rv64", "-smp", "cpus=1,maxcpus=1", "-display", "none",
                 "-serial", "stdio", "-monitor", "none", "-parallel", "null", "-nodefaults", "-accel",
                 "tcg"}) == "hello");
    CHECK(hello({"-cpu", "rv64,v=off,h=false,sstc=on,zbc=off,mmu=true,pmp=true", "-serial", "mon:stdio",
                 "-append", "x=1"}) == "hello");
    CHECK(hello({"-serial", "none"}).empty());
    const std::string log = temporary("serial.txt");
    CHECK(hello({"-serial", "file:" + log}).empty());
    std::ifstream file(log);
    CHECK((std::string{std::istreambuf_iterator<char>(file), {}} == "hello"));
}

TEST_CASE("harts have a thread each where that is asked for") {
    Guest guest;  // hart 0 waits until each of the others has counted itself
    guest.code.li(Guest::t1, Guest::base + (1 << 20));
    guest.code.emit(rv64::csrr(Guest::t0, 0xf14));
    guest.code.emit(rv64::beq(Guest::t0, 0, 20), rv64::addi(Guest::t0, 0, 1),
                    rv64::amo(0, 2, 0, Guest::t1, Guest::t0), rv64::wfi, rv64::jal(0, -4));
    guest.code.emit(rv64::lw(Guest::t0, Guest::t1, 0), rv64::addi(Guest::t0, Guest::t0, -3),
                    rv64::bne(Guest::t0, 0, -8));
    guest.say("all");
    guest.finish(finish_pass);
    const std::string kernel = guest.file("threads.bin");
    for (const std::string threads : {"tcg,thread=multi", "tcg,thread=single", "thread=multi,tb-size=64"}) {
        const Finished run = ask({"run", "-bios", "none", "-kernel", kernel, "-smp", "4", "-accel", threads});
        CHECK(run.err.empty());
        CHECK(run.status == 0);
        CHECK(run.out == "all");
    }
    const Finished debugged = ask({"run", "-bios", "none", "-kernel", kernel, "-smp", "4", "-accel",
                                   "tcg,thread=multi", "-gdb", "tcp::0"});
    CHECK(debugged.status == 1);
    CHECK(has(debugged.err, "harts on threads of their own cannot be debugged or traced"));
}

TEST_CASE("what the board cannot do is refused by name") {
    Guest guest;
    guest.finish(finish_pass);
    const std::string kernel = guest.file("pass.bin");
    const auto error = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"run", "-bios", "none", "-kernel", kernel});
        const Finished run = ask(options);
        CHECK(run.status == 1);
        CHECK(run.out.empty());
        return run.err;
    };
    CHECK(has(error({"-monitor", "stdio"}), "-monitor stdio: there is no monitor"));
    CHECK(has(error({"-mfoo"}), "run does not take '-mfoo'"));
    CHECK(has(error({"-smp", "cpus=12"}), "-smp asks for 12 harts, and there are 8 at most here"));
    CHECK(has(error({"-cpu", "max"}), "without V and H, and no max"));
    CHECK(has(error({"-cpu", "rv64,v=true"}), "v is not there"));
    CHECK(has(error({"-cpu", "rv64,pmp=off"}), "pmp cannot be taken away"));
    CHECK(has(error({"-serial", "vc"}), "-serial vc: vc is no place for a serial port here: write stdio"));
    CHECK(has(error({"-serial", "none", "-serial", "stdio"}), "the board has one serial port"));
    CHECK(has(error({"-device", "virtio-blk-device,drive=x0"}), "there is no -drive with id=x0"));
    CHECK(has(error({"-drive", "file=fs.img,if=none,format=raw,id=x0"}), "nothing takes it"));
    CHECK(has(error({"-accel", "kvm"}), "guest code is translated or interpreted: write tcg"));
    CHECK(has(error({"-accel", "tcg,thread=many"}), "a thread of its own: write multi or single"));
    CHECK(has(error({"-accel", "tcg,threads=multi"}), "tcg has no property threads"));
    CHECK(has(error({"-S"}), "there is nowhere for one to come to: add -s, or -gdb tcp::PORT"));
    CHECK(has(error({"-gdb", "1234"}), "-gdb 1234: 1234 is no place for a debugger: write tcp::PORT"));
    const std::string hex = write_file("text.hex", ":020000040800F2\r\n:0400000001020304F2\r\n");
    CHECK(has(error({"-device", "loader,file=" + hex}), "has records of Intel's HEX format"));
    CHECK(has(error({"-device", "loader,file=x,cpu-num=3"}), "the board has one hart, number 0"));
    const Finished nothing = ask({"run", "-bios", "none"});
    CHECK(has(nothing.err, "-bios none leaves nothing to run"));
}

TEST_CASE("networks that cannot be are refused by name") {
    Guest guest;
    guest.finish(finish_pass);
    const std::string kernel = guest.file("pass.bin");
    const auto error = [&](std::string netdev, std::string device) {
        std::vector<std::string> options{"run", "-bios", "none", "-kernel", kernel};
        if (!netdev.empty()) options.insert(options.end(), {"-netdev", netdev});
        if (!device.empty()) options.insert(options.end(), {"-device", "virtio-net-device" + device});
        const Finished run = ask(options);
        CHECK(run.status == 1);
        return run.err;
    };
    CHECK(has(error("user,id=n", ",netdev=n"),
              "networks are socket,fd=N or tap,ifname=NAME here, and no user"));
    CHECK(has(error("socket,id=n,fd=0", ",netdev=n"), "-netdev id=n: descriptor 0 is no socket"));
    CHECK(has(error("socket,id=n,fd=18446744073709551615", ",netdev=n"), "is no number of a descriptor"));
    CHECK(has(error("socket,id=n", ",netdev=n"), "a socket is given as fd=N"));
    CHECK(has(error("socket,fd=0", ",netdev=n"), "it needs id=NAME"));
    CHECK(has(error("tap,id=n,ifname=t", ",netdev=n"), "add script=no,downscript=no"));
    CHECK(has(error("tap,id=n,script=/bin/true", ",netdev=n"), "no script is run here"));
    CHECK(has(error("socket,id=n,fd=0", ""), "-netdev id=n: nothing takes it"));
    CHECK(has(error("", ",netdev=n"), "there is no -netdev with id=n"));
    CHECK(has(error("socket,id=n,fd=0", ",netdev=n,mac=53:54:00:12:34:56"), "is the address of a group"));
    CHECK(has(error("socket,id=n,fd=0", ",netdev=n,mac=52:54:00:12:34"), "is no address of a card"));
    CHECK(has(error("socket,id=n,fd=0", ",netdev=n,drive=d"), "has no property drive here"));
}

TEST_CASE("a reset ends the run when it is told so") {
    Guest guest;
    guest.say(".");
    guest.finish(finish_reset);
    const Finished run = ask({"run", "-bios", guest.file("reset.bin"), "-no-reboot"});
    CHECK(run.status == 0);
    CHECK(run.out == ".");
}

TEST_CASE("flash banks take files of exactly their size") {
    Guest guest;  // prints a byte of each bank
    guest.code.li(Guest::t1, 0x2000'0000);
    guest.code.emit(rv64::lbu(Guest::t0, Guest::t1, 3), rv64::sb(Guest::t0, Guest::s0, 0));
    guest.code.li(Guest::t1, 0x2200'0000);
    guest.code.emit(rv64::lbu(Guest::t0, Guest::t1, 3), rv64::sb(Guest::t0, Guest::s0, 0));
    guest.finish(finish_pass);
    const std::string kernel = guest.file("flash.bin");
    std::string contents(32 << 20, 'x');
    contents[3] = '1';
    const std::string second = write_file("flash1.img", contents);
    const auto begin = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"run", "-bios", "none", "-device",
                                         "loader,cpu-num=0,file=" + kernel + ",addr=0x80000000"});
        return ask(options);
    };
    const Finished run = begin({"-drive", "if=pflash,format=raw,unit=1,readonly=on,file=" + second});
    CHECK(run.err.empty());
    REQUIRE(run.out.size() == 2);
    CHECK(run.out[0] != '1');
    CHECK(run.out[1] == '1');
    CHECK(begin({"-pflash", second, "-pflash", second}).out == "11");
    CHECK(has(begin({"-pflash", write_file("short.img", "abc")}).err,
              "short.img has 3 bytes, and virt.flash0 takes exactly 33554432, 32 MiB; lengthen it"));
    CHECK(has(begin({"-drive", "if=pflash,unit=2,format=raw,file=" + second}).err, "no unit 2"));
}

TEST_CASE("files that cannot be run are named in a sentence") {
    const auto error = [](std::vector<std::string> options) {
        options.insert(options.begin(), "run");
        const Finished run = ask(options);
        CHECK(run.status == 1);
        CHECK(run.out.empty());
        CHECK(std::ranges::count(run.err, '\n') == 1);
        return run.err;
    };
    CHECK(has(error({"-bios", "/nowhere/fw.elf"}),
              "wirewrap: /nowhere/fw.elf cannot be opened: No such file or directory"));
    CHECK(has(error({"-kernel", "/nowhere/u-boot"}), "wirewrap: /nowhere/u-boot cannot be opened"));
    CHECK(has(error({"-bios", "/tmp"}), "/tmp is a directory"));
    CHECK(has(error({"-bios", "/dev/zero"}), "/dev/zero is not a regular file"));
    CHECK(has(error({"-bios", write_file("empty", "")}), "empty is empty, 0 bytes"));
    CHECK(has(error({"-bios", ""}), "--bios has an empty value"));
    CHECK(has(error({"-bios"}), "--bios needs a value after it"));
    CHECK(has(error({"--boot", "x"}), "run does not take '--boot'"));
    CHECK(has(error({"riscv64/vrit"}), "did you mean riscv64/virt"));

    CHECK(has(error({"-bios", write_file("truncated.elf", "\x7f"
                                                          "ELF\x02\x01\x01")}),
              "truncated.elf"));
    CHECK(has(error({"-bios", write_file("magic.elf", "\x7f"
                                                      "ELF")}),
              "it is truncated"));
    const std::string self = wirewrap_program;  // a program of the host, which is no RISC-V
    CHECK(has(error({"-bios", self}), "and this board runs RISC-V"));
    const std::string large(9 << 20, 'x');
    CHECK(has(error({"-m", "8M", "-bios", write_file("large.bin", large)}),
              "large.bin goes to [0x80000000, 0x80900000)"));
    CHECK(has(error({"-m", "8K", "-bios", write_file("small.bin", std::string(8192, 'x'))}),
              "give the machine more RAM"));
    CHECK(has(error({"-m", "1B", "-bios", write_file("page.bin", std::string(8193, 'x'))}), "page.bin"));
    for (const char* size : {"12Q", "-5", "", "16E", "18446744073709551615B"})
        CHECK(has(error({"-m", size}), "wirewrap: "));
}
