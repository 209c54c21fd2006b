// Jumps inside of code that is being written, by places in it. Most of a region's jumps lead to what comes behind it and is rarely
// executed; Xbyak's labels would keep a table and take memory for each of them, a sixth of the time that a translation takes.
//
//     const Jump slow = ahead(If::not_equal);          jne ─┐
//     const Spot back = here();                             │ <─┐
//     …                                                     │   │
//     land(slow);                                         <─┘   │
//     jump(back);                                      jmp ─────┘
#pragma once

#include <cstddef>
#include <cstdint>

#include <wirewrap/jit/xbyak.hpp>

namespace wirewrap::jit {

/// When a conditional jump is taken, by the last comparison: of unsigned numbers below and above, of signed ones less and greater.
enum class If : std::uint8_t {
    below = 2,
    not_below,
    equal,
    not_equal,
    not_above,
    above,
    negative,
    not_negative,
    less = 12,
    not_less,
    not_greater,
    greater
};

constexpr If inverted(If condition) { return static_cast<If>(static_cast<std::uint8_t>(condition) ^ 1); }

/// A place, in bytes from the start of the memory.
using Spot = std::uint32_t;
/// A jump whose target is not known yet: the place behind it.
struct Jump {
    Spot end = 0;
};

class Jumps : protected Xbyak::CodeGenerator {
protected:
    using CodeGenerator::CodeGenerator;

    Spot here() const { return static_cast<Spot>(getSize()); }

    Jump ahead() {
        db(0xe9);
        dd(0);
        return {here()};
    }
    Jump ahead(If condition) {
        db(0x0f);
        db(0x80 | static_cast<std::uint8_t>(condition));
        dd(0);
        return {here()};
    }
    void land(Jump from) { land(from, here()); }
    void land(Jump from, Spot at) { rewrite(from.end - 4, at - from.end, 4); }

    /// To places that are known.
    void jump(Spot to) { land(ahead(), to); }
    void jump(If condition, Spot to) { land(ahead(condition), to); }
    void call_at(Spot to) {
        db(0xe8);
        dd(to - (here() + 4));
    }
};

}  // namespace wirewrap::jit
