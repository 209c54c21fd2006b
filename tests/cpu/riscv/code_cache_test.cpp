#include <catch2/catch.hpp>

#include <set>

#include <wirewrap/cpu/riscv/code_cache.hpp>

using namespace wirewrap::riscv;

TEST_CASE("a page is found under its key until others take its place") {
    CodeCache cache(8);
    CHECK(cache.find(5) == nullptr);
    CodePage& page = cache.claim(5);
    CHECK(cache.find(5) == &page);
    CHECK(cache.find(7) == nullptr);
    for (std::uint64_t key = 1000; key != 1100; ++key) cache.claim(key);
    CHECK(cache.find(5) == nullptr);
    CHECK(cache.find(1099) != nullptr);
    cache.forget_all();
    CHECK(cache.find(1099) == nullptr);
}

TEST_CASE("all of the cache is used before a page is taken away") {
    CodeCache cache(16);
    std::set<CodePage*> pages;
    for (std::uint64_t key = 0; key != 16; ++key) pages.insert(&cache.claim(key));
    CHECK(pages.size() == 16);
    for (std::uint64_t key = 0; key != 16; ++key) CHECK(cache.find(key) != nullptr);
}

TEST_CASE("a slot leads to its page") {
    CodeCache cache(4);
    CodePage& a = cache.claim(1);
    CodePage& b = cache.claim(2);
    CHECK(&cache.page_of(&a.slots[0]) == &a);
    CHECK(&cache.page_of(&a.slots[halfwords_per_page + 1]) == &a);
    CHECK(&cache.page_of(&b.slots[77]) == &b);
}
