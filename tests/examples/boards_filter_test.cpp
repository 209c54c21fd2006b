#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
using nlohmann::json;

namespace {

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_CASE("versions of a machine whose RAM is the same are one line") {
    const Finished q35 = ask({"boards", "pc-q35"});
    CHECK(q35.status == 0);
    CHECK(lines(q35.out) == 3);
    CHECK(q35.out.find("\nx86_64/pc-q35-11.1 … 7.1 (q35) ") != std::string::npos);
    CHECK(q35.out.find("\nx86_64/pc-q35-7.0 … 5.2 ") != std::string::npos);
    const Finished older = ask({"boards", "pc-q35", "--qemu", "7.2"});
    CHECK(older.out.find("\nx86_64/pc-q35-7.2 … 7.1 (q35) ") != std::string::npos);
    CHECK(older.out.find("\nx86_64/pc-q35-7.0 … 2.4 ") != std::string::npos);
    const Finished each = ask({"boards", "--versions", "pc-q35", "--qemu", "7.2"});
    CHECK(lines(each.out) == 25);
    CHECK(each.out.find("\nx86_64/pc-q35-4.0.1 ") != std::string::npos);
}

TEST_CASE("the list says since and until which release a machine is there") {
    const auto board = [](const std::string& name) {
        return json::parse(ask({"boards", "--json", "--qemu", "7.2", name}).out).at(0);
    };
    CHECK(board("aarch64/akita").at("since").is_null());
    CHECK(board("aarch64/akita").at("until") == "9.1");
    CHECK(board("pc-q35-5.1").at("since") == "5.1");
    CHECK(board("pc-q35-5.1").at("until") == "11.0");
    CHECK(json::parse(ask({"boards", "--json", "raspi4b"}).out).at(0).at("since") == "10.0");
    CHECK(json::parse(ask({"boards", "--json", "raspi4b"}).out).at(0).at("until").is_null());
}

TEST_CASE("boards are found by name, alias and RAM id") {
    CHECK(ask({"boards", "s390-ccw-virtio-2.4", "--qemu", "7.2"}).out.find("s390x/s390-ccw-virtio-2.4 ") !=
          std::string::npos);
    CHECK(ask({"boards", "q35"}).out.find("x86_64/pc-q35-11.1") != std::string::npos);
    CHECK(lines(ask({"boards", "loongarch.ram"}).out) == 2);
    const Finished none = ask({"boards", "xyzzy"});
    CHECK(none.status == 1);
    CHECK(none.err ==
          "wirewrap: no board of QEMU 11.1 has 'xyzzy' in its name, alias or RAM id; `wirewrap boards` lists "
          "all\n");
}

TEST_CASE("boards are listed by target, or by what targets begin with") {
    const Finished hppa = ask({"boards", "--arch", "hppa"});
    CHECK(lines(hppa.out) == 5);
    CHECK(lines(ask({"boards", "--arch", "hppa", "--qemu", "7.2"}).out) == 2);
    for (const json& board : json::parse(ask({"boards", "--arch", "riscv", "--json"}).out))
        CHECK(board.at("board").get<std::string>().starts_with("riscv"));
    CHECK(ask({"boards", "--arch=s390x", "q35"}).status == 1);
    const Finished near = ask({"boards", "--arch", "alhpa"});
    CHECK(near.status == 1);
    CHECK(near.err == "wirewrap: no board has the target 'alhpa'; did you mean alpha?\n");
    CHECK(ask({"boards", "--arch"}).status == 1);
    CHECK(ask({"boards", "--arch", ""}).err ==
          "wirewrap: --arch has an empty value; give it a target, such as aarch64\n");
}

TEST_CASE("JSON has every version") {
    CHECK(json::parse(ask({"boards", "--json", "pc-i440fx"}).out).size() == 18);
    CHECK(json::parse(ask({"boards", "--json", "pc-i440fx", "--qemu", "7.2"}).out).size() == 31);
    CHECK(json::parse(ask({"boards", "--json"}).out).size() >= 288);
    CHECK(json::parse(ask({"boards", "--json", "--qemu", "7.2"}).out).size() >= 303);
}
