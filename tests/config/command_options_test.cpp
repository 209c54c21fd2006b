#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <boards/x86/pc.hpp>
#include <wirewrap/config/configuration.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {

constexpr BoardDescription pc = describe_board<boards::x86::PcI440fx<7, 2>>();
constexpr BoardDescription q35 = describe_board<boards::x86::PcQ35<7, 2>>();

std::string objection(std::vector<std::string_view> words) {
    const auto configuration = configure(pc, words);
    return configuration ? "" : configuration.error().message;
}
Bytes ram(std::vector<std::string_view> words) { return configure(pc, words)->sizes.ram; }

}  // namespace

TEST_CASE("options are whole words, and an unknown one gets the name that comes near") {
    static_assert(takes_value("-m") && takes_value("--display") && !takes_value("-nographic") &&
                  !takes_value("-m64"));
    CHECK(objection({"-monitor", "none", "-nographic", "--serial", "stdio"}).empty());
    CHECK(objection({"-m64"}).starts_with("-m64 is no option that is known here"));
    CHECK(objection({"-mem-prelloc"}) ==
          "-mem-prelloc is no option that is known here; did you mean -mem-prealloc?");
    CHECK(objection({"---m", "64"}).starts_with("--m is no option"));
    CHECK(objection({"pc"}) == "pc is no option: options begin with a dash");
    CHECK(objection({"-m", "64", "-device"}) == "-device needs a value after it");
    CHECK(objection({"-version"}) == "-version: it prints something and starts no machine: leave it out");
    CHECK(objection({"-g", "800x600"}).ends_with("x86_64/pc-i440fx-7.2 has no such option: leave it out"));
}

TEST_CASE("what says nothing about RAM is taken over with a note, what would make it another is refused") {
    const std::vector<std::string_view> words{"-display", "none",    "-S",   "-machine",
                                              "hpet=off", "-device", "e1000"};
    CHECK(configure(pc, words)->notes ==
          std::vector<std::string>{
              "-display none says nothing about RAM: taken over, and nothing comes of it",
              "-S says nothing about RAM: taken over, and nothing comes of it",
              "-machine hpet=off says nothing about RAM: taken over, and nothing comes of it",
              "-device e1000 says nothing about RAM: taken over, and nothing comes of it"});
    for (const std::vector<std::string_view>& refused : {std::vector<std::string_view>{"-incoming", "defer"},
                                                         {"-overcommit", "mem-lock=on"},
                                                         {"-global", "pc-dimm.node=1"},
                                                         {"-global", "driver=pc-dimm,property=node,value=1"},
                                                         {"-cpu", "qemu32"},
                                                         {"-cpu", "max,phys-bits=36"},
                                                         {"-device", "virtio-mem-pci,memdev=m"},
                                                         {"-device", "PC-DIMM"},
                                                         {"-machine", "cxl=on"},
                                                         {"-machine", "memory-encryption=x"},
                                                         {"-machine", "gic-version=3"},
                                                         {"-machine", "hpet=maybe"},
                                                         {"-machine", "accel=foo"},
                                                         {"-set", "device.d.slot=1"},
                                                         {"-xen-attach"}}) {
        INFO(refused.front() << " " << refused.back());
        CHECK_FALSE(objection(refused).empty());
    }
    CHECK(objection({"-machine", "memory.maxmem=1G"}).ends_with("did you mean memory.max-size?"));
}

TEST_CASE("-m counts more than -machine, key by key and in any order; the last word counts of one option") {
    CHECK(ram({"-m", "64", "-M", "memory.size=96M"}) == 64_MiB);
    CHECK(ram({"-M", "memory.size=96M", "-m", "64"}) == 64_MiB);
    CHECK(ram({"-M", "memory.size=x", "-m", "64"}) == 64_MiB);
    CHECK(ram({"-m", "96", "-M", "memory.size=64M", "-m", "slots=1,maxmem=1G"}) == 96_MiB);
    CHECK(ram({"-m", "0", "-M", "memory.size=96M"}) == 96_MiB);
    CHECK(ram({"-M", "memory.size=64M", "-M", "memory.size=96M"}) == 96_MiB);
    const std::vector<std::string_view> maximum{"-m", "64,maxmem=2G,slots=2", "-M", "memory.max-size=1G"};
    CHECK(configure(pc, maximum)->sizes == RamSizes{64_MiB, 2_GiB, 2});
    CHECK(objection({"-M", "mem_merge=off,mem-merge=on"})
              .ends_with("mem_merge and mem-merge are the same property: "
                         "leave one out"));
    CHECK(objection({"-M", "memory.size=0"}).find("has RAM: say how much, or leave it out for 128 MiB") !=
          std::string::npos);
    CHECK(objection({"-object", "memory-backend-ram,id=a,size=64M", "-M", "memory.size=0,memory-backend=a"})
              .find("leave it out for 64 MiB") != std::string::npos);
    CHECK(objection({"-M", "type="}).find("the board is") != std::string::npos);
    const auto cpus = [](std::vector<std::string_view> words) {
        return parse_command_line(words)->machine.smp;
    };
    CHECK(cpus({"-smp", "2", "-M", "smp.cpus=4", "-smp", "cores=2"}) ==
          Properties{{"cpus", "4"}, {"cores", "2"}});
    CHECK(objection({"-smp", "256"}).ends_with("maxcpus=256 is more than this machine has: use at most 255"));
    CHECK(objection({"-smp", "cpus=4,clusters=2"}).find("clusters=2: this machine's CPUs have none") !=
          std::string::npos);
}

TEST_CASE("RAM below 4 GiB ends where max-ram-below-4g puts it") {
    const auto windows = [](const BoardDescription& board, std::string_view size, std::string_view machine) {
        const std::array<std::string_view, 4> words{"-m", size, "-machine", machine};
        const auto configuration = configure(board, words);
        return wired_windows(board, configuration->sizes.ram, configuration->ram_below_4g);
    };
    const auto split_at = [&](const BoardDescription& board, std::string_view size, std::string_view end) {
        const auto all = windows(board, size, std::string("max-ram-below-4g=") + std::string(end));
        return all.front().size;
    };
    CHECK(split_at(pc, "2G", "1G") == 1_GiB);
    CHECK(windows(pc, "2G", "max-ram-below-4g=1G").back().range() ==
          Interval{GuestAddress{1ull << 32}, 1_GiB});
    CHECK(split_at(pc, "4G", "3328M") == 3_GiB);  // pages of 1 GiB
    CHECK(split_at(pc, "3200M", "3328M") == 3200_MiB);
    CHECK(split_at(q35, "2816M", "2560M") == 2_GiB);
    CHECK(split_at(q35, "2700M", "2560M") == 2560_MiB);
    CHECK(split_at(pc, "4G", "0") == 3_GiB);
    for (const char* const end : {"5G", "512K", "1048577", "x", ""})
        CHECK_FALSE(objection({"-machine", std::string("max-ram-below-4g=") + end}).empty());
}

TEST_CASE("addresses end somewhere, and memory devices keep to their granule") {
    CHECK(objection({"-m", "1G,maxmem=1007G"}).empty());
    CHECK(objection({"-m", "1G,maxmem=1008G"}).find("more than there are addresses for") !=
          std::string::npos);
    for (const char* const maximum : {"1.5T", "1P", "15E", "18446744073709547520B"})
        CHECK_FALSE(objection({"-m", std::string("1G,slots=1,maxmem=") + maximum}).empty());
    const auto dimm = [](std::string_view size, std::string_view device) {
        return objection({"-object", std::string("memory-backend-ram,id=d,size=") + std::string(size), "-m",
                          "64M,maxmem=1G,slots=2", "-device", device});
    };
    CHECK(dimm("128M", "pc-dimm,memdev=d,addr=0x100200000").empty());
    CHECK(dimm("128M", "pc-dimm,memdev=d,addr=0x1000").find("is not a multiple of 2 MiB") !=
          std::string::npos);
    CHECK(dimm("3M", "pc-dimm,memdev=d").find("multiple of 2 MiB") != std::string::npos);
    CHECK(dimm("128M", "pc-dimm,memdev=d,addr=0x80000000").find("is not within the room") !=
          std::string::npos);
    CHECK(dimm("128M", "pc-dimm,memdev=d,slot=-1").empty());
    CHECK_FALSE(dimm("128M", "pc-dimm,memdev=d,slot=-2").empty());
    const std::vector<std::string_view> two{"-object", "memory-backend-ram,id=d,size=128M",
                                            "-object", "memory-backend-ram,id=e,size=128M",
                                            "-m",      "64M,maxmem=1G,slots=2",
                                            "-device", "pc-dimm,memdev=d,addr=0x104000000",
                                            "-device", "pc-dimm,memdev=e"};
    CHECK(configure(pc, two)->devices.places() ==
          std::vector<Interval>{{GuestAddress{0x1'0400'0000}, 128_MiB},
                                {GuestAddress{0x1'0c00'0000}, 128_MiB}});
}
