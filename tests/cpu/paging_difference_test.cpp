// Page tables on the hart and on Debian's qemu-system-riscv64: the same random accesses, the same outcomes expected.
#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/paging_image.hpp"
#include "tests/support/qemu.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

using u64 = std::uint64_t;

PagingOutcome outcome(const std::string& printed, std::size_t i) {
    PagingOutcome result;
    std::memcpy(&result, printed.data() + i * sizeof result, sizeof result);
    return result;
}

}  // namespace

TEMPLATE_TEST_CASE("random accesses through random page tables end as under QEMU", "",
                   (riscv::Hart<FlatBus, riscv::Sv57>)) {
    if (!qemu_installed()) {
        std::puts("SKIPPED: qemu-system-riscv64 is not installed");
        return;
    }
    std::array<std::size_t, 17> causes{};  // the last one: no trap
    const char* const more = std::getenv("WIREWRAP_PAGING_SEEDS");
    const std::uint64_t seeds = more != nullptr ? std::strtoull(more, nullptr, 10) : 8;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const PagingImage image(seed, 2000);
        const std::string ours = printed_by<TestType>(image.bytes());
        const std::string theirs = run_in_qemu(image.bytes(), two_harts);
        REQUIRE(ours.size() == image.printed());
        REQUIRE(theirs.size() == image.printed());
        for (std::size_t i = 0; i != image.items().size(); ++i) {
            PagingOutcome a = outcome(ours, i), b = outcome(theirs, i);
            const PagingImage::Item& item = image.items()[i];
            // QEMU splits misaligned accesses where nothing is, and reports a part.
            if ((a.cause == 5 || a.cause == 7) && item.address % 8 != 0)
                a.value &= ~u64{7}, b.value &= ~u64{7};
            // An AMO where nothing is it performs as a load and a store, and reports the load.
            if (image.modifies(item) && a.cause == 7 && b.cause == 5) b.cause = 7;
            ++causes[a.cause < 16 ? a.cause : 16];
            INFO("seed " << seed << ", item " << i << std::hex << ": satp " << item.satp << ", status "
                         << item.status << ", address " << item.address << ", fence " << item.fence << " of "
                         << item.fence_address << ", entry " << item.entry << " at " << item.entry_at
                         << ", code " << item.code << " value " << item.value);
            INFO(std::hex << "cause " << a.cause << " / " << b.cause << ", value " << a.value << " / "
                          << b.value << ", pc " << a.pc << " / " << b.pc << ", loaded " << a.loaded << " / "
                          << b.loaded << ", satp " << a.satp << " / " << b.satp);
            REQUIRE(std::memcmp(&a, &b, sizeof a) == 0);
        }
        INFO("seed " << seed << ": tables and data in the end");
        CHECK(ours.substr(ours.size() - 8) == theirs.substr(theirs.size() - 8));
    }
    // Everything that can happen did.
    for (const std::size_t cause : {1, 2, 5, 7, 12, 13, 15, 16}) {
        INFO("cause " << cause);
        CHECK(causes[cause] >= 20);
    }
}
