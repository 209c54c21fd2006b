// Calls and returns: Fibonacci's numbers the slow way.
__attribute__((noinline)) static unsigned long fib(unsigned long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

unsigned long program(void) { return fib(24); }
