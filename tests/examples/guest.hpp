// Small guests for riscv64/virt, written to files: what `wirewrap run -bios FILE` is tested with.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

inline std::string temporary(const std::string& name) {
    const char* const folder = std::getenv("TEST_TMPDIR");
    return std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
}

inline std::string write_file(const std::string& name, std::string_view bytes) {
    const std::string path = temporary(name);
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// Runs in M-mode at the start of RAM, with the UART and the test finisher at hand.
class Guest {
public:
    static constexpr std::uint64_t base = 0x8000'0000, uart = 0x1000'0000, finisher = 0x10'0000;
    static constexpr rv64::Reg t0 = 5, t1 = 6, t2 = 7, s0 = 8, s1 = 9;

    Guest() {
        code.li(s0, uart);
        code.li(s1, finisher);
    }

    void say(std::string_view text) {
        for (const char c : text) {
            code.li(t0, static_cast<std::uint8_t>(c));
            code.emit(rv64::sb(t0, s0, 0));
        }
    }
    /// Waits for a byte by asking for the line status, as boot loaders do; it is in t0 then.
    void read_byte() {
        const std::uint64_t again = code.here();
        code.emit(rv64::lbu(t0, s0, 5), rv64::i_type(0x13, 7, t0, t0, 1));  // LSR, andi: data ready
        code.emit(rv64::beq(t0, 0, static_cast<std::int64_t>(again - code.here())));
        code.emit(rv64::lbu(t0, s0, 0));
    }
    /// Sends back what comes, up to and without `last`.
    void echo_until(char last) {
        code.li(t1, static_cast<std::uint8_t>(last));
        const std::uint64_t again = code.here();
        read_byte();
        code.emit(rv64::beq(t0, t1, 12), rv64::sb(t0, s0, 0));
        code.emit(rv64::jal(0, static_cast<std::int64_t>(again - code.here())));
    }
    /// A word for the test finisher; then nothing more happens.
    void finish(std::uint32_t word) {
        code.li(t0, word);
        code.emit(rv64::sw(t0, s1, 0), rv64::jal(0, 0));
    }
    void loop_forever() { code.emit(rv64::jal(0, 0)); }

    std::string file(const std::string& name) const { return write_file(name, image()); }
    std::string image() const {
        const auto bytes = code.bytes();
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    rv64::Assembler code{base};
};

inline constexpr std::uint32_t finish_pass = 0x5555, finish_reset = 0x7777;
constexpr std::uint32_t finish_fail(std::uint32_t code) { return 0x3333 | code << 16; }

}  // namespace wirewrap::test
