// How the devices of the library appear in device trees.
//
// | device         | node            | compatible                                 | also                              |
// |----------------|-----------------|--------------------------------------------|-----------------------------------|
// | `Ns16550a`     | serial          | ns16550a                                   | clock-frequency                   |
// | `Clint`        | clint           | sifive,clint0, riscv,clint0                |                                   |
// | `Plic`         | plic            | sifive,plic-1.0.0, riscv,plic0             | interrupt-controller, riscv,ndev  |
// | `TestFinisher` | test            | sifive,test1, sifive,test0, syscon         | /poweroff and /reboot             |
// | `GoldfishRtc`  | rtc             | google,goldfish-rtc                        |                                   |
// | `virtio::Mmio` | virtio_mmio     | virtio,mmio                                |                                   |
// | `CfiFlash`     | flash           | cfi-flash                                  | bank-width                        |
//
// Source: the bindings of these `compatible` strings in Linux 6.1, Documentation/devicetree/bindings; values as in the
// tree that QEMU 7.2.22 gives with `-M virt,dumpdtb=FILE`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/device/cfi_flash.hpp>
#include <wirewrap/device/clint.hpp>
#include <wirewrap/device/goldfish_rtc.hpp>
#include <wirewrap/device/ns16550a.hpp>
#include <wirewrap/device/plic.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/fdt/describe.hpp>
#include <wirewrap/fdt/writer.hpp>
#include <wirewrap/virtio/mmio.hpp>

namespace wirewrap::fdt {

template <>
struct Describe<Ns16550a> {
    static constexpr std::string_view node = "serial";
    static void properties(Writer& tree, const Placed& where) {
        tree.string("compatible", "ns16550a");
        tree.cells("clock-frequency", {3'686'400});  // Hz; 115200 baud with a divisor of 2
        interrupts(tree, where);
    }
};

template <std::size_t Harts>
struct Describe<Clint<Harts>> {
    static constexpr std::string_view node = "clint";
    static void properties(Writer& tree, const Placed& where) {
        tree.strings("compatible", {"sifive,clint0", "riscv,clint0"});
        interrupts_by_pin(tree, where, Clint<Harts>::outputs.size());
    }
};

template <std::size_t Sources, std::size_t Contexts>
struct Describe<Plic<Sources, Contexts>> {
    static constexpr std::string_view node = "plic";
    static void properties(Writer& tree, const Placed& where) {
        tree.strings("compatible", {"sifive,plic-1.0.0", "riscv,plic0"});
        tree.phandle(where.phandle);
        tree.cells("#address-cells", {0});
        tree.cells("#interrupt-cells", {1});
        tree.flag("interrupt-controller");
        interrupts_by_pin(tree, where, Contexts);
        tree.cells("riscv,ndev", {static_cast<std::uint32_t>(Sources)});
    }
};

template <>
struct Describe<TestFinisher> {
    static constexpr std::string_view node = "test";
    static void properties(Writer& tree, const Placed& where) {
        tree.strings("compatible", {"sifive,test1", "sifive,test0", "syscon"});
        tree.phandle(where.phandle);
    }
    static void beside(Writer& tree, const Placed& where) {
        request(tree, where, "poweroff", "syscon-poweroff", 0x5555);
        request(tree, where, "reboot", "syscon-reboot", 0x7777);
    }

private:
    static void request(Writer& tree, const Placed& where, std::string_view name, std::string_view compatible,
                        std::uint32_t value) {
        const auto node = tree.node(name);
        tree.string("compatible", compatible);
        tree.reference("regmap", where.phandle);
        tree.cells("offset", {0});
        tree.cells("value", {value});
    }
};

template <>
struct Describe<GoldfishRtc> {
    static constexpr std::string_view node = "rtc";
    static void properties(Writer& tree, const Placed& where) {
        tree.string("compatible", "google,goldfish-rtc");
        interrupts(tree, where);
    }
};

template <class D>
struct Describe<virtio::Mmio<D>> {
    static constexpr std::string_view node = "virtio_mmio";
    static void properties(Writer& tree, const Placed& where) {
        tree.string("compatible", "virtio,mmio");
        interrupts(tree, where);
    }
};

template <Bytes Size, Bytes Sector>
struct Describe<CfiFlash<Size, Sector>> {
    static constexpr std::string_view node = "flash";
    static void properties(Writer& tree, const Placed&) {
        tree.string("compatible", "cfi-flash");
        tree.cells("bank-width", {static_cast<std::uint32_t>(CfiFlash<Size, Sector>::bank_width)});
    }
};

}  // namespace wirewrap::fdt
