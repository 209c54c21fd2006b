// A range of addresses, whichever way it came, is aligned, has what was to be mapped, a page behind it that traps, and leaves
// alone what others have mapped by then.
#include <catch2/catch.hpp>

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <wirewrap/hostmem/address_range.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/os.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

namespace {

constexpr RangeContents ordinary{PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS};

AddressRange reserved(Bytes size, Bytes alignment = 2_MiB, const RangeContents& contents = ordinary) {
    auto range = AddressRange::reserve(size, alignment, contents);
    REQUIRE(range);
    return std::move(*range);
}
bool aligned(const std::byte* at, Bytes alignment) {
    return reinterpret_cast<std::uintptr_t>(at) % alignment.count == 0;
}
bool mapped(const std::byte* at) {
    unsigned char resident = 0;
    return ::mincore(const_cast<std::byte*>(at), 1, &resident) == 0;
}
/// By the kernel, which copies into it or says that it cannot.
bool writable(std::byte* at) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    REQUIRE(::write(ends[1], "", 1) == 1);
    const bool copied = ::read(ends[0], at, 1) == 1;
    ::close(ends[0]);
    ::close(ends[1]);
    return copied;
}
void whole(const AddressRange& range, Bytes size, Bytes alignment = 2_MiB) {
    CHECK(range.size() == size);
    CHECK(aligned(range.data(), alignment));
    CHECK(writable(range.data()));
    CHECK(writable(range.data() + size.count - 1));
    CHECK(mapped(range.data() + size.count));
    CHECK_FALSE(writable(range.data() + size.count));
}

}  // namespace

TEST_CASE("ranges that come, go and come again have a guard each time") {
    for (int round = 0; round != 3; ++round) whole(reserved(64_MiB), 64_MiB);
    const std::byte* const last = reserved(64_MiB).data();
    CHECK_FALSE(mapped(last));
    whole(reserved(64_KiB, 4_KiB), 64_KiB, 4_KiB);
    whole(reserved(64_MiB, 1_GiB), 64_MiB, 1_GiB);  // the place of the last one, aligned to 2 MiB, may not do
    CHECK_FALSE(writable(reserved(4_MiB, 2_MiB, {}).data()));  // nothing was to be mapped
}

TEST_CASE("many ranges at once, of several sizes, each with its guard; all of them go") {
    const auto before = test::mappings();
    {
        std::vector<AddressRange> ranges;
        for (int i = 0; i != 100; ++i) {
            const Bytes size = i % 3 == 0 ? 64_KiB : i % 3 == 1 ? 6_MiB : 64_MiB;
            ranges.push_back(reserved(size));
            std::byte& first = *ranges.back().data();
            CHECK(first == std::byte{0});  // nobody else's
            first = std::byte{1};
            if (i % 7 == 0) ranges.erase(ranges.begin() + i / 14);
        }
        for (const AddressRange& range : ranges) whole(range, range.size());
    }
    CHECK((test::sanitized || test::nothing_mapped_since(before)));  // shadows of so many ranges are kept
}

TEST_CASE("what others map where a range was stays theirs") {
    std::byte* const place = reserved(64_MiB).data();
    void* const other = ::mmap(place + (1 << 20), 4096, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    REQUIRE(other == place + (1 << 20));
    *static_cast<char*>(other) = 'x';
    const AddressRange range = reserved(64_MiB);
    CHECK(range.data() != place);
    whole(range, 64_MiB);
    CHECK(*static_cast<char*>(other) == 'x');
    CHECK(::munmap(other, 4096) == 0);
}

TEST_CASE("what others map below the last range stays theirs") {
    const AddressRange last = reserved(64_MiB);
    const auto below = AddressRange::reserve(64_MiB, 2_MiB, ordinary);
    REQUIRE(below);
    std::byte* const next = below->data() - (66 << 20);  // where the next one would be
    void* const other = ::mmap(next + (64 << 20), 4096, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    REQUIRE(other != MAP_FAILED);  // wherever it is: in the way of the guard, as a rule
    *static_cast<char*>(other) = 'x';
    whole(reserved(64_MiB), 64_MiB);
    CHECK(*static_cast<char*>(other) == 'x');
    CHECK(::munmap(other, 4096) == 0);
}

TEST_CASE("no range comes at address 0, whoever may map there") {
    const AddressRange last = reserved(4_MiB);
    const AddressRange beside = reserved(4_MiB);  // so that there is a lowest one
    for (const int bits : {46, 47, 48, 61}) {
        const auto none = AddressRange::reserve(4_MiB, Bytes{std::uint64_t{1} << bits}, ordinary);
        if (none) CHECK(none->data() != nullptr);
        if (bits >= 47) CHECK_FALSE(none);
    }
}

TEST_CASE("a range with a file in it, at the place of one that had none") {
    const std::byte* const place = reserved(4_MiB).data();
    auto file = os::memory_file("range", 0);
    REQUIRE(file);
    REQUIRE(os::resize(*file, 6_MiB));
    REQUIRE(::pwrite(file->number(), "x", 1, 2 << 20) == 1);
    const RangeContents contents{PROT_READ | PROT_WRITE, MAP_SHARED, file->number(), 2_MiB};
    const AddressRange one = reserved(4_MiB, 2_MiB, contents), two = reserved(4_MiB, 2_MiB, contents);
    CHECK(one.data() == place);
    CHECK(*one.data() == std::byte{'x'});
    *one.data() = std::byte{'y'};
    CHECK(*two.data() == std::byte{'y'});
    whole(one, 4_MiB);
    whole(two, 4_MiB);
}

TEST_CASE("contents that cannot be had leave nothing, and the kernel's reason") {
    for (int round = 0; round != 3; ++round) {
        const auto before = test::mappings();
        const auto none = AddressRange::reserve(4_MiB, 2_MiB, {PROT_READ, MAP_SHARED, -1});
        REQUIRE_FALSE(none);
        CHECK(none.error().code == EBADF);
        CHECK(test::nothing_mapped_since(before));
        whole(reserved(4_MiB), 4_MiB);
    }
}

TEST_CASE("threads that make and give back ranges do not meet") {
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (int thread = 1; thread != 5; ++thread)
            threads.emplace_back([&, thread] {
                std::optional<AddressRange> kept;
                for (int round = 0; round != 500; ++round) {
                    auto range = AddressRange::reserve(round % 5 == 0 ? 6_MiB : 4_MiB, 2_MiB, ordinary);
                    if (!range) {
                        ++wrong;
                        continue;
                    }
                    wrong += *range->data() != std::byte{0};
                    *range->data() = static_cast<std::byte>(thread);
                    if (kept) wrong += *kept->data() != static_cast<std::byte>(thread);
                    if (round % 3 == 0) kept = std::move(*range);
                }
            });
    }
    CHECK(wrong == 0);
    whole(reserved(4_MiB), 4_MiB);
    whole(reserved(6_MiB), 6_MiB);
}
