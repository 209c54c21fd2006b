/* Fibonacci's numbers the slow way: calls, returns, and the stack. */
#include "kernel.h"

/* Not copied into itself: it is the calls that are measured. */
__attribute__((noinline, noclone)) static uint64_t fib(uint64_t n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

uint64_t kernel(void* arena) {
    (void)arena;
    return fib(35);
}
