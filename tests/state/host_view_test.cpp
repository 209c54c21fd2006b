#include <wirewrap/state/data_map.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sys/mman.h>

#include <catch2/catch.hpp>

using namespace wirewrap;
using state::HostMapping;

namespace {

constexpr std::size_t page = 4096;

/// Anonymous memory, and as much again that another mapping follows.
class Mapped {
public:
    explicit Mapped(std::size_t pages, int flags = MAP_PRIVATE) : size_(pages * page) {
        data_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
        REQUIRE(data_ != MAP_FAILED);
        ::madvise(data_, size_, MADV_NOHUGEPAGE);
    }
    Mapped(const Mapped&) = delete;
    ~Mapped() { ::munmap(data_, size_); }

    std::span<std::byte> bytes() const { return {static_cast<std::byte*>(data_), size_}; }
    std::uintptr_t first() const { return reinterpret_cast<std::uintptr_t>(data_); }
    void touch(std::size_t number) const { bytes()[number * page] = std::byte{1}; }

private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

using Stretches = std::vector<std::pair<std::uintptr_t, std::uintptr_t>>;

}  // namespace

TEST_CASE("the page map tells the pages that were touched, in both ways") {
    const Mapped memory(5000);
    for (const std::size_t number : {0, 1, 2, 700, 2047, 2048, 4999}) memory.touch(number);
    const std::uintptr_t first = memory.first(), last = first + memory.bytes().size();
    const Stretches expected{{first, first + 3 * page},
                             {first + 700 * page, first + 701 * page},
                             {first + 2047 * page, first + 2049 * page},
                             {first + 4999 * page, last}};
    const state::TouchedPages touched;
    Stretches read;
    touched.read(first, last, page,
                 [&](std::uintptr_t from, std::uintptr_t to) { read.push_back({from, to}); });
    CHECK(read == expected);

    Stretches scanned;
    if (touched.scan(first, last,
                     [&](std::uintptr_t from, std::uintptr_t to) { scanned.push_back({from, to}); }) == first)
        WARN("SKIPPED: this kernel has no PAGEMAP_SCAN, which came with Linux 6.7");
    else
        CHECK(scanned == expected);
}

TEST_CASE("more stretches than one call of the kernel tells") {
    const Mapped memory(2000);
    for (std::size_t number = 1; number < 2000; number += 2) memory.touch(number);
    std::size_t stretches = 0, bytes = 0;
    state::TouchedPages().each_in(memory.bytes(), [&](std::size_t offset, std::size_t size) {
        CHECK(offset == (2 * stretches + 1) * page);
        ++stretches;
        bytes += size;
    });
    CHECK(stretches == 1000);
    CHECK(bytes == 1000 * page);
}

TEST_CASE("memory that begins and ends within a page gets stretches within itself") {
    const Mapped memory(3);
    memory.touch(0), memory.touch(2);
    const auto part = memory.bytes().subspan(100, 2 * page + 50);
    std::vector<std::pair<std::size_t, std::size_t>> found;
    state::TouchedPages().each_in(
        part, [&](std::size_t offset, std::size_t size) { found.push_back({offset, size}); });
    CHECK(found == std::vector<std::pair<std::size_t, std::size_t>>{{0, page - 100}, {2 * page - 100, 150}});
}

TEST_CASE("the list of mappings is asked and read alike") {
    const Mapped memory(8);
    REQUIRE(::mprotect(memory.bytes().data() + 3 * page, page, PROT_READ) == 0);  // a mapping of its own
    REQUIRE(::munmap(memory.bytes().data() + 6 * page, page) == 0);
    const std::uintptr_t first = memory.first(), last = first + 8 * page;
    const state::HostMappings mappings;
    std::vector<HostMapping> read;
    mappings.read(first, last, read);
    REQUIRE(read.size() == 4);
    CHECK(read[1].begin == first + 3 * page);
    CHECK(read[1].end == first + 4 * page);
    CHECK(read[2].end == first + 6 * page);
    CHECK(read[3].begin == first + 7 * page);
    for (const HostMapping& mapping : read) CHECK(mapping.anonymous());

    std::vector<HostMapping> asked;
    if (!mappings.ask(first, last, asked)) {
        WARN("SKIPPED: this kernel has no PROCMAP_QUERY, which came with Linux 6.11");
        return;
    }
    CHECK(asked == read);
}

TEST_CASE("shared memory without a descriptor is a file of the kernel's, in both ways") {
    const Mapped memory(2, MAP_SHARED);
    const std::uintptr_t first = memory.first(), last = first + 2 * page;
    const state::HostMappings mappings;
    std::vector<HostMapping> read, asked;
    mappings.read(first, last, read);
    REQUIRE(read.size() == 1);
    CHECK(read[0].shared);
    CHECK(read[0].inode != 0);
    if (mappings.ask(first, last, asked)) CHECK(asked == read);
}

TEST_CASE("what is not mapped has no mapping") {
    std::uintptr_t first = 0;
    {
        const Mapped memory(1);
        first = memory.first();
    }
    CHECK(state::HostMappings().overlapping({reinterpret_cast<const std::byte*>(first), page}).empty());
    CHECK(state::HostMappings().overlapping({}).empty());
}
