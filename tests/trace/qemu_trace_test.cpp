// The first hundred thousand instructions of each kernel of the benchmarks, as this hart executes them and as QEMU logs them.
#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/trace.hpp>

#include <boards/riscv/virt.hpp>

#include "tests/support/qemu.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

constexpr std::uint64_t start = 0x8000'0000;
constexpr std::size_t wanted = 100'000;

using Virt = Machine<boards::riscv::Virt, hostmem::Anonymous>;
template <class Bus>
using Rv64 = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Observed<trace::QemuLog>>;

/// The pcs of the lines `Trace N: … [A/PC/…]`, from where RAM is executed first. QEMU writes them before it goes there; where
/// something else comes between, it says that it stopped before.
std::vector<std::uint64_t> pcs_of(const std::string& log) {
    std::vector<std::uint64_t> pcs;
    for (std::size_t at = 0; at < log.size();) {
        const std::size_t end = std::min(log.find('\n', at), log.size());
        const std::string line = log.substr(at, end - at);
        at = end + 1;
        const std::size_t slash = line.find('/');
        if (line.starts_with("Stopped execution of TB chain before") && !pcs.empty()) pcs.pop_back();
        if (!line.starts_with("Trace 0:") || slash == std::string::npos) continue;
        const std::uint64_t pc = std::strtoull(line.c_str() + slash + 1, nullptr, 16);
        if (!pcs.empty() || pc == start) pcs.push_back(pc);
        if (pcs.size() == wanted) break;
    }
    return pcs;
}

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// QEMU would write millions of lines more, so it writes to a pipe that is closed in time.
std::string log_of_qemu(const std::string& image) {
    const std::filesystem::path folder = test::scratch_directory();
    const std::string pipe = folder / "qemu.pipe", kept = folder / "qemu.log";
    const std::string single = std::system("qemu-system-riscv64 -help | grep -q -- -singlestep") == 0
                                   ? "-singlestep"
                                   : "-accel tcg,one-insn-per-tb=on";
    const std::string command = "rm -f " + pipe + "; mkfifo " + pipe +
                                "; qemu-system-riscv64 -M virt -m 256M -cpu " + test::cpu_of_qemu() +
                                " -bios " + image + " " + single +
                                " -display none -monitor none -serial null -d exec,nochain -D " + pipe +
                                " >/dev/null 2>&1 </dev/null & qemu=$!; timeout 60 head -n 100100 " + pipe +
                                " > " + kept + "; kill -9 $qemu";
    [[maybe_unused]] const int status = std::system(command.c_str());
    return contents(kept);
}

std::string log_from_here(const std::string& image) {
    auto machine = Virt::create({.ram_size = 256_MiB});
    REQUIRE(machine);
    const std::string bytes = contents(image);
    REQUIRE(load_raw(*machine, image, std::as_bytes(std::span(bytes)), at(start)));
    Emulator<Virt, Rv64> emulator(*machine);
    std::string text;
    {
        trace::QemuLog log([&](std::string_view more) { text += more; }, {.exec = true, .single = true});
        emulator.hart(0).set_pc(start);
        emulator.hart(0).observe(&log);
        emulator.run(wanted);
    }
    return text;
}

}  // namespace

TEST_CASE("the pcs of compiled kernels are QEMU's") {
    if (!test::qemu_installed()) {
        std::puts("SKIPPED: there is no qemu-system-riscv64");
        return;
    }
    const std::string kernel = GENERATE("seqsum", "copy64", "bytes", "rand", "chase", "sieve", "crc32",
                                        "matmul", "qsort", "fib");
    INFO(kernel);
    const std::string image = "benchmarks/kernels/" + kernel + ".bin";
    REQUIRE(std::filesystem::exists(image));
    const std::vector<std::uint64_t> here = pcs_of(log_from_here(image)), there = pcs_of(log_of_qemu(image));
    CHECK(here.size() == wanted);
    REQUIRE(here.size() == there.size());
    for (std::size_t i = 0; i != here.size(); ++i) {
        INFO("instruction " << i);
        if (here[i] != there[i]) REQUIRE(here[i] == there[i]);
    }
}
