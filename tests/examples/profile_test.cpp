// wirewrap profile: what it writes compiles, and a hart that was compiled with it computes the same.
#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <wirewrap/cpu/riscv/fused.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>

#include "tests/examples/process.hpp"
#include "tests/examples/qsort_profile.hpp"  // by the command, when this test was built
#include "tests/support/flat_bus.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

const std::string qsort_image = "tests/cpu/programs/qsort.bin";

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a hart with the profile of a program computes the same in as many instructions") {
    const std::string image = contents(qsort_image);
    REQUIRE(!image.empty());
    FlatBus plain_bus(16_MiB), fused_bus(16_MiB);
    for (FlatBus* bus : {&plain_bus, &fused_bus})
        for (std::size_t i = 0; i != image.size(); ++i) bus->ram[i] = static_cast<std::byte>(image[i]);
    riscv::Hart plain(plain_bus, {.reset_pc = FlatBus::ram_base});
    riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Fused<qsort_profile>> fused(
        fused_bus, {.reset_pc = FlatBus::ram_base});
    while (plain_bus.finished == 0 && plain.retired() < 1'000'000'000) {
        REQUIRE(plain.run(1'000'003) == fused.run(1'000'003));
        REQUIRE(plain.pc() == fused.pc());
        for (std::size_t i = 0; i != 32; ++i) REQUIRE(plain.x(i) == fused.x(i));
    }
    CHECK(fused_bus.finished == 0x5555);
    CHECK(plain_bus.printed.size() == 16);
    CHECK(plain_bus.printed == fused_bus.printed);
    CHECK(fused.regions().marked() != 0);
}

TEST_CASE("the header names the program, counts and explains") {
    const std::string path = "profile_test_output.hpp";
    const Finished done = run_program({wirewrap_program, "profile", "-bios", qsort_image, "-o", path,
                                       "--name", "hot", "--instructions", "2000000"});
    CHECK(done.err == "");
    CHECK(done.status == 0);
    const std::string text = contents(path);
    CHECK(text.starts_with("// hot: where qsort.bin spends "));
    CHECK(text.contains(" instructions.\n"));
    CHECK(text.contains("inline constexpr auto hot = [] {"));
    CHECK(text.contains("hot_region(0x80000000),"));
    CHECK(text.contains("hot_trace(),  // "));
    CHECK(text.contains(", 0x"));
    std::remove(path.c_str());
}

TEST_CASE("a header is called like its file when nobody says otherwise") {
    const std::string path = "2-profile.test.hpp";
    REQUIRE(run_program({wirewrap_program, "profile", "-bios", qsort_image, "-output", path, "--instructions",
                         "100000"})
                .status == 0);
    CHECK(contents(path).contains("inline constexpr auto profile_2_profile_test = [] {"));
    std::remove(path.c_str());
}

TEST_CASE("what cannot be profiled is refused with a sentence") {
    const Finished no_output = run_program({wirewrap_program, "profile", "-bios", qsort_image});
    CHECK(no_output.status == 1);
    CHECK(no_output.err.contains("--output is required"));
    const Finished no_hart = run_program(
        {wirewrap_program, "profile", "x86_64/pc-i440fx-7.2", "-o", "x.hpp"});
    CHECK(no_hart.status == 1);
    CHECK(no_hart.err ==
          "wirewrap: x86_64/pc-i440fx-7.2 cannot run: there is no hart for it yet; profile riscv64/virt\n");
    const Finished nothing = run_program(
        {wirewrap_program, "profile", "-bios", qsort_image, "-o", "x.hpp", "--instructions", "3"});
    CHECK(nothing.status == 1);
    CHECK(nothing.err.contains("nothing of qsort.bin is hot: it executed 3 instructions"));
    const Finished no_folder = run_program({wirewrap_program, "profile", "-bios", qsort_image, "-o",
                                            "no/folder.hpp", "--instructions", "100000"});
    CHECK(no_folder.status == 1);
    CHECK(no_folder.err.contains("no/folder.hpp cannot be written: No such file or directory"));
}
