// Lines of a firmware of ours that were executed, and genhtml's page of them.
#include <wirewrap/trace/line_coverage.hpp>

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/trace.hpp>

#include "tests/examples/process.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/qemu.hpp"
#include "tests/trace/damaged.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

const std::string firmware = "tests/trace/firmware.elf", source = "tests/trace/guest/firmware.c";

/// The firmware to its end, `offset` higher than it was linked for; it may lie anywhere.
trace::ExecutedCode run_firmware(std::uint64_t offset = 0) {
    const std::string elf = file_contents(firmware);
    FlatBus bus(1_MiB);
    std::uint64_t header = read_memory<std::uint64_t>(reinterpret_cast<const std::byte*>(elf.data()) + 32);
    const auto count = read_memory<std::uint16_t>(reinterpret_cast<const std::byte*>(elf.data()) + 56);
    for (std::uint16_t i = 0; i != count; ++i, header += 56) {
        const auto* const at = reinterpret_cast<const std::byte*>(elf.data()) + header;
        if (read_memory<std::uint32_t>(at) != 1) continue;  // PT_LOAD
        const auto from = read_memory<std::uint64_t>(at + 8), to = read_memory<std::uint64_t>(at + 24),
                   size = read_memory<std::uint64_t>(at + 32);
        std::memcpy(bus.ram.data() + (to + offset - FlatBus::ram_base), elf.data() + from, size);
    }
    trace::ExecutedCode executed;
    riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<trace::ExecutedCode>> hart(
        bus, {.reset_pc = FlatBus::ram_base + offset});
    hart.observe(&executed);
    REQUIRE(hart.run(10'000).reason == riscv::RunExit::waiting);
    return executed;
}

/// The count of each line of the source whose comment says something of it.
void check_lines(const trace::LineCoverage& coverage) {
    const std::map<int, std::uint32_t>* lines = nullptr;
    for (const auto& [name, found] : coverage.files())
        if (name.ends_with(source)) lines = &found;
    REQUIRE(lines != nullptr);
    std::ifstream file(source);
    std::string text;
    int said = 0;
    for (int number = 1; std::getline(file, text); ++number) {
        INFO(number << ": " << text);
        const auto says = [&](std::string_view what) { return text.ends_with("// " + std::string(what)); };
        if (!says("once") && !says("never") && !says("seven times")) continue;
        ++said;
        REQUIRE(lines->contains(number));
        CHECK(lines->at(number) == (says("once") ? 1u : says("never") ? 0u : 7u));
    }
    CHECK(said == 7);
}

}  // namespace

TEST_CASE("lines are counted by the line table of the firmware") {
    const trace::ExecutedCode executed = run_firmware();
    trace::LineCoverage coverage;
    REQUIRE(coverage.add(executed, {.file = firmware}));
    check_lines(coverage);
    const auto total = coverage.total();
    CHECK(total.executed < total.lines);
    CHECK(total.executed >= 6);
    // Once more, and of nothing that was executed: no count is lost.
    REQUIRE(coverage.add({}, {.file = firmware}));
    check_lines(coverage);
    CHECK(coverage.total().lines == total.lines);
    CHECK(coverage.total().executed == total.executed);
}

TEST_CASE("lines of code that was moved") {
    const trace::ExecutedCode executed = run_firmware(0x2'0000);
    trace::LineCoverage coverage;
    REQUIRE(coverage.add(executed, {.file = firmware}));
    CHECK(coverage.total().executed == 0);
    REQUIRE(coverage.add(executed, {.file = firmware, .offset = 0x2'0000}));
    check_lines(coverage);
}

TEST_CASE("sources have whole names also where the line table has relative ones") {
    trace::LineCoverage coverage;
    REQUIRE(coverage.add({}, {.file = "tests/trace/relative.elf"}));
    REQUIRE(coverage.files().size() == 1);
    CHECK(coverage.files().begin()->first == "/somewhere/built/" + source);
}

TEST_CASE("files without line tables are refused") {
    trace::LineCoverage coverage;
    const auto why = [&](const std::string& file) {
        const auto added = coverage.add({}, {.file = file});
        REQUIRE_FALSE(added);
        return added.error().message;
    };
    CHECK(why("tests/trace/nothing.elf") == "tests/trace/nothing.elf cannot be opened for reading");
    CHECK(why("tests/trace/stripped.elf").starts_with("tests/trace/stripped.elf has no "));
    CHECK(why("tests/trace/stripped.elf").find("-g") != std::string::npos);
    CHECK(why(source).starts_with(source + " has no DWARF that could be read"));
    CHECK(coverage.files().empty());
    CHECK(coverage.lcov() == "TN:\n");
}

TEST_CASE("line tables whose bytes are damaged are refused or read") {
    const trace::ExecutedCode executed = run_firmware();
    each_damaged(firmware, [&](const std::string& damaged) {
        trace::LineCoverage coverage;
        const auto added = coverage.add(executed, {.file = damaged});
        CHECK((added.has_value() || added.error().message.starts_with(damaged + " has no ")));
    });
}

TEST_CASE("genhtml takes the tracefile") {
    if (::access("/usr/bin/genhtml", X_OK) != 0) {
        std::puts("SKIPPED: there is no genhtml; Debian's package is lcov");
        return;
    }
    trace::LineCoverage coverage;
    REQUIRE(coverage.add(run_firmware(), {.file = firmware}));
    const std::filesystem::path folder = scratch_directory();
    std::ofstream(folder / "firmware.info") << coverage.lcov();
    const auto made = run_program(
        {"/usr/bin/genhtml", "--output-directory", folder / "pages", folder / "firmware.info"});
    INFO(made.out << made.err);
    REQUIRE(made.status == 0);
    const auto total = coverage.total();
    CHECK(made.out.find("(" + std::to_string(total.executed) + " of " + std::to_string(total.lines) +
                        " lines)") != std::string::npos);
    bool page = false;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "pages"))
        page = page || entry.path().filename() == "firmware.c.gcov.html";
    CHECK(page);
}
