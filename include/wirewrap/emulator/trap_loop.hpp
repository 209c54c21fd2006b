// A guest that traps for ever: where, why, and the sentence about it.
//
//     if (stopped.trapping) std::cerr << describe(*stopped.trapping).view();
//         // hart0 traps for ever at 0x0: instruction access fault (cause 1, value 0x0), and its trap handler leads back there; …
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

struct TrapLoop {
    std::uint64_t pc = 0;     // of the instruction that traps
    std::uint64_t cause = 0;  // as in mcause or scause
    std::uint64_t value = 0;  // as in mtval or stval
    std::size_t hart = 0;
    std::size_t places =
        1;  // that trap in turn, each with its cause and value: this is the first of them by address

    friend bool operator==(const TrapLoop&, const TrapLoop&) = default;

    bool same_place(const TrapLoop& other) const { return place() == other.place(); }
    bool before(const TrapLoop& other) const { return place() < other.place(); }

private:
    std::tuple<std::uint64_t, std::uint64_t, std::uint64_t> place() const { return {pc, cause, value}; }
};

/// An exception as the privileged architecture names it, by the number in mcause or scause.
constexpr std::string_view exception_name(std::uint64_t cause) {
    constexpr std::array<std::string_view, 16> causes{"instruction address misaligned",
                                                      "instruction access fault",
                                                      "illegal instruction",
                                                      "breakpoint",
                                                      "load address misaligned",
                                                      "load access fault",
                                                      "store address misaligned",
                                                      "store access fault",
                                                      "environment call from U-mode",
                                                      "environment call from S-mode",
                                                      "reserved",
                                                      "environment call from M-mode",
                                                      "instruction page fault",
                                                      "load page fault",
                                                      "reserved",
                                                      "store page fault"};
    return cause < causes.size() ? causes[cause] : std::string_view("unknown");
}

constexpr Text describe(const TrapLoop& loop) {
    Text where("at ");
    if (loop.places > 1) where = sentence("at ", loop.places, " places in turn, one of them ");
    return sentence(
        "hart", loop.hart, " traps for ever ", where.view(), GuestAddress{loop.pc}, ": ",
        exception_name(loop.cause), " (cause ", loop.cause, ", value ", GuestAddress{loop.value},
        "), and its trap handler leads back there; a guest that traps needs a handler in mtvec or stvec, and "
        "one that was never entered needs to lie where its firmware jumps to");
}

}  // namespace wirewrap
