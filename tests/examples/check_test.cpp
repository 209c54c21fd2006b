#include <catch2/catch.hpp>

#include <cstdint>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
using nlohmann::json;

namespace {

json answer_to(const std::string& line) {
    const Finished batch = ask({"check", "--batch"}, line);
    CHECK(batch.status == 0);
    CHECK(batch.err.empty());
    CHECK(std::ranges::count(batch.out, '\n') == 1);
    return json::parse(batch.out);
}

/// What was measured of a machine: tests/data/README.md.
json record_of(const std::string& release, std::string_view target, std::string_view machine) {
    std::ifstream file("tests/data/qemu-" + release + "-boards.json");
    for (const json& record : json::parse(file))
        if (record.at("target") == target && record.at("machine") == machine) return record;
    return {};
}

}  // namespace

TEST_CASE("check says where the RAM lies") {
    const Finished yes = ask({"check", "riscv64/virt", "-m", "1.5G"});
    CHECK(yes.status == 0);
    CHECK(yes.out == "riscv64/virt takes 1536 MiB of RAM (1610612736 bytes):\n"
                     "  [0x80000000, 0xe0000000)  1536 MiB from offset 0x0\n");
    const Finished no = ask({"check", "riscv64/virt", "-m", "18446744073709551615B"});
    CHECK(no.status == 1);
    CHECK(no.out.empty());
    CHECK(no.err.starts_with("wirewrap: riscv64/virt: 18446744073709551615 bytes of RAM"));
}

TEST_CASE("check --json answers in the form of --batch, with the same exit status") {
    const Finished yes = ask({"check", "riscv64/virt", "-m", "5000B", "--json"});
    CHECK(yes.status == 0);
    CHECK(yes.out == "{\"board\":\"riscv64/virt\",\"size\":5000,\"ok\":true,\"ram_size\":8192,"
                     "\"windows\":[[2147483648,8192,0]],\"error\":null}\n");
    const Finished no = ask({"check", "riscv64/virt", "-m", "1E", "--json"});
    CHECK(no.status == 1);
    CHECK(json::parse(no.out).at("ok") == false);
}

TEST_CASE("check needs a board or --batch, not both") {
    CHECK(ask({"check"}).status == 1);
    CHECK(ask({"check", "riscv64/virt", "--batch"}).status == 1);
    CHECK(ask({"check", "riscv64/vrit"}).status == 1);
    CHECK(ask({"check", "riscv64/virt", "-m", "12Q"}).status == 1);
}

TEST_CASE("check --batch answers as a release of QEMU does, size by size") {
    const auto [release, target, machine] = GENERATE(
        table<std::string, std::string, std::string>({{"7.2", "riscv64", "virt"},
                                                      {"11.1", "riscv64", "virt"},
                                                      {"7.2", "x86_64", "isapc"},
                                                      {"11.1", "x86_64", "isapc"},
                                                      {"7.2", "loongarch64", "virt"},
                                                      {"11.1", "loongarch64", "virt-11.1"}}));
    const std::string board = target + "/" + machine;
    CAPTURE(release, board);
    const json record = record_of(release, target, machine);
    std::string questions;
    for (const json& probe : record.at("probes"))
        questions += board + " " + std::to_string(probe.at("size").get<std::uint64_t>()) + "\n";
    const Finished batch = ask({"check", "--batch", "--qemu", release}, questions);
    REQUIRE(batch.status == 0);

    std::istringstream answers(batch.out);
    std::size_t count = 0;
    for (const json& probe : record.at("probes")) {
        std::string line;
        REQUIRE(std::getline(answers, line));
        const json answer = json::parse(line);
        INFO(line);
        CHECK(answer.at("board") == board);
        CHECK(answer.at("size") == probe.at("size"));
        CHECK(answer.at("ok") == probe.at("ok"));
        CHECK(answer.at("error").is_null() == probe.at("ok"));
        if (probe.at("ok")) {
            CHECK(answer.at("ram_size") == probe.at("ram_size"));
            CHECK(answer.at("windows") == probe.value("windows", probe.at("ranges")));
        }
        ++count;
    }
    CHECK(count > 25);
    std::string rest;
    CHECK_FALSE(std::getline(answers, rest));
}

TEST_CASE("check --batch answers lines that make no sense") {
    const auto error = [](const std::string& line) {
        const json answer = answer_to(line + "\n");
        CHECK(answer.at("ok") == false);
        CHECK(answer.at("windows").empty());
        CHECK(answer.at("ram_size").is_null());
        return answer.at("error").get<std::string>();
    };
    CHECK(error("") == "the line has 0 words; write two, BOARD BYTES");
    CHECK(error("riscv64/virt") == "the line has 1 word; write two, BOARD BYTES");
    CHECK(error("riscv64/virt 1 2") == "the line has 3 words; write two, BOARD BYTES");
    CHECK(error("riscv64/virt 1.5G") == "'1.5G' is not a number of bytes; write decimal digits only");
    CHECK(error("riscv64/virt -5") == "'-5' is not a number of bytes; write decimal digits only");
    CHECK(error("riscv64/virt +5") == "'+5' is not a number of bytes; write decimal digits only");
    CHECK(error("riscv64/virt 0x10") == "'0x10' is not a number of bytes; write decimal digits only");
    CHECK(error("riscv64/virt 18446744073709551616") ==
          "'18446744073709551616' does not fit into 64 bits; write fewer bytes than 2^64");
    CHECK(error("riscv64/virt 18446744073709551615").find("are 2^64 bytes; ask for less RAM") !=
          std::string::npos);
    CHECK(error("riscv64/virt 18446744073709543424").find("runs past the end") != std::string::npos);
    CHECK(error("riscv64/vrit 1").find("did you mean riscv64/virt") != std::string::npos);
    CHECK_FALSE(error("\xff\xfe \x80").empty());
    CHECK_FALSE(error(std::string("\0 \0", 3)).empty());
    CHECK_FALSE(error(std::string(1 << 20, 'x')).empty());
}

TEST_CASE("check --batch needs no line end after the last line, takes those of DOS, and no line at all") {
    CHECK(answer_to("riscv64/virt 0").at("ram_size") == 134217728);
    CHECK(answer_to("riscv64/virt\t1\r\n").at("ram_size") == 8192);
    CHECK(ask({"check", "--batch"}).out.empty());
}
