// The fast policy beside the compact one: complete states are the same wherever a run ends.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <wirewrap/cpu.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/difference_image.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/harts.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Instruction;
using riscv::Op;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;

constexpr std::uint16_t compared_csrs[] = {0x300, 0x341, 0x342, 0x343, 0x344,
                                           0x105, 0x141, 0x142, 0x143, 0xb02};

/// What differs; empty when nothing does.
std::string difference(const Compact& a, const Fast& b) {
    std::string out;
    for (std::size_t i = 0; i != 32; ++i)
        if (a.x(i) != b.x(i))
            out += sentence("x", i, ": compact ", GuestAddress{a.x(i)}, ", fast ", GuestAddress{b.x(i)}, "; ")
                       .string();
    if (a.pc() != b.pc())
        out += sentence("pc: compact ", GuestAddress{a.pc()}, ", fast ", GuestAddress{b.pc()}, "; ").string();
    if (a.retired() != b.retired())
        out += sentence("retired: ", a.retired(), " and ", b.retired(), "; ").string();
    if (a.privilege() != b.privilege()) out += "privilege; ";
    for (const std::uint16_t csr : compared_csrs)
        if (a.csr(csr) != b.csr(csr)) out += sentence("csr ", GuestAddress{csr}, "; ").string();
    return out;
}

/// Instructions by operation, made by decoding: the decoder says what an encoding means.
class Encodings {
public:
    explicit Encodings(std::mt19937_64& random) : random_(random) {
        for (std::uint32_t raw = 0; raw != 0x1'0000; ++raw)
            if (!riscv::is_wide(static_cast<std::uint16_t>(raw))) add(raw, riscv::decode_compressed(raw));
        constexpr std::uint32_t opcodes[] = {0x03, 0x13, 0x17, 0x1b, 0x23, 0x33,
                                             0x37, 0x3b, 0x63, 0x67, 0x6f};
        constexpr std::uint32_t functions[] = {0, 0, 1, 0x20};
        for (int i = 0; i != 200'000; ++i) {
            auto raw = static_cast<std::uint32_t>(random_());
            raw = (raw & ~0x7fu) | opcodes[random_() % std::size(opcodes)];
            if ((raw & 0x7f) == 0x33 || (raw & 0x7f) == 0x3b || (raw & 0x77) == 0x13)
                raw = (raw & 0x01ff'ffff) | functions[random_() % 4] << 25;
            if ((raw & 0x7f) == 0x6f) raw &= 0x3fe0'0fff;  // a jump of at most 1022 bytes
            add(raw, riscv::decode(raw));
        }
    }
    /// An encoding whose instruction satisfies `wanted`, whatever its registers: those of the four-byte form are set.
    template <class Wanted>
    std::optional<std::uint32_t> find(Op op, std::uint8_t rd, std::uint8_t rs1, std::uint8_t rs2,
                                      Wanted wanted) {
        const std::vector<std::uint32_t>& all = known_[riscv::near_form(op)];
        REQUIRE(!all.empty());
        for (int tries = 0; tries != 50'000; ++tries) {
            std::uint32_t raw = all[random_() % all.size()];
            if (riscv::is_wide(static_cast<std::uint16_t>(raw))) {
                const std::uint32_t opcode = raw & 0x7f;
                const bool no_rd = opcode == 0x23 || opcode == 0x63, upper = (opcode & 0x57) == 0x17;
                if (!no_rd && rd < 32) raw = (raw & ~0xf80u) | std::uint32_t{rd} << 7;
                if (!upper && opcode != 0x6f && rs1 < 32) raw = (raw & ~0xf'8000u) | std::uint32_t{rs1} << 15;
                if ((opcode & 0x77) == 0x33 || no_rd)
                    if (rs2 < 32) raw = (raw & ~0x1f0'0000u) | std::uint32_t{rs2} << 20;
                if (op == Op::move_4 && rs2 < 32) raw = (raw & ~0xf'8000u) | std::uint32_t{rs2} << 15;
            }
            if (const Instruction i = decoded(raw); i.op == op && wanted(i)) return raw;
        }
        return std::nullopt;
    }
    /// As the code cache sees it, which takes every branch for a near one.
    static Instruction decoded(std::uint32_t raw) {
        const auto first = static_cast<std::uint16_t>(raw);
        Instruction i = riscv::is_wide(first) ? riscv::decode(raw) : riscv::decode_compressed(first);
        i.op = riscv::near_form(i.op);
        return i;
    }

private:
    void add(std::uint32_t raw, const Instruction& i) {
        const Op near = riscv::near_form(i.op);
        // A target that is not in the page makes a far one.
        if (near != i.op && (i.immediate < -1024 || i.immediate > 1024)) return;
        known_[near].push_back(raw);
    }
    std::mt19937_64& random_;
    std::map<Op, std::vector<std::uint32_t>> known_;
};

/// Both policies on the same program from the same state, one budget after the other.
struct Pair {
    Pair() : compact(compact_bus, {.code_pages = 8}), fast(fast_bus, {.code_pages = 8}) {}

    void place(std::uint64_t address, std::span<const std::byte> bytes) {
        std::copy(bytes.begin(), bytes.end(),
                  compact_bus.ram.begin() + static_cast<std::ptrdiff_t>(address - base));
        std::copy(bytes.begin(), bytes.end(),
                  fast_bus.ram.begin() + static_cast<std::ptrdiff_t>(address - base));
    }
    void start(std::uint64_t pc) {
        compact.reset(), fast.reset();
        compact.set_pc(pc), fast.set_pc(pc);
        compact.set_csr(riscv::csr::mtvec, base + 0x800), fast.set_csr(riscv::csr::mtvec, base + 0x800);
    }
    void set_x(std::size_t number, std::uint64_t value) {
        compact.set_x(number, value), fast.set_x(number, value);
    }
    void run(std::uint64_t budget) {
        REQUIRE(compact.run(budget) == fast.run(budget));
        const std::string found = difference(compact, fast);
        if (!found.empty()) FAIL(found);
    }
    void compare_memory() { REQUIRE(compact_bus.ram == fast_bus.ram); }

    FlatBus compact_bus{128_KiB}, fast_bus{128_KiB};
    Compact compact;
    Fast fast;
};

/// An operand that is an address in RAM, one that is none, or a number.
std::uint64_t operand(std::mt19937_64& random) {
    switch (random() % 8) {
    case 0: return random();
    case 1: return random() % 100;
    case 2: return base + 128 * 1024 - random() % 16;  // where RAM ends
    default: return base + 0x1'0000 + random() % 4096;
    }
}

/// Executes `code` at every budget that ends in it or just behind it, with the same operands for each.
void execute(Pair& pair, std::mt19937_64& random, const std::vector<std::uint32_t>& code) {
    rv64::Assembler a(base + 0x400);
    for (const std::uint32_t raw : code)
        riscv::is_wide(static_cast<std::uint16_t>(raw)) ? a.emit(raw)
                                                        : a.emit_compressed(static_cast<std::uint16_t>(raw));
    for (int i = 0; i != 4; ++i) a.emit_compressed(0x0001);  // c.nop
    a.emit(rv64::jal(0, 0));
    std::array<std::uint64_t, 32> operands;
    std::ranges::generate(operands, [&] { return operand(random); });
    for (std::uint64_t budget = 1; budget != code.size() + 3; ++budget) {
        pair.place(base + 0x400, a.bytes());
        pair.start(base + 0x400);
        for (std::size_t i = 1; i != 32; ++i) pair.set_x(i, operands[i]);
        pair.run(budget);
        pair.run(7);
        pair.compare_memory();
    }
}

}  // namespace

TEST_CASE("every specialised handler does what the operation does") {
    std::mt19937_64 random(1);
    Encodings encodings(random);
    Pair pair;
    std::size_t without = 0;
    for (std::size_t number = 0; number != riscv::fast::handled.size(); ++number) {
        const riscv::fast::Handled& h = riscv::fast::handled[number];
        if (riscv::name(h.op).find("far") != std::string_view::npos) continue;  // by jumping programs, below
        INFO(riscv::name(h.op) << " rd=" << int{h.rd} << " rs1=" << int{h.rs1} << " rs2=" << int{h.rs2});
        const auto raw = encodings.find(h.op, h.rd, h.rs1, h.rs2, [&](const Instruction& i) {
            return riscv::fast::handler_for(i) == number;
        });
        if (raw)
            execute(pair, random, {*raw});
        else
            ++without;
    }
    // Compressed instructions have no encoding for some combinations.
    CHECK(without < riscv::fast::handled.size() / 10);
}

TEST_CASE("every sequence does what its instructions do") {
    std::mt19937_64 random(2);
    Encodings encodings(random);
    Pair pair;
    for (const riscv::fast::Sequence& sequence : riscv::fast::sequences) {
        const std::size_t length = sequence.length();
        const bool compressed = std::any_of(
            sequence.parts.begin(), sequence.parts.begin() + length,
            [](const auto& part) { return riscv::name(part.op).starts_with("c."); });
        for (int repetition = 0; repetition != 10; ++repetition) {
            std::array<std::uint8_t, 3> letters;
            // All but s0 and s1 of those that compressed instructions can name are cached.
            std::ranges::generate(letters, [&] {
                return static_cast<std::uint8_t>(compressed ? 8 + random() % 8 : 1 + random() % 31);
            });
            std::vector<std::uint32_t> code;
            std::vector<Instruction> instructions;
            for (std::size_t i = 0; i != length; ++i) {
                const riscv::fast::Part& part = sequence.parts[i];
                INFO(riscv::name(part.op) << ' ' << part.registers);
                const auto wanted = [&](std::size_t k) {
                    const char c = part.registers[k];
                    if (c >= 'X' && c <= 'Z') return letters[static_cast<std::size_t>(c - 'X')];
                    if (c == '-') return std::uint8_t{0};
                    return static_cast<std::uint8_t>(c == 'm' ? 16 + random() % 16 : 1 + random() % 31);
                };
                const std::uint8_t rd = wanted(0), rs1 = wanted(1), rs2 = wanted(2);
                auto meaning = letters;
                const auto raw = encodings.find(part.op, rd, rs1, rs2, [&](const Instruction& found) {
                    return riscv::fast::detail::fits(part, found, meaning);
                });
                REQUIRE(raw);
                code.push_back(*raw);
                instructions.push_back(Encodings::decoded(code.back()));
            }
            REQUIRE(riscv::fast::handler_for(instructions) < riscv::fast::all_handlers.size());
            execute(pair, random, code);
        }
    }
}

TEST_CASE("random programs have the same state on both policies wherever they are stopped") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        FlatBus compact_bus(1_MiB), fast_bus(1_MiB);
        for (FlatBus* bus : {&compact_bus, &fast_bus}) {
            place(*bus, busy_program(seed));
            place(*bus, skipping_handler());
        }
        Compact compact(compact_bus, {.reset_pc = base + 0xf00, .code_pages = 8});
        Fast fast(fast_bus, {.reset_pc = base + 0xf00, .code_pages = 8});
        std::mt19937_64 random(seed);
        for (std::uint64_t done = 0; done < 4000;) {
            const std::uint64_t budget = random() % 200;
            REQUIRE(compact.run(budget) == fast.run(budget));
            REQUIRE(difference(compact, fast) == "");
            done += budget;
        }
        REQUIRE(compact_bus.ram == fast_bus.ram);
    }
}

TEST_CASE("images of blocks in all modes, protected and not, print the same records") {
    const auto run = []<class Hart>(std::type_identity<Hart>, const DifferenceImage& image,
                                    std::uint64_t step) {
        FlatBus bus(64_MiB);
        const auto bytes = image.bytes();
        std::memcpy(bus.ram.data(), bytes.data(), bytes.size());
        Hart hart(bus, {.reset_pc = FlatBus::ram_base});
        while (bus.finished == 0 && hart.retired() < 100'000'000) hart.run(step);
        return bus.printed;
    };
    Census census{};
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        const DifferenceImage image(seed, 60, 150, true, census);
        const std::string compact = run(std::type_identity<Compact>{}, image, 1000);
        REQUIRE(compact.size() == 60 * sizeof(Record));
        REQUIRE(run(std::type_identity<Fast>{}, image, 1000) == compact);
        REQUIRE(run(std::type_identity<Fast>{}, image, 7) == compact);
    }
}

TEST_CASE("code that changes itself is seen after FENCE.I on both policies") {
    std::mt19937_64 random(3);
    Encodings encodings(random);
    // What a patch may put there: arithmetic, which neither jumps nor traps.
    const auto arithmetic = [&] {
        constexpr Op ops[] = {Op::addi_4, Op::add_4,   Op::xori_4, Op::slli_4,
                              Op::sub_4,  Op::addiw_4, Op::mul_4};
        return encodings
            .find(ops[random() % std::size(ops)], 10 + random() % 6, 10 + random() % 6, 10 + random() % 6,
                  [](const Instruction& i) { return i.rd != 5 && i.rd != 6; })
            .value();
    };
    for (int program = 0; program != 200; ++program) {
        Pair pair;
        rv64::Assembler a(base + 0x1000);
        std::vector<std::uint64_t> places;
        const std::uint64_t top = a.here();
        for (int i = 0; i != 12; ++i) {
            places.push_back(a.here());
            a.emit(arithmetic());
            if (random() % 3 == 0) a.emit_compressed(0x07b1);  // c.addi a5, 12
            if (random() % 4 == 0) {
                a.li(5, arithmetic());
                a.la(6, places[random() % places.size()]);
                a.emit(rv64::sw(5, 6, 0));
                if (random() % 2 == 0) a.emit(rv64::fence_i);
            }
        }
        a.emit(rv64::fence_i, rv64::jal(0, static_cast<std::int64_t>(top - a.here()) - 4));
        pair.place(base + 0x1000, a.bytes());
        pair.start(base + 0x1000);
        for (int i = 0; i != 20; ++i) pair.run(random() % 120);
        pair.compare_memory();
    }
}
