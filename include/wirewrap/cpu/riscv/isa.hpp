// What a hart has beside RV64IMAC_Zicntr_Zicsr_Zifencei, and the whole set as device trees write it.
//
//     Hart<Bus> plain(bus);                    // nothing more
//     Hart<Bus, Rv64gc> larger(bus);           // F, D, Zba, Zbb, Zbs, Sstc, Zihintpause, page tables (rv64gc.hpp)
//
//     isa_string({.floating = true})           // "rv64imafdc_zicntr_zicsr_zifencei"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv {

struct Extensions {
    bool floating = false;  // F and D: a hart has both
    bool bits = false;      // Zba, Zbb and Zbs
    bool timer = false;     // Sstc: S mode has a timer of its own, stimecmp
    bool pause = false;     // Zihintpause: PAUSE lets other harts have their turn

    friend constexpr bool operator==(const Extensions&, const Extensions&) = default;
};

/// Of a policy of address translation, which stands for the whole hart: what its `extensions` says, else nothing.
template <class Policy>
inline constexpr Extensions extensions_of = [] {
    if constexpr (requires { Policy::extensions; }) return Policy::extensions;
    return Extensions{};
}();

/// `riscv,isa-extensions`, in canonical order. Source: Linux 6.12,
/// Documentation/devicetree/bindings/riscv/extensions.yaml.
inline std::vector<std::string_view> isa_extensions(const Extensions& has) {
    std::vector<std::string_view> names{"i", "m", "a"};
    if (has.floating) names.insert(names.end(), {"f", "d"});
    names.insert(names.end(), {"c", "zicntr", "zicsr", "zifencei"});
    if (has.pause) names.push_back("zihintpause");
    if (has.bits) names.insert(names.end(), {"zba", "zbb", "zbs"});
    if (has.timer) names.push_back("sstc");
    return names;
}

/// `riscv,isa`: the same in one word.
inline std::string isa_string(const Extensions& has) {
    std::string word = "rv64";
    for (const std::string_view name : isa_extensions(has)) {
        if (name.size() > 1) word += '_';
        word += name;
    }
    return word;
}

/// `mmu-type`, by the modes of satp (bit m: mode m).
constexpr std::string_view mmu_type(std::uint16_t satp_modes) {
    if ((satp_modes >> 10 & 1) != 0) return "riscv,sv57";
    if ((satp_modes >> 9 & 1) != 0) return "riscv,sv48";
    if ((satp_modes >> 8 & 1) != 0) return "riscv,sv39";
    return "riscv,none";
}

}  // namespace wirewrap::riscv
