#include <catch2/catch.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boards/arm/virt.hpp>
#include <boards/x86/microvm.hpp>
#include <boards/x86/pc.hpp>
#include <wirewrap/config/configuration.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {

constexpr BoardDescription pc = describe_board<boards::x86::PcI440fx<7, 2>>();
constexpr BoardDescription microvm = describe_board<boards::x86::MicroVm>();
constexpr BoardDescription virt = describe_board<boards::arm::Virt<7, 2>>();

Expected<Configuration> with(const BoardDescription& board, std::vector<std::string_view> words) {
    return configure(board, words);
}
std::string objection(const BoardDescription& board, std::vector<std::string_view> words) {
    const auto configuration = with(board, std::move(words));
    return configuration ? "" : configuration.error().message;
}

}  // namespace

TEST_CASE("without a backend of one's own, the board's RAM id names one") {
    const auto plain = with(pc, {});
    REQUIRE(plain);
    CHECK(plain->sizes == RamSizes{128_MiB, 128_MiB, 0});
    CHECK(plain->ram == std::vector<std::string>{"pc.ram"});
    CHECK(plain->backend("pc.ram")->kind == BackendKind::ram);

    const auto file = with(pc,
                           {"-machine", "pc,mem-merge=off", "-m", "1G", "-mem-path", "dir", "-mem-prealloc"});
    REQUIRE(file);
    const BackendObject& backend = *file->backend("pc.ram");
    CHECK(backend.kind == BackendKind::file);
    CHECK(backend.path == "dir");
    CHECK((backend.size == 1_GiB && backend.common.prealloc && !backend.common.merge));
}

TEST_CASE("one's own backend decides the size, and the maximum with it (QEMU's defect A1)") {
    const auto big = with(virt,
                          {"-machine", "memory-backend=m0", "-object", "memory-backend-ram,id=m0,size=4G"});
    REQUIRE(big);
    CHECK(big->sizes == RamSizes{4_GiB, 4_GiB, 0});
    CHECK(big->ram == std::vector<std::string>{"m0"});
    CHECK(big->backends.size() == 1);
    CHECK(objection(pc, {"-machine", "memory-backend=m0", "-object", "memory-backend-ram,id=m0,size=512M",
                         "-m", "1G"}) == "-m asks for 1 GiB of RAM, but memory-backend=m0 has 512 MiB: leave "
                                         "out the size after -m, or make the two equal");
    CHECK(objection(pc, {"-machine", "memory-backend=m0", "-mem-path", "dir"})
              .starts_with("-mem-path dir makes a backend"));
    CHECK(
        objection(pc, {"-machine", "memory-backend=m1"}).starts_with("memory-backend=m1: there is no such"));
}

TEST_CASE("the board's RAM id is taken, unless it is meant (QEMU's defect A15)") {
    CHECK(objection(pc, {"-object", "memory-backend-ram,id=pc.ram,size=512M"}).find("another id") !=
          std::string::npos);
    CHECK(objection(pc, {"-object", "rng-random,id=pc.ram"}).find("another id") != std::string::npos);
    CHECK(
        with(pc, {"-machine", "memory-backend=pc.ram", "-object", "memory-backend-ram,id=pc.ram,size=512M"}));
}

TEST_CASE("the nodes' backends are main RAM, in the order of the nodes") {
    const std::vector<std::string_view> two{"-m",      "1G",
                                            "-object", "memory-backend-ram,id=m0,size=256M",
                                            "-object", "memory-backend-ram,id=m1,size=768M"};
    auto words = two;
    words.insert(words.end(), {"-numa", "node,nodeid=1,memdev=m1", "-numa", "node,nodeid=0,memdev=m0"});
    const auto configuration = with(pc, words);
    REQUIRE(configuration);
    CHECK(configuration->ram == std::vector<std::string>{"m0", "m1"});
    words = two;
    words.insert(words.end(), {"-numa", "node,memdev=m0"});
    CHECK(objection(pc, words).starts_with("-numa: the NUMA nodes have 256 MiB between them"));
    CHECK(objection(pc, {"-machine", "memory-backend=m0", "-object", "memory-backend-ram,id=m0,size=1G",
                         "-numa", "node,memdev=m0"})
              .ends_with("both say what main RAM is: leave one out"));
}

TEST_CASE("maxmem ends where addresses do, as QEMU 11.1 starts and refuses it") {
    constexpr BoardDescription today = describe_board<boards::arm::Virt<11, 1>>();
    for (const char* taken :
         {"1G,maxmem=1023G", "1G,slots=2,maxmem=1021G", "1536M,maxmem=1022G", "1025M,maxmem=1022G"}) {
        CAPTURE(taken);
        CHECK(objection(today, {"-m", taken}) == "");
    }
    for (const char* refused : {"1G,maxmem=1024G", "1G,slots=2,maxmem=1022G", "1536M,slots=1,maxmem=1022G",
                                "1G,slots=2,maxmem=2T"}) {
        CAPTURE(refused);
        CHECK_FALSE(objection(today, {"-m", refused}).empty());
    }
    CHECK(objection(virt, {"-m", "1G,slots=2,maxmem=1022G"})
              .find("maxmem 1022 GiB and 2 slots are more than there are addresses for: behind RAM and "
                    "memory devices "
                    "they would end at 1025 GiB or later, past 1 TiB: use less") != std::string::npos);
    CHECK(objection(pc, {"-m", "4G,slots=4,maxmem=1004G"}) == "");
    CHECK_FALSE(objection(pc, {"-m", "4G,slots=4,maxmem=1020G"}).empty());
    CHECK(objection(pc, {"-m", "1G,slots=1,maxmem=1006G"}) == "");
    CHECK_FALSE(objection(pc, {"-m", "1G,slots=1,maxmem=1007G"}).empty());
}

TEST_CASE("slots, maxmem and memory devices") {
    CHECK(objection(pc, {"-m", "1G,slots=257,maxmem=4G"}).ends_with("use at most 256"));
    CHECK_FALSE(objection(pc, {"-m", "1G,maxmem=4294967297"}).empty());
    const std::vector<std::string_view> dimm{"-object", "memory-backend-ram,id=m0,size=512M", "-device",
                                             "pc-dimm,memdev=m0", "-m"};
    const auto plugged = [&](std::string_view memory) {
        auto words = dimm;
        words.push_back(memory);
        return with(pc, words);
    };
    const auto good = plugged("512M,slots=2,maxmem=4G");
    REQUIRE(good);
    CHECK(good->devices.plugged() == 512_MiB);
    const auto placed = [&](std::string_view device) {
        return objection(pc, {"-object", "memory-backend-ram,id=m0,size=2M", "-m", "1G,slots=2,maxmem=2G",
                              "-device", device});
    };
    CHECK(placed("pc-dimm,memdev=m0,slot=1,node=0").empty());
    CHECK(placed("pc-dimm,memdev=m0,slot=2").ends_with("slot=2: write a whole number from 0 to 1"));
    CHECK(placed("pc-dimm,memdev=m0,foo=1").ends_with("foo is no property of pc-dimm"));
    CHECK_FALSE(placed("pc-dimm,memdev=m0,node=1").empty());
    CHECK_FALSE(placed("pc-dimm").empty());
    CHECK_FALSE(placed("virtio-net,memdev=m0").empty());
    CHECK_FALSE(plugged("512M"));
    CHECK_FALSE(plugged("512M,slots=1,maxmem=768M"));
}

TEST_CASE("the workers of prealloc run where their thread-context says") {
    const auto configuration = with(pc, {"-object", "thread-context,id=tc,cpu-affinity=0-1,cpu-affinity=6",
                                         "-object",
                                         "memory-backend-ram,id=m,size=64M,prealloc=on,prealloc-context=tc",
                                         "-machine", "memory-backend=m"});
    REQUIRE(configuration);
    CHECK(configuration->backend("m")->common.prealloc_place.cpus == hostmem::CpuSet{0, 1, 6});
    CHECK(selection(*configuration->backend("m")).common().prealloc_place.cpus.text().view() == "0, 1 and 6");
    const auto about = [](std::string_view context) {
        return objection(
            pc, {"-object", context, "-object", "memory-backend-ram,id=m,size=1M,prealloc-context=tc"});
    };
    CHECK(about("thread-context,id=tc,node-affinity=0").empty());
    CHECK(about("thread-context,id=tc,node-affinity=0,cpu-affinity=0")
              .ends_with("cpu-affinity and node-affinity both say where the workers run: leave one out"));
    CHECK(about("thread-context,id=tc,cpu-affinity=1024").ends_with("they are numbered 0 to 1023"));
    CHECK(about("thread-context,id=tc,node-affinity=128").ends_with("they are numbered 0 to 127"));
    CHECK(about("thread-context,id=tc,thread-id=7")
              .ends_with("thread-id is no property of thread-context: write cpu-affinity or node-affinity"));
    CHECK(about("thread-context,id=other").ends_with("create it with -object thread-context"));
}

TEST_CASE("an object may be named by its path, as main RAM, memory of a node or of a device, and a context") {
    const auto named = [](std::string_view first, std::string_view second, std::string_view context) {
        const std::string ram = sentence("node,memdev=", first).string(),
                          other = sentence("node,memdev=", second).string(),
                          third =
                              sentence("memory-backend-ram,id=c,size=2M,prealloc-context=", context).string();
        return objection(pc, {"-object", "memory-backend-ram,id=a,size=64M", "-object",
                              "memory-backend-ram,id=b,size=64M", "-object", "thread-context,id=tc",
                              "-object", third, "-m", "128M", "-numa", ram, "-numa", other});
    };
    CHECK(named("a", "b", "tc").empty());
    CHECK(named("/objects/a", "objects//b/", "//objects/tc").empty());
    CHECK(named("a", "/objects/a", "tc").find("memory backend a is memdev of nodes 0 and 1") !=
          std::string::npos);
    for (const char* const none : {"/a", "objects", "objects/a/b", "x/a", "/", ""})
        CHECK(named(none, "b", "tc").find("there is no such memory backend") != std::string::npos);
    CHECK(named("a", "b", "/tc").find("there is no thread-context with that id") != std::string::npos);
}

TEST_CASE("objects that hold no memory are known, with their properties") {
    CHECK(objection(pc, {"-object", "throttle-group,id=t,x-iops-total=100", "-object",
                         "tls-creds-x509,id=s,endpoint=server,dir=x"})
              .empty());
    CHECK(objection(pc, {"-object", "throttle-group,id=t,foo=1"})
              .ends_with("foo is no property of throttle-group"));
    CHECK(objection(pc, {"-object", "throttle,id=t"}).find("there are no objects of type throttle") !=
          std::string::npos);
}

TEST_CASE("-overcommit may say it in short, and have an id, of which the first counts") {
    for (const char* const good : {"nomem-lock", "cpu-pm", "mem-lock,nomem-lock", "id=x,mem-lock=off",
                                   "mem-lock=off,id=x,id=1x", "cpu-pm=on,nomem-lock", ""}) {
        INFO(good);
        CHECK(with(pc, {"-overcommit", good}));
    }
    CHECK(objection(pc, {"-overcommit", "mem-lock"}).find("locks RAM") != std::string::npos);
    for (const char* const wrong : {"id=1x,mem-lock=off", "id=", "foo", "mem-lock=x", ","}) {
        INFO(wrong);
        CHECK_FALSE(with(pc, {"-overcommit", wrong}));
    }
}

TEST_CASE("a property of -machine is written one way, not two") {
    CHECK(objection(pc, {"-machine", "dump_guest-core=off", "-machine", "dump-guest_core=on"}) ==
          "-machine: dump_guest-core and dump-guest_core are the same property: leave one out");
    CHECK(objection(pc, {"-machine", "mem-merge=off,mem_merge=off"}).find("same property") !=
          std::string::npos);
    CHECK(with(pc, {"-machine", "mem_merge=off,mem_merge=on"}));
}

TEST_CASE("what is written a hundred thousand times is read in seconds") {
    const auto begin = std::chrono::steady_clock::now();
    std::string keys, slots("pc-dimm,memdev=d");
    for (int i = 0; i != 100'000; ++i) {
        keys.append(i == 0 ? "" : ",").append("k_").append(std::to_string(i)).append("=1");
        slots += ",slot=0";
    }
    CHECK(objection(pc, {"-machine", keys}).find("no property of machines") != std::string::npos);
    CHECK(objection(pc, {"-smp", keys}).find("no property of -smp") != std::string::npos);
    CHECK(with(pc, {"-object", "memory-backend-ram,id=d,size=128M", "-m", "64M,slots=2,maxmem=1G", "-device",
                    slots}));
    std::vector<std::string> texts;
    for (int i = 0; i != 10'000; ++i) {
        texts.push_back("memory-backend-ram,size=4K,id=a" + std::to_string(i));
        texts.push_back("pc-dimm,memdev=a" + std::to_string(i));
    }
    std::vector<std::string_view> words{"-m", "64M,slots=100000,maxmem=100G"};
    for (std::size_t i = 0; i != texts.size(); ++i)
        words.insert(words.end(), {i % 2 == 0 ? "-object" : "-device", texts[i]});
    const auto many = with(microvm, words);
    REQUIRE(many);
    CHECK(many->devices.ids().size() == 10'000);
    CHECK(many->devices.places().empty());
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("errors begin with the option") {
    CHECK(objection(pc, {"-m", "1x"}).starts_with("-m 1x: size=1x: 1x is not a size"));
    CHECK(objection(pc, {"-object", "memory-backend-ram,id=0m,size=1M"})
              .starts_with("-object memory-backend-ram,id=0m,size=1M: "));
    CHECK(objection(pc, {"-foo"}) == "-foo is no option that is known here");
    CHECK(objection(pc, {"-m"}) == "-m needs a value after it");
    CHECK(objection(pc, {"-machine", "q35"}).starts_with("-machine q35: the board is x86_64/pc-i440fx-7.2"));
    CHECK(objection(pc, {"-object", "memory-backend-ram,id=m,size=1M", "-object",
                         "memory-backend-ram,id=m,size=1M"})
              .ends_with("there is another object with id m: give each an id of its own"));
}

TEST_CASE("a RAM block is called as its backend, or by its path where old machines migrate") {
    const BackendObject ram{.id = "m0"}, file{.kind = BackendKind::file, .id = "m0"};
    const auto today = machine_features("x86_64/pc-i440fx-7.2"),
               then = machine_features("x86_64/pc-i440fx-3.1");
    CHECK(ram_block_id(file, today) == "m0");
    CHECK(ram_block_id(file, then) == "/objects/m0");
    CHECK(ram_block_id(ram, then) == "m0");
}
