// Functions of a firmware of ours that were executed, and genhtml's page of them; Debian's U-Boot has names, too.
#include <wirewrap/trace/function_coverage.hpp>

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <wirewrap/cpu.hpp>
#include <wirewrap/trace.hpp>

#include "tests/examples/process.hpp"
#include "tests/support/qemu.hpp"
#include "tests/support/u_boot.hpp"
#include "tests/trace/damaged.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

const std::string firmware = "tests/trace/firmware.elf", stripped = "tests/trace/stripped.elf";

/// Addresses of the functions of a file, as the coverage of nothing has them.
std::map<std::string, std::uint64_t> addresses(const std::string& file) {
    trace::FunctionCoverage none;
    REQUIRE(none.add({}, {.file = file}));
    std::map<std::string, std::uint64_t> result;
    for (const trace::CountedFunction& each : none.files().at(file)) {
        CHECK(each.count == 0);
        CHECK(result.emplace(each.name, each.address).second);
    }
    return result;
}
/// Each of these instructions once.
trace::ExecutedCode executed_at(std::initializer_list<std::uint64_t> places) {
    trace::ExecutedCode executed;
    for (const std::uint64_t pc : places) executed.executes({.pc = pc, .word = 0x13});
    return executed;
}

}  // namespace

TEST_CASE("functions are counted by their first instruction") {
    const auto at = addresses(firmware);
    REQUIRE(at.contains("sum"));
    REQUIRE(at.contains("never"));
    REQUIRE(at.contains("firmware"));
    const std::uint64_t sum = at.at("sum"), all = at.at("firmware");
    const auto executed = executed_at({all, sum, sum + 2, sum + 4, sum, all + 0x2'0000});
    trace::FunctionCoverage coverage;
    REQUIRE(coverage.add(executed, {.file = firmware}));
    CHECK(coverage.total().functions == at.size());
    CHECK(coverage.total().executed == 2);
    const auto count = [&](std::string_view name) {
        for (const trace::CountedFunction& each : coverage.files().at(firmware))
            if (each.name == name) return each.count;
        FAIL("there is no " << name);
        return 0u;
    };
    CHECK(count("sum") == 2);
    CHECK(count("firmware") == 1);
    CHECK(count("never") == 0);
    // The same code, which has moved since: both runs of it count.
    REQUIRE(coverage.add(executed, {.file = firmware, .offset = 0x2'0000}));
    CHECK(coverage.total().functions == at.size());
    CHECK(count("firmware") == 2);
    CHECK(count("sum") == 2);
}

TEST_CASE("what was stripped of its line table has its functions still") {
    CHECK(addresses(stripped) == addresses(firmware));
}

TEST_CASE("files that name no functions are refused") {
    trace::FunctionCoverage coverage;
    const auto why = [&](const std::string& file) {
        const auto added = coverage.add({}, {.file = file});
        REQUIRE_FALSE(added);
        return added.error().message;
    };
    CHECK(why("tests/trace/nothing.elf") ==
          "tests/trace/nothing.elf is no ELF file with a symbol table that could be read");
    const std::string text = scratch_directory() / "text";
    std::ofstream(text) << "no ELF file";
    CHECK(why(text).starts_with(text + " is no ELF file"));
    CHECK(coverage.files().empty());
    CHECK(coverage.listing().empty());

    // Bytes that somebody changed are read or refused.
    each_damaged(firmware, [](const std::string& damaged) {
        trace::FunctionCoverage of_damaged;
        const auto added = of_damaged.add({}, {.file = damaged});
        CHECK((added.has_value() || added.error().message.starts_with(damaged + " ")));
    });
}

TEST_CASE("genhtml takes the tracefile, and the listing for a source") {
    if (::access("/usr/bin/genhtml", X_OK) != 0) {
        std::puts("SKIPPED: there is no genhtml; Debian's package is lcov");
        return;
    }
    const std::string none;
    for (const auto& [file, more] : {std::pair{firmware, none}, {u_boot_elf, none}, {firmware, stripped}}) {
        if (const std::string why = no_u_boot_functions(); file == u_boot_elf && !why.empty()) {
            std::puts(("SKIPPED: " + why).c_str());
            continue;
        }
        const auto at = addresses(file);
        trace::FunctionCoverage coverage;
        REQUIRE(coverage.add(executed_at({at.begin()->second}), {.file = file}));
        // It has functions of the same names.
        if (!more.empty()) REQUIRE(coverage.add({}, {.file = more}));
        const std::filesystem::path folder = scratch_directory();
        const std::string listing = folder / "functions.txt", info = folder / "functions.info";
        std::ofstream(listing) << coverage.listing();
        std::ofstream(info) << coverage.lcov(listing);
        const auto made = run_program({"/usr/bin/genhtml", "--output-directory", folder / "pages", info});
        INFO(made.out << made.err);
        REQUIRE(made.status == 0);
        const auto total = coverage.total();
        CHECK(total.executed >= 1);  // names of one address are executed together
        CHECK(made.out.find("(" + std::to_string(total.executed) + " of " + std::to_string(total.functions) +
                            " functions)") != std::string::npos);
        CHECK(made.out.find("(" + std::to_string(total.executed) + " of " + std::to_string(total.functions) +
                            " lines)") != std::string::npos);
    }
}
