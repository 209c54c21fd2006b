// The protocol without a debugger: frames, answers, and packets of people who mean no good.
#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "tests/debug/session_fuzz.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using debug::framed;

namespace {

using Bed = DebugBed<Interpreted>;
using Target = debug::Target<Emulator<Bed::MachineType, Interpreted, VirtualClock>>;

struct Talk {
    Bed bed;
    Target target{bed.emulator};
    debug::Session<Target> session{target};

    std::string raw(std::string_view bytes) {
        session.receive(bytes);
        return session.take_output();
    }
    /// The answer without its frame; "none" when there is none.
    std::string ask(std::string_view packet) {
        const std::string said = raw(framed(packet));
        if (said.size() < 5 || said.substr(0, 2) != "+$") return said == "+" ? "none" : "bad frame: " + said;
        return said.substr(2, said.size() - 5);
    }
};

}  // namespace

TEST_CASE("frames are acknowledged, repeated, and thrown away when they are wrong") {
    Talk talk;
    CHECK(framed("OK") == "$OK#9a");
    CHECK(framed("a$b") == "$a}\4b#44");
    CHECK(talk.raw("$qC#b4") == "+$QC1#c5");
    CHECK(talk.raw("$qC#b5") == "-");
    CHECK(talk.raw("-") == "$QC1#c5");
    CHECK(talk.raw("noise$q") == "");
    CHECK(talk.raw("C#b") == "");
    CHECK(talk.raw("4") == "+$QC1#c5");
    CHECK(talk.raw("$m123$qC#b4") == "+$QC1#c5");  // the first one was cut off
    CHECK(talk.ask(std::string(100'000, 'm')) == "E16");
    CHECK(talk.ask("qC") == "QC1");
    CHECK(talk.ask("vMustReplyEmpty") == "");
    CHECK(talk.ask("") == "");
    CHECK(talk.ask("QStartNoAckMode") == "OK");
    CHECK(talk.raw(framed("qC")) == "$QC1#c5");
}

TEST_CASE("documents come in pieces") {
    Talk talk;
    std::string whole;
    for (;;) {
        const std::string piece = talk.ask("qXfer:features:read:target.xml:" + debug::hex(whole.size()) +
                                           ",100");
        REQUIRE(piece.size() > 1);
        for (std::size_t i = 1; i < piece.size(); ++i)
            whole += piece[i] == '}' ? static_cast<char>(piece[++i] ^ 0x20) : piece[i];
        if (piece[0] == 'l') break;
        REQUIRE(piece[0] == 'm');
    }
    CHECK(whole == talk.target.description());
    CHECK(whole.find("<architecture>riscv:rv64</architecture>") != std::string::npos);
    CHECK(whole.find("<osabi>none</osabi>") != std::string::npos);
    CHECK(whole.find("name=\"mstatus\" bitsize=\"64\" regnum=\"834\"") != std::string::npos);
    const std::string map = talk.ask("qXfer:memory-map:read::0,1000");
    CHECK(map.find("type=\"ram\" start=\"0x80000000\" length=\"0x100000\"") != std::string::npos);
    CHECK(map.find("type=\"rom\" start=\"0x1000\" length=\"0x1000\"") != std::string::npos);
    CHECK(map.find("type=\"flash\" start=\"0x20000000\" length=\"0x100000\"") != std::string::npos);
    CHECK(map.find("<property name=\"blocksize\">0x10000</property>") != std::string::npos);
    CHECK(map.find("0x2000000\"") == std::string::npos);  // the CLINT
    for (const std::string wrong :
         {"qXfer:features:read:other.xml:0,100", "qXfer:features:read:target.xml:fffffff,100",
          "qXfer:features:read:target.xml:0", "qXfer:features:read:target.xml:0,10,"})
        CHECK(talk.ask(wrong) == "E00");
}

TEST_CASE(
    "memory is read where there is some, without a device hearing of it, and ROM and flash are written") {
    Talk talk;
    CHECK(talk.ask("M80000000,4:78563412") == "OK");
    CHECK(talk.ask("m80000000,4") == "78563412");
    CHECK(talk.ask("m800ffffe,8") == "0000");  // up to the end of RAM
    CHECK(talk.ask("m80100000,1") == "E14");
    CHECK(talk.ask("m10000000,1") == "E14");  // the receive register of the UART stays as it is
    CHECK(talk.ask("m200bff8,8") == "E14");
    CHECK(talk.ask("M10000000,1:41") == "E14");
    CHECK(talk.ask("M800fffff,2:4142") == "E14");
    CHECK(talk.ask("m800fffff,1") == "00");  // nothing of it
    CHECK(talk.ask("M1000,2:aabb") == "OK");
    CHECK(talk.ask("m1000,2") == "aabb");
    CHECK(talk.ask("X80000010,3:a#}") == "OK");
    CHECK(talk.ask("m80000010,3") == "61237d");
    CHECK(talk.ask("X80000010,0:") == "OK");
    CHECK(talk.ask("vFlashErase:20010000,10000") == "OK");
    CHECK(talk.ask("m20010000,2") == "ffff");
    CHECK(talk.ask("vFlashWrite:20010000:xy") == "OK");
    CHECK(talk.ask("vFlashDone") == "OK");
    CHECK(talk.ask("m20010000,3") == "7879ff");
    CHECK(talk.ask("vFlashErase:20010000,8000") == "E.memtype");
    CHECK(talk.ask("vFlashErase:80000000,10000") == "E.memtype");
    CHECK(talk.ask("vFlashWrite:200fffff:xy") == "E.memtype");
    for (const std::string wrong :
         {"m", "m8", "mx,1", "m80000000,", "mffffffffffffffff,2", "m11111111111111111,1", "M80000000,4:1122",
          "M80000000,1:1", "M80000000,1:zz", "m80000000,4,", "vFlashErase:1"})
        CHECK(talk.ask(wrong) == "E22");
}

TEST_CASE("registers, by number and all together") {
    Talk talk;
    CHECK(talk.ask("Pa=efcdab9078563412") == "OK");
    CHECK(talk.ask("pa") == "efcdab9078563412");
    CHECK(talk.bed.emulator.hart(0).x(10) == 0x12345678'90abcdef);
    CHECK(talk.ask("Hg2") == "OK");
    CHECK(talk.ask("pa") == "0000000000000000");
    CHECK(talk.ask("Hg1") == "OK");
    const std::string all = talk.ask("g");
    CHECK(all.size() == 33 * 16);
    CHECK(all.substr(10 * 16, 16) == "efcdab9078563412");
    CHECK(talk.ask("G" + std::string(33 * 16, '0')) == "OK");
    CHECK(talk.ask("pa") == "0000000000000000");
    CHECK(talk.ask("P41=0200000000000000") == "E22");  // no mode has the number 2
    CHECK(talk.ask("P41=0100000000000000") == "OK");
    CHECK(talk.bed.emulator.hart(0).privilege() == riscv::Privilege::supervisor);
    CHECK(talk.ask("p1041") == "E14");
    CHECK(talk.ask("pffffffff") == "E14");
    CHECK(talk.ask("Pffffffffffffffff=00") == "E14");
    for (const std::string wrong :
         {"P", "P1", "P1=", "P1=00", "P1=00000000000000000000", "G00", "Gzz", "Hg3", "Hgp1.9"})
        CHECK(talk.ask(wrong) == "E22");
    CHECK(talk.ask("T3") == "E03");
    CHECK(talk.ask("Tp1.2") == "OK");
}

TEST_CASE("points, orders and stops") {
    Talk talk;
    CHECK(talk.ask("Z0,80000004,4") == "OK");
    CHECK(talk.ask("Z0,80000004,4") == "OK");
    CHECK(talk.ask("z1,80000004,4") == "E22");
    CHECK(talk.ask("z0,80000004,4") == "OK");
    CHECK(talk.ask("Z2,80001000,8") == "OK");
    CHECK(talk.ask("Z5,80001000,8") == "");
    for (const std::string wrong :
         {"Z", "Z0", "Z0,", "Z0,1", "Z0,80000000,0", "Z2,ffffffffffffffff,2", "Z0,80000000,4;X1,0", "vCont;",
          "vCont;x", "vCont;s:3", "vCont;c:p1.5", "vCont;c;", "vCont;C"})
        CHECK(talk.ask(wrong) == "E22");
    rv64::Assembler a(ram_base);
    a.li(t0, ram_base + 0x1000);
    const std::uint64_t store = a.here();
    a.emit(rv64::sd(t0, t0, 0), rv64::jal(0, 0));
    REQUIRE(talk.bed.machine.debug_write(at(a.base()), a.bytes()));
    for (std::size_t n = 0; n != 2; ++n) talk.bed.emulator.hart(n).set_pc(ram_base);
    CHECK(talk.ask("vCont;c") == "none");
    REQUIRE(talk.session.running());
    CHECK(talk.raw("+" + framed("qC")) == "");  // waits
    const auto stop = talk.target.run_piece(talk.session.orders(),
                                            [&](std::uint64_t n) { return talk.bed.emulator.poll(n); });
    CHECK(stop.reason == debug::DebugStop::Reason::watchpoint);
    CHECK(stop.pc == store);
    talk.session.tell(stop);
    CHECK(talk.session.take_output() == framed("T05thread:1;watch:80001000;") + "+" + framed("QC1"));
    CHECK(talk.ask("?") == "T05thread:1;watch:80001000;");
}

TEST_CASE("an address to go on at is that of the hart that was chosen to run") {
    const std::string order = GENERATE("c80000100", "s80000100", "C05;80000100", "S05;80000100");
    CAPTURE(order);
    Talk talk;
    for (std::size_t n = 0; n != 2; ++n) talk.bed.emulator.hart(n).set_pc(ram_base);
    CHECK(talk.ask("Hg1") == "OK");  // whose registers are read
    CHECK(talk.ask("Hc2") == "OK");
    CHECK(talk.ask(order) == "none");
    CHECK(talk.session.running());
    CHECK(talk.bed.emulator.hart(0).pc() == ram_base);
    CHECK(talk.bed.emulator.hart(1).pc() == ram_base + 0x100);
}

TEST_CASE("a hart that sleeps while the others stand still is woken by its timer") {
    using namespace rv64;
    Talk talk;
    Assembler a(ram_base);
    a.li(s0, clint + 0x4008);
    a.li(t0, 5000);
    a.emit(sd(t0, s0, 0));
    a.li(t0, 1 << 7);
    a.emit(csrw(0x304, t0), wfi, csrr(a0, 0xc01), jal(0, 0));
    REQUIRE(talk.bed.machine.debug_write(at(ram_base), a.bytes()));
    for (std::size_t n = 0; n != 2; ++n) talk.bed.emulator.hart(n).set_pc(ram_base);
    CHECK(talk.ask("vCont;c:2") == "none");
    NoConsole nobody;
    const auto stop = talk.target.run_piece(
        talk.session.orders(), [&](std::uint64_t n) { return talk.bed.emulator.poll(nobody, n); }, 1000);
    CHECK(stop.reason == debug::DebugStop::Reason::none);
    CHECK(talk.bed.emulator.hart(1).x(a0) == 5000);
    CHECK(talk.bed.emulator.hart(0).pc() == ram_base);
}

TEST_CASE("backwards, and without a record") {
    Talk talk;
    const auto poll = [&](std::uint64_t n) { return talk.bed.emulator.poll(n); };
    const auto go_back = [&](std::string_view packet) {
        REQUIRE(talk.ask(packet) == "none");
        REQUIRE(talk.session.running());
        REQUIRE(talk.session.backwards());
        debug::DebugStop stop;
        while (!stop.ends()) stop = talk.target.run_back_piece(talk.session.orders(), poll);
        talk.session.tell(stop);
        return talk.session.take_output();
    };
    CHECK(talk.ask("qSupported:swbreak+").find(";ReverseStep+;ReverseContinue+") != std::string::npos);
    for (std::size_t n = 0; n != 2; ++n) talk.bed.emulator.hart(n).set_pc(ram_base);
    for (const std::string wrong : {"b", "bx", "bs1", "bc;"}) CHECK(talk.ask(wrong) == "");
    const std::string begin = framed("T05thread:1;replaylog:begin;");
    const std::string said = go_back("bs");
    CHECK(said.substr(0, 2) == "$O");
    CHECK(said.substr(said.size() - begin.size()) == begin);
    const auto monitor = [&](std::string_view line) {
        std::string hex;
        debug::append_hex(hex, std::as_bytes(std::span(line)));
        return talk.raw(framed("qRcmd," + hex));
    };
    CHECK(monitor("reverse on 18446744073709551616").find("OK") != std::string::npos);
    CHECK_FALSE(talk.target.reverse().on());
    CHECK(monitor("reverse on 1").find("OK") != std::string::npos);
    CHECK(talk.target.reverse().on());
    CHECK(go_back("bc") == begin);
    CHECK(go_back("bs") == begin);
}

TEST_CASE("packets that somebody made up") {
    std::mt19937_64 random(7);
    const std::vector<std::string> words{"g",
                                         "G00",
                                         "m80000000,10",
                                         "M80000000,1:00",
                                         "X80000000,1:a",
                                         "vCont;s:1;c",
                                         "vCont;c",
                                         "Z0,80000000,4",
                                         "Z2,80000000,8",
                                         "z0,80000000,4",
                                         "qC",
                                         "Hg1",
                                         "P20=0000008000000000",
                                         "qXfer:features:read:target.xml:0,ffff",
                                         "qRcmd,696e666f206d6170",
                                         "p43",
                                         "?",
                                         "s",
                                         "c",
                                         "vFlashErase:20000000,10000",
                                         "qThreadExtraInfo,1",
                                         "qRcmd,72657665727365206f6e2031",  // reverse on 1
                                         "qRcmd,72657665727365206f6666",    // reverse off
                                         "qRcmd,7265736574",                // reset
                                         "bs",
                                         "bc",
                                         "Hc2",
                                         "vCont;s:1",
                                         "vCont;c:2",
                                         "Hc-1"};
    std::size_t answered = 0;
    for (int round = 0; round != 300; ++round) {
        std::string bytes;
        for (std::uint64_t n = 0, count = 1 + random() % 20; n != count; ++n) {
            std::string word = words[random() % words.size()];
            for (std::uint64_t change = random() % 3; change != 0 && !word.empty(); --change) {
                const std::size_t at = random() % word.size();
                switch (random() % 4) {
                case 0: word[at] = static_cast<char>(random()); break;
                case 1: word.insert(at, word); break;
                case 2: word.erase(at); break;
                default: word[at] = "0f:,;-#$}"[random() % 9]; break;
                }
            }
            bytes += random() % 10 == 0 ? word : framed(word);
            if (random() % 8 == 0) bytes += '\3';
        }
        answered += debug_anything(bytes);
    }
    CHECK(answered > 10'000);
}
