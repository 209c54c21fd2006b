// An `operator new` that fails when it is told to: every allocation of a piece of code can fail in turn. It replaces the
// program's, so exactly one file of a test includes it.
//
//     const auto seen = test::each_allocation_fails([&] { return hostmem::allocate<hostmem::Memfd>(1_MiB).has_value(); });
//     CHECK(seen.tried > 3);
//     CHECK(seen.leaked == 0);
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace wirewrap::test {

/// How `operator new` behaves: in all threads.
struct Allocator {
    inline static std::atomic<long> until_failure{-1};  // so many more succeed; below 0: all
    inline static std::atomic<bool> for_ever{false};    // and then none
    inline static std::atomic<long> failures{0};
    inline static std::atomic<long> live{0};  // blocks allocated and not given back

    static void* take(std::size_t size) {
        if (until_failure.load() >= 0) {
            const long left = until_failure.fetch_sub(1);
            if (left == 0 || (left < 0 && for_ever)) {
                if (for_ever) until_failure.store(0);
                ++failures;
                return nullptr;
            }
        }
        ++live;
        return std::malloc(size == 0 ? 1 : size);
    }
    static void give(void* block) {
        if (block == nullptr) return;
        --live;
        std::free(block);
    }
};

struct FailedAllocations {
    long tried = 0;   // allocations that failed, one after the other
    long told = 0;    // of them, how many the code under test noticed
    long leaked = 0;  // blocks
};

/// Runs `call` again and again, the first time with the first allocation failing, then the second, until it needs no
/// more; then all of it with every later one failing too. `call` says whether it succeeded, and owns nothing afterwards.
/// A call that hangs is ended by a signal.
template <class Call>
FailedAllocations each_allocation_fails(Call call) {
    call();  // what is made once for the whole program is there
    FailedAllocations seen;
    for (const bool for_ever : {false, true})
        for (long n = 0;; ++n) {
            const long live = Allocator::live, failures = Allocator::failures;
            ::alarm(60);
            Allocator::for_ever = for_ever;
            Allocator::until_failure = n;
            const bool succeeded = call();
            Allocator::until_failure = -1;
            ::alarm(0);
            seen.leaked += Allocator::live - live;
            if (Allocator::failures == failures) break;
            ++seen.tried;
            seen.told += !succeeded;
        }
    return seen;
}

}  // namespace wirewrap::test

// Calls of their own: in-lined, g++ 12 sees `free` get what came from `new`, and warns.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (void* const block = wirewrap::test::Allocator::take(size)) return block;
    throw std::bad_alloc();
}
// Of its own: a sanitizer's would have blocks that `free` below must not see.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return wirewrap::test::Allocator::take(size);
}
[[gnu::noinline]] void operator delete(void* block) noexcept { wirewrap::test::Allocator::give(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
    wirewrap::test::Allocator::give(block);
}
