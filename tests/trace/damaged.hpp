// Files of which somebody has changed bytes, for readers that are to read or refuse them.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "tests/examples/process.hpp"

namespace wirewrap::test {

/// Calls `each(path)` with three hundred copies of a file, one after the other at the same path: each has twenty bytes changed,
/// every third is cut short besides.
template <class Each>
void each_damaged(const std::string& file, Each each) {
    const std::string whole = file_contents(file), damaged = scratch_directory() / "damaged.elf";
    std::uint64_t random = 1;
    for (int round = 0; round != 300; ++round) {
        std::string bytes = whole;
        for (int i = 0; i != 20; ++i) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            bytes[(random >> 20) % bytes.size()] = static_cast<char>(random >> 56);
        }
        if (round % 3 == 0) bytes.resize((random >> 30) % bytes.size());
        std::ofstream(damaged, std::ios::binary) << bytes;
        each(damaged);
    }
}

}  // namespace wirewrap::test
