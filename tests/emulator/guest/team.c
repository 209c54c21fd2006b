// Two to four harts that work together: sums that lose nothing when atomics, LR and SC and locks are what they should be, messages
// through a mailbox, interrupts around a ring, orders of stores that the memory model forbids, and code that another hart wrote.
// Hart 0 says on two serial ports what has come of it, and ends the run.
typedef unsigned long word;
enum { most = 4, line = 64 };
static word harts;  // that there are

static volatile unsigned* const finisher = (unsigned*)0x100000;
static volatile unsigned* const msip = (unsigned*)0x2000000;
static volatile word* const mtimecmp = (word*)0x2004000;
static volatile word* const mtime = (word*)0x200bff8;
static volatile unsigned char* const uart[] = {(unsigned char*)0x10000000, (unsigned char*)0x10001000};

static struct {
    _Alignas(line) volatile word value;
} by_amo, by_reservation, guarded, lock, arrived[8], mail, posted, x, y, seen[most], ticks[most], asked, answered;

static struct {
    _Alignas(line) volatile word before[8], value;
} reserved;

static void put(int port, const char* text) {
    for (; *text; ++text) {
        while (!(uart[port][5] & 0x20)) {}
        uart[port][0] = *text;
    }
}
static void put_number(int port, word number) {
    char text[21], *at = text + 20;
    *at = 0;
    do *--at = '0' + number % 10;
    while (number /= 10);
    put(port, at);
}
static void fail(const char* what) {
    put(0, what);
    *finisher = 0x3333 | 1 << 16;
    for (;;) {}
}

/// A hint: this hart waits for another one.
static void pause(void) {
    __asm__ volatile(".word 0x0100000f" ::: "memory");
}
static void take(void) {
    word was;
    for (;;) {
        __asm__ volatile("amoswap.d.aq %0, %1, (%2)" : "=r"(was) : "r"(1l), "r"(&lock.value) : "memory");
        if (!was) return;
        pause();
    }
}
static void give(void) {
    __asm__ volatile("amoswap.d.rl zero, zero, (%0)" ::"r"(&lock.value) : "memory");
}
static void add(volatile word* to, word what) {
    __asm__ volatile("amoadd.d zero, %0, (%1)" ::"r"(what), "r"(to) : "memory");
}
static void add_reserved(volatile word* to) {
    word failed, value;
    do {
        __asm__ volatile("lr.d %0, (%1)" : "=r"(value) : "r"(to) : "memory");
        __asm__ volatile("sc.d %0, %1, (%2)" : "=r"(failed) : "r"(value + 1), "r"(to) : "memory");
    } while (failed);
}
static void fence(void) {
    __asm__ volatile("fence" ::: "memory");
}
static void meet(int where, word times) {
    add(&arrived[where].value, 1);
    while (arrived[where].value < harts * times) pause();
    fence();
}

void on_trap(word cause) {
    word hart;
    __asm__ volatile("csrr %0, mhartid" : "=r"(hart));
    if (cause == (1ul << 63 | 7)) {
        ++ticks[hart].value;
        mtimecmp[hart] = *mtime + 100;
    } else {
        fail("a trap that nobody expects\n");
    }
}

static void sleep_until_called(word hart) {
    word pending;
    do {
        __asm__ volatile("wfi" ::: "memory");
        __asm__ volatile("csrr %0, mip" : "=r"(pending));
    } while (!(pending & 1 << 3));
    msip[hart] = 0;
    fence();
}

/// An interrupt goes around, `rounds` times.
static void ring(word hart, word rounds) {
    __asm__ volatile("csrw mie, %0" ::"r"(1 << 3));
    for (word i = 0; i != rounds; ++i) {
        if (hart != 0) sleep_until_called(hart);
        fence();
        msip[(hart + 1) % harts] = 1;
        if (hart == 0) sleep_until_called(hart);
    }
    __asm__ volatile("csrw mie, zero");
}

/// Hart 0 posts, hart 1 reads: who sees that something was posted sees what.
static void mailbox(word hart, word rounds) {
    for (word i = 1; i <= rounds; ++i) {
        if (hart == 0) {
            mail.value = i * 0x9e3779b97f4a7c15;
            fence();
            posted.value = i;
            while (posted.value == i) pause();
        } else if (hart == 1) {
            while (posted.value != i) pause();
            fence();
            if (mail.value != i * 0x9e3779b97f4a7c15) fail("a message came after its mark\n");
            posted.value = 0;
        }
    }
}

/// Of two harts that store and then look, one at least sees the other's store, where a fence stands between.
static void store_and_look(word hart, word rounds) {
    for (word i = 1; i <= rounds; ++i) {
        if (hart < 2) {
            (hart == 0 ? &x : &y)->value = i;
            fence();
            seen[hart].value = (hart == 0 ? &y : &x)->value;
        }
        meet(3, 2 * i - 1);
        if (hart == 0 && seen[0].value < i && seen[1].value < i) fail("two stores passed two fences\n");
        meet(3, 2 * i);
    }
}

/// Stores what is there already: another hart that reserved `reserved.value` hears of it all the same.
static void store_again(word how) {
    volatile word* const to = &reserved.value;
    word value = *to;
    switch (how % 6) {
    case 0: __asm__ volatile("sd %0, (%1)" ::"r"(value), "r"(to) : "memory"); break;
    case 1: __asm__ volatile("sb %0, (%1)" ::"r"(value), "r"(to) : "memory"); break;
    case 2: __asm__ volatile("sw %0, 4(%1)" ::"r"(value >> 32), "r"(to) : "memory"); break;
    case 3: __asm__ volatile("amoor.d zero, zero, (%0)" ::"r"(to) : "memory"); break;
    case 4:  // from the line before
        __asm__ volatile("ld %0, -4(%1); sd %0, -4(%1)" : "=&r"(value) : "r"(to) : "memory");
        break;
    default: {
        word failed;
        do __asm__ volatile("lr.d %1, (%2); sc.d %0, %1, (%2)" : "=&r"(failed), "=&r"(value) : "r"(to) : "memory");
        while (failed);
    }
    }
}
static void reservations(word hart, word rounds) {
    for (word i = 0; hart == 1 && i != 1000; ++i) store_again(i);  // so that it is worth translating
    for (word i = 1; i <= rounds; ++i) {
        if (hart == 0) {
            word value, failed;
            __asm__ volatile("lr.d %0, (%1)" : "=r"(value) : "r"(&reserved.value) : "memory");
            asked.value = i;
            while (answered.value != i) pause();
            __asm__ volatile("sc.d %0, %1, (%2)" : "=r"(failed) : "r"(value), "r"(&reserved.value) : "memory");
            if (!failed) fail("a store went by a reservation\n");
        } else if (hart == 1) {
            while (asked.value != i) pause();
            store_again(i);
            fence();
            answered.value = i;
        }
    }
}

/// Code is written by hart 0 and executed by all, each behind a FENCE.I of its own.
static unsigned code[2] __attribute__((aligned(8)));
static void new_code(word hart, word rounds) {
    for (word i = 0; i != rounds; ++i) {
        if (hart == 0) {
            code[0] = 0x513 | (unsigned)(i & 0x7ff) << 20;  // li a0, i
            code[1] = 0x8067;                              // ret
            fence();
        }
        meet(4, 2 * i + 1);
        __asm__ volatile("fence.i" ::: "memory");
        if (((word(*)(void))code)() != (i & 0x7ff)) fail("old code\n");
        meet(4, 2 * i + 2);
    }
}

/// A timer of each hart's own, taken as an interrupt while it computes.
static void timers(word hart, word rounds) {
    mtimecmp[hart] = *mtime + 100;
    __asm__ volatile("csrw mie, %0; csrs mstatus, %1" ::"r"(1 << 7), "r"(1 << 3));
    while (ticks[hart].value < rounds) {}
    __asm__ volatile("csrc mstatus, %0; csrw mie, zero" ::"r"(1 << 3));
    mtimecmp[hart] = ~0ul;
}

void main(word hart, word rounds, word together) {
    harts = together;
    meet(0, 1);
    for (word i = 0; i != rounds; ++i) add(&by_amo.value, 1);
    for (word i = 0; i != rounds; ++i) add_reserved(&by_reservation.value);
    for (word i = 0; i != rounds; ++i) {
        take();
        guarded.value = guarded.value + 1;
        give();
    }
    meet(1, 1);
    const word few = rounds / 16 + 1;
    ring(hart, few);
    mailbox(hart, few);
    store_and_look(hart, few);
    reservations(hart, few);
    new_code(hart, few);
    timers(hart, 10);
    take();
    put(1, "done ");
    give();
    meet(2, 1);
    if (hart != 0) return;
    put(0, "amo ");
    put_number(0, by_amo.value);
    put(0, ", lr/sc ");
    put_number(0, by_reservation.value);
    put(0, ", lock ");
    put_number(0, guarded.value);
    put(0, "\n");
    *finisher = 0x5555;
}
