/* What a kernel is: a function that fills the memory it is given and returns a checksum of all that it did.
 *
 *     run.S: counter, kernel(arena), counter ─> report.c: "checksum instructions\n" ─> the test finisher
 *
 * A kernel depends on nothing but this header, has no state of its own and computes the same on every machine, so that
 * the same source, compiled for the host, tells the checksum and what the host itself would need. Kernels that are
 * dominated by scattered memory do fewer steps, so that a run takes about a second everywhere. */
#ifndef WIREWRAP_BENCHMARKS_KERNEL_H
#define WIREWRAP_BENCHMARKS_KERNEL_H

/* Those of <stdint.h>, which Debian sid's compiler for bare metal comes without. */
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)

/* As much as a kernel may use; on the guest it begins 16 MiB into RAM. */
#define ARENA_SIZE MIB(128)

uint64_t kernel(void* arena);

/* The next of a sequence of 64-bit numbers that visits all of them but 0. Marsaglia, "Xorshift RNGs", J. Stat. Softw. 8
 * (2003), shifts 13, 7, 17. */
static inline uint64_t xorshift(uint64_t x) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

/* Folds a value into a checksum so that order matters. The factor is 2^64 divided by the golden ratio, made odd. */
static inline uint64_t fold(uint64_t sum, uint64_t value) { return (sum ^ value) * 0x9e3779b97f4a7c15u; }

#endif
