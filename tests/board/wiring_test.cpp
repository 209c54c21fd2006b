#include <catch2/catch.hpp>

#include <wirewrap/board/wiring.hpp>

using namespace wirewrap;

namespace {

constexpr Wire irq = wire<"uart0.irq", "plic", 10>;
static_assert(irq.source == "uart0" && irq.pin == "irq" && irq.sink == "plic" && irq.line == 10);
static_assert(wire<"uart0", "plic", 0>.source == "uart0" && wire<"uart0", "plic", 0>.pin.empty());
static_assert(wire<"uart0.", "plic", 0>.source == "uart0" && wire<"uart0.", "plic", 0>.pin.empty());
static_assert(wire<".irq", "plic", 0>.source.empty() && wire<".irq", "plic", 0>.pin == "irq");
static_assert(wire<"a.b.c", "plic", 0>.source == "a" && wire<"a.b.c", "plic", 0>.pin == "b.c");
static_assert(irq.line_name.empty());
static_assert(wire<"plic.context0", "hart0.meip">.sink == "hart0" &&
              wire<"plic.context0", "hart0.meip">.line_name == "meip");
static_assert(wire<"plic.context0", "hart0.meip">.line == Wire::no_line &&
              wire<"a.b", "c">.line == Wire::no_line);
static_assert(wire<"a.b", "virt.flash0", 3>.sink == "virt.flash0",
              "with a number the whole text is the sink's name");
static_assert(wiring().empty() && wiring(irq).size() == 1 && wiring(irq, irq)[1].line == 10);

template <class... Ws>
concept Wirable = requires(Ws... ws) { wiring(ws...); };
static_assert(Wirable<Wire, Wire>);

}  // namespace

TEST_CASE("wires keep the order of the declaration") {
    const auto wires = wiring(wire<"a.x", "p", 1>, wire<"b.x", "p", 2>, wire<"c.x", "hart0", 11>);
    CHECK(wires[0].source == "a");
    CHECK(wires[1].line == 2);
    CHECK(wires[2].sink == "hart0");
}
