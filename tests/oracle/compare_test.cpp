#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/board.hpp>
#include <wirewrap/board/board_list.hpp>

#include <tests/oracle/compare.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Split {
    static constexpr auto name = "test/split-2.0";
    static constexpr auto alias = family_alias("split", qemu_release(11, 1));
    static constexpr auto ram = main_ram("split.ram", 128_MiB)
                                    .accepts(at_most(1_GiB))
                                    .placed(split(at(0x0), 128_MiB, at(0x4000'0000)));
    static constexpr auto map = memory_map(overlay(rom<"rom">(at(0xf'0000), 64_KiB)));
};

struct Gone {
    static constexpr auto name = "test/gone";
    static constexpr auto releases = until(7, 2);
    static constexpr auto ram = main_ram("gone.ram", 1_MiB);
};

struct Fixed {
    static constexpr auto name = "test/fixed";
    static constexpr auto ram = main_ram("fixed.sram", 2_KiB).accepts(exactly(2_KiB)).placed(at(0x100));
};

constexpr auto boards = describe_boards(board_list<Split, Fixed, Gone>);

constexpr std::string_view measured = R"([
{"target": "test", "machine": "split-2.0", "alias": "split", "default_ram_id": "split.ram", "default_ram_size": 134217728,
 "probes": [
  {"size": 0, "ok": true, "ram_size": 134217728, "ranges": [[0, 983040, 0], [1048576, 133169152, 1048576]],
   "windows": [[0, 134217728, 0]]},
  {"size": 1, "ok": true, "ram_size": 8192, "ranges": [[0, 8192, 0]]},
  {"size": 268435456, "ok": true, "ram_size": 268435456,
   "ranges": [[0, 983040, 0], [1048576, 133169152, 1048576], [1073741824, 134217728, 134217728]],
   "windows": [[0, 134217728, 0], [1073741824, 134217728, 134217728]]},
  {"size": 2147483648, "ok": false, "error": "too much"}]},
{"target": "test", "machine": "fixed", "default_ram_id": null, "default_ram_size": 134217728, "ram_regions": [],
 "ram_map": [[256, 2048, 0, "fixed.sram"]],
 "probes": [
  {"size": 0, "ok": true, "ram_size": 134217728, "ranges": []},
  {"size": 16384, "ok": true, "ram_size": 16384, "ranges": []}]}
])";

constexpr std::string_view listed = R"([
{"boards": "test/fixed", "field": "ram_id", "reason": "QEMU has none"},
{"boards": ["test/other", "*/fix*"], "field": "default_size", "reason": "QEMU has a number only"},
{"boards": "test/fixed", "field": "ram_size", "reason": "QEMU reports the number"},
{"boards": "test/fixed", "field": "windows", "as": "ram_map", "reason": "-m is ignored"},
{"boards": "test/fixed", "field": "verdict", "from": 16384, "reason": "-m is ignored"}
])";

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
    std::string result(text);
    const std::size_t place = result.find(what);
    REQUIRE(place != std::string::npos);
    return result.replace(place, what.size(), with);
}

oracle::Report report_of(std::string_view measurements, std::string_view deviations = listed,
                         const oracle::Scope& scope = {}) {
    const auto records = oracle::parse_records(measurements);
    const auto list = oracle::parse_deviations(deviations);
    REQUIRE(records);
    REQUIRE(list);
    return oracle::compare(*records, boards, *list, scope);
}

/// The only disagreement.
std::string one_disagreement(const oracle::Report& report) {
    CAPTURE(report.disagreements);
    REQUIRE(report.disagreements.size() == 1);
    return report.disagreements.front();
}

}  // namespace

TEST_CASE("what is equal to QEMU, or listed and stricter, passes") {
    const oracle::Report report = report_of(measured);
    CAPTURE(report.disagreements);
    CHECK(report.passed());
    CHECK(report.records == 2);
    CHECK(report.probes == 6);
    CHECK(report.agreements.size() == 2);
    CHECK(report.uses == std::vector<std::size_t>{1, 1, 1, 1, 1});
    CHECK(report.fields[static_cast<std::size_t>(oracle::Field::windows)].agree == 3);
    CHECK(report.visible.agree == 3);
    CHECK(report.visible_elsewhere.empty());
}

TEST_CASE("every field is held to the measurement") {
    const auto [what, with, told] = GENERATE(table<const char*, const char*, const char*>({
        {"\"machine\": \"split-2.0\"", "\"machine\": \"split-2.1\"",
         "test/split-2.1, board: QEMU a machine, wirewrap no board"},
        {"\"alias\": \"split\"", "\"alias\": \"other\"", "test/split-2.0, alias: QEMU other, wirewrap split"},
        {"\"split.ram\"", "\"other.ram\"", "test/split-2.0, ram_id: QEMU other.ram, wirewrap split.ram"},
        {"\"default_ram_size\": 134217728", "\"default_ram_size\": 268435456",
         "test/split-2.0, default_size: QEMU 256 MiB, wirewrap 128 MiB"},
        {"\"ram_size\": 8192", "\"ram_size\": 4096",
         "test/split-2.0, 8 KiB, ram_size: QEMU 4 KiB, wirewrap 8 KiB"},
        {"\"windows\": [[0, 134217728, 0]]", "\"windows\": [[0, 134217728, 8192]]",
         "test/split-2.0, 128 MiB, windows: QEMU [0x0, 0x7ffe000) from offset 0x2000, wirewrap [0x0, "
         "0x8000000) from offset 0x0"},
        {"[1073741824, 134217728, 134217728]]}", "[1073741824, 134217720, 134217728]]}",
         "test/split-2.0, 256 MiB, windows: QEMU [0x0, 0x8000000) from offset 0x0 and [0x40000000, "
         "0x47fffff8) from offset "
         "0x8000000, wirewrap [0x0, 0x8000000) from offset 0x0 and [0x40000000, 0x48000000) from offset "
         "0x8000000"},
        {"\"size\": 2147483648, \"ok\": false", "\"size\": 1073741824, \"ok\": false",
         "test/split-2.0, 1 GiB, verdict: QEMU refuses it, wirewrap takes it"},
    }));
    CHECK(one_disagreement(report_of(replaced(measured, what, with))) == told);
}

TEST_CASE("what is visible after overlays is counted, and not held against the board") {
    const oracle::Report report = report_of(
        replaced(measured, "[[0, 983040, 0], [1048576", "[[0, 983040, 0], [1056768"));
    CHECK(report.passed());
    CHECK(report.visible.disagree == 1);
    CHECK(report.visible_elsewhere.size() == 1);
}

TEST_CASE("a size that QEMU takes and the board refuses is a disagreement unless listed") {
    const std::string accepting = replaced(measured, "\"ok\": false, \"error\": \"too much\"",
                                           "\"ok\": true, \"ram_size\": 2147483648, \"ranges\": []");
    const std::string told = one_disagreement(report_of(accepting));
    CHECK(told.starts_with("test/split-2.0, 2 GiB, verdict: QEMU takes it, wirewrap refuses it: "
                           "test/split-2.0 accepts at most "));
    const std::string more = replaced(
        listed, "[\n", R"([{"boards": "test/split-*", "field": "verdict", "reason": "less"},)");
    CHECK(report_of(accepting, more).passed());
}

TEST_CASE("a list of deviations excuses nothing that is laxer") {
    const std::string laxer = replaced(measured, "\"size\": 2147483648, \"ok\": false",
                                       "\"size\": 1073741824, \"ok\": false");
    const std::string more = replaced(
        listed, "[\n", R"([{"boards": "test/split-*", "field": "verdict", "reason": "more"},)");
    const oracle::Report report = report_of(laxer, more);
    REQUIRE(report.disagreements.size() == 2);  // and the entry is used by nothing
    CHECK(report.disagreements[0].ends_with("the board is not stricter, or not in that way)"));
    CHECK(report.disagreements[1].ends_with("is not needed; take it out of the list"));

    const std::string renamed = replaced(measured, "\"split.ram\"", "\"other.ram\"");
    CHECK_FALSE(
        report_of(renamed, replaced(listed, "[\n", R"([{"boards": "*", "field": "ram_id", "reason": "no"},)"))
            .passed());

    const std::string moved = replaced(measured, "[[256, 2048, 0, \"fixed.sram\"]]",
                                       "[[512, 2048, 0, \"fixed.sram\"]]");
    CHECK_FALSE(report_of(moved).passed());
}

TEST_CASE("windows are QEMU's less what lies beyond the RAM, or a part of them when that is listed") {
    const auto with = [](std::string_view as) {
        return replaced(
            listed, "[\n",
            "[{\"boards\": \"test/split-*\", \"field\": \"windows\", \"reason\": \"r\", \"as\": \"" +
                std::string(as) + "\"},");
    };
    const std::string beyond = replaced(measured, "\"windows\": [[0, 134217728, 0]]",
                                        "\"windows\": [[0, 268435456, 0]]");
    CHECK(report_of(beyond).passed());
    const std::string twice = replaced(measured, "\"windows\": [[0, 134217728, 0]]",
                                       "\"windows\": [[0, 134217728, 0], [268435456, 8192, 0]]");
    CHECK_FALSE(report_of(twice).passed());
    CHECK_FALSE(report_of(twice, with("ram_map")).passed());
    CHECK(report_of(twice, with("part")).passed());
    const std::string elsewhere = replaced(measured, "\"windows\": [[0, 134217728, 0]]",
                                           "\"windows\": [[8192, 134217728, 0]]");
    CHECK_FALSE(report_of(elsewhere, with("part")).passed());
}

TEST_CASE("a deviation that nothing needs is an error") {
    const std::string more = replaced(listed, "[\n",
                                      R"([{"boards": "test/none", "field": "verdict", "reason": "r"},)");
    CHECK(one_disagreement(report_of(measured, more)) ==
          "deviation 1 of test/none in verdict is not needed; take it out of the list");
    CHECK(report_of(measured, more, {.only = "split"}).passed());
    CHECK(report_of(measured, more, {.all_needed = false}).passed());
    CHECK_FALSE(report_of(measured, replaced(listed, "\"from\": 16384", "\"from\": 16385")).passed());
    CHECK_FALSE(report_of(measured, replaced(listed, "\"from\": 16384", "\"to\": 16383")).passed());
    CHECK_FALSE(
        report_of(measured, replaced(listed, "\"from\": 16384", "\"not_multiple_of\": 8192")).passed());
}

TEST_CASE("a machine measured twice, and boards not measured, are told") {
    const std::string record =
        R"({"target": "test", "machine": "fixed", "default_ram_id": null, "default_ram_size": 1, "probes": []},)";
    CHECK_FALSE(report_of(replaced(measured, "[\n", "[" + record)).passed());
    const oracle::Report report = report_of("[]", "[]");
    CHECK(report.passed());
    CHECK(report.unmeasured == std::vector<std::string>{"test/fixed", "test/split-2.0"});
    CHECK(report_of("[]", "[]", {.release = qemu_release(7, 2)}).unmeasured ==
          std::vector<std::string>{"test/fixed", "test/gone", "test/split-2.0"});
}

TEST_CASE("a release has its own boards, and its own meaning of an alias") {
    const oracle::Scope older{.release = qemu_release(7, 2)};
    CHECK(one_disagreement(report_of(measured, listed, older)) ==
          "test/split-2.0, alias: QEMU split, wirewrap none");
    CHECK(report_of(replaced(measured, "\"alias\": \"split\", ", ""), listed, older).passed());
    const std::string gone = replaced(measured, "[\n", R"([{"target": "test", "machine": "gone",
        "default_ram_id": "gone.ram", "default_ram_size": 1048576, "probes": []},)");
    CHECK(one_disagreement(report_of(gone)) == "test/gone, board: QEMU a machine, wirewrap no board");
}

TEST_CASE("several blocks are one RAM, in their order") {
    const auto records = oracle::parse_records(R"([{"target": "t", "machine": "m", "default_ram_id": null,
        "default_ram_size": 3, "ram_regions": ["b", "a"], "probes": [{"size": 0, "ok": true, "ram_size": 3,
        "ranges": [[0, 1, 0, "a"], [16, 2, 0, "b"]]}]}])");
    REQUIRE(records);
    CHECK(records->front().probes.front().wired == oracle::Windows{{0, 1, 2, "a"}, {16, 2, 0, "b"}});
}

TEST_CASE("files of another form are refused") {
    for (const char* text :
         {"", "[", "[{}]", "[1]", R"([{"target": "t"}])",
          R"([{"target": "t", "machine": "m", "default_ram_id": 1, "default_ram_size": 1, "probes": []}])",
          R"([{"target": "t", "machine": "m", "default_ram_id": null, "default_ram_size": 1,
                                  "probes": [{"size": 1, "ok": true}]}])"})
        CHECK_FALSE(oracle::parse_records(text));
    for (const char* text : {"", "[{}]", R"([{"boards": "b", "field": "verdict"}])",
                             R"([{"boards": "b", "field": "verdict", "reason": ""}])",
                             R"([{"boards": "b", "field": "colour", "reason": "r"}])",
                             R"([{"boards": "b", "field": "alias", "reason": "r"}])",
                             R"([{"boards": "b", "field": "verdict", "form": 1, "reason": "r"}])",
                             R"([{"boards": "b", "field": "verdict", "as": "part", "reason": "r"}])",
                             R"([{"boards": "b", "field": "windows", "as": "cut", "reason": "r"}])",
                             R"([{"boards": "b", "field": "windows", "reason": "r"}])",
                             R"([{"boards": "b", "field": "verdict", "not_multiple_of": 0, "reason": "r"}])"})
        CHECK_FALSE(oracle::parse_deviations(text));
    CHECK_FALSE(oracle::read_records("tests/data/missing.json"));
}
