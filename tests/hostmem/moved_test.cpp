// What was moved from is empty, and what is assigned over is given back at once.
#include <catch2/catch.hpp>

#include <optional>
#include <utility>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

namespace {
bool mapped(const std::byte* data) { return !test::vm_flags(data).empty(); }

template <class B>
void moves(typename B::Options options, Bytes size = 4_MiB) {
    auto one = allocate<B>(size, options), other = allocate<B>(size, options);
    REQUIRE(one);
    REQUIRE(other);
    std::byte *const first = one->data(), *const second = other->data();
    auto moved = std::move(*one);
    CHECK(moved.data() == first);
    CHECK(one->data() == nullptr);
    CHECK(one->size() == 0_B);
    CHECK(one->span().empty());
    const auto descriptors = test::open_descriptors();
    *other = std::move(moved);
    CHECK_FALSE(mapped(second));
    CHECK(mapped(first));
    if constexpr (B::has_descriptor) CHECK(test::open_descriptors() == descriptors - 1);
    CHECK(other->data() == first);
    CHECK(moved.size() == 0_B);
    CHECK(moved.data() == nullptr);
    moved = std::move(*other);  // into one that was moved from
    CHECK(moved.data() == first);
    auto& itself = moved;
    moved = std::move(itself);
    CHECK(moved.data() == first);
    CHECK(mapped(first));
}
}  // namespace

TEST_CASE("memory of each backend") {
    const test::Folder folder;
    moves<Anonymous>({});
    moves<SharedAnonymous>({});
    moves<Memfd>({});
    moves<Shm>({});
    moves<SharedFile>({.path = folder.path()});
    moves<Selected>(select<Memfd>());
    moves<Selected>({{{"m0", 1_MiB, Selection<Anonymous>{}}, {"m1", 3_MiB, Selection<Memfd>{}}}});
}

TEST_CASE("what is asked of memory that was moved from has an answer") {
    auto chosen = allocate<Selected>(1_MiB, select<Memfd>());
    REQUIRE(chosen);
    const auto kept = std::move(*chosen);
    CHECK(chosen->backing().parts().empty());
    CHECK_FALSE(chosen->backing().descriptor());
    CHECK_FALSE(chosen->backing().shared());
    CHECK_FALSE(chosen->merge(false));
    auto several = allocate<Selected>(1_MiB, {{{"m0", 1_MiB, Selection<Anonymous>{}}}});
    REQUIRE(several);
    const auto all = std::move(*several);
    CHECK(several->backing().parts().empty());
    CHECK(several->page_size() == os::page_size());

    auto background = allocate_in_background<Anonymous>(1_MiB, {.prealloc = true});
    REQUIRE(background);
    auto mine = std::move(*background);
    background->cancel();
    CHECK(background->data() == nullptr);
    CHECK(background->size() == 0_B);
    CHECK(background->populated() == 0_B);
    CHECK(background->finished());
    CHECK_FALSE(std::move(*background).finish());
    CHECK(std::move(mine).finish().has_value());
}

TEST_CASE("fixed memory: the permission moves, and is given back by assignment") {
    using Ram = Fixed<64_KiB, struct Moved>;
    std::optional<Ram::Memory> one = Ram::Memory::take();
    REQUIRE(one);
    Ram::Memory moved = std::move(*one);
    one.reset();
    CHECK_FALSE(Ram::Memory::take());
    std::optional<Ram::Memory> empty(std::move(moved));
    Ram::Memory nothing = std::move(*empty);
    moved = std::move(nothing);
    nothing = std::move(*empty);  // which holds nothing
    CHECK_FALSE(Ram::Memory::take());
    moved = std::move(nothing);
    CHECK(Ram::Memory::take());
}

TEST_CASE("a range of addresses, and sizes that are none") {
    auto range = AddressRange::reserve(4_MiB, 2_MiB);
    REQUIRE(range);
    const AddressRange mine = std::move(*range);
    CHECK(range->data() == nullptr);
    CHECK(range->size() == 0_B);
    constexpr Bytes all{~std::uint64_t{0}};
    for (const auto& [size, alignment] :
         {std::pair{0_B, 2_MiB}, std::pair{4_MiB, 0_B}, std::pair{4_MiB, 3_MiB}, std::pair{4_MiB, 1_KiB},
          std::pair{all, 2_MiB}, std::pair{all - 4095_B, 2_MiB}, std::pair{all - 2_MiB, 4_KiB},
          std::pair{4_MiB, Bytes{std::uint64_t{1} << 63}}})
        CHECK_FALSE(AddressRange::reserve(size, alignment));
    for (const Bytes size : {0_B, all, all - 4095_B}) {
        CHECK_FALSE(Mapping::reserve({.what = "memory", .size = size}));
        CHECK_FALSE(allocate<Anonymous>(size));
        CHECK_FALSE(allocate<Memfd>(size));
        CHECK_FALSE(allocate<Selected>(size));
        CHECK_FALSE(allocate<Selected>(
            0_B, {{{"m0", size, Selection<Anonymous>{}}, {"m1", Bytes{0} - size, Selection<Anonymous>{}}}}));
    }
    CHECK(populate({.what = "nothing"}, {.threads = 4}).has_value());
    CHECK(populate({.what = "nothing", .page = 4_KiB}, {}).has_value());
}
