// Who reads and writes what on a machine, as accesses, as lines and as a trace for Perfetto.
#include <wirewrap/trace/bus_trace.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <wirewrap/board/description.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/trace.hpp>
#include <wirewrap/trace/bus_json.hpp>

#include <boards/riscv/virt.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test::rv64;
using trace::BusAccess;
using trace::BusTrace;

namespace {

using B = boards::riscv::Virt;
using Traced = Machine<B, hostmem::Anonymous, BusTrace>;
using Hart = riscv::Hart<Traced, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<BusTrace>>;
constexpr std::uint64_t ram = 0x8000'0000, uart = 0x1000'0000;

/// Stores 42 to RAM, reads it, adds to it as an atomic, prints it.
struct Bed {
    Traced machine = Traced::create({.ram_size = 64_MiB}).value();
    Hart hart{machine, {.reset_pc = ram}};
    BusTrace& bus = machine.policy<BusTrace>();
    std::uint64_t store = 0;

    Bed() {
        Assembler a(ram);
        a.li(5, ram + 0x1000);
        a.li(6, 42);
        a.li(7, uart);
        store = a.here();
        a.emit(sd(6, 5, 0), lw(8, 5, 0), amo(0, 2, 8, 5, 6), sb(8, 7, 0), jal(0, 0));
        const auto to = machine.ram_span(at(ram), Bytes{a.bytes().size()});
        std::ranges::copy(a.bytes(), to.begin());
        machine.give_back(to);
        hart.observe(&bus);
    }
    std::vector<BusAccess> run(const trace::BusFilter& filter) {
        std::vector<BusAccess> told;
        bus.begin(filter, [&](const BusAccess& access) { told.push_back(access); });
        hart.run(50);
        bus.end();
        hart.run(50);
        return told;
    }
};

}  // namespace

TEST_CASE("accesses are told with hart and pc") {
    Bed bed;
    const std::vector<BusAccess> told = bed.run({});
    REQUIRE(told.size() >= 4);
    const auto is = [&](std::size_t i, Access access, std::uint64_t address, std::uint64_t width,
                        std::uint64_t pc) {
        INFO(i);
        CHECK(told[i].access == access);
        CHECK(told[i].address == at(address));
        CHECK(told[i].width == Bytes{width});
        CHECK(told[i].hart == 0u);
        CHECK(told[i].pc == pc);
    };
    is(0, Access::store, ram + 0x1000, 8, bed.store);
    is(1, Access::load, ram + 0x1000, 4, bed.store + 4);
    is(told.size() - 1, Access::store, uart, 1, bed.store + 12);
    REQUIRE(told.size() == 5);
    is(2, Access::load, ram + 0x1000, 4, bed.store + 8);  // the atomic
    is(3, Access::store, ram + 0x1000, 4, bed.store + 8);
    CHECK(told[1].instructions == told[0].instructions + 1);
    CHECK(trace::value_of(bed.machine, told[1]) == 42u);  // it is another one now
    CHECK(trace::value_of(bed.machine, told[2]) == 42u);
    CHECK(trace::value_of(bed.machine, told[3]) == 84u);
    CHECK(trace::value_of(bed.machine, told.back()) == 42u);  // of a device
    CHECK_FALSE(bed.bus.wants_accesses());
}

TEST_CASE("who is called may end the trace, or begin another one") {
    Bed bed;
    std::size_t told = 0;
    auto mine = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = mine;
    const bool fetches = GENERATE(false, true), again = GENERATE(false, true);
    CAPTURE(fetches, again);
    bed.bus.begin({.fetches = fetches}, [&, mine = std::move(mine)](const BusAccess&) {
        ++told;
        if (again)
            bed.bus.begin({},
                          [&](const BusAccess& access) { told += access.access == Access::fetch ? 0 : 10; });
        else
            bed.bus.end();
        CHECK_FALSE(alive.expired());
    });
    bed.hart.run(50);
    CHECK(alive.expired());
    CHECK(told == (!again ? 1 : fetches ? 51 : 41));
    bed.bus.end();
    CHECK(bed.machine.store<std::uint8_t>(at(ram + 0x1000), 1));
    CHECK(told == (!again ? 1 : fetches ? 51 : 41));
}

TEST_CASE("only the accesses that were asked for") {
    Bed bed;
    SECTION("of a device") {
        const auto told = bed.run({.ranges = {{at(uart), 256_B}}});
        REQUIRE(told.size() == 1);
        CHECK(told[0].address == at(uart));
    }
    SECTION("of a width") {
        const auto told = bed.run({.widths = {8}});
        REQUIRE(told.size() == 1);
        CHECK(told[0].pc == bed.store);
    }
    SECTION("fetches of a range") {
        const auto told = bed.run(
            {.ranges = {{at(bed.store), 8_B}}, .loads = false, .stores = false, .fetches = true});
        REQUIRE(told.size() == 2);
        CHECK(told[0].access == Access::fetch);
        CHECK(told[0].pc == bed.store);
        CHECK(told[0].value == sd(6, 5, 0));
        CHECK(told[1].address == at(bed.store + 4));
        CHECK(told[1].pc == bed.store + 4);
    }
    SECTION("stores of the host are nobody's") {
        std::vector<BusAccess> told;
        bed.bus.begin({}, [&](const BusAccess& access) { told.push_back(access); });
        bed.hart.run(1);
        REQUIRE(bed.machine.store<std::uint32_t>(at(ram + 0x2000), 1));
        REQUIRE(told.size() == 1);
        CHECK_FALSE(told[0].hart);
    }
}

TEST_CASE("what is refused is told with its exception, and devices' registers with their values") {
    Bed bed;
    std::string text;
    const auto places = files::places_of(describe_board<B>(), 64_MiB).value();
    trace::BusLog log(places, [&](std::string_view more) { text += more; });
    Assembler a(ram + 0x100);
    const std::uint64_t start = a.here();
    a.emit(lbu(8, 7, 5), lw(8, 9, 0));
    REQUIRE(bed.machine.debug_write(at(start), a.bytes()));
    bed.hart.set_pc(start);
    bed.hart.set_x(7, uart);
    bed.hart.set_x(9, 0x4000'0000'0000);
    bed.hart.set_csr(riscv::csr::mtvec, ram + 0x200);
    SECTION("all of them") {
        bed.bus.begin(
            {}, [&](const BusAccess& access) { log.write(access, trace::value_of(bed.machine, access)); });
        bed.hart.run(2);
        log.flush();
        CHECK(text == "hart 0 0x80000100: load  1 0x10000005 uart0+0x5 = 0x60\n"
                      "hart 0 0x80000104: load  4 0x400000000000 refused, cause 5\n");
    }
    SECTION("those that go through") {
        std::vector<BusAccess> told;
        bed.bus.begin({.faults = false}, [&](const BusAccess& access) { told.push_back(access); });
        bed.hart.run(2);
        CHECK(told.size() == 1);
    }
}

TEST_CASE("lines and events have the names of the board") {
    Bed bed;
    const auto places = files::places_of(describe_board<B>(), 64_MiB).value();
    std::string text, json_text;
    trace::BusLog log(places, [&](std::string_view more) { text += more; });
    {
        trace::BusJson json(places, [&](std::string_view more) { json_text += more; });
        bed.bus.begin({.widths = {1, 8}}, [&](const BusAccess& access) {
            const auto value = trace::value_of(bed.machine, access);
            log.write(access, value);
            json.write(access, value);
        });
        bed.hart.run(50);
        REQUIRE(bed.machine.store<std::uint64_t>(at(0x4000'0000'0000), 1).has_value() == false);
        REQUIRE(bed.machine.store<std::uint8_t>(at(ram + 2), 1));
    }
    log.flush();
    const auto pc = [&](std::uint64_t offset) { return files::number(bed.store + offset); };
    CHECK(text == "hart 0 " + pc(0) + ": store 8 0x80001000 " + std::string(B::ram.id) + "+0x1000 = 0x2a\n" +
                      "hart 0 " + pc(12) + ": store 1 0x10000000 uart0+0x0 = 0x2a\n" +
                      "host: store 1 0x80000002 " + std::string(B::ram.id) + "+0x2 = 0x1\n");
    const auto events = nlohmann::json::parse(json_text)["traceEvents"];
    REQUIRE(events.size() == 2 + 3);
    CHECK(events[0]["args"]["name"] == "hart 0");
    CHECK(events[2]["name"] == "store uart0");
    CHECK(events[2]["ph"] == "i");
    CHECK(events[2]["tid"] == 1);
    CHECK(events[2]["args"]["pc"] == pc(12));
    CHECK(events[1]["args"]["value"] == "0x2a");
    CHECK(events[1]["ts"].get<std::uint64_t>() + 3 == events[2]["ts"].get<std::uint64_t>());
    CHECK(events[3]["args"]["name"] == "host");

    std::string empty;
    trace::BusJson(places, [&](std::string_view more) { empty += more; }).finish();
    CHECK(nlohmann::json::parse(empty)["traceEvents"].empty());
}
