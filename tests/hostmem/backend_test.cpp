// The contract: the order of the steps is in the types, and a backend of one's own is a page of code.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

// A backend that takes its memory from the C library, with a limit on all of it together.
namespace {
struct Heap {
    static constexpr bool shared = false, has_descriptor = false, writable = true, persistent = false;
    static constexpr std::optional<Bytes> size{}, page_size = hostmem::smallest_page;

    struct Options {
        Bytes at_most = 16_MiB;  // refuse more
    };

    struct Memory {
        std::unique_ptr<std::byte, decltype(&std::free)> block;
        Bytes length;

        std::byte* data() const { return block.get(); }
        Bytes size() const { return length; }
        Bytes page_size() const { return *Heap::page_size; }
        Expected<void> bind(const hostmem::NumaPolicy& policy) {
            if (policy.mode != hostmem::NumaMode::none)
                return fail("heap memory takes no policy: use hostmem::Anonymous");
            return {};
        }
        Expected<void> populate(const hostmem::Prealloc&) { return {}; }
    };

    static constexpr Verdict check(Bytes asked, const Options& options) {
        if (asked > options.at_most)
            return refused("heap memory of ", asked, " is more than ", options.at_most);
        return hostmem::rules::whole_pages("size", asked, *page_size);
    }
    static Expected<hostmem::Reserved<Heap>> reserve(Bytes asked, const Options& options) {
        Memory memory{{static_cast<std::byte*>(std::calloc(1, asked.count)), &std::free}, asked};
        if (memory.data() == nullptr) return fail("no heap memory of ", asked, " is left: ask for less");
        return hostmem::Reserved<Heap>(std::move(memory), options);
    }
};
}  // namespace

static_assert(hostmem::Backend<Heap>);

TEST_CASE("a backend of one's own") {
    auto memory = hostmem::allocate<Heap>(8_MiB);
    REQUIRE(memory);
    CHECK(memory->size() == 8_MiB);
    CHECK(memory->data()[8388607] == std::byte{});
    CHECK(memory->options().at_most == 16_MiB);
    CHECK(test::message(hostmem::allocate<Heap>(32_MiB)) == "heap memory of 32 MiB is more than 16 MiB");
    CHECK(
        test::message(hostmem::allocate<Heap>(1000_B)).starts_with("size 1000 bytes is not a whole number"));
}

// The same with the common properties, of which nobody names one.
namespace {
struct CountedHeap {
    static constexpr bool shared = false, has_descriptor = false, writable = true, persistent = false;
    static constexpr std::optional<Bytes> size{}, page_size = hostmem::smallest_page;
    using Options = hostmem::CommonProperties;

    struct Memory : Heap::Memory {
        inline static int bound = 0;
        Expected<void> bind(const hostmem::NumaPolicy& policy) {
            ++bound;
            return Heap::Memory::bind(policy);
        }
    };

    static constexpr Verdict check(Bytes asked, const Options&) {
        return hostmem::rules::whole_pages("size", asked, *page_size);
    }
    static Expected<hostmem::Reserved<CountedHeap>> reserve(Bytes asked, const Options& options) {
        Memory memory{{{static_cast<std::byte*>(std::calloc(1, asked.count)), &std::free}, asked}};
        return hostmem::Reserved<CountedHeap>(std::move(memory), options);
    }
};
}  // namespace

TEST_CASE("memory of one's own is checked and bound though nobody names a property") {
    auto memory = hostmem::allocate<CountedHeap>(8_MiB);
    REQUIRE(memory);
    CHECK(CountedHeap::Memory::bound == 1);
    CHECK(memory->options() == hostmem::CommonProperties{});
    CHECK(
        test::message(hostmem::allocate<CountedHeap>(1000_B)).starts_with("size 1000 bytes is not a whole"));
    CHECK(CountedHeap::Memory::bound == 1);
}

// Each step is called on what the step before gave, once, and gives up what it was called on.
template <class T>
concept CanBind = requires(T step) { std::move(step).bind(hostmem::NumaPolicy{}); };
template <class T>
concept CanBindTwice = requires(T& step) { step.bind(hostmem::NumaPolicy{}); };
template <class T>
concept CanPopulate = requires(T step) { std::move(step).populate(); };
template <class T>
concept CanWait = requires(T step) { std::move(step).on_demand(); };
template <class T>
concept HasData = requires(T& step) { step.data(); };

template <hostmem::Backend B>
constexpr bool in_order = CanBind<hostmem::Reserved<B>> && !CanBindTwice<hostmem::Reserved<B>> &&
                          !CanPopulate<hostmem::Reserved<B>> && !CanWait<hostmem::Reserved<B>> &&
                          !HasData<hostmem::Reserved<B>> &&  //
                          !CanBind<hostmem::Bound<B>> && CanPopulate<hostmem::Bound<B>> &&
                          CanWait<hostmem::Bound<B>> && !HasData<hostmem::Bound<B>> &&  //
                          !CanBind<hostmem::HostMemory<B>> && !CanPopulate<hostmem::HostMemory<B>> &&
                          HasData<hostmem::HostMemory<B>> && !std::copyable<hostmem::HostMemory<B>> &&
                          std::movable<hostmem::HostMemory<B>>;
static_assert(in_order<hostmem::Anonymous> && in_order<hostmem::SharedAnonymous> &&
              in_order<hostmem::Fixed<4_KiB>>);
static_assert(in_order<hostmem::File> && in_order<hostmem::SharedFile> && in_order<hostmem::RomFile>);
static_assert(in_order<hostmem::Memfd> && in_order<hostmem::HugeMemfd<2_MiB>> && in_order<hostmem::Shm>);
static_assert(in_order<hostmem::Selected>);
static_assert(in_order<Heap>);

TEST_CASE("the steps by hand") {
    auto reserved = hostmem::Anonymous::reserve(4_MiB, {});
    REQUIRE(reserved);
    CHECK(reserved->size() == 4_MiB);
    auto bound = std::move(*reserved).bind(hostmem::bind_to(0));
    if (!bound) return test::skipped(bound.error().message);
    auto memory = std::move(*bound).populate({.threads = 2});
    REQUIRE(memory);
    CHECK(test::present_pages(memory->data(), 4_MiB) == test::pages_in(4_MiB));
}
