// Nanoseconds for one 64-bit access from the host: machines beside what a program would do without a framework. All
// targets in one process, so that they share the state of the host; see measure.hpp for their names.
#include <benchmark/benchmark.h>

#include "targets.hpp"

int main(int argc, char** argv) {
    access_benchmark::add_machines();
    access_benchmark::add_by_hand();
    access_benchmark::add_in_order();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
