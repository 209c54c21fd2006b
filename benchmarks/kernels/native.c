/* A kernel on the host itself: checks nothing, prints its checksum. `native N` runs it N times, each time on memory that
 * nobody has written to. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kernel.h"

int main(int argc, char** argv) {
    const long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    uint64_t sum = 0;
    for (long round = 0; round < rounds; ++round) {
        void* arena = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (arena == MAP_FAILED) {
            perror("mmap");
            return 1;
        }
        madvise(arena, ARENA_SIZE, MADV_HUGEPAGE); /* as wirewrap and QEMU ask for guest RAM */
        sum = kernel(arena);
        munmap(arena, ARENA_SIZE);
    }
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}
