// What is forgotten of targets, and what is not.
#include <catch2/catch.hpp>

#include <cstdint>
#include <random>
#include <unordered_map>

#include <wirewrap/jit/target_table.hpp>

using namespace wirewrap;

namespace {

const void* found(jit::TargetTable& table, std::uint64_t target) {
    const jit::KnownTarget& known = table.data()[target / 2 % jit::known_targets];
    return known.target == target ? known.entry : nullptr;
}

}  // namespace

TEST_CASE("one page is forgotten, and no other") {
    jit::TargetTable table;
    const int entries[4]{};
    table.forget(0x4000);  // of nothing
    table.learn(0x4000, &entries[0]);
    table.learn(0x4ffe, &entries[1]);
    table.learn(0x5000, &entries[2]);
    table.learn(0x10'4002, &entries[3]);  // 256 pages further
    table.forget(0x10'5000);              // none of those that are there
    CHECK(found(table, 0x5000) == &entries[2]);
    table.forget(0x4444);
    CHECK(found(table, 0x4000) == nullptr);
    CHECK(found(table, 0x4ffe) == nullptr);
    CHECK(found(table, 0x5000) == &entries[2]);
    CHECK(found(table, 0x10'4002) == &entries[3]);
    table.forget();
    CHECK(found(table, 0x5000) == nullptr);
    CHECK(found(table, 0x10'4002) == nullptr);
}

TEST_CASE("a table never gives what was forgotten") {
    std::mt19937_64 random(1);
    jit::TargetTable table;
    std::unordered_map<std::uint64_t, const void*> learnt;
    const char entries[64]{};
    for (int round = 0; round != 100'000; ++round) {
        const std::uint64_t target = random() % 16 * 0x40'1000 + random() % 600 * 4096 + random() % 8 * 2;
        switch (random() % 8) {
        case 0:
            if (random() % 50 == 0) {
                table.forget();
                learnt.clear();
                break;
            }
            table.forget(target);
            std::erase_if(learnt, [&](const auto& each) { return (each.first ^ target) / 4096 == 0; });
            break;
        case 1:
        case 2:
        case 3:
            table.learn(target, &entries[random() % 64]);
            learnt[target] = found(table, target);
            break;
        default:
            // It may have had to give way to another.
            if (const void* const entry = found(table, target)) REQUIRE(learnt[target] == entry);
        }
    }
}
