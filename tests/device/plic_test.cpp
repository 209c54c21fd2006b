#include <catch2/catch.hpp>

#include <wirewrap/device/plic.hpp>

using namespace wirewrap;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

using Virt = Plic<96, 2>;
static_assert(Device<Virt> && DrivesPins<Virt> && TakesLines<Virt> && Resettable<Virt>);
static_assert(Virt::inputs == 97);
static_assert(Virt::outputs[1] == "context1");
static_assert(Virt::registers.count == 0x60'0000);

namespace {

// The controller as a driver sees it; context 0 unless said otherwise.
template <std::size_t Sources = 96, std::size_t Contexts = 2>
struct Driver {
    Plic<Sources, Contexts> plic;

    void priority(u32 source, u32 value) { plic.template write<u32>(source * 4, value); }
    void enable(u32 context, u32 source) {
        const u64 offset = 0x2000 + context * 0x80 + source / 32 * 4;
        plic.template write<u32>(offset, plic.template read<u32>(offset) | 1u << source % 32);
    }
    void disable(u32 context, u32 source) {
        const u64 offset = 0x2000 + context * 0x80 + source / 32 * 4;
        plic.template write<u32>(offset, plic.template read<u32>(offset) & ~(1u << source % 32));
    }
    void threshold(u32 context, u32 value) { plic.template write<u32>(0x20'0000 + context * 0x1000, value); }
    u32 claim(u32 context = 0) { return plic.template read<u32>(0x20'0004 + context * 0x1000); }
    void complete(u32 source, u32 context = 0) {
        plic.template write<u32>(0x20'0004 + context * 0x1000, source);
    }
    bool pending(u32 source) {
        return (plic.template read<u32>(0x1000 + source / 32 * 4) >> source % 32 & 1) != 0;
    }
};

}  // namespace

TEST_CASE("an interrupt travels from line to claim to completion") {
    Driver d;
    d.priority(10, 1);
    d.enable(1, 10);
    d.plic.input(10, true);
    CHECK(d.pending(10));
    CHECK(d.plic.output(1));
    CHECK_FALSE(d.plic.output(0));
    CHECK(d.claim(0) == 0);
    CHECK(d.claim(1) == 10);
    CHECK_FALSE(d.pending(10));
    CHECK_FALSE(d.plic.output(1));
    CHECK(d.claim(1) == 0);
    d.plic.input(10, false);
    d.complete(10, 1);
    CHECK_FALSE(d.pending(10));
    CHECK_FALSE(d.plic.output(1));
}

TEST_CASE("a line still high at completion is pending again") {
    Driver d;
    d.priority(10, 1);
    d.enable(0, 10);
    d.plic.input(10, true);
    CHECK(d.claim() == 10);
    CHECK_FALSE(d.pending(10));
    d.complete(10);
    CHECK(d.pending(10));
    CHECK(d.plic.output(0));
    CHECK(d.claim() == 10);
}

TEST_CASE("while a source is in service its gateway forwards nothing") {
    Driver d;
    d.priority(10, 1);
    d.enable(0, 10);
    d.plic.input(10, true);
    CHECK(d.claim() == 10);
    d.plic.input(10, false);
    d.plic.input(10, true);
    CHECK_FALSE(d.pending(10));
    CHECK_FALSE(d.plic.output(0));
    d.plic.input(10, false);
    d.complete(10);
    CHECK_FALSE(d.pending(10));  // the pulse came and went
}

TEST_CASE("a pending source stays pending when its line falls") {
    Driver d;
    d.priority(10, 1);
    d.enable(0, 10);
    d.plic.input(10, true);
    d.plic.input(10, false);
    CHECK(d.pending(10));
    CHECK(d.claim() == 10);
    d.complete(10);
    CHECK_FALSE(d.pending(10));
}

TEST_CASE("the highest priority is claimed first, then the lowest number") {
    Driver d;
    for (const u32 source : {5u, 40u, 41u, 96u}) d.enable(0, source);
    d.priority(5, 1);
    d.priority(40, 3);
    d.priority(41, 3);
    d.priority(96, 7);
    for (const u32 source : {41u, 5u, 40u, 96u}) d.plic.input(source, true);
    CHECK(d.claim() == 96);
    CHECK(d.claim() == 40);
    CHECK(d.claim() == 41);
    CHECK(d.claim() == 5);
    CHECK(d.claim() == 0);
}

TEST_CASE("priority 0 never interrupts and is never claimed") {
    Driver d;
    d.enable(0, 10);
    d.plic.input(10, true);
    CHECK(d.pending(10));
    CHECK_FALSE(d.plic.output(0));
    CHECK(d.claim() == 0);
    d.priority(10, 1);
    CHECK(d.plic.output(0));
}

TEST_CASE("the threshold masks the pin, not the claim") {
    Driver d;
    d.priority(10, 3);
    d.enable(0, 10);
    d.threshold(0, 3);
    d.plic.input(10, true);
    CHECK_FALSE(d.plic.output(0));
    d.threshold(0, 2);
    CHECK(d.plic.output(0));
    d.threshold(0, 7);
    CHECK_FALSE(d.plic.output(0));
    CHECK(d.claim() == 10);
}

TEST_CASE("a source enabled for two contexts is claimed by one of them") {
    Driver d;
    d.priority(10, 1);
    d.enable(0, 10);
    d.enable(1, 10);
    d.plic.input(10, true);
    CHECK(d.plic.output(0));
    CHECK(d.plic.output(1));
    CHECK(d.claim(1) == 10);
    CHECK_FALSE(d.plic.output(0));
    CHECK(d.claim(0) == 0);
}

TEST_CASE("completions that name nothing in service are ignored") {
    Driver d;
    d.priority(10, 1);
    d.enable(0, 10);
    d.plic.input(10, true);
    CHECK(d.claim() == 10);
    d.complete(10, 1);  // not enabled for context 1
    CHECK_FALSE(d.pending(10));
    for (const u32 source : {0u, 11u, 97u, 1024u, 0xffff'ffffu}) d.complete(source);
    CHECK_FALSE(d.pending(10));
    d.disable(0, 10);
    d.complete(10);
    CHECK_FALSE(d.pending(10));
    d.enable(0, 10);
    d.complete(10);
    CHECK(d.pending(10));
}

TEST_CASE("registers hold the bits they have") {
    Driver d;
    d.priority(96, 0xff);
    CHECK(d.plic.read<u32>(96 * 4) == 7);
    d.priority(0, 7);
    d.priority(97, 7);
    CHECK(d.plic.read<u32>(0) == 0);
    CHECK(d.plic.read<u32>(97 * 4) == 0);
    d.threshold(1, 0xffff'ffff);
    CHECK(d.plic.read<u32>(0x20'1000) == 7);
    for (u32 word = 0; word != 32; ++word) d.plic.write<u32>(0x2000 + word * 4, 0xffff'ffff);
    CHECK(d.plic.read<u32>(0x2000) == 0xffff'fffe);
    CHECK(d.plic.read<u32>(0x2004) == 0xffff'ffff);
    CHECK(d.plic.read<u32>(0x200c) == 1);
    CHECK(d.plic.read<u32>(0x2010) == 0);
    d.plic.write<u32>(0x1000, 0xffff'ffff);
    CHECK(d.plic.read<u32>(0x1000) == 0);
}

TEST_CASE("enable words end with the last source, on either side of a word's edge") {
    Driver<31, 1> one_word;
    one_word.plic.write<u32>(0x2000, ~0u);
    one_word.plic.write<u32>(0x2004, ~0u);
    CHECK(one_word.plic.read<u32>(0x2000) == 0xffff'fffe);
    CHECK(one_word.plic.read<u32>(0x2004) == 0);
    Driver<1023, 1> most;
    most.plic.write<u32>(0x207c, ~0u);
    CHECK(most.plic.read<u32>(0x207c) == ~0u);
    most.priority(1023, 1);
    most.plic.input(1023, true);
    CHECK(most.claim() == 1023);
}

TEST_CASE("every word of the window can be read and written") {
    Driver d;
    for (u64 offset = 0; offset != Virt::registers.count; offset += 4) {
        d.plic.write<u32>(offset, 0xffff'ffff);
        d.plic.read<u32>(offset);
    }
    d.plic.input(0, true);
    d.plic.input(97, true);
    d.plic.input(96, true);
    CHECK_FALSE(d.plic.output(0));  // thresholds are now 7
    CHECK(d.claim() == 96);
}

TEST_CASE("reset forgets lines, priorities and what is in service") {
    Driver d;
    d.priority(10, 1);
    d.enable(0, 10);
    d.plic.input(10, true);
    d.plic.reset();
    CHECK_FALSE(d.plic.output(0));
    CHECK_FALSE(d.pending(10));
    CHECK(d.plic.read<u32>(40) == 0);
}
