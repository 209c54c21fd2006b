/* Turns lower case into upper case in 256 KiB of bytes and counts what was there: byte loads, byte stores, branches that
 * go either way. */
#include "kernel.h"

enum { BYTES = 1 << 18, ROUNDS = 400 };

static uint64_t to_upper(uint8_t* text) {
    uint64_t changed = 0;
    for (int i = 0; i != BYTES; ++i) {
        const uint8_t c = text[i];
        if (c >= 'a' && c <= 'z') {
            text[i] = (uint8_t)(c - 32);
            ++changed;
        } else {
            text[i] = (uint8_t)(c + 1);
        }
    }
    return changed;
}

uint64_t kernel(void* arena) {
    uint8_t* text = arena;
    uint64_t x = 3, sum = 0;
    for (int i = 0; i != BYTES; ++i) {
        x = xorshift(x);
        text[i] = (uint8_t)(x >> 32);
    }
    for (int round = 0; round != ROUNDS; ++round) sum = fold(sum, to_upper(text));
    for (int i = 0; i != BYTES; ++i) sum = fold(sum, text[i]);
    return sum;
}
