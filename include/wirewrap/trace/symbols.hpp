// Which ELF file says what code is called, and where that code lies.
#pragma once

#include <cstdint>
#include <string>

#include <wirewrap/base/language.hpp>

namespace wirewrap::trace {

struct Symbols {
    std::string file{};        // an ELF file
    std::uint64_t offset = 0;  // what the code's addresses are higher by than the file says
};

}  // namespace wirewrap::trace
