#include <catch2/catch.hpp>

#include <wirewrap/config/smp_option.hpp>

using namespace wirewrap::config;

TEST_CASE("what is left out of -smp is worked out from the rest") {
    CHECK(*parse_smp("", false) == CpuTopology{});
    CHECK(*parse_smp("2", false) == CpuTopology{.cpus = 2, .cores = 2, .maximum = 2});
    CHECK(*parse_smp("2", true) == CpuTopology{.cpus = 2, .sockets = 2, .maximum = 2});
    CHECK(*parse_smp("2,sockets=2", false) == CpuTopology{.cpus = 2, .sockets = 2, .maximum = 2});
    CHECK(*parse_smp("sockets=2,cores=2,threads=2", false) ==
          CpuTopology{.cpus = 8, .sockets = 2, .cores = 2, .threads = 2, .maximum = 8});
    CHECK(*parse_smp("2,maxcpus=8,cores=4,threads=2", false) ==
          CpuTopology{.cpus = 2, .cores = 4, .threads = 2, .maximum = 8});
}

TEST_CASE("a topology has as many CPUs as it says") {
    CHECK_FALSE(parse_smp("3,sockets=2,cores=2,threads=1", false));
    CHECK_FALSE(parse_smp("4,maxcpus=2", false));
    CHECK(*parse_smp("0", false) == CpuTopology{});
    CHECK_FALSE(parse_smp("4097", false));
    CHECK_FALSE(parse_smp("2,sockets=4096,dies=4096,clusters=4096,cores=4096,threads=4096", false));
    CHECK_FALSE(parse_smp("2,foo=1", false));
}

TEST_CASE("CPUs are counted thread by thread, core by core") {
    const CpuTopology cpus{.cpus = 8, .sockets = 2, .cores = 2, .threads = 2, .maximum = 8};
    CHECK(cpu_place(cpus, 0) == CpuPlace{});
    CHECK(cpu_place(cpus, 3) == CpuPlace{.core = 1, .thread = 1});
    CHECK(cpu_place(cpus, 6) == CpuPlace{.socket = 1, .core = 1});
}
