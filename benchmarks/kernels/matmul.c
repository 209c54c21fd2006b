/* Multiplies matrices of 96 by 96 integers of 64 bits, row by row: multiplications fed by two streams of loads. */
#include "kernel.h"

enum { N = 96, ROUNDS = 120 };

uint64_t kernel(void* arena) {
    uint64_t(*a)[N] = arena;
    uint64_t(*b)[N] = a + N;
    uint64_t(*c)[N] = b + N;
    uint64_t x = 6, sum = 0;
    for (int i = 0; i != N; ++i)
        for (int j = 0; j != N; ++j) {
            a[i][j] = x = xorshift(x);
            b[i][j] = x = xorshift(x);
        }
    for (int round = 0; round != ROUNDS; ++round) {
        for (int i = 0; i != N; ++i)
            for (int j = 0; j != N; ++j) c[i][j] = 0;
        for (int i = 0; i != N; ++i)
            for (int k = 0; k != N; ++k) {
                const uint64_t factor = a[i][k];
                for (int j = 0; j != N; ++j) c[i][j] += factor * b[k][j];
            }
        for (int i = 0; i != N; ++i) a[round % N][i] = c[i][round % N];
    }
    for (int i = 0; i != N; ++i)
        for (int j = 0; j != N; ++j) sum = fold(sum, c[i][j]);
    return sum;
}
