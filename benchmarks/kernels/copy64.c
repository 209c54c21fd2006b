/* Copies 1 MiB to and fro in 64-bit words: as many stores as loads. */
#include "kernel.h"

/* The gap keeps the two out of each other's way in caches and TLBs that are indexed by low bits of the address. */
enum { WORDS = 1 << 17, GAP = 9 << 10, ROUNDS = 400 };

static void copy(uint64_t* to, const uint64_t* from) {
    for (int i = 0; i != WORDS; ++i) to[i] = from[i];
}

uint64_t kernel(void* arena) {
    uint64_t* a = arena;
    uint64_t* b = a + WORDS + GAP;
    uint64_t x = 2, sum = 0;
    for (int i = 0; i != WORDS; ++i) a[i] = x = xorshift(x);
    for (int round = 0; round != ROUNDS; ++round) {
        copy(b, a);
        b[round] ^= sum;
        copy(a, b);
        sum = fold(sum, a[round]);
    }
    for (int i = 0; i != WORDS; ++i) sum = fold(sum, a[i]);
    return sum;
}
