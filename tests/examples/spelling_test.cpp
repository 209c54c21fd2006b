#include "examples/wirewrap/spelling.hpp"

#include <catch2/catch.hpp>

using namespace command;

using Names = std::vector<std::string_view>;

TEST_CASE("the distance counts keystrokes") {
    CHECK(edit_distance("virt", "virt") == 0);
    CHECK(edit_distance("vrit", "virt") == 1);   // swapped
    CHECK(edit_distance("vir", "virt") == 1);    // left out
    CHECK(edit_distance("viirt", "virt") == 1);  // twice
    CHECK(edit_distance("wirt", "virt") == 1);   // another
    CHECK(edit_distance("", "virt") == 4);
    CHECK(edit_distance("virt", "") == 4);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ca", "abc") == 3);  // a swapped pair is not changed again
}

TEST_CASE("only what is near is suggested, and only the nearest of it") {
    const Names names{"boards", "map", "check", "run"};
    CHECK(nearest("bords", names) == Names{"boards"});
    CHECK(nearest("mpa", names) == Names{"map"});
    CHECK(nearest("ran", names) == Names{"run"});
    CHECK(nearest("toaster", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest(std::string(100, 'x'), names).empty());
    CHECK(nearest("virt-7.3", Names{"virt-7.1", "virt-7.2", "virt-6.2", "virt-7.0", "virt-7.4"}).size() == 3);
}

TEST_CASE("names are spelled as a list") {
    CHECK(spelled({"a"}).view() == "a");
    CHECK(spelled({"a", "b", "c"}).view() == "a, b or c");
}

TEST_CASE("what was written is quoted without its control characters") {
    CHECK(in_quotes("abc") == "'abc'");
    CHECK(in_quotes("") == "''");
    CHECK(in_quotes("a\x1b[31m\n") == "'a?[31m?'");
}
