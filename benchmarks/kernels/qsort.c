/* Sorts 65536 random words of 64 bits by Hoare's quicksort: branches that nobody can predict, recursion. */
#include "kernel.h"

enum { WORDS = 1 << 16, ROUNDS = 40 };

static void sort(uint64_t* first, uint64_t* last) {
    while (first < last) {
        const uint64_t pivot = first[(last - first) / 2];
        uint64_t* i = first - 1;
        uint64_t* j = last + 1;
        for (;;) {
            do ++i;
            while (*i < pivot);
            do --j;
            while (pivot < *j);
            if (i >= j) break;
            const uint64_t kept = *i;
            *i = *j;
            *j = kept;
        }
        sort(first, j);
        first = j + 1;
    }
}

uint64_t kernel(void* arena) {
    uint64_t* words = arena;
    uint64_t x = 7, sum = 0;
    for (int round = 0; round != ROUNDS; ++round) {
        for (int i = 0; i != WORDS; ++i) words[i] = x = xorshift(x);
        sort(words, words + WORDS - 1);
        for (int i = 1; i != WORDS; ++i) sum += words[i - 1] > words[i];
        for (int i = 0; i < WORDS; i += 61) sum = fold(sum, words[i]);
    }
    return sum;
}
