/* The CRC-32 of 64 KiB by a table of 256 words, again and again: a load that waits for a load, and shifts. */
#include "kernel.h"

enum { BYTES = 1 << 16, ROUNDS = 900 };

uint64_t kernel(void* arena) {
    uint32_t* table = arena;
    uint8_t* data = (uint8_t*)(table + 256);
    uint64_t x = 5, sum = 0;
    /* The reflected polynomial of ITU-T V.42, 8.1.1.6.2. */
    for (uint32_t n = 0; n != 256; ++n) {
        uint32_t c = n;
        for (int bit = 0; bit != 8; ++bit) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[n] = c;
    }
    for (int i = 0; i != BYTES; ++i) {
        x = xorshift(x);
        data[i] = (uint8_t)(x >> 24);
    }
    for (int round = 0; round != ROUNDS; ++round) {
        uint32_t crc = 0xffffffffu;
        for (int i = 0; i != BYTES; ++i) crc = table[(crc ^ data[i]) & 0xff] ^ (crc >> 8);
        data[round] ^= (uint8_t)crc;
        sum = fold(sum, ~crc);
    }
    return sum;
}
