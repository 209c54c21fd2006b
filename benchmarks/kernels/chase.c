/* Follows a chain through 64 MiB, one step for each cache line: each load must wait for the one before. */
#include "kernel.h"

enum { LINE = 64, STEPS = 3000000 };

uint64_t kernel(void* arena) {
    char* memory = arena;
    const uint64_t lines = MIB(64) / LINE;
    /* A linear congruential generator of full period, which makes one chain of all lines: Knuth, TAOCP 2, 3.2.1.2,
     * theorem A (increment odd, factor - 1 divisible by 4). */
    for (uint64_t i = 0; i != lines; ++i) {
        const uint64_t next = (i * 1664525 + 1013904223) & (lines - 1);
        *(uint64_t*)(memory + i * LINE) = next * LINE;
    }
    uint64_t at = 0;
    for (int i = 0; i != STEPS; ++i) at = *(uint64_t*)(memory + at);
    return at;
}
