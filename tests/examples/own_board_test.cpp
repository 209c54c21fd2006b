#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
namespace fs = std::filesystem;

namespace {

/// A folder that has nothing but the example, as a repository of somebody else would.
fs::path own_repository() {
    const char* const room = std::getenv("TEST_TMPDIR");
    const fs::path folder = fs::path(room != nullptr ? room : "/tmp") / "own_board";
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const char* file : {"gateway.hpp", "main.cpp"})
        fs::copy_file(fs::path("examples/own_board") / file, folder / file);
    return folder;
}

}  // namespace

TEST_CASE("a board and its program live in a repository of their own") {
    const std::string compiler = GENERATE(COMPILERS);  // the BUILD file's
    CAPTURE(compiler);
    const fs::path folder = own_repository();
    const std::string here = fs::current_path();
    const Finished compiled = run_program({compiler, "-std=c++23", "-I", here + "/include", "-I", here, "-o",
                                           folder / "gateway", folder / "main.cpp"},
                                          {}, std::chrono::minutes(5));
    CAPTURE(compiled.err);
    REQUIRE(compiled.status == 0);
    const Finished program = run_program({folder / "gateway"});
    CHECK(program.status == 0);
    CHECK(program.out ==
          "riscv64/gateway accepts 256 MiB or 512 MiB of RAM\n"
          "riscv64/virt accepts any amount but 0 bytes of RAM\n"
          "the last word of RAM holds 42\n"
          "riscv64/gateway accepts 256 MiB or 512 MiB of RAM, not 300 MiB; use 256 MiB or 512 MiB\n");
}
