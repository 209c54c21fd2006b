#include <catch2/catch.hpp>

#include <cstdint>

#include <nlohmann/json.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
using nlohmann::json;

TEST_CASE("config allocates, and describes as query-memdev does") {
    const Finished done = ask({"config", "x86_64/pc", "-machine", "memory-backend=m0", "-object",
                               "memory-backend-memfd,id=m0,size=64M,prealloc=on,policy=bind,host-nodes=0",
                               "-m", "slots=2,maxmem=1G", "--json"});
    CHECK(done.status == 0);
    CHECK(json::parse(done.out) == json::parse(R"({"ok": true, "error": null, "ram_size": 67108864,
        "maxram_size": 1073741824, "memdev": [{"id": "m0", "size": 67108864, "merge": true, "dump": true,
        "prealloc": true, "share": true, "reserve": true, "host-nodes": [0], "policy": "bind"}]})"));
}

TEST_CASE("a refusal is JSON as well, and the exit status says it") {
    const Finished done = ask({"config", "x86_64/pc", "--json", "-m", "1G,maxmem=512M"});
    CHECK(done.status == 1);
    CHECK(done.err.empty());
    CHECK(json::parse(done.out) ==
          json::parse(R"({"ok": false, "ram_size": null, "maxram_size": null, "memdev": [],
        "error": "-m: maxmem 512 MiB is less than the RAM size 1 GiB: use at least 1 GiB, or leave maxmem out"})"));
}

TEST_CASE("config in words") {
    const Finished done = ask(
        {"config", "riscv64/virt", "-m", "64M", "-object", "memory-backend-ram,id=x,size=1M"});
    CHECK(done.status == 0);
    CHECK(done.out == "main RAM: 64 MiB; with memory devices at most 64 MiB\n"
                      "  x: 1 MiB, used by nobody\n"
                      "  riscv_virt_board.ram: 64 MiB\n");
    CHECK(ask({"config", "riscv64/virt", "-m", "-1"}).err.starts_with("wirewrap: -m -1: "));
    CHECK(ask({"config"}).err.starts_with("wirewrap: config needs a BOARD"));
    CHECK(ask({"config", "--help"}).out.find("-mem-prealloc") != std::string::npos);
}

TEST_CASE("1 TiB needs address space only, or is refused in a sentence") {
    const Finished done = ask({"config", "x86_64/q35", "-machine", "memory-backend=m0", "-object",
                               "memory-backend-memfd,id=m0,size=900G", "--json"});
    const json answer = json::parse(done.out);
    if (done.status == 0)
        CHECK(answer.at("ram_size") == std::uint64_t{900} << 30);
    else
        CHECK(answer.at("error").get<std::string>().find("900 GiB") != std::string::npos);
}
