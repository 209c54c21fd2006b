// Bytes all over memory: how many primes there are below a million.
static unsigned char composite[1000000];

unsigned long program(void) {
    unsigned long primes = 0;
    for (unsigned long i = 2; i < sizeof composite; i++) {
        if (composite[i]) continue;
        primes++;
        for (unsigned long j = i * i; j < sizeof composite; j += i) composite[j] = 1;
    }
    return primes;
}
