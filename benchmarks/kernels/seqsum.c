/* Adds up 1 MiB of 64-bit words in order, again and again: loads, and nothing in their way. */
#include "kernel.h"

enum { WORDS = 1 << 17, ROUNDS = 1600 };

uint64_t kernel(void* arena) {
    uint64_t* words = arena;
    uint64_t x = 1, sum = 0;
    for (int i = 0; i != WORDS; ++i) words[i] = x = xorshift(x);
    for (int round = 0; round != ROUNDS; ++round) {
        words[round] += sum;
        for (int i = 0; i != WORDS; ++i) sum += words[i];
    }
    return sum;
}
