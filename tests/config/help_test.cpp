#include <catch2/catch.hpp>

#include <array>
#include <string_view>

#include <wirewrap/config/help.hpp>

using namespace wirewrap::config;

namespace {
std::string help(std::string_view option, std::string_view value) {
    const std::array words{option, value};
    return help_asked(words).value_or("");
}
}  // namespace

TEST_CASE("help is what the tables know, a line each") {
    CHECK(help("-m", "help") == "-m SIZE,…\n"
                                "  size=SIZE     main RAM; a bare number counts MiB\n"
                                "  slots=NUMBER  for memory devices\n"
                                "  maxmem=SIZE   of RAM and memory devices together\n");
    CHECK(help("-object", "memory-backend-memfd,help").find("  seal=on|off") != std::string::npos);
    CHECK(help("-object", "memory-backend-ram,?").find("seal") == std::string::npos);
    CHECK(help("--numa", "hmat-lb,help").find("bandwidth=SIZE") != std::string::npos);
    CHECK(help("-machine", "pc,help").find("max-ram-below-4g") != std::string::npos);
    CHECK(help("-device", "pc-dimm,help").find("slot=NUMBER") != std::string::npos);
    CHECK(help("-append", "help").empty());
    CHECK(help("-m", "1G").empty());
    CHECK(help("-device", "help").empty());
}
