// Names of control and status registers, as the privileged architecture and debuggers write them.
//
//     riscv::csr_name(0x300);                      // "mstatus"
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv {

namespace detail {

/// Names that differ by a number: a prefix and the number, in a text of their own.
struct NumberedName {
    char text[16]{};
    std::size_t size = 0;

    constexpr NumberedName() = default;
    constexpr NumberedName(std::string_view prefix, unsigned number) {
        for (const char c : prefix) text[size++] = c;
        if (number >= 10) text[size++] = static_cast<char>('0' + number / 10);
        text[size++] = static_cast<char>('0' + number % 10);
    }
    constexpr std::string_view view() const { return {text, size}; }
};
template <std::size_t N>
constexpr std::array<NumberedName, N> numbered(std::string_view prefix, unsigned first) {
    std::array<NumberedName, N> names;
    for (std::size_t i = 0; i != N; ++i) names[i] = {prefix, first + static_cast<unsigned>(i)};
    return names;
}
inline constexpr auto pmpaddr_names = numbered<16>("pmpaddr", 0);
inline constexpr auto mhpmcounter_names = numbered<29>("mhpmcounter", 3);
inline constexpr auto mhpmevent_names = numbered<29>("mhpmevent", 3);
inline constexpr auto hpmcounter_names = numbered<29>("hpmcounter", 3);

struct NamedCsr {
    std::uint16_t number;
    std::string_view name;
};
// clang-format off
inline constexpr std::array plain_csr_names = std::to_array<NamedCsr>({
    {0x001, "fflags"}, {0x002, "frm"}, {0x003, "fcsr"},
    {0x100, "sstatus"}, {0x104, "sie"}, {0x105, "stvec"}, {0x106, "scounteren"}, {0x10a, "senvcfg"},
    {0x140, "sscratch"}, {0x141, "sepc"}, {0x142, "scause"}, {0x143, "stval"}, {0x144, "sip"}, {0x14d, "stimecmp"},
    {0x180, "satp"},
    {0x300, "mstatus"}, {0x301, "misa"}, {0x302, "medeleg"}, {0x303, "mideleg"}, {0x304, "mie"}, {0x305, "mtvec"},
    {0x306, "mcounteren"}, {0x30a, "menvcfg"}, {0x320, "mcountinhibit"},
    {0x340, "mscratch"}, {0x341, "mepc"}, {0x342, "mcause"}, {0x343, "mtval"}, {0x344, "mip"},
    {0x3a0, "pmpcfg0"}, {0x3a2, "pmpcfg2"},
    {0xb00, "mcycle"}, {0xb02, "minstret"}, {0xc00, "cycle"}, {0xc01, "time"}, {0xc02, "instret"},
    {0xf11, "mvendorid"}, {0xf12, "marchid"}, {0xf13, "mimpid"}, {0xf14, "mhartid"}, {0xf15, "mconfigptr"},
});
// clang-format on

}  // namespace detail

/// All that are known, ascending by number.
inline constexpr auto csr_names = [] {
    std::array<detail::NamedCsr, detail::plain_csr_names.size() + 16 + 3 * 29> all{};
    auto end = std::copy(detail::plain_csr_names.begin(), detail::plain_csr_names.end(), all.begin());
    const auto append = [&](const auto& names, std::uint16_t first) {
        for (const auto& name : names) *end++ = {first++, name.view()};
    };
    append(detail::pmpaddr_names, 0x3b0);
    append(detail::mhpmcounter_names, 0xb03);
    append(detail::mhpmevent_names, 0x323);
    append(detail::hpmcounter_names, 0xc03);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return all;
}();

/// Empty when it has none.
constexpr std::string_view csr_name(std::uint16_t number) {
    for (const detail::NamedCsr& each : csr_names)
        if (each.number == number) return each.name;
    return {};
}

}  // namespace wirewrap::riscv
