#include "tests/state/reader_fuzz.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "tests/examples/guest.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

std::vector<std::byte> saved(std::uint64_t instructions) {
    FuzzedMachine source;
    const auto ram = source.machine.ram_memory()->span();
    for (std::size_t i = 0; i != 64; ++i) ram[i] = static_cast<std::byte>(i * 7);
    ram[5 * 4096] = std::byte{1};
    source.emulator.hart(0).set_pc(0x8000'0000);
    NoConsole console;
    source.emulator.run(console, instructions);
    const std::string path = temporary("seed" + std::to_string(instructions) + ".snapshot");
    REQUIRE(state::save(source.emulator, path));
    std::ifstream stream(path, std::ios::binary);
    const std::string chars((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    const auto bytes = std::as_bytes(std::span(chars));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("Snapshots that were tampered with under right checksums are refused, or can be run") {
    const std::vector<std::vector<std::byte>> seeds{saved(0), saved(1000)};
    for (const auto& seed : seeds) CHECK(read_anything(seed));
    std::mt19937_64 random(11);
    std::size_t restored = 0, refused = 0;
    for (int round = 0; round != 4000; ++round) {
        std::vector<std::byte> file = seeds[random() % seeds.size()];
        // Most changes go to what is not a page or a flash buffer: the first 4 KiB, and numbers that lengths are made of.
        for (std::uint64_t change = 0, changes = 1 + random() % 4; change != changes; ++change) {
            const std::size_t at = random() % (random() % 4 == 0 ? file.size() : 4096);
            switch (random() % 4) {
            case 0: file[at] ^= std::byte{1} << random() % 8; break;
            case 1: file[at] = static_cast<std::byte>(random()); break;
            case 2: file[at] = std::byte{0xff}; break;
            default: file.resize(random() % 8 == 0 ? at : file.size()); break;
            }
            if (file.size() < 4096) break;
        }
        ++(read_anything(file) ? restored : refused);
    }
    CHECK(restored > 100);
    CHECK(refused > 100);
}
