#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
using nlohmann::json;

namespace {

std::string temporary(const std::string& name) {
    const char* const folder = std::getenv("TEST_TMPDIR");
    return std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("map is a table and a picture") {
    const Finished map = ask({"map", "riscv64/virt"});
    REQUIRE(map.status == 0);
    CHECK(map.out.starts_with("riscv64/virt with 128 MiB of RAM: 1 hart, 56 address bits, little-endian\n"));
    CHECK(has(map.out,
              "[0x80000000, 0x88000000)    128 MiB  ram     riscv_virt_board.ram   from offset 0x0\n"));
    CHECK(has(map.out, "[    0x1000,    0x10000)     60 KiB  rom     riscv_virt_board.mrom\n"));
    CHECK(has(map.out, "uart0                  irq → plic 10\n"));
    CHECK(has(map.out, "│███  riscv_virt_board.ram     128 MiB │\n"));
    CHECK(has(map.out, "       0x88000000 └──────────────────────────────────────┘\n"));
    CHECK(has(map.out, "┊           960 KiB unmapped           ┊\n"));
}

TEST_CASE("map has the RAM that -m asks for") {
    CHECK(has(ask({"map", "riscv64/virt", "-m", "1G"}).out, "[0x80000000, 0xc0000000)      1 GiB  ram"));
    CHECK(has(ask({"map", "riscv64/virt", "-m", "1.5G"}).out, "[0x80000000, 0xe0000000)   1536 MiB  ram"));
    CHECK(has(ask({"map", "-m", "0", "riscv64/virt"}).out, "with 128 MiB of RAM"));
    CHECK(has(ask({"map", "-m", "1B", "riscv64/virt"}).out, "with 8 KiB of RAM"));
}

TEST_CASE("map --json is the map in ascending order, and the wires") {
    const Finished map = ask({"map", "riscv64/virt", "--json", "-m", "64M"});
    REQUIRE(map.status == 0);
    const json document = json::parse(map.out);
    CHECK(document.at("board") == "riscv64/virt");
    CHECK(document.at("ram_size") == 64 << 20);
    std::uint64_t next = 0;
    for (const json& entry : document.at("map")) {
        CHECK(entry.at("base").get<std::uint64_t>() >= next);
        next = entry.at("base").get<std::uint64_t>() + entry.at("size").get<std::uint64_t>();
    }
    CHECK(document.at("map").back() == json{{"base", 0x8000'0000U},
                                            {"size", 64 << 20},
                                            {"kind", "ram"},
                                            {"name", "riscv_virt_board.ram"},
                                            {"offset", 0}});
    const json uart{{"source", "uart0"}, {"pin", "irq"}, {"sink", "plic"}, {"line", 10}};
    CHECK(std::ranges::find(document.at("wires"), uart) != document.at("wires").end());
}

TEST_CASE("map --svg draws every entry and every wire") {
    const std::string path = temporary("virt.svg");
    const Finished map = ask({"map", "riscv64/virt", "--svg", path});
    CHECK(map.status == 0);
    CHECK(map.out.empty());
    const json listed = json::parse(ask({"map", "riscv64/virt", "--json"}).out);
    const std::string svg = contents(path);
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    CHECK(svg.ends_with("</svg>\n"));
    for (const char* name : {"mrom", "test", "rtc", "clint", "plic", "uart0", "virt.flash0", "virt.flash1",
                             "riscv_virt_board.ram", "hart0", "0x80000000", "60 KiB"})
        CHECK(has(svg, name));
    std::size_t wires = 0;
    for (std::size_t at = svg.find("class=\"wire\""); at != svg.npos; at = svg.find("class=\"wire\"", at + 1))
        ++wires;
    CHECK(wires == listed.at("wires").size());
    CHECK(svg.find("nan") == svg.npos);
}

TEST_CASE("map --svg and --json together do both") {
    const std::string path = temporary("both.svg");
    const Finished map = ask({"map", "riscv64/virt", "-svg", path, "--json"});
    CHECK(map.status == 0);
    CHECK(json::parse(map.out).at("board") == "riscv64/virt");
    CHECK(contents(path).starts_with("<svg"));
}

TEST_CASE("a drawing that cannot be written is an error with the path") {
    const Finished folder = ask({"map", "riscv64/virt", "--svg", "/nowhere/at/all.svg"});
    CHECK(folder.status == 1);
    CHECK(folder.err == "wirewrap: /nowhere/at/all.svg cannot be written: No such file or directory; "
                        "name a file in a folder that may be written to\n");
    CHECK(folder.out.empty());
    CHECK(ask({"map", "riscv64/virt", "--svg", "/dev/full"}).status == 1);
    CHECK(
        has(ask({"map", "riscv64/virt", "--svg", "/"}).err, "wirewrap: / cannot be written: Is a directory"));
}

TEST_CASE("a board that does not exist is answered with those that come near") {
    const Finished near = ask({"map", "riscv64/vrit"});
    CHECK(near.status == 1);
    CHECK(near.out.empty());
    CHECK(has(near.err, "wirewrap: there is no board 'riscv64/vrit'; did you mean riscv64/virt"));
    CHECK(ask({"map", "toaster-oven"}).err ==
          "wirewrap: there is no board 'toaster-oven'; `wirewrap boards` lists them\n");
    CHECK(ask({"map", std::string(5000, 'x')}).status == 1);
    CHECK(ask({"map", "\x1b[2J"}).err ==
          "wirewrap: there is no board '?[2J'; `wirewrap boards` lists them\n");
    CHECK(ask({"map", ""}).status == 1);
    CHECK(ask({"map"}).err == "wirewrap: BOARD is required; see `wirewrap map --help`\n");
}

TEST_CASE("a machine's name or alias is enough where one target has it") {
    CHECK(ask({"map", "spike"}).out.starts_with("riscv64/spike with 128 MiB of RAM"));
    CHECK(ask({"map", "x86_64/pc"}).out.starts_with("x86_64/pc-i440fx-11.1 with 128 MiB of RAM"));
    CHECK(ask({"map", "x86_64/pc", "--qemu", "7.2"})
              .out.starts_with("x86_64/pc-i440fx-7.2 with 128 MiB of RAM"));
    CHECK(ask({"map", "powernv"}).out.starts_with("ppc64/powernv11 with "));
    CHECK(ask({"map", "powernv", "-qemu", "7.2"}).out.starts_with("ppc64/powernv9 with "));
    const Finished several = ask({"map", "virt"});
    CHECK(several.status == 1);
    CHECK(has(several.err, "wirewrap: virt is the name of "));
    CHECK(has(several.err, "riscv64/virt"));
}

TEST_CASE("a machine of another release is answered with the release to ask for") {
    CHECK(ask({"map", "akita"}).err ==
          "wirewrap: QEMU 11.1 has no machine akita, which is there until 9.1; write --qemu 7.2\n");
    CHECK(
        ask({"map", "aarch64/raspi4b", "--qemu=7.2"}).err ==
        "wirewrap: QEMU 7.2 has no machine aarch64/raspi4b, which is there since 10.0; write --qemu 11.1\n");
    CHECK(ask({"map", "akita", "--qemu", "7.2"}).status == 0);
    CHECK(ask({"map", "akita", "--qemu", "8.0"}).err ==
          "wirewrap: --qemu: the boards of release '8.0' are not known; write 7.2 or 11.1\n");
    CHECK(ask({"map", "akita", "--qemu"}).err ==
          "wirewrap: --qemu needs a value after it; see `wirewrap --help`\n");
    CHECK(ask({"map", "akita", "--qemu", ""}).err ==
          "wirewrap: --qemu has an empty value; give it a release, such as 7.2\n");
}

TEST_CASE("what a machine was in several releases") {
    CHECK(has(ask({"map", "vexpress-a9"}).out, "[0x60000000, 0x68000000)"));
    const auto windows = [](const char* release) {
        return nlohmann::json::parse(
            ask({"check", "aarch64/vexpress-a9", "--json", "--qemu", release}).out)["windows"];
    };
    CHECK(windows("11.1").size() == 1);
    CHECK(windows("7.2").size() == 2);
    CHECK(ask({"check", "x86_64/isapc", "-m", "4G", "--qemu", "7.2"}).status == 0);
    CHECK(has(ask({"check", "x86_64/isapc", "-m", "4G"}).err, "accepts at most 3584 MiB of RAM, not 4 GiB"));
    CHECK(has(ask({"boards", "pegasos2"}).out, "ppc64/pegasos2  ram "));
    CHECK(has(ask({"boards", "pegasos2", "--qemu", "7.2"}).out, "ppc64/pegasos2  pegasos2.ram "));
}

TEST_CASE("sizes that are none are answered with a sentence") {
    const auto error = [](const std::string& size) {
        const Finished map = ask({"map", "riscv64/virt", "-m", size});
        CHECK(map.status == 1);
        CHECK(map.out.empty());
        return map.err;
    };
    CHECK(error("12Q") == "wirewrap: -m: 12Q is not a size: Q is no unit; use B, K, M, G, T, P or E\n");
    CHECK(has(error("-5"), "-5 is not a size: it is negative"));
    CHECK(has(error(""), "-m has an empty value"));
    CHECK(has(error("16E"), "16E is not a size: it is 2^64 bytes or more"));
    CHECK(has(error("1.5"), "a fraction needs one of the units"));
    CHECK(has(error("18446744073709551615B"), "rounded up to a multiple of 8 KiB, are 2^64 bytes"));
    CHECK(has(error("18446744073709551616B"), "2^64 bytes or more"));
    CHECK(has(error("1E"), "does not fit into 56 address bits"));
    CHECK(has(ask({"map", "riscv64/virt", "-m"}).err, "-m needs a value after it"));
    CHECK(ask({"map", "riscv64/virt", "-m", "1", "-m", "2"}).status == 1);
}
