#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
using nlohmann::json;

TEST_CASE("boards lists name, RAM id, default size and rule") {
    const Finished list = ask({"boards"});
    CHECK(list.status == 0);
    CHECK(list.err.empty());
    const std::size_t line = list.out.find("riscv64/virt ");
    REQUIRE(line != std::string::npos);
    const std::string virt = list.out.substr(line, list.out.find('\n', line) - line);
    CHECK(virt.find("riscv_virt_board.ram") != std::string::npos);
    CHECK(virt.find("134217728") != std::string::npos);
    CHECK(virt.find("any amount") != std::string::npos);
}

TEST_CASE("boards --json is a list of objects with six members") {
    const Finished list = ask({"boards", "--json"});
    REQUIRE(list.status == 0);
    bool found = false;
    for (const json& board : json::parse(list.out)) {
        CHECK(board.size() == 6);  // board, ram_id, since, until, default_size, rule
        CHECK(board.at("rule").is_string());
        if (board.at("board") != "riscv64/virt") continue;
        found = true;
        CHECK(board.at("ram_id") == "riscv_virt_board.ram");
        CHECK(board.at("default_size") == 134217728);
    }
    CHECK(found);
}

TEST_CASE("boards takes nothing that it does not know") {
    const Finished extra = ask({"boards", "--jsom"});
    CHECK(extra.status == 1);
    CHECK(extra.err == "wirewrap: boards does not take '--jsom'; did you mean --json?\n");
}

TEST_CASE("a command that does not exist is answered with those that come near") {
    CHECK(ask({"bords"}).err == "wirewrap: there is no command 'bords'; did you mean boards?\n");
    CHECK(ask({"dance"}).err == "wirewrap: there is no command 'dance'; `wirewrap --help` lists them\n");
    CHECK(ask({"riscv64/virt"}).err ==
          "wirewrap: riscv64/virt is a board, not a command; write `wirewrap run riscv64/virt`\n");
    for (const char* word : {"bords", "dance", "riscv64/virt"}) CHECK(ask({word}).status == 1);
}

TEST_CASE("help and version are answers, not errors") {
    for (const char* word : {"--help", "-h"}) {
        const Finished help = ask({word});
        CHECK(help.status == 0);
        for (const char* command : {"boards", "map", "check", "run"})
            CHECK(help.out.find(command) != std::string::npos);
    }
    CHECK(ask({"--version"}).out == "wirewrap 0.1.0\n");
    for (const char* command : {"boards", "map", "check", "run"}) {
        const Finished help = ask({command, "--help"});
        CHECK(help.status == 0);
        CHECK(help.out.find("wirewrap " + std::string(command) + " [OPTIONS]") != std::string::npos);
    }
}

TEST_CASE("output that cannot be written is an error") {
    const Finished full = run_program({"/bin/sh", "-c", "examples/wirewrap boards > /dev/full"});
    CHECK(full.status == 1);
    CHECK(full.err.starts_with("wirewrap: "));
}
