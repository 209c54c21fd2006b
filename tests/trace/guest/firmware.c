// What coverage is measured of. The test knows its lines by the comments behind them.
static volatile long result;

static __attribute__((noinline)) long sum(long n) {
    long total = 0;
    for (long i = 0; i != n; ++i)
        total += i * i;  // seven times
    return total;        // once
}

static __attribute__((noinline)) long never(long n) {
    result = n;         // never
    return n / result;  // never
}

void firmware(void) {
    long value = sum(7);  // once
    if (value == 1)
        value = never(value);  // never
    result = value;            // once
}
