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

TEST_CASE("levels that only some machines have") {
    CHECK(*parse_smp("16,drawers=2,books=2,sockets=2,cores=2", false) ==
          CpuTopology{.cpus = 16, .drawers = 2, .books = 2, .sockets = 2, .cores = 2, .maximum = 16});
    const auto modules = parse_smp("8,sockets=2,modules=2,cores=2", false);
    CHECK(*modules == CpuTopology{.cpus = 8, .sockets = 2, .modules = 2, .cores = 2, .maximum = 8});
    CHECK(cpu_place(*modules, 3) == CpuPlace{.module = 1, .core = 1});
    CHECK(cpu_place(*modules, 6) == CpuPlace{.socket = 1, .module = 1});
    CHECK(cpu_place(*parse_smp("16,drawers=2,books=2,sockets=2,cores=2", false), 13) ==
          CpuPlace{.drawer = 1, .book = 1, .core = 1});
    CHECK(parse_smp("2,drawers=4096,books=4096", false).error().message ==
          "books=4096: with the levels above that makes 16777216 CPUs at least, and no machine has more than "
          "4096");
}
