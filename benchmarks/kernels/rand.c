/* Changes 64-bit words at random places in 64 MiB: every access is to a page that was not used lately. */
#include "kernel.h"

enum { STEPS = 6000000 };

uint64_t kernel(void* arena) {
    uint64_t* words = arena;
    const uint64_t mask = MIB(64) / sizeof *words - 1;
    uint64_t x = 4, sum = 0;
    for (int i = 0; i != STEPS; ++i) {
        x = xorshift(x);
        uint64_t* word = &words[(x >> 20) & mask];
        sum += *word;
        *word = x + (uint64_t)i;
    }
    /* The memory was whatever it was before the first visit, which is zero on every machine here. */
    return sum;
}
