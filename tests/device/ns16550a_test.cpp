#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/device/ns16550a.hpp>

using namespace wirewrap;

static_assert(Device<Ns16550a> && DrivesPins<Ns16550a> && Resettable<Ns16550a> && WantsStop<Ns16550a>);
static_assert(Ns16550a::outputs[0] == "irq");
static_assert(!Ns16550a::access.allows(4));

namespace {

constexpr std::uint64_t rbr = 0, thr = 0, ier = 1, iir = 2, fcr = 2, lcr = 3, mcr = 4, lsr = 5, msr = 6;
constexpr std::uint64_t scr = 7;

// The port as a driver sees it.
struct Port {
    Ns16550a uart;

    unsigned in(std::uint64_t offset) { return uart.read<std::uint8_t>(offset); }
    void out(std::uint64_t offset, unsigned value) {
        uart.write<std::uint8_t>(offset, static_cast<std::uint8_t>(value));
    }
    bool irq() const { return uart.output(0); }
    std::string drained(std::size_t most = 8192) {
        std::vector<std::uint8_t> bytes(most);
        bytes.resize(uart.drain(bytes));
        return {bytes.begin(), bytes.end()};
    }
    std::string unread(std::size_t most = 64) {
        std::vector<std::uint8_t> bytes(most);
        bytes.resize(uart.take_unread(bytes));
        return {bytes.begin(), bytes.end()};
    }
    void type(std::string_view text) {
        for (const char c : text) REQUIRE(uart.receive(static_cast<std::uint8_t>(c)));
    }
};

}  // namespace

TEST_CASE("the state after reset is that of the data sheet, table III") {
    Port port;
    CHECK(port.in(ier) == 0x00);
    CHECK(port.in(iir) == 0x01);
    CHECK(port.in(lcr) == 0x00);
    CHECK(port.in(mcr) == 0x00);
    CHECK(port.in(lsr) == 0x60);
    CHECK((port.in(msr) & 0x0f) == 0x00);
    CHECK_FALSE(port.irq());
}

TEST_CASE("what the guest writes reaches the host in order") {
    Port port;
    for (const char c : std::string_view("hello\n")) {
        CHECK((port.in(lsr) & 0x20) != 0);
        port.out(thr, static_cast<unsigned char>(c));
    }
    CHECK(port.uart.transmitted() == 6);
    CHECK(port.drained(4) == "hell");
    CHECK(port.drained() == "o\n");
    CHECK(port.drained().empty());
}

TEST_CASE("a guest that waits for the transmitter loses nothing when the host does not drain") {
    Port port;
    std::string sent;
    while ((port.in(lsr) & 0x20) != 0) {
        port.out(thr, 'a' + sent.size() % 26);
        sent.push_back(static_cast<char>('a' + sent.size() % 26));
        REQUIRE(sent.size() <= Ns16550a::line_depth);
    }
    // A driver that saw an empty transmitter just before may still write a FIFO of 16 bytes.
    CHECK(sent.size() == Ns16550a::line_depth - Ns16550a::fifo_depth + 1);
    CHECK((port.in(lsr) & 0x60) == 0);
    CHECK(port.drained() == sent);
    CHECK(port.uart.lost() == 0);
    CHECK((port.in(lsr) & 0x60) == 0x60);
}

TEST_CASE("bytes written against a full transmitter are dropped and counted") {
    Port port;
    for (std::size_t i = 0; i != Ns16550a::line_depth + 3; ++i)
        port.out(thr, i < Ns16550a::line_depth ? 'k' : 'x');
    CHECK(port.uart.lost() == 3);
    CHECK(port.drained() == std::string(Ns16550a::line_depth, 'k'));
}

TEST_CASE("draining raises the transmitter interrupt") {
    Port port;
    port.out(ier, 0x02);
    CHECK(port.in(iir) == 0x02);
    while ((port.in(lsr) & 0x20) != 0) port.out(thr, '.');
    CHECK_FALSE(port.irq());
    port.drained(1);
    CHECK(port.irq());
    CHECK(port.in(iir) == 0x02);
    CHECK_FALSE(port.irq());
    port.drained(1);  // it was empty already: no second interrupt
    CHECK_FALSE(port.irq());
}

TEST_CASE("the transmitter interrupt: raised by enabling it, cleared by reading IIR or by writing") {
    Port port;
    port.out(ier, 0x02);
    CHECK(port.irq());
    CHECK(port.in(iir) == 0x02);
    CHECK(port.in(iir) == 0x01);
    CHECK_FALSE(port.irq());
    port.out(ier, 0x02);  // no edge, no interrupt
    CHECK_FALSE(port.irq());
    port.out(ier, 0x00);
    port.out(ier, 0x02);  // what Linux does to find ports without this interrupt
    CHECK(port.in(iir) == 0x02);
    port.out(thr, 'x');
    CHECK(port.irq());  // the line is fast: empty again
    port.out(ier, 0x00);
    CHECK_FALSE(port.irq());
}

TEST_CASE("without FIFOs one byte is held, and the host is told so") {
    Port port;
    CHECK(port.uart.room() == 1);
    CHECK(port.uart.receive('a'));
    CHECK(port.uart.room() == 0);
    CHECK_FALSE(port.uart.receive('b'));
    CHECK((port.in(lsr) & 0x03) == 0x01);
    CHECK(port.in(rbr) == 'a');
    CHECK((port.in(lsr) & 0x01) == 0);
    CHECK(port.uart.receive('c'));
    CHECK(port.in(rbr) == 'c');
}

TEST_CASE("with FIFOs sixteen bytes are held") {
    Port port;
    port.out(fcr, 0x01);
    CHECK((port.in(iir) & 0xc0) == 0xc0);
    port.type("0123456789abcdef");
    CHECK_FALSE(port.uart.receive('g'));
    CHECK((port.in(lsr) & 0x02) == 0);  // refused at the host's side: no overrun
    for (const char c : std::string_view("0123456789abcdef"))
        CHECK(port.in(rbr) == static_cast<unsigned char>(c));
    CHECK((port.in(lsr) & 0x01) == 0);
}

TEST_CASE("the receive interrupt tells a reached trigger from a timeout") {
    Port port;
    port.out(ier, 0x01);
    const auto [control, level] = GENERATE(std::pair{0x01u, 1u}, std::pair{0x41u, 4u}, std::pair{0x81u, 8u},
                                           std::pair{0xc1u, 14u});
    port.out(fcr, control);
    for (unsigned held = 1; held <= 16; ++held) {
        port.type("x");
        CHECK(port.irq());
        CHECK((port.in(iir) & 0x0f) == (held >= level ? 0x04u : 0x0cu));
    }
    for (int i = 0; i != 16; ++i) port.in(rbr);
    CHECK_FALSE(port.irq());
}

TEST_CASE("FIFO control: clearing, and bits that count only while FIFOs are enabled") {
    Port port;
    port.out(fcr, 0xc0);  // not enabled: ignored
    CHECK((port.in(iir) & 0xc0) == 0);
    port.out(fcr, 0x01);
    port.type("abc");
    port.out(fcr, 0x03);
    CHECK((port.in(lsr) & 0x01) == 0);
    port.type("abc");
    port.out(fcr, 0x01);  // no change, no clearing
    CHECK(port.in(rbr) == 'a');
    port.out(fcr, 0x00);  // disabling clears
    CHECK((port.in(lsr) & 0x01) == 0);
}

TEST_CASE("the divisor hides behind DLAB") {
    Port port;
    port.out(lcr, 0x83);
    port.out(0, 0x34);
    port.out(1, 0x12);
    CHECK(port.in(0) == 0x34);
    CHECK(port.in(1) == 0x12);
    port.out(lcr, 0x03);
    CHECK(port.in(lcr) == 0x03);
    CHECK(port.in(ier) == 0x00);
    CHECK(port.uart.transmitted() == 0);
    port.out(lcr, 0x80);
    CHECK(port.in(0) == 0x34);
}

TEST_CASE("scratch holds a byte, and IER and MCR only the bits they have") {
    Port port;
    port.out(scr, 0xa5);
    CHECK(port.in(scr) == 0xa5);
    port.out(ier, 0xff);
    CHECK(port.in(ier) == 0x0f);
    port.out(mcr, 0xff);
    CHECK(port.in(mcr) == 0x1f);
    port.out(lsr, 0xff);
    CHECK((port.in(lsr) & 0x9f) == 0);
}

TEST_CASE("loopback joins modem outputs to inputs, as operating systems probe it") {
    Port port;
    port.out(mcr, 0x10 | 0x0a);
    CHECK((port.in(msr) & 0xf0) == 0x90);  // Linux's autoconfig: RTS and OUT2 come back as CTS and DCD
    port.out(mcr, 0x10 | 0x05);
    CHECK((port.in(msr) & 0xf0) == 0x60);
    port.out(mcr, 0x10);
    CHECK((port.in(msr) & 0xf0) == 0x00);
}

TEST_CASE("changes of modem lines are noted once, the ring indicator's at its trailing edge") {
    Port port;
    port.out(mcr, 0x10);  // DSR, CTS and DCD fall
    CHECK(port.in(msr) == 0x0b);
    CHECK(port.in(msr) == 0x00);
    port.out(ier, 0x08);
    port.out(mcr, 0x14);  // RI rises: nothing
    CHECK_FALSE(port.irq());
    port.out(mcr, 0x10);  // RI falls: TERI
    CHECK(port.irq());
    CHECK(port.in(iir) == 0x00);
    CHECK(port.in(msr) == 0x04);
    CHECK_FALSE(port.irq());
}

TEST_CASE("loopback returns data, overruns and keeps the line out") {
    Port port;
    port.out(mcr, 0x10);
    CHECK(port.uart.room() == 0);
    CHECK_FALSE(port.uart.receive('h'));
    port.out(thr, 'a');
    CHECK(port.uart.transmitted() == 0);
    CHECK((port.in(lsr) & 0x03) == 0x01);
    port.out(ier, 0x04);
    port.out(thr, 'b');
    CHECK(port.irq());
    CHECK(port.in(iir) == 0x06);
    CHECK((port.in(lsr) & 0x03) == 0x03);
    CHECK((port.in(lsr) & 0x03) == 0x01);  // reading clears the overrun
    CHECK_FALSE(port.irq());
    CHECK(port.in(rbr) == 'b');  // it destroyed the byte before
    CHECK((port.in(lsr) & 0x03) == 0x00);
}

TEST_CASE("with FIFOs an overrun loses the new byte") {
    Port port;
    port.out(fcr, 0x01);
    port.out(mcr, 0x10);
    for (char c = 'a'; c != 'a' + 16; ++c) port.out(thr, static_cast<unsigned char>(c));
    CHECK((port.in(lsr) & 0x03) == 0x01);
    port.out(thr, 'X');
    CHECK((port.in(lsr) & 0x03) == 0x03);
    for (char c = 'a'; c != 'a' + 16; ++c) CHECK(port.in(rbr) == static_cast<unsigned char>(c));
    CHECK((port.in(lsr) & 0x03) == 0x00);
}

TEST_CASE("an empty receive buffer reads its last byte, an empty FIFO 0") {
    Port port;
    CHECK(port.in(rbr) == 0);
    port.type("k");
    CHECK(port.in(rbr) == 'k');
    CHECK(port.in(rbr) == 'k');
    CHECK((port.in(lsr) & 0x01) == 0);
    port.out(fcr, 0x01);
    CHECK(port.in(rbr) == 0);
    port.type("f");
    CHECK(port.in(rbr) == 'f');
    CHECK(port.in(rbr) == 0);
    port.out(fcr, 0x00);
    CHECK(port.in(rbr) == 'k');  // the buffer register has nothing to do with the FIFO
    port.uart.reset();
    CHECK(port.in(rbr) == 0);
}

TEST_CASE("the port wants the harts to stop while the host should drain") {
    Port port;
    std::size_t sent = 0;
    for (; !port.uart.wants_stop(); ++sent) {
        REQUIRE(sent < Ns16550a::line_depth);
        port.out(thr, '.');
    }
    CHECK(sent == Ns16550a::line_depth - Ns16550a::fifo_depth + 1);
    CHECK(port.uart.lost() == 0);
    port.out(mcr, 0x10);  // in loopback too: what is on the line stays there
    CHECK(port.uart.wants_stop());
    port.drained(1);
    CHECK_FALSE(port.uart.wants_stop());
}

TEST_CASE("what a FIFO reset throws away unread can be taken back") {
    Port port;
    port.type("1");
    port.out(fcr, 0x01);  // enabling empties
    CHECK(port.uart.unread() == 1);
    CHECK(port.unread() == "1");
    port.type("234");
    CHECK(port.in(rbr) == '2');
    port.out(fcr, 0x03);
    port.type("5");
    port.out(fcr, 0x03);
    CHECK(port.unread(2) == "34");
    CHECK(port.unread() == "5");
    port.type("67");
    port.uart.reset();
    CHECK(port.unread() == "67");
    CHECK(port.unread().empty());
    // A FIFO's worth is kept, the newest.
    port.out(fcr, 0x01);
    port.type("abc");
    port.out(fcr, 0x03);
    port.type("0123456789abcdef");
    port.out(fcr, 0x03);
    CHECK(port.unread() == "0123456789abcdef");
}

TEST_CASE("what came by the loop is not the line's") {
    Port port;
    port.out(fcr, 0x01);
    port.out(mcr, 0x10);
    port.out(thr, 'x');
    port.out(fcr, 0x03);
    CHECK(port.uart.unread() == 0);
    port.out(thr, 'y');
    port.out(mcr, 0x00);
    port.uart.reset();
    CHECK(port.uart.unread() == 0);
    port.out(fcr, 0x01);
    port.out(mcr, 0x10);
    port.out(thr, 'z');
    CHECK(port.in(rbr) == 'z');
    port.out(mcr, 0x00);
    port.type("k");
    port.out(fcr, 0x03);
    CHECK(port.unread() == "k");
}

TEST_CASE("reset keeps what has left the port") {
    Port port;
    port.out(fcr, 0x01);
    port.out(ier, 0x0f);
    port.type("in");
    port.out(thr, 'o');
    port.uart.reset();
    CHECK(port.in(ier) == 0);
    CHECK(port.in(iir) == 0x01);
    CHECK(port.in(lsr) == 0x60);
    CHECK(port.drained() == "o");
}

TEST_CASE("looks in vain are counted until a byte comes or the guest writes") {
    Port port;
    CHECK(port.uart.vain_looks() == 0);
    for (const std::uint64_t offset : {lsr, rbr, iir}) port.in(offset);
    CHECK(port.uart.vain_looks() == 3);
    for (const std::uint64_t offset : {ier, lcr, mcr, msr, scr}) port.in(offset);  // no looks
    CHECK(port.uart.vain_looks() == 3);
    port.out(thr, '.');
    CHECK(port.uart.vain_looks() == 0);
    port.in(lsr);
    port.type("k");
    CHECK(port.uart.vain_looks() == 0);
    port.in(lsr);
    CHECK(port.uart.vain_looks() == 0);  // it sees the byte
    port.in(rbr);
    CHECK(port.uart.vain_looks() == 0);
    port.in(rbr);
    CHECK(port.uart.vain_looks() == 1);
    port.out(lcr, 0x80);
    port.in(rbr);  // the divisor
    CHECK(port.uart.vain_looks() == 0);
}

TEST_CASE("the port tells what it was set up to") {
    Port port;
    CHECK_FALSE(port.uart.interrupts_on_receive());
    port.out(ier, 0x01);
    CHECK(port.uart.interrupts_on_receive());
    port.out(ier, 0x0e);
    CHECK_FALSE(port.uart.interrupts_on_receive());
    const std::uint64_t before = port.uart.set_ups();
    for (const std::uint64_t offset : {thr, ier, scr}) port.out(offset, 0);
    CHECK(port.uart.set_ups() == before);
    for (const std::uint64_t offset : {fcr, lcr, mcr}) port.out(offset, 0);
    CHECK(port.uart.set_ups() == before + 3);
}
