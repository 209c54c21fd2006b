// Host memory in the program itself: N bytes of static storage, no system call, an address that the compiler knows.
//
//     using Ram = hostmem::Fixed<64_MiB>;
//     auto ram = hostmem::allocate<Ram>(64_MiB);
//     auto two = hostmem::allocate<Ram>(64_MiB);          // an Error: the storage has one user at a time
//     using Other = hostmem::Fixed<64_MiB, struct Second>;   // another 64 MiB
//
// The pages are the loader's (.bss), untouched until someone does; a second user gets them zeroed, which costs as much as
// the first one touched.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/properties.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

/// N bytes of static storage; each `Tag` has its own. On x86-64 the default code model limits a program's static data
/// to 2 GiB.
template <Bytes N, class Tag = void>
struct Fixed {
    static_assert(N != Bytes{0}, "Fixed memory needs a size");

    static constexpr bool shared = false;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = N;
    static constexpr std::optional<Bytes> page_size = smallest_page;

    struct Options {
        bool prealloc = false;  // touch every page before the memory is handed out

        constexpr CommonProperties common() const { return {.prealloc = prealloc}; }

        friend bool operator==(const Options&, const Options&) = default;
    };

    static constexpr std::size_t alignment = N % huge_page == Bytes{0} ? huge_page.count
                                                                       : smallest_page.count;
    alignas(alignment) inline static std::byte storage[N.count];

    /// The one permission to use `storage`, given back when destroyed.
    class Memory {
    public:
        static std::optional<Memory> take() {
            if (in_use.test_and_set(std::memory_order_acquire)) return std::nullopt;
            return Memory();
        }
        Memory(Memory&& other) noexcept : holds_(std::exchange(other.holds_, false)) {}
        Memory& operator=(Memory&& other) noexcept {
            Memory mine(std::move(other));
            std::swap(holds_, mine.holds_);
            return *this;
        }
        // A call: in-lined into an empty optional, g++ 12 sees it read what is not there.
        [[gnu::noinline]] ~Memory() {
            if (holds_) in_use.clear(std::memory_order_release);
        }

        static constexpr std::byte* data() { return storage; }
        static constexpr Bytes size() { return N; }
        static constexpr Bytes page_size() { return smallest_page; }

        Expected<void> bind(const NumaPolicy& policy) {
            if (policy != NumaPolicy{})
                return fail("policy=", name(policy.mode), " cannot hold for fixed memory, whose ", N,
                            " belong to the program: use hostmem::Anonymous or policy=default");
            // The first user's pages are the loader's zeroes; clearing them would touch them.
            if (std::exchange(used, true)) clear();
            return {};
        }
        Expected<void> populate(const Prealloc& how) {
            for (std::size_t page = 0; page < N.count; page += smallest_page.count) {
                if (how.stops())
                    return fail("populating ", N, " of fixed memory was cancelled after ", Bytes{page});
                volatile std::byte& first = storage[page];
                first = first;
                if (how.populated != nullptr) *how.populated += smallest_page.count;
            }
            return {};
        }

    private:
        // Giving the pages back costs what was touched, and they come again as the loader's zeroes; few bytes are cleared
        // sooner than a system call is made. It fails for pages that are locked (mlock(2)). The last page, where it is not
        // whole, is shared with other variables.
        static void clear() {
            const Bytes whole = N - N % os::page_size();
            const bool given_back = whole > Bytes{32u << 10} && os::advise(storage, whole, MADV_DONTNEED);
            const std::size_t done = given_back ? whole.count : 0;
            std::memset(storage + done, 0, N.count - done);
        }

        Memory() = default;
        bool holds_ = true;
        inline static constinit std::atomic_flag in_use{};
        inline static constinit bool used = false;  // guarded by in_use
    };

    static constexpr Verdict check(Bytes asked, const Options& = {}) {
        if (asked == N) return accepted();
        return refused("fixed memory of ", N, " cannot be ", asked, ": ask for ", N,
                       " or use hostmem::Fixed of ", asked);
    }

    static Expected<Reserved<Fixed>> reserve(Bytes asked, const Options& options) {
        return detail::no_throw("reserving fixed memory", [&]() -> Expected<Reserved<Fixed>> {
            if (const Verdict verdict = check(asked, options); !verdict)
                return std::unexpected(verdict.error());
            auto memory = Memory::take();
            if (!memory)
                return fail("fixed memory of ", N,
                            " is in use: its static storage has one user at a time; destroy that one first "
                            "or give this "
                            "one a tag of its own, hostmem::Fixed<N, Tag>");
            return Reserved<Fixed>(std::move(*memory), options);
        });
    }
};

}  // namespace wirewrap::hostmem
