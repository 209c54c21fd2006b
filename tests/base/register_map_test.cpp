#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <vector>

#include <wirewrap/base/device.hpp>
#include <wirewrap/base/register_check.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

std::vector<std::string> said(std::span<const DeviceRegister> map, Bytes registers = 16_B) {
    check::Mistakes mistakes;
    check::register_map_rules(mistakes, sentence("Bell"), map, registers);
    std::vector<std::string> texts;
    for (const Text& each : mistakes) texts.push_back(each.string());
    return texts;
}
using Said = std::vector<std::string>;

template <class D>
Said said_of() {
    Said texts;
    for (const Text& each : check::DeviceCheck<D>::mistakes()) texts.push_back(each.string());
    return texts;
}

}  // namespace

namespace under_test {
struct Bell {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array register_map{reg::rw("rung", 4, 4)};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};
struct Outside : Bell {
    static constexpr std::array register_map{reg::rw("rung", 8, 4)};
};
struct Names : Bell {
    static constexpr std::array register_map{"rung"};
};
}  // namespace under_test

TEST_CASE("registers that a device may declare") {
    const std::array map{reg::ro("status", 0, 1), reg::wo("command", 0, 1, "beside it"),
                         reg::rw("divisor", 0, 1).instead_of("status"), reg::rw("limit", 4, 2).repeated(2, 4),
                         reg::rw("last", 8, 8)};
    CHECK(said(map) == Said{});
    CHECK(map[3].count == 2);
    CHECK(map[3].stride == 4_B);
    CHECK(reg::rw("limit", 4, 2).repeated(3).stride == 2_B);
    static_assert(Device<under_test::Bell> && DeclaresRegisters<under_test::Bell>);
}

TEST_CASE("registers that are none are told in a sentence") {
    const auto one = [](const DeviceRegister& each) { return said(std::array{each}); };
    CHECK(
        one(reg::rw("a-b", 0, 4)) ==
        Said{
            "Bell has a register 0 whose name is no identifier; name it by letters, digits and underscores"});
    CHECK(one(reg::rw("", 0, 4)).size() == 1);
    CHECK(one(reg::rw("1st", 0, 4)).size() == 1);
    CHECK(one(reg::rw("wide", 0, 3)) ==
          Said{"Bell has a register wide of 3 bytes; a bus moves 1, 2, 4 or 8 bytes"});
    CHECK(one(reg::rw("none", 0, 4).repeated(0)) ==
          Said{"Bell has a register none of which there are 0; leave it out"});
    CHECK(one(reg::rw("dense", 0, 4).repeated(2, 2)) ==
          Said{"Bell has a register dense of 4 bytes every 2 bytes; leave room for each of them"});
    CHECK(one(reg::rw("late", 13, 4)) == Said{"Bell has a register late at 0xd, 1 times 4 bytes, which does "
                                              "not lie in its 16 bytes of registers; "
                                              "move it, or decode more"});
    CHECK(one(reg::rw("later", 17, 4)).size() == 1);
    CHECK(one(reg::rw("many", 0, 4).repeated(5)).size() == 1);
    CHECK(one(reg::rw("many", 0, 4).repeated(~std::size_t{0}, ~std::uint64_t{0})).size() == 1);
    CHECK(said(std::array{reg::rw("x", 0, 4), reg::rw("x", 4, 4)}) ==
          Said{"Bell has a register x twice; rename one"});
    CHECK(said(std::array{reg::rw("x", 0, 4), reg::rw("y", 4, 4).instead_of("x")}) ==
          Said{"Bell has a register y instead of x, which is no register above it at the same offset; name "
               "one that "
               "is"});
}

TEST_CASE("a device with such registers is none") {
    CHECK(said_of<under_test::Outside>().size() == 1);
    const Said names = said_of<under_test::Names>();
    REQUIRE(names.size() == 1);
    CHECK(names[0].ends_with(
        "Names has a member register_map that does not fit or is not public; a device that "
        "declares its registers has static constexpr std::array "
        "register_map{DeviceRegister...}"));
}
