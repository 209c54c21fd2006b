// Every allocation of what takes options apart fails in turn: what comes back is a sentence, nothing is lost, and no file stays.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <boards/x86/pc.hpp>
#include <wirewrap/config.hpp>
#include <wirewrap/config/json_object.hpp>

#include "tests/support/failing_new.hpp"

using namespace wirewrap;
using namespace wirewrap::config;

namespace {

constexpr BoardDescription pc = describe_board<boards::x86::PcI440fx<7, 2>>();

/// A folder of its own, gone afterwards.
struct Folder {
    Folder() { static_cast<void>(::mkdtemp(name.data())); }
    ~Folder() { std::filesystem::remove_all(name); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string name = (std::filesystem::temp_directory_path() / "options-XXXXXX").string();
};

template <class Call>
void fails_well(std::string_view what, Call call) {
    INFO(what);
    bool silent = false;
    const auto seen = test::each_allocation_fails([&] {
        const auto result = call();
        if (!result) silent |= result.error().message.empty();
        return result.has_value();
    });
    CHECK(seen.tried > 1);
    CHECK(seen.leaked == 0);
    CHECK_FALSE(silent);
}

}  // namespace

TEST_CASE("command lines, good ones and wrong ones") {
    const Folder folder;
    const std::string groups = folder.name + "/groups";
    std::ofstream(groups) << "[object \"group\"]\n qom-type = \"memory-backend-ram\"\n size = \"1M\"\n "
                             "policy = \"bind\"\n host-nodes.0 = \"0\"\n";
    const std::vector<std::vector<std::string_view>> lines{
        {"-m",
         "128M,slots=2,maxmem=1G",
         "-smp",
         "2,sockets=2",
         "-machine",
         "mem_merge=off,hmat=on,usb=off",
         "-object",
         "memory-backend-ram,id=a-name-that-is-long,size=64M",
         "-object",
         R"({"qom-type": "memory-backend-memfd", "id": "json", "size": 67108864, "host-nodes": [0], "policy": "bind"})",
         "-object",
         "memory-backend-ram,id=dimm,size=128M",
         "-object",
         "thread-context,id=tc,cpu-affinity=0",
         "-numa",
         "node,memdev=a-name-that-is-long,cpus=0",
         "-numa",
         "node,memdev=json,cpus=1",
         "-numa",
         "dist,src=0,dst=1,val=20",
         "-numa",
         "hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=10",
         "-device",
         "pc-dimm,memdev=dimm,id=d",
         "-device",
         "e1000,id=net",
         "-readconfig",
         groups,
         "-display",
         "none",
         "-overcommit",
         "nomem-lock"},
        {"-m", "64X"},
        {"-machine", "mem-mrege=off"},
        {"-object", "memory-backend-ram,id=a,size=1M,shaer=on"},
        {"-object", R"({"qom-type": )"},
        {"-dispaly", "none"},
        {"-numa", "node,memdev=none"},
    };
    for (const auto& line : lines)
        fails_well(line[0], [&] { return configure(pc, line, {.json = parse_json_object}); });
}

TEST_CASE("backends, of which no file stays that another could not go with") {
    const Folder folder;
    const std::string named = folder.name + "/a-file-with-a-long-name", late = folder.name + "/late";
    const std::string first = "memory-backend-file,id=first-of-the-two,size=1M,share=on,mem-path=" + named,
                      second = "memory-backend-file,id=second,size=1M,mem-path=" + late;
    const std::vector<std::string_view> words{"-m", "1M", "-object", first, "-object", second};
    const auto configuration = configure(pc, words);
    REQUIRE(configuration);
    bool left = false;
    for (const bool others : {false, true})
        fails_well(named, [&] {
            auto blocks = others ? allocate_others(*configuration) : allocate(*configuration);
            const bool there = ::unlink(named.c_str()) == 0, too = ::unlink(late.c_str()) == 0;
            left |= !blocks && (there || too);
            return blocks;
        });
    CHECK_FALSE(left);
}
