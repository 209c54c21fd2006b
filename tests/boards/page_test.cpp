#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include <examples/wirewrap/families.hpp>

TEST_CASE("docs/boards.md says what the boards say; `wirewrap boards --markdown` writes it anew") {
    std::ifstream file("docs/boards.md");
    REQUIRE(file);
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    CHECK(page == command::boards_page());
}
