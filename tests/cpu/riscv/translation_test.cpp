// What a hart does with a policy that translates: where accesses go, what is remembered, and for how long.
#include <catch2/catch.hpp>

#include <optional>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Cause;
using riscv::Hart;
using riscv::Pmp;
using riscv::Privilege;
namespace csr = riscv::csr;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, data = base + 0x2000, handler = base + 0x100;
constexpr std::uint64_t window =
    0x40'0000'0000;  // virtual; RAM is seen there, and nowhere else by loads and stores

int walks;

/// Virtual `window` is RAM's start; addresses below it have no page.
struct Shifted {
    static constexpr std::uint16_t satp_modes = 1;
    static constexpr bool identity = false;

    riscv::TranslationCache cache;

    template <class Core>
    riscv::Translated translate(Core&, std::uint64_t address, Access kind) {
        if (kind == Access::fetch) return address;
        ++walks;
        if (address < window)
            return std::unexpected(kind == Access::store ? Cause::store_page_fault : Cause::load_page_fault);
        return address - window + base;
    }
};

struct Machine {
    FlatBus bus{64_KiB};
    Hart<FlatBus, Shifted> hart{bus, {.reset_pc = base}};

    explicit Machine(std::initializer_list<std::uint32_t> program) {
        bus.write_program(program);
        bus.write_program({rv64::jal(0, 0)}, handler);
        hart.set_csr(csr::mtvec, handler);
        hart.set_x(5, window + (data - base));
        walks = 0;
    }
    std::uint64_t word(std::uint64_t address) { return *bus.load<std::uint64_t>(GuestAddress{address}); }
};

}  // namespace

TEST_CASE(
    "loads, stores and atomics go where the policy says, and a page is walked to once for each of them") {
    Machine m({rv64::sd(6, 5, 0), rv64::sd(6, 5, 8), rv64::ld(10, 5, 0), rv64::ld(11, 5, 8),
               rv64::amo(0, 3, 12, 5, 6)});
    m.hart.set_x(6, 0x1234'5678'9abc'def0);
    m.hart.run(4);
    CHECK(m.word(data) == 0x1234'5678'9abc'def0);
    CHECK(m.hart.x(10) == 0x1234'5678'9abc'def0);
    CHECK(m.hart.x(11) == 0x1234'5678'9abc'def0);
    CHECK(walks == 2);
    m.hart.run(1);
    CHECK(m.hart.x(12) == 0x1234'5678'9abc'def0);
    CHECK(m.word(data) == 2 * 0x1234'5678'9abc'def0);
}

TEST_CASE("a page that is not there is a page fault with the virtual address") {
    Machine load({rv64::ld(10, 0, 0x10)});
    load.hart.run(1);
    CHECK(load.hart.csr(csr::mcause) == 13u);
    CHECK(load.hart.csr(csr::mtval) == 0x10u);
    Machine store({rv64::sd(6, 0, 0x18)});
    store.hart.run(1);
    CHECK(store.hart.csr(csr::mcause) == 15u);
    CHECK(store.hart.csr(csr::mtval) == 0x18u);
    Machine atomic({rv64::amo(0, 3, 12, 0, 6)});
    atomic.hart.run(1);
    CHECK(atomic.hart.csr(csr::mcause) == 15u);
}

TEST_CASE("what is behind a page that is no RAM is a fault of the bus, each time") {
    Machine m({rv64::ld(10, 5, 0)});
    m.hart.set_x(5, window + 64 * 1024);
    m.hart.run(1);
    CHECK(m.hart.csr(csr::mcause) == 5u);
    CHECK(m.hart.csr(csr::mtval) == window + 64 * 1024);
}

TEST_CASE("SFENCE.VMA forgets") {
    Machine m({rv64::ld(10, 5, 0), rv64::ld(11, 5, 0), 0x1200'0073, rv64::ld(12, 5, 0)});
    m.hart.run(2);
    CHECK(walks == 1);
    m.hart.run(2);
    CHECK(walks == 2);
}

TEST_CASE("PMP is asked about the physical address, and a change of it forgets") {
    Machine m({rv64::ld(10, 5, 0), rv64::sd(6, 5, 0), rv64::ld(11, 5, 0)});
    m.hart.run(1);
    m.hart.set_csr(csr::pmpaddr0, data >> 2 | 0x1ff);  // the page, read-only and locked
    m.hart.set_csr(csr::pmpcfg0, Pmp::napot | Pmp::read | Pmp::locked);
    m.hart.run(1);
    CHECK(m.hart.csr(csr::mcause) == 7u);
    CHECK(m.hart.csr(csr::mtval) == window + (data - base));
    m.hart.set_pc(base + 8);
    m.hart.run(1);
    CHECK(m.hart.retired() == 2);
}

TEST_CASE("an access that crosses into the next page is never answered from one page") {
    riscv::TranslationCache cache;
    std::array<std::byte, 4096> memory;
    cache.learn(Access::load, window, memory.data());
    std::byte* host = nullptr;
    CHECK(cache.hit<Access::load>(window, 8, host));
    CHECK(host == memory.data());
    CHECK(cache.hit<Access::load>(window + 4088, 8, host));
    CHECK(host == memory.data() + 4088);
    CHECK_FALSE(cache.hit<Access::load>(window + 4089, 8, host));
    CHECK_FALSE(cache.hit<Access::load>(window - 1, 8, host));
    CHECK_FALSE(cache.hit<Access::store>(window, 1, host));
    CHECK_FALSE(cache.hit<Access::load>(window + (1 << 20), 1, host));  // the same place in the table
    cache.forget();
    CHECK_FALSE(cache.hit<Access::load>(window, 1, host));
    CHECK_FALSE(cache.hit<Access::load>(0, 1, host));  // an empty entry is no page
}

TEST_CASE("a hart that asks for many pages remembers more of them") {
    using Cache = riscv::TranslationCache;
    Cache cache;
    std::array<std::byte, 4096> memory;
    std::byte* host = nullptr;
    const auto knows = [&](std::uint64_t page) { return cache.hit<Access::load>(page * 4096, 1, host); };
    const auto learn = [&](std::uint64_t first, std::uint64_t pages) {
        for (std::uint64_t i = first; i != first + pages; ++i)
            cache.learn(Access::load, i * 4096, memory.data());
    };
    const auto known = [&](std::uint64_t first, std::uint64_t pages) {
        std::uint64_t n = 0;
        for (std::uint64_t i = first; i != first + pages; ++i) n += knows(i);
        return n;
    };
    learn(1, 1000);
    CHECK(known(1, 1000) == Cache::small);
    CHECK(known(745, Cache::small) == Cache::small);
    cache.forget();
    CHECK(known(1, 1000) == 0);
    // Less between two times of forgetting is no reason to grow.
    learn(1, 1000);
    CHECK(known(1, 1000) == Cache::small);

    learn(1, 100);
    learn(1, 2000);
    CHECK(known(1001, 1000) == 1000);
    learn(1, Cache::large);
    CHECK(known(1, Cache::large) == Cache::large);
    CHECK_FALSE(knows(1 + Cache::large));
    // One page, few, many: in every context, and nothing comes back.
    for (std::size_t context = 1; context != Cache::contexts; ++context) {
        cache.select(context);
        CHECK(known(1, 100) == 0);
        learn(1, 100);
        CHECK_FALSE(cache.hit<Access::store>(4096, 1, host));
        cache.learn(Access::store, 4096, memory.data());
    }
    cache.forget(2 * 4096 + 7);
    for (std::size_t context = 0; context != Cache::contexts; ++context) {
        cache.select(context);
        CHECK_FALSE(knows(2));
        CHECK(knows(1));
        CHECK(knows(3));
        CHECK(cache.hit<Access::store>(4096, 1, host) == (context != 0));
    }
    cache.forget();
    for (std::size_t context = 0; context != Cache::contexts; ++context) {
        cache.select(context);
        CHECK(known(1, Cache::large) == 0);
        CHECK_FALSE(cache.hit<Access::store>(4096, 1, host));
        learn(5, 10);
    }
    cache.forget();
    for (std::size_t context = 0; context != Cache::contexts; ++context) {
        cache.select(context);
        CHECK(known(1, 100) == 0);
    }
}

TEST_CASE("reset forgets what PMP allowed and what it did not") {
    FlatBus bus{64_KiB};
    Hart<FlatBus> hart(bus, {.reset_pc = base});
    bus.write_program({rv64::ld(10, 5, 0)});
    bus.write_program({rv64::jal(0, 0)}, handler);
    const auto start = [&] {
        hart.set_csr(csr::mtvec, handler);
        hart.set_x(5, data);
    };
    start();
    hart.set_csr(csr::pmpaddr0, data >> 2 | 0x1ff);
    hart.set_csr(csr::pmpcfg0, Pmp::napot | Pmp::locked);
    hart.run(1);
    CHECK(hart.csr(csr::mcause) == 5u);
    hart.reset();
    start();
    hart.run(1);
    CHECK(hart.csr(csr::mcause) == 0u);
    CHECK(hart.retired() == 1);
}
