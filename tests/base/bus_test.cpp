#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

#include <wirewrap/base/bus.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Nowhere {
    template <AccessWord T>
    Loaded<T> load(GuestAddress a) {
        return std::unexpected(BusFault{a, sizeof(T), Access::load, FaultReason::unmapped});
    }
    template <AccessWord T>
    Stored store(GuestAddress a, T) {
        return std::unexpected(BusFault{a, sizeof(T), Access::store, FaultReason::unmapped});
    }
    template <AccessWord T>
    Loaded<T> fetch(GuestAddress a) {
        return std::unexpected(BusFault{a, sizeof(T), Access::fetch, FaultReason::unmapped});
    }
    std::span<std::byte> ram_span(GuestAddress, Bytes) { return {}; }
};
struct WithHarts : Nowhere {
    std::uint64_t interrupt_lines(std::size_t) { return 0; }
    std::uint64_t time() { return 0; }
};
struct Half {
    template <AccessWord T>
    Loaded<T> load(GuestAddress) {
        return T{};
    }
};
static_assert(AccessPath<Nowhere> && !HartBus<Nowhere> && HartBus<WithHarts> && !AccessPath<Half> &&
              !AccessPath<int>);
static_assert(sizeof(BusFault) == 16);

std::string said(std::uint8_t width, Access access, FaultReason reason) {
    return describe({at(0x8000'0000), width, access, reason}).string();
}

}  // namespace

TEST_CASE("every fault has a sentence of its own") {
    CHECK(said(4, Access::load, FaultReason::unmapped) ==
          "load of 4 bytes at 0x80000000: nothing is mapped there");
    CHECK(said(8, Access::store, FaultReason::straddles) ==
          "store of 8 bytes at 0x80000000: it starts in a window and ends outside it");
    CHECK(said(1, Access::store, FaultReason::read_only) ==
          "store of 1 byte at 0x80000000: it is read-only memory");
    CHECK(said(2, Access::load, FaultReason::width) ==
          "load of 2 bytes at 0x80000000: the device does not take this width");
    CHECK(said(4, Access::load, FaultReason::misaligned) ==
          "load of 4 bytes at 0x80000000: the device takes aligned accesses only");
    CHECK(said(2, Access::fetch, FaultReason::not_executable) ==
          "fetch of 2 bytes at 0x80000000: a device holds no instructions");
    CHECK(said(4, Access::store, FaultReason::refused) ==
          "store of 4 bytes at 0x80000000: the device refused it");
    CHECK(said(4, Access::load, FaultReason::none) == "load of 4 bytes at 0x80000000: no fault");
}

TEST_CASE("a fault carries address, width and kind") {
    Nowhere bus;
    CHECK(bus.load<std::uint32_t>(at(0x10)).error() ==
          BusFault{at(0x10), 4, Access::load, FaultReason::unmapped});
    CHECK_FALSE(bus.load<std::uint32_t>(at(0x10)).error() == bus.load<std::uint16_t>(at(0x10)).error());
}
