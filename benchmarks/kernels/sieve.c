/* Eratosthenes' sieve over 16 million odd numbers, one byte each: byte stores in strides of up to a page and more. */
#include "kernel.h"

enum { ODDS = 16 << 20 };

/* odd[i] stands for 2 i + 1. */
uint64_t kernel(void* arena) {
    uint8_t* composite = arena;
    uint64_t primes = 1, last = 2;
    for (uint64_t i = 0; i != ODDS; ++i) composite[i] = 0;
    for (uint64_t i = 1; 2 * i * (i + 1) < ODDS; ++i)
        if (!composite[i])
            for (uint64_t j = 2 * i * (i + 1); j < ODDS; j += 2 * i + 1) composite[j] = 1;
    for (uint64_t i = 1; i != ODDS; ++i)
        if (!composite[i]) {
            ++primes;
            last = 2 * i + 1;
        }
    return fold(primes, last);
}
