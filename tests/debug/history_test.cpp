// Ways back without a debugger, held to what a run was at each of its instructions: steps of both harts, watchpoints, bytes
// that were typed and printed meanwhile.
#include <catch2/catch.hpp>

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "tests/debug/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

constexpr std::uint64_t most = 6000;  // instructions that are looked at
constexpr std::uint64_t heard = ram_base + 0x2000, counted = ram_base + 0x2008;

template <template <class> class HartType>
struct Bed {
    using MachineType = Machine<Bench, hostmem::Anonymous, state::Watchpoints>;
    using E = Emulator<MachineType, HartType, VirtualClock>;
    MachineType machine = MachineType::create().value();
    E emulator{machine, {.slice = 97}};

    /// Hart 0 says what it hears and adds it up, hart 1 counts.
    Bed() {
        rv64::Assembler a(ram_base);
        a.li(s0, uart0);
        a.li(s1, heard);
        a.emit(rv64::csrr(t0, 0xf14));  // mhartid
        a.emit(rv64::bne(t0, 0, 9 * 4 + 4));
        const std::uint64_t listen = a.here();
        a.emit(rv64::lbu(t0, s0, 5), rv64::i_type(0x13, 7, t0, t0, 1));
        a.emit(rv64::beq(t0, 0, static_cast<std::int64_t>(listen) - static_cast<std::int64_t>(a.here())));
        a.emit(rv64::lbu(t0, s0, 0), rv64::sb(t0, s0, 0));
        a.emit(rv64::ld(t1, s1, 0), rv64::add(t1, t1, t0), rv64::sd(t1, s1, 0));
        a.emit(rv64::jal(0, static_cast<std::int64_t>(listen) - static_cast<std::int64_t>(a.here())));
        const std::uint64_t count = a.here();
        a.emit(rv64::addi(t2, t2, 1), rv64::ld(t1, s1, 8), rv64::addi(t1, t1, 1), rv64::sd(t1, s1, 8));
        a.emit(rv64::jal(0, static_cast<std::int64_t>(count) - static_cast<std::int64_t>(a.here())));
        REQUIRE(machine.debug_write(at(a.base()), a.bytes()));
        for (std::size_t n = 0; n != 2; ++n) emulator.hart(n).set_pc(ram_base);
    }
    std::uint64_t executed() const { return emulator.progress().executed; }
    std::uint64_t word(std::uint64_t address) {
        return machine.template load<std::uint64_t>(at(address)).value();
    }
    std::string look() {
        std::string all = std::to_string(executed()) + " at " + std::to_string(machine.time());
        for (std::size_t n = 0; n != 2; ++n)
            for (const std::uint64_t value : {emulator.hart(n).pc(), emulator.hart(n).x(t0),
                                              emulator.hart(n).x(t1), emulator.hart(n).x(t2)})
                all += " " + std::to_string(value);
        return all + " " + std::to_string(word(heard)) + " " + std::to_string(word(counted));
    }
};

/// Somebody who types a byte now and then, when asked.
template <class E>
struct Typist : NoConsole {
    explicit Typist(E& emulator) : emulator_(emulator) {}
    std::optional<std::uint8_t> next(bool) {
        if (emulator_.progress().executed < at_) return std::nullopt;
        at_ += 350;
        return byte_++;
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    bool ended() { return false; }
    std::string printed;

private:
    E& emulator_;
    std::uint64_t at_ = 500;
    std::uint8_t byte_ = 'a';
};

/// What the run was before each instruction, and whose that is.
struct Table {
    std::vector<std::string> looks;
    std::vector<std::size_t> harts;
    std::vector<std::uint64_t> words[2];
    std::string printed;
};
template <template <class> class HartType>
Table table() {
    Bed<HartType> bed;
    Typist typist(bed.emulator);
    Table table;
    for (std::uint64_t n = 0; n <= most; ++n) {
        table.looks.push_back(bed.look());
        table.words[0].push_back(bed.word(heard));
        table.words[1].push_back(bed.word(counted));
        const Stopped stopped = bed.emulator.poll(typist, 1);
        REQUIRE(stopped.executed == 1);
        table.harts.push_back(stopped.hart);
    }
    table.printed = typist.printed;
    return table;
}

template <template <class> class HartType>
void walk(unsigned seed) {
    using B = Bed<HartType>;
    using Reason = debug::DebugStop::Reason;
    const Table table = ::table<HartType>();
    REQUIRE(table.printed.size() > 10);
    B bed;
    Typist typist(bed.emulator);
    debug::Target target(bed.emulator);
    REQUIRE(target.monitor("reverse on").find("1 moments") != std::string::npos);
    const auto poll = [&](std::uint64_t n) {
        debug::RecordedConsole<typename B::E> recorded(typist, target.reverse().history());
        return bed.emulator.poll(recorded, n);
    };
    const std::vector<debug::HartOrder> go(2, debug::HartOrder::go);
    const auto back = [&](const std::vector<debug::HartOrder>& orders, std::uint64_t piece) {
        target.resumes();
        debug::DebugStop stop;
        while (!stop.ends()) stop = target.run_back_piece(orders, poll, piece);
        return stop;
    };
    std::mt19937 random(seed);
    std::uint64_t latest = 0;
    for (int round = 0; round != 60; ++round) {
        INFO("seed " << seed << ", round " << round << ", at " << bed.executed());
        const std::uint64_t now = bed.executed();
        switch (random() % 4) {
        case 0: {  // on
            target.resumes();
            const std::uint64_t to = std::min<std::uint64_t>(most, now + random() % 1500);
            while (bed.executed() < to) (void)target.run_piece(go, poll, to - bed.executed());
            latest = std::max(latest, to);
            break;
        }
        case 1: {  // a step back
            const std::size_t hart = random() % 2;
            std::vector<debug::HartOrder> orders = go;
            orders[hart] = debug::HartOrder::step;
            const auto stop = back(orders, 1 + random() % 1000);
            std::uint64_t expected = now;
            while (expected != 0 && table.harts[expected - 1] != hart) --expected;
            CHECK(stop.reason == (expected == 0 ? Reason::begin : Reason::step));
            CHECK(bed.executed() == (expected == 0 ? 0 : expected - 1));
            if (expected != 0) CHECK(stop.hart == hart);
            break;
        }
        default: {  // back to a store
            const std::size_t which = random() % 2;
            const std::uint64_t address = which == 0 ? heard : counted;
            REQUIRE(target.change_point(true, debug::PointKind::write, 0, address, 8) == true);
            const auto stop = back(go, 1 + random() % 5000);
            REQUIRE(target.change_point(false, debug::PointKind::write, 0, address, 8) == true);
            std::uint64_t expected = now;
            while (expected != 0 && table.words[which][expected] == table.words[which][expected - 1])
                --expected;
            CHECK(stop.reason == (expected == 0 ? Reason::begin : Reason::watchpoint));
            CHECK(bed.executed() == (expected == 0 ? 0 : expected - 1));
            if (expected == 0) break;
            CHECK(stop.hart == which);
            // GDB takes it for one that is to be stepped over, which is answered and not done.
            std::vector<debug::HartOrder> orders = go;
            orders[which] = debug::HartOrder::step;
            CHECK(back(orders, 1000).reason == Reason::step);
            CHECK(bed.executed() == expected - 1);
            break;
        }
        }
        REQUIRE(bed.look() == table.looks[bed.executed()]);
        REQUIRE(target.take_note().empty());
    }
    target.resumes();
    while (bed.executed() < most + 1) (void)target.run_piece(go, poll, most + 1 - bed.executed());
    CHECK(typist.printed == table.printed);
}

}  // namespace

TEST_CASE("ways back and on lead where the run was, interpreted") {
    for (const unsigned seed : {1u, 2u, 3u, 4u}) walk<Interpreted>(seed);
}
TEST_CASE("steps out of turn are made again") {
    using B = Bed<Interpreted>;
    using enum debug::HartOrder;
    B bed;
    Typist typist(bed.emulator);
    debug::Target target(bed.emulator);
    (void)target.monitor("reverse on");
    const auto poll = [&](std::uint64_t n) {
        debug::RecordedConsole<B::E> recorded(typist, target.reverse().history());
        return bed.emulator.poll(recorded, n);
    };
    std::vector<std::string> looks;
    std::mt19937 random(9);
    const auto run = [&](std::vector<debug::HartOrder> orders, std::uint64_t count) {
        for (; count != 0; --count) {
            looks.push_back(bed.look());
            target.resumes();
            (void)target.run_piece(orders, poll, 1);
            REQUIRE(bed.executed() == looks.size());
        }
    };
    run({go, go}, 700);
    for (int n = 0; n != 20; ++n) {
        run({step, stay}, random() % 5);
        run({stay, step}, random() % 5);
        run({go, go}, random() % 300);
    }
    const std::string last = bed.look();
    const auto back = [&](std::vector<debug::HartOrder> orders) {
        target.resumes();
        debug::DebugStop stop;
        while (!stop.ends()) stop = target.run_back_piece(orders, poll);
        REQUIRE(target.take_note().empty());
    };
    for (int n = 0; n != 200 && bed.executed() != 0; ++n) {
        back(n % 2 == 0 ? std::vector{step, go} : std::vector{go, step});
        REQUIRE(bed.look() == looks[bed.executed()]);
    }
    while (bed.executed() != looks.size()) {
        target.resumes();
        (void)target.run_piece(std::vector{go, go}, poll, looks.size() - bed.executed());
    }
    CHECK(bed.look() == last);
    // What is stepped otherwise in the past makes another future.
    back({go, go});
    CHECK(bed.executed() == 0);
    target.resumes();
    (void)target.run_piece(std::vector{stay, step}, poll, 1);
    CHECK_FALSE(target.reverse().history().repeats());
}

TEST_CASE("ways back and on lead where the run was, translated") {
    for (const unsigned seed : {5u, 6u}) walk<Translated>(seed);
}
