#include <catch2/catch.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include <wirewrap/board/wire_check.hpp>

#include "tests/board/devices.hpp"
#include "tests/board/subject.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

/// As a board's traits do it.
std::vector<Wire> numbered(std::vector<Wire> wires, const CpuWords& words) {
    for (Wire& wire : wires)
        if (wire.line == Wire::no_line) wire.line = words.line(wire.line_name);
    return wires;
}

Said said_of(std::vector<Wire> wires, std::size_t harts = 1, const CpuWords& words = riscv_words) {
    return said(
        {.regions = {device<"a", Controller>(at(0x1000), 256_B).region,
                     device<"b", Controller>(at(0x2000), 256_B).region,
                     device<"c", Controller>(at(0x3000), 256_B).region,
                     device<"source", Source>(at(0x4000), 256_B).region,
                     device<"sink", Sink>(at(0x5000), 256_B).region, rom<"rom">(at(0x0), 4_KiB).region},
         .wires = numbered(std::move(wires), words),
         .harts = harts,
         .cpu_words = words});
}

}  // namespace

TEST_CASE("wires that are right") {
    CHECK(said_of({wire<"source.irq", "a", 0>, wire<"source.dma", "a", 15>, wire<"source.irq", "sink", 3>,
                   wire<"a.irq", "hart0", 0>, wire<"a.dma", "hart0", 63>, wire<"b.irq", "hart1", 63>},
                  2) == Said{});
}

TEST_CASE("wires from nowhere") {
    CHECK(said_of({wire<"uart.irq", "a", 0>}) == Said{"b: wire uart.irq to line 0 of a comes from nowhere: "
                                                      "the map has no device uart; name one that it has"});
    CHECK(said_of({wire<"rom.irq", "a", 0>}) == Said{"b: wire rom.irq to line 0 of a comes from nowhere: the "
                                                     "map has no device rom; name one that it has"});
    CHECK(said_of({wire<"hart0.irq", "a", 0>}) == Said{"b: wire hart0.irq to line 0 of a comes from nowhere: "
                                                       "the map has no device hart0; name one that it has"});
    CHECK(said_of({wire<"source.tx", "a", 0>}) == Said{"b: wire source.tx to line 0 of a comes from nowhere: "
                                                       "device source has no pin tx; it has irq and dma"});
    CHECK(said_of({wire<"source", "a", 0>}) ==
          Said{"b: wire source to line 0 of a comes from nowhere: it names no pin; write source.irq"});
    CHECK(said_of({wire<"source.", "a", 0>}) ==
          Said{"b: wire source to line 0 of a comes from nowhere: it names no pin; write source.irq"});
    CHECK(said_of({wire<"sink.irq", "a", 0>}) == Said{"b: wire sink.irq to line 0 of a comes from nowhere: "
                                                      "device sink drives no pins; take the wire out"});
    CHECK(said_of({wire<".irq", "a", 0>}).size() == 1);
}

TEST_CASE("wires to nowhere") {
    CHECK(said_of({wire<"source.irq", "plic", 0>}) ==
          Said{"b: wire source.irq to line 0 of plic goes nowhere: the map has no device plic, and harts are "
               "named hart0, "
               "hart1 and so on; name one of them"});
    CHECK(said_of({wire<"source.irq", "rom", 0>}).size() == 1);
    CHECK(said_of({wire<"source.irq", "source", 0>}) ==
          Said{"b: wire source.irq to line 0 of source goes nowhere: device source takes no interrupt lines; "
               "take the wire "
               "out",
               "b: wire source.irq to line 0 of source closes a loop through source; a level would chase "
               "itself, so take "
               "one of its wires out"});
    CHECK(said_of({wire<"source.irq", "a", 16>}) ==
          Said{"b: wire source.irq to line 16 of a goes nowhere: device a has lines 0 to 15"});
    CHECK(said_of({wire<"source.irq", "hart1", 0>}) ==
          Said{"b: wire source.irq to line 0 of hart1 goes nowhere: the board has 1 hart, numbered from 0"});
    CHECK(
        said_of({wire<"source.irq", "hart9999", 0>}, 2) ==
        Said{
            "b: wire source.irq to line 0 of hart9999 goes nowhere: the board has 2 harts, numbered from 0"});
    CHECK(said_of({wire<"source.irq", "hart0", 64>}) ==
          Said{"b: wire source.irq to line 64 of hart0 goes nowhere: a hart has lines 0 to 63"});
    CHECK(said_of({wire<"source.irq", "hart00", 0>}).size() == 1);
}

TEST_CASE("wires to lines by name") {
    CHECK(said_of({wire<"source.irq", "hart0.meip">, wire<"source.dma", "hart1.ssip">}, 2) == Said{});
    CHECK(
        said_of({wire<"source.irq", "hart0.meip">, wire<"source.dma", "hart0", 11>}) ==
        Said{"b: line 11 of hart0 has two drivers, source.irq and source.dma; give each a line of its own"});
    CHECK(said_of({wire<"source.irq", "hart0.irq">}) ==
          Said{"b: wire source.irq to line irq of hart0 goes nowhere: a hart has none of that name; give the "
               "number of one, or a name of ssip, msip, stip, mtip, seip and meip"});
    CHECK(
        said_of({wire<"source.irq", "hart0">}) ==
        Said{"b: wire source.irq to hart0 goes nowhere: it names no line; give the number of one, or a name "
             "of ssip, msip, stip, mtip, seip and meip"});
    CHECK(
        said_of({wire<"source.irq", "hart1.meip">}) ==
        Said{"b: wire source.irq to line meip of hart1 goes nowhere: the board has 1 hart, numbered from 0"});
    CHECK(said_of({wire<"source.irq", "a.meip">}) ==
          Said{"b: wire source.irq to line meip of a goes nowhere: lines of device a have numbers, 0 to 15; "
               "give one of them"});
    CHECK(said_of({wire<"source.irq", "a">}) ==
          Said{"b: wire source.irq to a goes nowhere: lines of device a have numbers, 0 to 15; give one of "
               "them"});
    constexpr CpuWords arm{"cpu", {"irq", "fiq"}};
    CHECK(said_of({wire<"source.irq", "cpu0.irq">, wire<"source.dma", "cpu0.fiq">}, 1, arm) == Said{});
    CHECK(
        said_of({wire<"source.irq", "cpu1.irq">, wire<"source.dma", "hart0", 0>}, 1, arm) ==
        Said{"b: wire source.irq to line irq of cpu1 goes nowhere: the board has 1 cpu, numbered from 0",
             "b: wire source.dma to line 0 of hart0 goes nowhere: the map has no device hart0, and cpus are "
             "named cpu0, cpu1 and so on; name one of them"});
    CHECK(said_of({wire<"source.irq", "cpu0.nmi">}, 1, arm) ==
          Said{"b: wire source.irq to line nmi of cpu0 goes nowhere: a cpu has none of that name; give the "
               "number of one, or a name of irq and fiq"});
    CHECK(said_of({wire<"source.irq", "cpu0">}, 1, {"cpu"}) ==
          Said{"b: wire source.irq to cpu0 goes nowhere: it names no line; give the number of one, 0 to 63"});
    CHECK(said_of({wire<"source.irq", "cpu0", 64>}, 1, arm) ==
          Said{"b: wire source.irq to line 64 of cpu0 goes nowhere: a cpu has lines 0 to 63"});
}

TEST_CASE("lines with more than one driver") {
    CHECK(said_of({wire<"a.irq", "hart0", 11>, wire<"source.irq", "b", 1>, wire<"b.irq", "hart0", 11>}) ==
          Said{"b: line 11 of hart0 has two drivers, a.irq and b.irq; give each a line of its own"});
    CHECK(said_of({wire<"source.irq", "a", 1>, wire<"source.dma", "a", 1>}) ==
          Said{"b: line 1 of a has two drivers, source.irq and source.dma; give each a line of its own"});
    CHECK(said_of({wire<"a.irq", "sink", 1>, wire<"b.irq", "sink", 1>, wire<"c.irq", "sink", 1>}) ==
          Said{"b: line 1 of sink has two drivers, a.irq and b.irq; give each a line of its own",
               "b: line 1 of sink has two drivers, b.irq and c.irq; give each a line of its own"});
    CHECK(said_of({wire<"a.irq", "sink", 1>, wire<"a.irq", "sink", 2>}) == Said{});
    CHECK(said_of({wire<"a.irq", "hart0", 1>, wire<"b.irq", "hart1", 1>}, 2) == Said{});
}

TEST_CASE("loops") {
    const std::string remedy = "; a level would chase itself, so take one of its wires out";
    CHECK(said_of({wire<"a.irq", "a", 0>}) ==
          Said{"b: wire a.irq to line 0 of a closes a loop through a" + remedy});
    CHECK(said_of({wire<"a.irq", "b", 0>, wire<"b.irq", "a", 0>}) ==
          Said{"b: wire b.irq to line 0 of a closes a loop through a and b" + remedy});
    CHECK(said_of({wire<"source.irq", "a", 1>, wire<"a.irq", "b", 0>, wire<"b.irq", "c", 0>,
                   wire<"c.irq", "b", 1>}) ==
          Said{"b: wire c.irq to line 1 of b closes a loop through b and c" + remedy});
    CHECK(said_of({wire<"a.irq", "b", 0>, wire<"b.irq", "c", 0>, wire<"c.irq", "a", 0>}) ==
          Said{"b: wire c.irq to line 0 of a closes a loop through a, b and c" + remedy});
    // Two ways to the same device are no loop.
    CHECK(said_of({wire<"a.irq", "b", 0>, wire<"a.dma", "c", 0>, wire<"b.irq", "sink", 0>,
                   wire<"c.irq", "sink", 1>}) == Said{});
    // Two loops that share nothing are two mistakes.
    CHECK(said_of({wire<"a.irq", "a", 0>, wire<"b.irq", "c", 0>, wire<"c.irq", "b", 0>}).size() == 2);
}
