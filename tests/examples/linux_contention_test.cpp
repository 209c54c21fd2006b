// Linux on several harts, on one thread and on one each: programs that contend for locks come to their ends, with the right sums.
#include <catch2/catch.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include "tests/examples/linux_guest.hpp"

using namespace wirewrap::test;

namespace {

constexpr const char* contend = "tests/examples/linux/contend";

/// Runs it `times` times in one guest, and gives the guest's seconds for it.
void check_contention(const std::string& threads, std::size_t times,
                      const std::vector<std::string>& options) {
    std::string script = "echo \"processors: $(nproc)\"\n";
    for (std::size_t i = 0; i != times; ++i) script += "contend " + threads + " || echo \"wrong status\"\n";
    const Finished run = run_linux(script + "echo \"seconds: $(cut -d' ' -f1 /proc/uptime)\"\n", options,
                                   {.programs = {contend}});
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK_FALSE(has(run.out, "wrong"));
    std::size_t right = 0;
    for (std::size_t at = 0; (at = run.out.find("all sums are right", at)) != std::string::npos; ++at)
        ++right;
    CHECK(right == times);
    CHECK(has(run.out, "seconds: "));
}

}  // namespace

TEST_CASE("Locks and futexes on four harts, ten times, translated") {
    check_contention("4", 10, {"-smp", "4"});
}
TEST_CASE("Locks and futexes on four harts with a thread each, ten times, and on eight") {
    check_contention("4", 10, {"-smp", "4", "-accel", "tcg,thread=multi"});
    check_contention("8", 3, {"-smp", "8", "-accel", "tcg,thread=multi"});
}
TEST_CASE("Locks and futexes on four harts, interpreted") {
    check_contention("4", 1, {"-smp", "4", "--interpret"});
}
TEST_CASE("Locks and futexes on eight harts, and with more threads than harts") {
    check_contention("8", 3, {"-smp", "8"});
    check_contention("16", 1, {"-smp", "4"});
}
