#include <catch2/catch.hpp>

#include <wirewrap/config/machine_features.hpp>

using namespace wirewrap::config;

TEST_CASE("versions are read off a machine's name") {
    static_assert(machine_version("pc-i440fx-2.10") == MachineVersion{2, 10});
    static_assert(machine_version("pseries-2.12-sxxm") == MachineVersion{2, 12});
    static_assert(machine_version("pc-q35-4.0.1") == MachineVersion{4, 0});
    static_assert(machine_version("virt") > MachineVersion{100, 0});
    static_assert(machine_version("s390-ccw-virtio-2.9") < machine_version("s390-ccw-virtio-2.10"));
    CHECK(machine_version("a-1.x") == MachineVersion{});
}

TEST_CASE("-numa node,mem= is what QEMU 7.2 takes where it still does") {
    static_assert(machine_features("x86_64/pc-i440fx-5.0").node_mem);
    static_assert(!machine_features("x86_64/pc-i440fx-5.1").node_mem);
    static_assert(machine_features("aarch64/virt-2.6").node_mem);
    static_assert(machine_features("ppc64/pseries-2.12-sxxm").node_mem);
    static_assert(machine_features("riscv64/virt").node_mem);
    static_assert(!machine_features("x86_64/microvm").node_mem && machine_features("x86_64/microvm").numa);
    static_assert(!machine_features("aarch64/sabrelite").numa);
    static_assert(!machine_features("s390x/s390-ccw-virtio-7.2").numa);
    CHECK_FALSE(machine_features("virt").numa);
}
