// Contends for locks under Linux, with threads on all harts, and checks its own sums. Nothing but system calls, so that it
// is one static file without a library:  contend THREADS
//
//     mutex     a futex lock around a number that is no atomic        threads sleep and are woken
//     ticket    a ticket lock, waited for with PAUSE                  harts spin for each other
//     ring      each thread wakes the next by a futex                 one wake-up per step, lost ones hang
//     atomics   LR/SC loops and AMOs on one word and on its neighbours
//     barrier   everybody waits for everybody, again and again
//
// Source of the lock: Ulrich Drepper, "Futexes Are Tricky", mutex2.

typedef unsigned long u64;
typedef unsigned int u32;

enum {
    most_threads = 32,
    stack_size = 16384,
    mutex_rounds = 4000,
    ticket_rounds = 4000,
    ring_rounds = 200,
    atomic_rounds = 5000,
    barrier_rounds = 100
};
enum { sys_write = 64, sys_exit = 93, sys_exit_group = 94, sys_futex = 98, sys_yield = 124, sys_clone = 220 };
enum { futex_wait = 0 | 128, futex_wake = 1 | 128, futex_wait_shared = 0 };

static long call(long number, long a, long b, long c, long d, long e) {
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    return a0;
}
static void wait_while(u32* word, u32 value) { call(sys_futex, (long)word, futex_wait, value, 0, 0); }
static void wake(u32* word, u32 count) { call(sys_futex, (long)word, futex_wake, count, 0, 0); }

static void say(const char* text) {
    u64 size = 0;
    while (text[size] != 0) ++size;
    call(sys_write, 1, (long)text, (long)size, 0, 0);
}
static void say_number(u64 value) {
    char digits[21];
    char* at = digits + sizeof digits - 1;
    *at = 0;
    do *--at = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    say(at);
}

// 0 free, 1 taken, 2 taken and waited for.
static u32 mutex;
static void lock(void) {
    u32 seen = 0;
    if (__atomic_compare_exchange_n(&mutex, &seen, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    if (seen != 2) seen = __atomic_exchange_n(&mutex, 2, __ATOMIC_ACQUIRE);
    while (seen != 0) {
        wait_while(&mutex, 2);
        seen = __atomic_exchange_n(&mutex, 2, __ATOMIC_ACQUIRE);
    }
}
static void unlock(void) {
    if (__atomic_exchange_n(&mutex, 0, __ATOMIC_RELEASE) == 2) wake(&mutex, 1);
}

static u32 next_ticket, served;
static void ticket_lock(void) {
    const u32 mine = __atomic_fetch_add(&next_ticket, 1, __ATOMIC_RELAXED);
    for (u32 looks = 0; __atomic_load_n(&served, __ATOMIC_ACQUIRE) != mine; ++looks) {
        __asm__ volatile(".4byte 0x0100000f" ::: "memory");  // pause
        // Who has more threads than harts may wait for one that does not run.
        if (looks % 256 == 255) call(sys_yield, 0, 0, 0, 0, 0);
    }
}
static void ticket_unlock(void) { __atomic_store_n(&served, served + 1, __ATOMIC_RELEASE); }

static u32 threads;
static volatile u64 under_mutex, under_ticket;
static u32 token;
static u64 steps;
static u64 words[most_threads];
static u32 arrived, generation;
static u64 early;  // somebody went on before all had come

static void barrier(void) {
    const u32 mine = __atomic_load_n(&generation, __ATOMIC_ACQUIRE);
    if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == threads) {
        __atomic_store_n(&arrived, 0, __ATOMIC_RELAXED);
        __atomic_add_fetch(&generation, 1, __ATOMIC_RELEASE);
        wake(&generation, 0x7fffffff);
        return;
    }
    while (__atomic_load_n(&generation, __ATOMIC_ACQUIRE) == mine) wait_while(&generation, mine);
}

static u64 mixed(u64 number, u64 round) { return (number + 1) * (round + 1) * 0x9e3779b97f4a7c15; }

static u64 came[most_threads];
static void work(u32 number) {
    barrier();
    for (u32 i = 0; i != mutex_rounds; ++i) {
        lock();
        under_mutex = under_mutex + 1;
        unlock();
    }
    barrier();
    for (u32 i = 0; i != ticket_rounds; ++i) {
        ticket_lock();
        under_ticket = under_ticket + 1;
        ticket_unlock();
    }
    barrier();
    for (u32 i = 0; i != ring_rounds; ++i) {
        for (u32 seen; (seen = __atomic_load_n(&token, __ATOMIC_ACQUIRE)) % threads != number;)
            wait_while(&token, seen);
        ++steps;
        __atomic_add_fetch(&token, 1, __ATOMIC_RELEASE);
        wake(&token, 0x7fffffff);
    }
    barrier();
    for (u32 i = 0; i != atomic_rounds; ++i) {
        u64 seen = __atomic_load_n(&words[0], __ATOMIC_RELAXED);
        while (!__atomic_compare_exchange_n(&words[0], &seen, seen + 1, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
        __atomic_fetch_add(&words[1], 1, __ATOMIC_RELAXED);
        __atomic_fetch_xor(&words[2], mixed(number, i), __ATOMIC_RELAXED);
    }
    for (u32 i = 0; i != barrier_rounds; ++i) {
        ++came[number];
        barrier();
        for (u32 other = 0; other != threads; ++other)
            if (__atomic_load_n(&came[other], __ATOMIC_RELAXED) < i + 1) __atomic_fetch_add(&early, 1, __ATOMIC_RELAXED);
        barrier();
    }
}

// The kernel clears the word and wakes it when the thread has ended.
static u32 alive[most_threads];
static char stacks[most_threads][stack_size] __attribute__((aligned(16)));

long begin_thread(long flags, void* stack, u32* tid, u32* cleared);
__asm__(
    "begin_thread:\n"  // a0 flags, a1 stack, whose top holds the thread's number; a2 and a3 where the kernel writes its id
    "  mv a4, a3\n"
    "  li a3, 0\n"
    "  li a7, 220\n"
    "  ecall\n"
    "  bnez a0, 1f\n"
    "  ld a0, 0(sp)\n"
    "  call thread_main\n"
    "1: ret\n");
void thread_main(u64 number) {
    work((u32)number);
    call(sys_exit, 0, 0, 0, 0, 0);
}

static int check(const char* what, u64 found, u64 wanted) {
    say(what);
    say_number(found);
    if (found == wanted) {
        say("\n");
        return 0;
    }
    say(", which is wrong: it should be ");
    say_number(wanted);
    say("\n");
    return 1;
}

void contend(u64* stack) {
    const char* const asked = stack[0] > 1 ? (const char*)stack[2] : "4";
    for (const char* c = asked; *c >= '0' && *c <= '9'; ++c) threads = threads * 10 + (u32)(*c - '0');
    if (threads == 0 || threads > most_threads) {
        say("contend: give a number of threads from 1 to 32\n");
        call(sys_exit_group, 2, 0, 0, 0, 0);
    }
    // VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, PARENT_SETTID, CHILD_CLEARTID
    const long flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x100000 | 0x200000;
    for (u64 i = 1; i != threads; ++i) {
        u64* const top = (u64*)(stacks[i] + stack_size - 16);
        *top = i;
        if (begin_thread(flags, top, &alive[i], &alive[i]) < 0) {
            say("contend: a thread did not begin, which is wrong\n");
            call(sys_exit_group, 1, 0, 0, 0, 0);
        }
    }
    work(0);
    for (u32 i = 1; i != threads; ++i)
        for (u32 id; (id = __atomic_load_n(&alive[i], __ATOMIC_ACQUIRE)) != 0;)
            call(sys_futex, (long)&alive[i], futex_wait_shared, id, 0, 0);

    u64 all_mixed = 0;
    for (u32 number = 0; number != threads; ++number)
        for (u32 i = 0; i != atomic_rounds; ++i) all_mixed ^= mixed(number, i);
    int wrong = check("mutex ", under_mutex, (u64)threads * mutex_rounds);
    wrong |= check("ticket ", under_ticket, (u64)threads * ticket_rounds);
    wrong |= check("ring ", steps, (u64)threads * ring_rounds);
    wrong |= check("compared ", words[0], (u64)threads * atomic_rounds);
    wrong |= check("added ", words[1], (u64)threads * atomic_rounds);
    wrong |= check("mixed ", words[2], all_mixed);
    wrong |= check("early ", early, 0);
    say(wrong ? "contend: something is wrong\n" : "contend: all sums are right\n");
    call(sys_exit_group, wrong, 0, 0, 0, 0);
}

__asm__(
    ".globl _start\n"
    "_start:\n"
    ".option push\n.option norelax\n"
    "  la gp, __global_pointer$\n"
    ".option pop\n"
    "  mv a0, sp\n"
    "  tail contend\n");
