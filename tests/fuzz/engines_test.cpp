// The example under the engines themselves: both find the planted fault, and what they keep of it is a reproducer.
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "tests/examples/process.hpp"

namespace {

using wirewrap::test::run_program;
namespace fs = std::filesystem;

const std::string elf = "examples/fuzzing/parser.elf", with_afl = "examples/fuzzing/with_afl",
                  with_libfuzzer = "examples/fuzzing/with_libfuzzer.program";
const std::string fault = "store access fault (cause 7, value 0x80100000)";

struct Folder {
    Folder() {
        std::string name = "/tmp/wirewrap-fuzz-XXXXXX";
        path = ::mkdtemp(name.data());
        fs::create_directory(path / "seeds");
        put("seeds/number", "WRAP\x01N\x05"
                            "E");
        put("hang", "WRAP\x01KSKIP\xfa");
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    void put(const std::string& name, const std::string& text) { std::ofstream(path / name) << text; }
    std::string operator/(const std::string& name) const { return (path / name).string(); }
    fs::path path;
};

std::vector<std::string> files(const fs::path& folder, const std::string& first) {
    std::vector<std::string> found;
    if (!fs::exists(folder)) return found;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with(first)) found.push_back(entry.path().string());
    return found;
}

std::optional<std::string> afl_fuzz() {
    const char* const path = std::getenv("PATH");
    std::string rest = path != nullptr ? path : "";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const std::string program = rest.substr(0, end) + "/afl-fuzz";
        if (::access(program.c_str(), X_OK) == 0) return program;
        rest.erase(0, end + 1);
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("libFuzzer finds the fault, keeps a reproducer, and tells a hang as its own") {
    const Folder folder;
    const auto run = run_program({with_libfuzzer, "-seed=1", "-max_len=4096", "-timeout=5",
                                  "-max_total_time=100", "-artifact_prefix=" + (folder / "found-"),
                                  folder / "seeds"},
                                 {}, std::chrono::seconds(150));
    INFO(run.err);
    REQUIRE(run.err.find(fault) != std::string::npos);
    CHECK(run.err.find("libFuzzer: deadly signal") != std::string::npos);
    const auto found = files(folder.path, "found-crash-");
    REQUIRE(found.size() == 1);

    const auto again = run_program({with_libfuzzer, found[0]});
    CHECK(again.status != 0);
    CHECK(again.err.find(fault) != std::string::npos);
    const auto by_hand = run_program({with_afl, elf, found[0]});
    CHECK(by_hand.status == 1);
    CHECK(by_hand.out.find(fault) != std::string::npos);

    const auto hung = run_program(
        {with_libfuzzer, "-timeout=1", "-artifact_prefix=" + (folder / "found-"), folder / "hang"});
    CHECK(hung.status != 0);
    CHECK(hung.err.find("the guest has not come to an end after 100000 instructions") != std::string::npos);
    CHECK(hung.err.find("libFuzzer: timeout") != std::string::npos);
}

TEST_CASE("afl-fuzz finds the fault and keeps a reproducer") {
    const auto engine = afl_fuzz();
    if (!engine) {
        std::cout << "SKIPPED: there is no afl-fuzz, which Debian's package afl++ has\n";
        return;
    }
    for (const char* const setting : {"AFL_NO_UI", "AFL_NO_AFFINITY", "AFL_SKIP_CPUFREQ",
                                      "AFL_BENCH_UNTIL_CRASH", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"})
        ::setenv(setting, "1", 1);
    const Folder folder;
    const auto run = run_program({*engine, "-i", folder / "seeds", "-o", folder / "found", "-t", "2000", "-G",
                                  "4096", "-s", "1", "-V", "200", "--", with_afl, elf},
                                 {}, std::chrono::seconds(280));
    INFO(run.out << run.err);
    const auto found = files(folder.path / "found/default/crashes", "id");
    REQUIRE(!found.empty());
    const auto again = run_program({with_afl, elf, found[0]});
    CHECK(again.status == 1);
    CHECK(again.out.find(fault) != std::string::npos);
}
