#include <catch2/catch.hpp>

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include <wirewrap/config/cpu_limits.hpp>
#include <wirewrap/config/smp_option.hpp>

using namespace wirewrap::config;

TEST_CASE("every machine has as many CPUs as QEMU gives it") {
    const std::string release = GENERATE("7.2", "11.1");
    std::ifstream file("tests/data/qemu-" + release + "-boards.json");
    const auto machines = nlohmann::json::parse(file);
    REQUIRE(machines.size() > 280);
    for (const auto& machine : machines) {
        const std::string name = machine.at("target").get<std::string>() + "/" +
                                 machine.at("machine").get<std::string>();
        INFO(release << ": " << name);
        const bool has_more_now = name == "aarch64/xilinx-zynq-a9" || name == "sparc/leon3_generic";
        if (release == "7.2" && has_more_now) continue;
        const CpuLimits limits = cpu_limits(name);
        CHECK(limits.most == machine.at("max_cpus"));
        CHECK((limits.least <= limits.standard && limits.standard <= limits.most));
    }
}

TEST_CASE("limits of a machine, and of 8 bits of APIC id") {
    const auto cpus = [](const char* text, const char* machine) {
        return read_smp(*parse_assignments(text, "cpus"), false, cpu_limits(machine));
    };
    CHECK(cpus("255", "x86_64/pc-i440fx-7.2"));
    CHECK_FALSE(cpus("256", "x86_64/pc-i440fx-7.2"));
    CHECK_FALSE(cpus("256", "x86_64/pc-q35-7.2"));
    CHECK_FALSE(cpus("201,sockets=67,cores=3", "x86_64/pc-q35-7.2"));
    CHECK(cpus("150,sockets=50,cores=3", "x86_64/pc-q35-7.2"));
    CHECK_FALSE(cpus("4,dies=2", "x86_64/microvm"));
    CHECK(cpus("4,dies=2", "x86_64/pc-q35-7.2"));
    CHECK(cpus("4,clusters=2", "aarch64/virt-7.2"));
    CHECK(cpus("", "aarch64/sbsa-ref")->cpus == 4);
    CHECK_FALSE(cpus("1", "riscv64/sifive_u"));
    CHECK_FALSE(cpus("1", "aarch64/amd-versal2-virt"));
    CHECK_FALSE(cpus("2", "x86_64/isapc"));
    CHECK(cpus("2,threads=1", "s390x/s390-ccw-virtio-7.2"));
    CHECK(cpus("2,threads=2", "s390x/s390-ccw-virtio-7.2").error().message ==
          "threads=2: this machine's cores have one: leave it out");
}
