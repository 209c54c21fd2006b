// What the debugger's tests look at: calls, a word that somebody spoils, interrupts of a timer, and a second hart.
typedef unsigned long word;

static volatile unsigned* const finisher = (unsigned*)0x100000;
static volatile word* const mtime = (word*)0x200bff8;
static volatile word* const mtimecmp = (word*)0x2004000;

volatile word rounds, ticks, mixed, victim = 7, seen_by_second, limit = 1000000;
volatile int go_on = 1;

__attribute__((noinline)) word mix(word a, word b) {
    return a * 31 + b;
}

__attribute__((noinline)) void spoil(word value) {
    victim = value;
}

void on_trap(word cause) {
    if (cause == (1ul << 63 | 7)) {
        ++ticks;
        *mtimecmp = *mtime + 1000;
    }
}

__attribute__((noinline)) void second(void) {
    while (go_on) ++seen_by_second;
}

void main(word hart) {
    if (hart == 1) return second();
    *mtimecmp = *mtime + 1000;
    __asm__ volatile("csrs mie, %0; csrs mstatus, %1" ::"r"(1 << 7), "r"(1 << 3));
    while (rounds != limit) {
        mixed = mix(mixed, rounds);
        if (rounds == 700) spoil(mixed);
        ++rounds;
    }
    *finisher = 0x5555;
}
