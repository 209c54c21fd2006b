// Command lines made of the option tables themselves, each given to qemu-system-x86_64 as well: every option and spelling,
// numbers at their bounds, words that say the same thing twice in both orders. Both take the line and come to the same sizes
// and backends, or both refuse it, or tests/data/option_deviations.json says why not.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <boards/x86/microvm.hpp>
#include <boards/x86/pc.hpp>
#include <wirewrap/config.hpp>
#include <wirewrap/config/json_object.hpp>

#include <tests/oracle/options/case.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap;
using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

constexpr auto qemu = "/usr/bin/qemu-system-x86_64";

constexpr std::array machines{
    describe_board<boards::x86::PcI440fx<7, 2>>(), describe_board<boards::x86::PcQ35<7, 2>>(),
    describe_board<boards::x86::MicroVm>(), describe_board<boards::x86::PcI440fx<2, 1>>()};
const BoardDescription& pc = machines[0];

struct Line {
    const BoardDescription* board;
    Words words;  // without -machine NAME

    std::string text() const {
        std::string all(board->name);
        for (const std::string& word : words) all += word.empty() ? " ''" : " " + word;
        return all;
    }
};

/// The release of the installed QEMU: {10, 0}.
QemuRelease installed_release() {
    const std::string said = test::run_program({qemu, "--version"}).out;
    const std::size_t at = said.find("version ");
    QemuRelease release{};
    if (at != said.npos)
        std::sscanf(said.c_str() + at, "version %u.%u", &release.number, &release.minor_number);
    return release;
}

/// What both are asked: nothing when the line was refused.
struct Outcome {
    bool taken = false;
    std::string refusal{};
    std::uint64_t size = 0, plugged = 0;
    std::map<std::string, std::array<std::uint64_t, 6>>
        memdev{};                                         // size, merge, dump, prealloc, share, reserve
    std::vector<std::array<std::uint64_t, 3>> windows{};  // of lines that move RAM

    bool operator==(const Outcome& other) const {
        if (taken != other.taken) return false;
        return !taken || (size == other.size && plugged == other.plugged && memdev == other.memdev &&
                          windows == other.windows);
    }
};

bool moves_ram(const Line& line) {
    return std::ranges::any_of(line.words,
                               [](const std::string& word) { return word.find("below") != word.npos; });
}

Outcome ours(const Line& line) {
    const std::vector<std::string_view> words(line.words.begin(), line.words.end());
    const auto configuration = config::configure(*line.board, words, {.json = config::parse_json_object});
    if (!configuration) return {.refusal = configuration.error().message};
    Outcome answer{.taken = true,
                   .size = configuration->sizes.ram.count,
                   .plugged = configuration->devices.plugged().count};
    for (const config::BackendObject& b : configuration->backends)
        answer.memdev[b.id] = {b.size.count,      b.common.merge, b.common.dump,
                               b.common.prealloc, b.share,        b.common.reserve};
    if (moves_ram(line))
        for (const RamWindow& w :
             config::wired_windows(*line.board, configuration->sizes.ram, configuration->ram_below_4g))
            if (w.base.value >= std::uint64_t{1} << 32 || w.offset.count == 0)
                answer.windows.push_back({w.base.value, w.size.count, w.offset.count});
    return answer;
}

/// The aliases of main RAM in QEMU's memory tree: `…: alias ram-below-4g @pc.ram 0…0-3…f`.
std::vector<std::array<std::uint64_t, 3>> aliases(const std::string& tree) {
    std::vector<std::array<std::uint64_t, 3>> windows;
    for (const std::string name : {"alias ram-below-4g @", "alias ram-above-4g @"}) {
        const std::size_t at = tree.find(name);
        if (at == tree.npos) continue;
        const std::size_t line = tree.rfind('\n', at) + 1, block = tree.find(' ', at + name.size()) + 1;
        const auto number = [&](std::size_t where) {
            return std::strtoull(tree.c_str() + where, nullptr, 16);
        };
        const std::uint64_t base = number(tree.find_first_not_of(' ', line)), first = number(block),
                            last = number(tree.find('-', block) + 1);
        windows.push_back({base, last - first + 1, first});
    }
    return windows;
}

Outcome qemus(const Line& line) {
    Words words{qemu, "-machine", std::string(line.board->name.substr(line.board->name.find('/') + 1))};
    words.insert(words.end(), line.words.begin(), line.words.end());
    for (const char* const word :
         {"-S", "-nodefaults", "-display", "none", "-monitor", "none", "-serial", "none", "-qmp", "stdio"})
        words.push_back(word);
    std::string commands = R"({"execute":"qmp_capabilities"}{"execute":"query-memory-size-summary"}
{"execute":"query-memdev"})";
    if (moves_ram(line))
        commands += R"({"execute":"human-monitor-command","arguments":{"command-line":"info mtree"}})";
    const test::Finished done = test::run_program(words, commands + R"({"execute":"quit"})" + "\n");
    std::vector<json> answers;
    for (std::size_t at = 0; at < done.out.size();) {
        const std::size_t end = std::min(done.out.find('\n', at), done.out.size());
        const json one = json::parse(done.out.substr(at, end - at), nullptr, false);
        if (one.is_object() && one.contains("return")) answers.push_back(one.at("return"));
        at = end + 1;
    }
    if (done.status != 0 || answers.size() < 3) return {.refusal = done.err + std::to_string(done.status)};
    Outcome answer{.taken = true,
                   .size = answers[1].at("base-memory"),
                   .plugged = answers[1].value("plugged-memory", std::uint64_t{0})};
    for (const json& m : answers[2])
        answer.memdev[m.at("id")] = {m.at("size"),
                                     m.at("merge").get<bool>(),
                                     m.at("dump").get<bool>(),
                                     m.at("prealloc").get<bool>(),
                                     m.at("share").get<bool>(),
                                     m.at("reserve").get<bool>()};
    if (moves_ram(line) && answers.size() > 3) answer.windows = aliases(answers[3].get<std::string>());
    return answer;
}

// What is written after =, of each kind.
const Words switches{"on", "off", "yes", "no", "true", "false", "y", "n", "ON", "1", ""};
const Words numbers{"0",
                    "1",
                    "+1",
                    " 1",
                    "\t1",
                    "01",
                    "0x1",
                    "08",
                    "-0",
                    "-1",
                    "1 ",
                    "1x",
                    "",
                    "0x",
                    "4294967296",
                    "18446744073709551615",
                    "18446744073709551616"};
const Words sizes{"64M",       "+64M", " 64M", "64m",  "0x4000000", "0.0625G",   "65536K",
                  "67108864B", "1.5",  "64MB", "-64M", "16E",       "0x40M",     "1e6",
                  ".5G",       "64M ", "",     "x",    "+-1",       "1048576.0", "8388608.000B"};

/// The same line with the name of its setting written otherwise is another line.
class Lines {
public:
    std::vector<Line> all{};

    void add(Words words, const BoardDescription& board = pc) { all.push_back({&board, std::move(words)}); }
    /// Every option of `first` with every one of `second`, in both orders.
    void pairs(const std::vector<Words>& first, const std::vector<Words>& second) {
        for (const Words& a : first)
            for (const Words& b : second) {
                Words there = a, back = b;
                there.insert(there.end(), b.begin(), b.end());
                back.insert(back.end(), a.begin(), a.end());
                add(there);
                add(back);
            }
    }
};

template <class Target>
const Words& values_of(const config::Setting<Target>& setting) {
    static const Words none;
    if (setting.value == "on|off") return switches;
    if (setting.value == "NUMBER" || setting.value == "NUMBER[-NUMBER]") return numbers;
    if (setting.value == "SIZE") return sizes;
    return none;
}

void sizes_and_cpus(Lines& lines) {
    for (const auto& setting : config::memory_settings)
        for (const std::string& value : values_of(setting)) {
            const std::string word = std::string(setting.name) + "=" + value;
            if (setting.name == "size") {
                lines.add({"-m", word});
                lines.add({"-m", value});
            } else {
                lines.add({"-m", "32M," + word + (setting.name == "slots" ? ",maxmem=1G" : ",slots=1")});
            }
        }
    for (const auto& setting : config::smp_settings)
        for (const std::string value : {"0", "1", "+2", " 2", "02", "0x2", "-0", "-1", "08", "", "3", "2x"})
            lines.add({"-smp", std::string(setting.name) + "=" + value});
    // The last word counts, key by key; -m counts more than -machine.
    lines.pairs({{"-m", "64"}, {"-m", "maxmem=1G"}, {"-m", "slots=1,maxmem=2G"}, {"-m", "0"}},
                {{"-m", "96,slots=2"},
                 {"-machine", "memory.size=96M"},
                 {"-machine", "memory.max-size=4G,memory.slots=3"},
                 {"-machine", "memory.size=x"}});
    lines.pairs(
        {{"-smp", "2"}, {"-smp", "cores=2"}, {"-smp", "x"}},
        {{"-smp", "4"}, {"-smp", "maxcpus=8"}, {"-machine", "smp.cpus=4"}, {"-machine", "smp.sockets=2"}});
    lines.pairs({{"-machine", "mem-merge=off"}},
                {{"-machine", "mem-merge=on"}, {"-machine", "mem_merge=on"}});
    for (const char* const smp :
         {"3,cores=2", "4,maxcpus=2", "2,clusters=2", "4,dies=2", "5,maxcpus=8,sockets=2", "2,", ",2",
          "2,cpus", "", "1,maxcpus=256", "1,maxcpus=1000", "2,foo=1", "1,sockets=67,cores=3,maxcpus=201",
          "1,sockets=50,cores=3,maxcpus=150"})
        for (const BoardDescription& board : machines) lines.add({"-smp", smp}, board);
    for (const char* const smp : {"4294967297", "2,sockets=4294967297"}) lines.add({"-smp", smp});
    lines.add({"-machine", "memory.size=0"});
    for (const char* const type : {"type=", "type=x", "type=pc-i440fx-7.2", ""})
        lines.add({"-machine", type, "-m", "64"});
}

void machine_properties(Lines& lines) {
    for (const BoardDescription& board : {machines[0], machines[2]})
        for (const auto& property : config::machine_properties) {
            using enum config::MachineValue;
            if (property.value == text || property.value == members) continue;
            const std::string good = property.value == accelerators ? "tcg"
                                     : property.value == on_off || property.value == on_off_auto
                                         ? (property.changes_ram.empty() || property.harmless ? "on" : "off")
                                         : "1G";
            const std::string value = property.value == number ? "1" : good;
            const BoardDescription& known = *std::ranges::find(machines, board.name, &BoardDescription::name);
            if (property.name != "max-ram-below-4g" && property.name != "max-fw-size")
                lines.add({"-machine", std::string(property.name) + "=" + value}, known);
            lines.add({"-machine", std::string(property.name) + "=x1"}, known);
            if (property.value == on_off_auto)
                lines.add({"-machine", std::string(property.name) + "=yes"}, known);
        }
    for (const char* const words : {"mem_merge=off",
                                    "dump_guest_core=off",
                                    "dump_guest-core=off,dump-guest_core=on",
                                    "mem-merge",
                                    "nomem-merge",
                                    "foo=1",
                                    "memory=64M",
                                    "memory.maxmem=1G",
                                    "smp=2",
                                    "smp.foo=2",
                                    "memory.size=64",
                                    "memory.slots=1",
                                    "boot.order=c",
                                    "boot.foo=c",
                                    "usb=off,",
                                    "usb=off,,",
                                    ".cpus=1",
                                    "smp.=1",
                                    "a b=1",
                                    "accel=foo",
                                    "accel=foo:tcg"})
        lines.add({"-machine", words});
    for (const char* const end :
         {"0", "512K", "1G", "1.5G", "2G", "0xa0000000", "3G", "3.25G", "3584M", "+1G", "5G", "x", ""})
        for (const char* const size : {"1G", "2816M", "3400M", "5G"})
            for (const BoardDescription& board : {machines[0], machines[1]})
                lines.add({"-m", size, "-machine", std::string("max-ram-below-4g=") + end},
                          *std::ranges::find(machines, board.name, &BoardDescription::name));
}

/// Tables of QEMU 7.2 have no offset and no rom, which came with 8.2.
void backends(Lines& lines) {
    for (const auto& setting : config::settings_of(config::BackendKind::memfd)) {
        const std::string begin = "memory-backend-memfd,id=a,size=64M,", name(setting.name);
        for (const std::string& value : values_of(setting)) {
            // Pages of the pool, workers without number and a second node are the host's to have.
            if (name == "hugetlb" || name == "hugetlbsize" || name == "prealloc") continue;
            if (name == "host-nodes" && config::whole_number(value).value_or(0) == 1) continue;
            lines.add({"-object", begin + name + "=" + value + (name == "host-nodes" ? ",policy=bind" : "")});
        }
        if (name == "hugetlb") continue;
        lines.add({"-object", begin + name});
        lines.add({"-object", begin + "no" + name});
        lines.add({"-object", begin + name + "x=1"});
        for (const char* const value : {"true", "1", "\"on\"", "-0", "[0]", "null", "1.5"})
            if (name != "hugetlbsize" && !(name == "prealloc-threads" && std::string_view(value) == "1"))
                lines.add({"-object", R"({"qom-type":"memory-backend-ram","id":"a",)" +
                                          std::string(name == "size" ? "" : R"("size":1048576,)") + "\"" +
                                          name + "\":" + value + "}"});
    }
    const std::string json = R"({"qom-type":"memory-backend-ram","id":"a","size":)";
    for (const char* const rest :
         {"1048576}", "067108864}", "0x100000}", "1048576.0}", "1048576,}", "1048576}x",
          "1048576,\"m\\u0065rge\":false}", "1048576,\"merge\":false,\"merge\":true}",
          "1048576,\"host-nodes\":[-0],\"policy\":\"bind\"}", "\"1M\"}", "1048576",
          "1048576,\"host-nodes\":[00],\"policy\":\"bind\"}",
          "1048576,\"host-nodes\":[0x0],\"policy\":\"bind\"}", "+1048576}"})
        lines.add({"-object", json + rest});
    lines.add({"-object", "{'qom-type':'memory-backend-ram','id':'a','size':1048576}"});
    for (const char* const text :
         {"memory-backend-ram,size=1M", "memory-backend-ram,id=,size=1M", "memory-backend-ram,id=1a,size=1M",
          "memory-backend-ram,id=a", "memory-backend-ram,id=a,size=x,size=1M",
          "memory-backend-ram,id=a,size=1M,size=x", "memory-backend-ram,id=a,size=1M,,",
          "memory-backend-ram,id=a,size=1M,", "", ",", "size=1M,id=a", "memory-backend-ram,id=a,size=1M,id=b",
          "memory-backend-ram,noid,size=1M", "memory-backend-foo,id=a,size=1M",
          "memory_backend_ram,id=a,size=1M", "iothread,id=a", "iothread,id=a,foo=1",
          "memory-backend-ram,id=a,size=1M,=x"})
        lines.add({"-object", text});
    for (const char* const type : {"throttle-group", "tls-creds-anon", "cryptodev-backend-builtin",
                                   "throttle-group,x-iops-total=1", "throttle-group,foo=1"})
        lines.add({"-object", std::string(type) + ",id=o"});
    for (const char* const id : {"a", "/objects/a", "objects/a", "b", "", "a/", "/objects//a/", "//objects/a",
                                 "/a", "a/b", "objects/a/b", "/", "/objects/"})
        lines.add(
            {"-object", "memory-backend-ram,id=a,size=64M", "-machine", std::string("memory-backend=") + id});
    // The default size is 128 MiB.
    for (const char* const size : {"64M", "256M"})
        for (const Words& more : {Words{"-m", "maxmem=64M"}, Words{"-m", "maxmem=200M"}, Words{"-m", "0"},
                                  Words{"-machine", "memory.size=0"}, Words{"-m", "64M,maxmem=64M"}}) {
            Words words{"-object", std::string("memory-backend-ram,id=a,size=") + size, "-machine",
                        "memory-backend=a"};
            words.insert(words.end(), more.begin(), more.end());
            lines.add(words);
        }
    lines.add({"-mem-prealloc", "-object", "memory-backend-ram,id=a,size=1M,reserve=off,prealloc=off"});
    for (const char* const affinity : {"0", "0-0", "100", "1000", "1024", "65536", "x", ""})
        for (const char* const kind : {"cpu", "node"})
            lines.add({"-object", std::string("thread-context,id=tc,") + kind + "-affinity=" + affinity});
    for (const char* const context : {"tc", "/objects/tc", "objects//tc/", "/tc"})
        lines.add({"-object", "thread-context,id=tc", "-object",
                   std::string("memory-backend-ram,id=a,size=1M,prealloc-context=") + context});
}

void nodes_and_devices(Lines& lines) {
    const Words two{"-smp", "2", "-object", "memory-backend-ram,id=a,size=64M", "-m", "64M"};
    const auto node = [&](const Words& numa) {
        Words words = two;
        for (const std::string& one : numa) words.insert(words.end(), {"-numa", one});
        lines.add(words);
    };
    for (const auto& setting : config::numa_node_settings)
        for (const std::string& value : values_of(setting))
            if (setting.name != "mem" && setting.name != "initiator")
                node({"node,memdev=a," + std::string(setting.name) + "=" + value});
    for (const auto& setting : config::numa_cpu_settings)
        for (const char* const value : {"0", "+1", " 0", "-0", "08", "-1", "2", ""})
            node({"node,memdev=a", "cpu,node-id=0," + std::string(setting.name) + "=" + value});
    for (const char* const value : {"10", "+10", "0x0a", "012", "9", "255", "256", ""})
        node({"node,memdev=a", std::string("dist,src=0,dst=0,val=") + value});
    for (const char* const text :
         {"", ",", "node", "Node", "type=node,memdev=a", "memdev=a,type=node", "node,memdev=b",
          "node,memdev=a,foo=1", "node,memdev=a,nodeid=x,nodeid=0", "node,memdev=a,cpus=0-1",
          "node,memdev=a,cpus=+0- 1", "node,memdev=a,cpus=1-0", "node,memdev=a,cpus=0-", "node,memdev=a,id=x",
          "node,memdev=a,id=", "node,memdev=/objects//a/", "node,memdev=/a", "node,memdev="})
        node({text});
    const auto two_nodes = [&](const std::vector<Words>& numa) {
        Words words{"-smp",     "2",
                    "-object",  "memory-backend-ram,id=a,size=64M",
                    "-object",  "memory-backend-ram,id=b,size=64M",
                    "-m",       "128M",
                    "-machine", "hmat=on"};
        for (const Words& each : numa)
            for (const std::string& one : each) words.insert(words.end(), {"-numa", one});
        lines.add(words);
    };
    two_nodes({{"node,memdev=a", "node,memdev=/objects/a"}});
    two_nodes({{"node,memdev=a", "node,memdev=b,initiator=0"}});
    const Words apart{"node,memdev=a,cpus=0-1", "node,memdev=b,initiator=0"};
    const std::string from("hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-");
    for (const char* const value :
         {"latency,latency=65534", "latency,latency=65535", "bandwidth,bandwidth=1M",
          "bandwidth,bandwidth=8E", "bandwidth,bandwidth=15E", "bandwidth,bandwidth=65535M"})
        two_nodes({apart, {from + value}});
    const auto dimm = [&](const std::string& device, const BoardDescription& board = pc) {
        lines.add({"-object", "memory-backend-ram,id=d,size=128M", "-m", "64M,maxmem=1G,slots=2", "-device",
                   device},
                  board);
    };
    for (const auto& setting : config::dimm_settings)
        for (const std::string& value : values_of(setting))
            dimm("pc-dimm,memdev=d," + std::string(setting.name) + "=" + value);
    for (const char* const address : {"0x1000", "0x100000000", "0x100200000", "0x100001000", "0x1b4000000",
                                      "0x1b4200000", "0x100000000000", "4G"})
        for (const BoardDescription& board : {machines[0], machines[3]})
            dimm("pc-dimm,memdev=d,addr=" + std::string(address),
                 *std::ranges::find(machines, board.name, &BoardDescription::name));
    for (const char* const text : {R"({"driver":"pc-dimm","memdev":"d"})",
                                   R"({"driver":"pc-dimm","memdev":"d","slot":-1})",
                                   R"({"driver":"pc-dimm","memdev":"d","slot":0.0})",
                                   R"({"driver":"pc-dimm"})",
                                   R"({"memdev":"d"})",
                                   R"({"driver":"pc-dimm","memdev":"d","id":"x%"})",
                                   R"({"driver":"pc-dimm","memdev":""})",
                                   "pc-dimm,memdev=d,id=x%",
                                   "pc-dimm,memdev=",
                                   "pc-dimm",
                                   "pc-dimm,memdev=x",
                                   "pc-dimm,memdev=d,foo=1",
                                   "",
                                   "pc-dimm,memdev=/objects/d",
                                   "pc-dimm,memdev=d,id=1",
                                   "pc-dimm,memdev=d,slot=x,slot=1",
                                   "memdev=d,driver=pc-dimm",
                                   "e1000",
                                   "PC-DIMM,memdev=d",
                                   "pc_dimm,memdev=d"})
        dimm(text);
    for (const char* const size : {"1M", "2M", "3M", "1025K", "960M", "962M"})
        for (const BoardDescription& board : {machines[0], machines[3]})
            lines.add({"-object", std::string("memory-backend-ram,id=d,size=") + size, "-m",
                       "64M,maxmem=1G,slots=2", "-device", "pc-dimm,memdev=d"},
                      *std::ranges::find(machines, board.name, &BoardDescription::name));
    for (const char* const maximum :
         {"1.5T", "1P", "1007G", "1008G", "977G", "978G", "999G", "1000G", "18446744073709547520B"})
        for (const BoardDescription& board : {machines[0], machines[1]})
            for (const char* const slots : {"0", "8"})
                lines.add({"-m", std::string("1G,maxmem=") + maximum + ",slots=" + slots},
                          *std::ranges::find(machines, board.name, &BoardDescription::name));
}

/// Values that QEMU takes of options that say nothing about RAM. Those that name other things, or need another option
/// beside them, are not looked at here: docs/options.md.
void other_options(Lines& lines) {
    const std::map<std::string_view, std::string> values{{"-display", "none"},
                                                         {"-serial", "null"},
                                                         {"-monitor", "none"},
                                                         {"-audiodev", "none,id=x"},
                                                         {"-chardev", "null,id=x"},
                                                         {"-netdev", "user,id=x"},
                                                         {"-nic", "none"},
                                                         {"-net", "none"},
                                                         {"-device", "e1000"},
                                                         {"-drive", "if=none,id=x"},
                                                         {"-overcommit", "mem-lock=off"},
                                                         {"-rtc", "base=utc"},
                                                         {"-uuid", "12345678-1234-1234-1234-123456789abc"},
                                                         {"-global", "kvm-pit.lost_tick_policy=discard"},
                                                         {"-name", "x"},
                                                         {"-boot", "c"},
                                                         {"-vga", "none"},
                                                         {"-accel", "tcg"},
                                                         {"-cpu", "max"},
                                                         {"-parallel", "none"},
                                                         {"-k", "de"},
                                                         {"-msg", "timestamp=on"},
                                                         {"-action", "reboot=reset"},
                                                         {"-blockdev", "null-co,node-name=x"},
                                                         {"-echr", "1"},
                                                         {"-seed", "1"},
                                                         {"-icount", "shift=1"},
                                                         {"-sandbox", "off"},
                                                         {"-d", "int"}};
    for (const auto& option : config::command_options) {
        const std::string name(option.name);
        if (option.use == config::CommandUse::refused || name == "-daemonize" || name == "-preconfig" ||
            name == "-enable-kvm" || name == "-async-teardown" || name == "-snapshot")
            continue;
        const auto value = values.find(option.name);
        if (value != values.end()) {
            lines.add({name, value->second, "-m", "64"});
            lines.add({"-" + name, value->second, "-m", "64"});
        } else if (!option.value && config::named_in(option.targets, pc.name)) {
            lines.add({name, "-m", "64"});
        } else if (!config::named_in(option.targets, pc.name)) {
            lines.add(option.value ? Words{name, "1"} : Words{name});
        }
        if (option.value && name.size() > 2) lines.add({name + "=64"});
        lines.add({name + "z"});
    }
    for (const char* const accelerator : {"accel=tcg", "tcg:kvm", "kvm:tcg", "foo", "tcg,thread=single"})
        lines.add({"-accel", accelerator});
    for (const char* const lock :
         {"mem-lock=on,mem-lock=off", "mem-lock=x", "foo=on", "nomem-lock", "mem-lock", "cpu-pm,nomem-lock",
          "id=x,mem-lock=off", "id=1x,mem-lock=off", "mem-lock=off,id=x,id=1x", "id", ","})
        lines.add({"-overcommit", lock});
    for (const char* const base : {"base=2020-01-01", "base=2020-01-01T12:00:00", "base=x"})
        lines.add({"-rtc", base});
    for (const char* const word : {"-m64", "-M pc", "---m", "--", "-", "-memory", "disk.img", "-mem"})
        lines.add({word});
}

void files(Lines& lines, const std::filesystem::path& folder) {
    const std::array groups{
        "[memory]\n  size = \"96M\"\n",
        "[memory]\n\n# x\n  size = \"96\"\n maxmem = \"1G\"\n slots = \"2\"\n",
        "[machine]\n mem_merge = \"off\"\n memory.size = \"64M\"\n",
        "[object \"m0\"]\n qom-type = \"memory-backend-ram\"\n size = \"96M\"\n[machine]\n memory-backend = "
        "\"m0\"\n",
        "[smp-opts]\n cpus = \"2\"\n",
        "[device \"d\"]\n driver = \"e1000\"\n",
        "[memory]\r\n size = \"96M\"\r\n",
        "[memory]\nsize=\"96M\"\n",
        "[memory]\n size = 96M\n",
        "[foo]\n a = \"1\"\n",
        "size = \"1\"\n",
        " [memory]\n size = \"96M\"\n",
        "[memory ]\n size = \"96M\"\n",
        "[accel]\n accel = \"tcg\"\n",
        "[memory \"x\"]\n size = \"64M\"\n",
        "[memory]\n foo = \"64M\"\n",
        "",
        "[memory]\n size = \"x\"\n size = \"96M\"\n",
        "[memory]\n size = \"96M\"\n size = \"x\"\n",
        "[memory \"\"]\n size = \"96M\"\n",
        "[memory]\n size = \"96M\" x\n",
        "[memory]\n size = \"96M\n",
        "[memory] x\n size = \"96M\"\n",
        "[smp-opts]\n cpus = \"x\"\n cpus = \"2\"\n",
        "[numa]\n type = \"node\"\n type = \"dist\"\n",
        "[overcommit \"x\"]\n mem-lock = \"off\"\n",
    };
    const std::string object("[object \"a\"]\n qom-type = \"memory-backend-ram\"\n size = \"64M\"\n ");
    std::vector<std::string> all(groups.begin(), groups.end());
    for (const char* const more :
         {"id = \"b\"", "id = \"b\"\n id = \"c\"", "id = \"\"", "id = \"1\"", "size = \"32M\"",
          "share = \"yes\"", "share = \"1\"", "prealloc-threads = \" 0x2\"", "size.0 = \"1M\""})
        all.push_back(object + more + "\n");
    for (const char* const nodes :
         {"host-nodes = \"0\"", "host-nodes.0 = \"0\"", "host-nodes.1 = \"0\"", "host-nodes.00 = \"0\"",
          "host-nodes.0 = \" +0x0\"", "host-nodes.0 = \"-0\"", "host-nodes.0 = \"0-0\"",
          "host-nodes.0 = \"\"", "host-nodes.1 = \"0\"\n host-nodes.0 = \"0\"",
          "host-nodes.0 = \"0\"\n host-nodes = \"0\"", "host-nodes.0 = \"x\"\n host-nodes.0 = \"0\"",
          "host-nodes.x = \"0\"", "host-nodes.0.0 = \"0\""})
        all.push_back(object + "policy = \"bind\"\n " + nodes + "\n");
    for (const std::size_t length : {63u, 64u})
        all.push_back("[object \"" + std::string(length, 'x') +
                      "\"]\n qom-type = \"memory-backend-ram\"\n size = \"64M\"\n");
    for (std::size_t i = 0; i != all.size(); ++i) {
        const std::string path = (folder / ("groups" + std::to_string(i))).string();
        std::ofstream(path) << all[i];
        lines.add({"-readconfig", path});
        if (i < 2) {
            lines.add({"-m", "32", "-readconfig", path});
            lines.add({"-readconfig", path, "-m", "32"});
        }
    }
    lines.add({"-readconfig", (folder / "missing").string()});
    lines.add({"-readconfig", folder.string()});
}

oracle::OptionCase as_case(const Line& line, const Outcome& theirs) {
    oracle::OptionCase one{
        .target = "x86_64",
        .argv = {"-machine", std::string(line.board->name.substr(line.board->name.find('/') + 1))},
        .ok = theirs.taken,
        .error = theirs.refusal};
    one.argv.insert(one.argv.end(), line.words.begin(), line.words.end());
    return one;
}

}  // namespace

TEST_CASE("command lines made of the tables come to the same with QEMU, or the difference is written down") {
    if (!std::filesystem::exists(qemu)) {
        std::puts("SKIPPED: qemu-system-x86_64 is not installed");
        return;
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "lines-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    const std::filesystem::path folder = pattern;
    Lines lines;
    sizes_and_cpus(lines);
    machine_properties(lines);
    backends(lines);
    nodes_and_devices(lines);
    other_options(lines);
    files(lines, folder);
    REQUIRE(lines.all.size() > 1000);
    // Releases drop machines that are old.
    const std::string help = test::run_program({qemu, "-machine", "help"}).out;
    const std::size_t dropped = std::erase_if(lines.all, [&](const Line& line) {
        return !help.contains("\n" + std::string(line.board->name.substr(line.board->name.find('/') + 1)) +
                              " ");
    });

    std::vector<Outcome> theirs(lines.all.size());
    std::atomic<std::size_t> next = 0;
    {
        const auto work = [&] {
            for (std::size_t i = next++; i < lines.all.size(); i = next++) theirs[i] = qemus(lines.all[i]);
        };
        std::jthread beside(work);
        work();
    }

    auto deviations = oracle::read_option_deviations("tests/data/option_deviations.json");
    REQUIRE(deviations);
    const auto release = installed_release();
    REQUIRE(release >= qemu_release(1, 0));
    std::erase_if(*deviations,
                  [&](const oracle::OptionDeviation& one) { return !one.releases.contain(release); });
    std::vector<std::size_t> uses(deviations->size());
    std::size_t agree = 0, deviate = 0;
    for (std::size_t i = 0; i != lines.all.size(); ++i) {
        const Line& line = lines.all[i];
        const Outcome here = ours(line);
        if (here == theirs[i]) {
            ++agree;
            continue;
        }
        const auto covering = std::ranges::find_if(*deviations, [&](const oracle::OptionDeviation& one) {
            return here.taken != theirs[i].taken &&
                   one.covers(as_case(line, theirs[i]), "verdict", here.refusal);
        });
        if (covering != deviations->end()) {
            ++uses[static_cast<std::size_t>(covering - deviations->begin())];
            ++deviate;
            continue;
        }
        FAIL_CHECK(line.text() << "\n  QEMU: " << (theirs[i].taken ? "taken" : theirs[i].refusal)
                               << "\n  here: " << (here.taken ? "taken" : here.refusal));
    }
    std::printf(
        "%zu command lines: %zu agree, %zu deviate deliberately, %zu are of machines that QEMU %u.%u lacks\n",
        lines.all.size() + dropped, agree, deviate, dropped, release.number, release.minor_number);
    for (std::size_t i = 0; i != uses.size(); ++i)
        if ((*deviations)[i].live && uses[i] == 0)
            FAIL_CHECK("no command line comes by this deviation: " << (*deviations)[i].reason);
    std::filesystem::remove_all(folder);
}
