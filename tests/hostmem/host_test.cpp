#include <catch2/catch.hpp>

#include <vector>

#include <wirewrap/hostmem/host.hpp>

using namespace wirewrap;
using namespace wirewrap::hostmem;

TEST_CASE("the kernel's lists of numbers are read") {
    const auto read = [](std::string_view list) {
        std::vector<unsigned> numbers;
        if (!host::for_each_in_list(list, [&](unsigned n) { numbers.push_back(n); })) numbers = {999};
        return numbers;
    };
    CHECK(read("") == std::vector<unsigned>{});
    CHECK(read("0") == std::vector<unsigned>{0});
    CHECK(read("0-3,8,10-11") == std::vector<unsigned>{0, 1, 2, 3, 8, 10, 11});
    CHECK(read("zero") == std::vector<unsigned>{999});
    CHECK(read("0-") == std::vector<unsigned>{999});
    CHECK(read("0;1") == std::vector<unsigned>{999});
    CHECK(read("0-4294967295") == std::vector<unsigned>{999});
    CHECK(read("18446744073709551617") == std::vector<unsigned>{999});
}

TEST_CASE("this host has memory on some node, and CPUs") {
    const auto nodes = host::nodes_with_memory();
    if (nodes) CHECK_FALSE(nodes->empty());
    const cpu_set_t allowed = os::allowed_cpus();
    CHECK(CPU_COUNT(&allowed) >= 1);
    const auto mode = host::overcommit_memory();
    CHECK((mode == "0" || mode == "1" || mode == "2" || mode == "unknown"));
    CHECK_FALSE(host::huge_pages(Bytes{3u << 20}).has_value());
}
