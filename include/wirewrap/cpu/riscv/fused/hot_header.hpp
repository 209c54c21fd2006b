// Hot code as a C++ header: what `wirewrap profile` writes and `Fused` takes.
//
//     const std::string text = riscv::hot_header("firmware_profile", "firmware.bin", hot);
//
//     // firmware_profile: where firmware.bin spends 98.5 % of 1234567 instructions.
//     inline constexpr auto firmware_profile = [] {
//         using namespace wirewrap::riscv;
//         return std::to_array<Hot>({
//             hot_region(0x80000000),
//             hot_trace(),  // 45678 times
//             hot_code(0x134, 0x00074603),  // lbu a2, 0(a4)
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <wirewrap/cpu/riscv/fused/hot_traces.hpp>

namespace wirewrap::riscv {

namespace detail {

inline std::string hexadecimal(std::uint64_t value, std::size_t digits = 1) {
    std::array<char, 16> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, 16).ptr;
    const std::string text(buffer.data(), end);
    return "0x" + std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

inline std::string_view register_name(std::uint8_t number) {
    // RISC-V ABIs Specification 1.0, table 1; the last one is where results for x0 go.
    constexpr std::array<std::string_view, 33> names = {
        "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
        "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
        "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6", "zero"};
    return names[number];
}

/// As an assembler would have it, but for the names of operations, which are ours: what stands for itself in
/// a listing.
inline std::string listed(const Instruction& i, std::uint64_t address) {
    std::string text(name(i.op));
    if (text.ends_with("_far")) text.resize(text.size() - 4);
    if (text.ends_with("_")) text.pop_back();
    std::replace(text.begin(), text.end(), '_', '.');
    text += ' ';
    const auto reg = [](std::uint8_t number) { return std::string(register_name(number)); };
    const auto target = [&] {
        return hexadecimal(address + static_cast<std::uint64_t>(std::int64_t{i.immediate}));
    };
    const std::string value = std::to_string(i.immediate);
    if (is_branch(i.op)) return text + reg(i.rs1) + ", " + reg(i.rs2) + ", " + target();
    if (is_jump(i.op)) return text + (i.rd == discarded_register ? "" : reg(i.rd) + ", ") + target();
    if (is_indirect(i.op))
        return text + (i.rd == discarded_register ? "" : reg(i.rd) + ", ") + value + "(" + reg(i.rs1) + ")";
    if (i.op >= Op::sb_4 && is_memory(i.op)) return text + reg(i.rs2) + ", " + value + "(" + reg(i.rs1) + ")";
    if (is_memory(i.op)) return text + reg(i.rd) + ", " + value + "(" + reg(i.rs1) + ")";
    if (i.op == Op::auipc_4) return text + reg(i.rd) + ", " + target();
    if (i.op == Op::load_immediate_4 || i.op == Op::load_immediate_2) return text + reg(i.rd) + ", " + value;
    if (i.op == Op::move_4 || i.op == Op::move_2) return text + reg(i.rd) + ", " + reg(i.rs2);
    text += reg(i.rd) + ", " + reg(i.rs1) + ", ";
    const bool two_registers = (i.op >= Op::add_4 && i.op <= Op::subw_2) ||
                               (i.op >= Op::sll_4 && i.op <= Op::remuw_4);
    return text + (two_registers ? reg(i.rs2) : value);
}

inline std::string tenths(double share) {
    const auto n = static_cast<std::uint64_t>(std::floor(share * 1000));
    return std::to_string(n / 10) + "." + std::to_string(n % 10);
}

}  // namespace detail

/// A whole header that defines the array `variable`. `program` is what the reader knows the code by.
inline std::string hot_header(std::string_view variable, std::string_view program, const HotTraces& hot) {
    const auto offset = [](std::uint64_t address) { return detail::hexadecimal(address % page_size, 3); };
    const std::string array(variable);
    std::string text = "// " + array + ": where " + std::string(program) + " spends " +
                       detail::tenths(hot.covered) + " % of " + std::to_string(hot.executed) +
                       " instructions.\n// Made by `wirewrap profile`, for riscv::Fused<" + array +
                       ">, the last argument of riscv::Hart.\n"
                       "#pragma once\n\n#include <array>\n\n"
                       "#include <wirewrap/cpu/riscv/fused/hot_code.hpp>\n\n"
                       "inline constexpr auto " +
                       array +
                       " = [] {\n    using namespace wirewrap::riscv;\n    return std::to_array<Hot>({\n";
    const auto line = [&](const std::string& call, const std::string& comment = {}) {
        text += "        " + call + "," + (comment.empty() ? "" : "  // " + comment) + "\n";
    };
    for (const HotRegion& region : hot.regions) {
        line("hot_region(" + detail::hexadecimal(region.front().head() / page_size * page_size) + ")");
        for (const HotTrace& trace : region) {
            line("hot_trace()", std::to_string(trace.steps.front().code->count) + " times");
            for (const HotTrace::Step& step : trace.steps) {
                const Executed& code = *step.code;
                line("hot_code(" + offset(code.address) + ", " + detail::hexadecimal(code.bits, 8) + ")",
                     detail::listed(code.instruction(), code.address));
                for (const std::uint64_t target : step.targets) line("hot_target(" + offset(target) + ")");
            }
        }
    }
    return text + "    });\n}();\n";
}

}  // namespace wirewrap::riscv
