#include <catch2/catch.hpp>

#include <wirewrap/config/property.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;
using Kind = Property::Kind;

TEST_CASE("switches are on or off") {
    CHECK(*read_switch({"share", "on"}));
    CHECK_FALSE(*read_switch({"share", "off"}));
    CHECK(*read_switch({"share", "true", Kind::boolean}));
    CHECK(read_switch({"share", "maybe"}).error().message == "share=maybe: write on or off");
    CHECK_FALSE(read_switch({"merge", "2"}));
    CHECK_FALSE(read_switch({"share", ""}));
    CHECK_FALSE(read_switch({"share", "on", Kind::string}));
}

TEST_CASE("sizes have units, but not in JSON") {
    CHECK(*read_size({"size", "1.5G"}) == 1536_MiB);
    CHECK(*read_size({"size", "512"}, 1_MiB) == 512_MiB);
    CHECK(*read_size({"size", "512", Kind::number}) == 512_B);
    CHECK_FALSE(read_size({"size", "512M", Kind::string}));
    CHECK_FALSE(read_size({"size", "-1", Kind::number}));
    CHECK_FALSE(read_size({"size", "-1"}));
    CHECK_FALSE(read_size({"size", ""}));
}

TEST_CASE("numbers lie in a range") {
    CHECK(*read_number({"slots", "0x10"}, 16) == 16);
    CHECK(read_number({"slots", "17"}, 16).error().message == "slots=17: write a whole number from 0 to 16");
    CHECK_FALSE(read_number({"cpus", "0"}, 16, 1));
    for (const char* const text :
         {"", "x", "1x", "-1", "-0", "1 ", "08", "1.5", "18446744073709551616", "0x"})
        CHECK_FALSE(read_number({"slots", text}, ~std::uint64_t{0}));
}

TEST_CASE("numbers are as strtoull takes them; what is a number at once takes -0 too") {
    CHECK(*read_number({"slots", "+1"}, 16) == 1);
    CHECK(*read_number({"slots", " 010"}, 16) == 8);
    CHECK(*read_count({"slots", "-0"}) == 0);
    CHECK_FALSE(read_count({"slots", "-1"}));
    CHECK(*read_numbers({"cpus", "+0- 1"}) == std::vector<std::uint64_t>{0, 1});
    CHECK_FALSE(read_numbers({"cpus", "-0"}));
    CHECK_FALSE(read_numbers({"cpus", "1-0"}));
    CHECK_FALSE(read_numbers({"cpus", "0-"}));
    CHECK_FALSE(read_numbers({"cpus", "0", Property::Kind::number}));
}

TEST_CASE("lists are numbers, ranges, or JSON") {
    using List = std::vector<std::uint64_t>;
    CHECK(*read_numbers({"cpus", "3"}) == List{3});
    CHECK(*read_numbers({"cpus", "1-3"}) == List{1, 2, 3});
    CHECK(*read_numbers({"cpus", "", Kind::list, {0, 7}}) == List{0, 7});
    CHECK(*read_numbers({"cpus", "18446744073709551615"}) == List{~std::uint64_t{0}});
    for (const char* const text : {"", "-1", "1-", "1-0", "a", "0-18446744073709551615"})
        CHECK_FALSE(read_numbers({"cpus", text}));
}

TEST_CASE("identifiers begin with a letter") {
    CHECK(*read_identifier({"id", "pc.ram_0-a"}) == "pc.ram_0-a");
    for (const char* const text : {"", "0m", ".m", "m/0", "m 0"}) CHECK_FALSE(read_identifier({"id", text}));
}
